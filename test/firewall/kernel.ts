/** A firewall of three interfaces in this network namespace; what its counters say of a packet. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Conntrack } from '#linux/conntrack.ts';
import { PacketSocket } from '#linux/packet-socket.ts';
import { run } from '#linux/test-namespaces.ts';
import type { Packet } from '#ruleset/packet.ts';
import { describeState, type StateRow } from '#statesync/describe.ts';
import { frameOf } from '../../bench/firewall-frames.ts';
import { interfaces } from './documents.ts';

/** How long the kernel may take to count a packet, ms: it takes microseconds. */
const patience = 3_000;

/** A line that has counted: where, whose, and what it does. */
export interface Counted {
  readonly chain: string;
  readonly comment: string;
  readonly verdict: string;
  /** In a verdict map, whose name begins with that of its chain. */
  readonly isElement: boolean;
}

interface JsonMap {
  readonly name: string;
  readonly elem?: readonly (readonly [
    { readonly elem?: { readonly comment?: string; readonly counter?: { readonly packets: number } } },
    Readonly<Record<string, unknown>>,
  ])[];
}

interface JsonRule {
  readonly chain: string;
  readonly comment?: string;
  readonly expr: readonly Readonly<Record<string, unknown>>[];
}

export class FirewallKernel {
  readonly #sockets = new Map<string, { readonly socket: PacketSocket; readonly mac: Uint8Array }>();
  #before = new Map<number, number>();

  /** Makes the interfaces, whose other ends answer nothing, and gives every address there may be a neighbour. */
  constructor(addresses: Readonly<Record<(typeof interfaces)[number], readonly string[]>>) {
    run('mount -t sysfs none /sys');
    run('ip link set lo up');
    run('sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0');
    for (const name of interfaces) {
      run(`ip link add ${name} type veth peer name ${name}0`);
      run(`sysctl -qw net.ipv4.conf.${name}.rp_filter=0 net.ipv6.conf.${name}0.disable_ipv6=1`);
      // Without IPv6 an interface sends nothing by itself: what leaves is what was sent.
      if (!addresses[name].some((address) => address.includes(':')))
        run(`sysctl -qw net.ipv6.conf.${name}.disable_ipv6=1`);
      for (const address of addresses[name])
        run(`ip addr add ${address} dev ${name}${address.includes(':') ? ' nodad' : ''}`);
      run(`ip link set ${name} up`);
      run(`ip link set ${name}0 up`);
      // What leaves goes to a MAC that the other end does not have, and ends there.
      run(`ip link set ${name} arp off`);
      const socket = PacketSocket.open(`${name}0`);
      if (!socket.ok) throw new Error(socket.error);
      const mac = readFileSync(`/sys/class/net/${name}/address`, 'utf8').trim();
      this.#sockets.set(name, {
        socket: socket.value,
        mac: Uint8Array.from(mac.split(':').map((byte) => Number.parseInt(byte, 16))),
      });
    }
    run('ip route add default dev wan');
    if (addresses.wan.some((address) => address.includes(':'))) run('ip -6 route add default dev wan');
  }

  load(program: string): void {
    execFileSync('nft', ['-f', '-'], { input: program, stdio: ['pipe', 'ignore', 'inherit'] });
    this.look();
  }

  /** What was counted so far is not news: to be called when somebody else has changed the rules. */
  look(): void {
    this.#before = new Map(this.#rules().map(({ packets }, i) => [i, packets]));
  }

  send(ifname: string, packet: Packet): void {
    const port = this.#sockets.get(ifname);
    if (port === undefined) throw new Error(`bug: no interface ${ifname}`);
    const frame = frameOf(packet, port.mac);
    if (!port.socket.send(frame, frame.length)) throw new Error(`${ifname}: the frame was not sent`);
  }

  /** Sends a packet into an interface; the lines that counted it. Throws when none does. */
  judge(ifname: string, packet: Packet): Counted[] {
    this.send(ifname, packet);
    const until = performance.now() + patience;
    let last = '';
    do {
      const rules = this.#rules();
      const counted = rules.filter(({ packets }, i) => packets > (this.#before.get(i) ?? 0));
      const isJudged = counted.some(({ chain }) => /^(in_|limit_|input$|forward$)/.test(chain));
      // The counters may be read while the packet is still on its way through later chains.
      const isStill = last === JSON.stringify(rules);
      last = JSON.stringify(rules);
      if (!isJudged || !isStill) continue;
      this.#before = new Map(rules.map(({ packets }, i) => [i, packets]));
      return counted;
    } while (performance.now() < until);
    throw new Error(`no line counted ${JSON.stringify(packet)} into ${ifname}`);
  }

  /** The kernel's table of connections. */
  connections(): StateRow[] {
    const opened = Conntrack.open();
    if (!opened.ok) throw new Error(opened.error);
    const rows: StateRow[] = [];
    opened.value.startDump('entries');
    let outcome = 'more';
    while (outcome === 'more')
      outcome = opened.value.readDump((bytes, at, end) => {
        const row = describeState(bytes, at + 20, end, Date.now());
        if (row !== undefined) rows.push(row);
      });
    opened.value.close();
    return rows;
  }

  /** Ends all connections, as if their time was over. */
  forget(): void {
    const opened = Conntrack.open();
    if (!opened.ok) throw new Error(opened.error);
    opened.value.flush();
    opened.value.close();
  }

  close(): void {
    for (const { socket } of this.#sockets.values()) socket.close();
  }

  #rules(): (Counted & { readonly packets: number })[] {
    const listed = execFileSync('nft', ['-j', 'list', 'table', 'inet', 'bascule'], { maxBuffer: 1 << 26 });
    const { nftables } = JSON.parse(listed.toString()) as {
      nftables: readonly { readonly rule?: JsonRule; readonly map?: JsonMap }[];
    };
    return nftables.flatMap(({ rule, map }) => {
      const elements = (map?.elem ?? []).flatMap(([{ elem }, verdict]) => ({
        chain: map?.name ?? '',
        comment: elem?.comment ?? '',
        // A verdict cannot refuse: a chain does.
        verdict: 'goto' in verdict ? 'reject' : (Object.keys(verdict)[0] ?? ''),
        packets: elem?.counter?.packets ?? 0,
        isElement: true,
      }));
      const counter = rule?.expr.find((one) => 'counter' in one)?.counter as { packets: number } | undefined;
      if (rule === undefined || counter === undefined) return elements;
      const verdict = Object.keys(rule.expr.at(-1) ?? {})[0] ?? '';
      const { chain, comment = '' } = rule;
      return [{ chain, comment, verdict, packets: counter.packets, isElement: false }];
    });
  }
}
