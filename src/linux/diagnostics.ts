/**
 * Diagnostics by the system's own tools. Each is started without a shell, with arguments that were parsed into
 * addresses, numbers and names of devices before; it is ended when it takes too long or says too much.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import type {
  CaptureWish,
  Device,
  Diagnostics,
  Echoes,
  Hop,
  Neighbour,
  RouteEntry,
  Traffic,
} from '#ports/diagnostics.ts';
import { elementsIn, mapsIn, rulesIn } from './netlink/tables.ts';

const usualPatience = 5_000;
/** A capture of 10,000 packets of 1,500 bytes fits. */
const mostOutput = 16_000_000;
/** Between two echoes, and the longest wait for one, s. */
const echoEvery = 0.2;
const echoPatience = 1;
/** Hops in a row without an answer after which nobody is asked any more. */
const mostSilent = 5;

export function createDiagnostics(): Diagnostics {
  return {
    traffic,
    devices: async () => mapJson(await run('ip', ['-j', '-s', 'addr', 'show']), deviceOf),
    routes: async () => {
      const both = await Promise.all([
        run('ip', ['-4', '-j', '-d', 'route', 'show', 'table', 'all']),
        run('ip', ['-6', '-j', '-d', 'route', 'show', 'table', 'all']),
      ]);
      const [four, six] = [mapJson(both[0], routeOf('ipv4')), mapJson(both[1], routeOf('ipv6'))];
      if (!four.ok) return four;
      return six.ok ? ok([...four.value, ...six.value]) : six;
    },
    neighbours: async () => mapJson(await run('ip', ['-j', 'neigh', 'show']), neighbourOf),
    ping,
    traceroute,
    capture,
    lineCounters: async () => lineCounters('bascule'),
  };
}

/** "eth0: 1 2 3 ...": sixteen figures, the first eight received (proc_pid_net(5)). */
function traffic(): ReadonlyMap<string, Traffic> {
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  return new Map(
    lines.flatMap((line): [string, Traffic][] => {
      const [device, rest] = line.split(':');
      if (device === undefined || rest === undefined) return [];
      const figures = rest.trim().split(/\s+/).map(Number);
      const at = (i: number): number => figures[i] ?? 0;
      const received = { rxBytes: at(0), rxPackets: at(1), rxErrors: at(2), rxDropped: at(3) };
      return [
        [
          device.trim(),
          { ...received, txBytes: at(8), txPackets: at(9), txErrors: at(10), txDropped: at(11) },
        ],
      ];
    }),
  );
}

type Json = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const inside = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(inside) : []);

function deviceOf(entry: Json): Device {
  const figures = (key: 'rx' | 'tx'): Json => inside(inside(entry.stats64)[key]);
  const [rx, tx] = [figures('rx'), figures('tx')];
  const mac = text(entry.address);
  return {
    device: text(entry.ifname),
    up: Array.isArray(entry.flags) && entry.flags.includes('LOWER_UP'),
    ...(mac === '' ? {} : { mac }),
    mtu: number(entry.mtu),
    addresses: list(entry.addr_info).map((info) => `${text(info.local)}/${number(info.prefixlen)}`),
    rxBytes: number(rx.bytes),
    rxPackets: number(rx.packets),
    rxErrors: number(rx.errors),
    rxDropped: number(rx.dropped),
    txBytes: number(tx.bytes),
    txPackets: number(tx.packets),
    txErrors: number(tx.errors),
    txDropped: number(tx.dropped),
  };
}

const routeOf =
  (family: 'ipv4' | 'ipv6') =>
  (entry: Json): RouteEntry => ({
    family,
    destination: text(entry.dst),
    ...(entry.gateway === undefined ? {} : { gateway: text(entry.gateway) }),
    ...(entry.dev === undefined ? {} : { device: text(entry.dev) }),
    ...(entry.prefsrc === undefined ? {} : { source: text(entry.prefsrc) }),
    ...(entry.metric === undefined ? {} : { metric: number(entry.metric) }),
    protocol: text(entry.protocol),
    type: text(entry.type) === '' ? 'unicast' : text(entry.type),
    table: text(entry.table) === '' ? 'main' : text(entry.table),
  });

function neighbourOf(entry: Json): Neighbour {
  const mac = text(entry.lladdr);
  const states = Array.isArray(entry.state) ? entry.state.map(String) : [];
  const state = states.join(' ').toLowerCase();
  return { address: text(entry.dst), device: text(entry.dev), ...(mac === '' ? {} : { mac }), state };
}

async function ping(wish: Parameters<Diagnostics['ping']>[0]): Promise<Result<Echoes>> {
  const { address, device, count, size } = wish;
  const patience = (count * echoEvery + echoPatience) * 1_000 + usualPatience;
  const args = [
    ...pingArgs(device, echoPatience),
    '-c',
    `${count}`,
    '-i',
    `${echoEvery}`,
    '-s',
    `${size}`,
    address,
  ];
  const done = await run('ping', args, patience, 'any code');
  if (!done.ok) return done;
  const said = done.value.toString();
  const replies = [...said.matchAll(/icmp_seq=(\d+) (?:ttl|hop limit)=(\d+) time=([\d.]+) ms/g)].map(
    (match) => ({
      sequence: Number(match[1]),
      ttl: Number(match[2]),
      ms: Number(match[3]),
    }),
  );
  const sent = Number(/^(\d+) packets transmitted/m.exec(said)?.[1] ?? count);
  const error = replies.length > 0 ? undefined : /^(?:From .*?icmp_seq=\d+ |ping: )(.*)$/m.exec(said)?.[1];
  return ok({ sent, received: replies.length, replies, ...(error === undefined ? {} : { error }) });
}

/** One echo for each number of hops that it may live; a router where it ends says so. */
async function traceroute(wish: Parameters<Diagnostics['traceroute']>[0]): Promise<Result<readonly Hop[]>> {
  const { address, device, hops } = wish;
  const found: Hop[] = [];
  for (let hop = 1; hop <= hops; hop += 1) {
    const began = performance.now();
    const done = await run(
      'ping',
      [...pingArgs(device, 1), '-c', '1', '-t', `${hop}`, address],
      usualPatience,
      'any code',
    );
    if (!done.ok) return done;
    const ms = Math.round((performance.now() - began) * 10) / 10;
    const said = done.value.toString();
    const reply = /bytes from ([0-9a-fA-F:.]+): icmp_seq=.* time=([\d.]+) ms/.exec(said);
    if (reply !== null) return ok([...found, { hop, address: reply[1] ?? address, ms: Number(reply[2]) }]);
    const router = /From ([0-9a-fA-F:.]+?):? icmp_seq=\d+ Time/.exec(said)?.[1];
    found.push(router === undefined ? { hop } : { hop, address: router, ms });
    const isLost = found.slice(-mostSilent).every((one) => one.address === undefined);
    if (found.length >= mostSilent && isLost) break;
  }
  return ok(found);
}

const pingArgs = (device: string | undefined, patience: number): string[] => [
  '-n',
  '-W',
  `${patience}`,
  ...(device === undefined ? [] : ['-I', device]),
];

/** IANA numbers of what tcpdump has no word for. */
const words: Readonly<Record<CaptureWish['protocol'], readonly string[]>> = {
  any: [],
  tcp: ['tcp'],
  udp: ['udp'],
  icmp: ['icmp'],
  icmpv6: ['icmp6'],
  arp: ['arp'],
  carp: ['proto', '112'],
  esp: ['proto', '50'],
  gre: ['proto', '47'],
};

async function capture(wish: CaptureWish): Promise<Result<Buffer>> {
  const { device, protocol, host, port, seconds, packets, snapLength } = wish;
  const terms = [
    words[protocol],
    host === undefined ? [] : ['host', host],
    port === undefined ? [] : ['port', `${port}`],
  ].filter((term) => term.length > 0);
  const filter = terms.flatMap((term, i) => (i === 0 ? [...term] : ['and', ...term]));
  const args = [
    '-n',
    '-p',
    '-U',
    '-i',
    device,
    '-c',
    `${packets}`,
    '-s',
    `${snapLength}`,
    '-w',
    '-',
    ...filter,
  ];
  const done = await run('tcpdump', args, seconds * 1_000, 'stopped');
  if (!done.ok || done.value.length > 0) return done;
  return fail('the capture has not begun');
}

/** Sums by name of a rule: it may stand in several lines, or be several elements of a map. */
function lineCounters(table: string): Result<ReadonlyMap<string, { packets: number; bytes: number }>> {
  const [rules, maps] = [rulesIn(table), mapsIn(table)];
  if (!rules.ok) return rules;
  if (!maps.ok) return maps;
  // What a port forward lets in it has counted already where it translates.
  const lines = rules.value.filter(({ chain, comment }) => !/^in_/.test(chain) || !/^forward /.test(comment));
  const elements = maps.value.map((map) => elementsIn(table, map));
  const found = new Map<string, { packets: number; bytes: number }>();
  for (const counts of [ok(lines), ...elements]) {
    if (!counts.ok) return counts;
    for (const { comment, packets, bytes } of counts.value) {
      const key = /^\w+ [0-9a-f]{8}(?:-\d+)?/.exec(comment)?.[0];
      if (key === undefined) continue;
      const sum = found.get(key) ?? { packets: 0, bytes: 0 };
      found.set(key, { packets: sum.packets + packets, bytes: sum.bytes + bytes });
    }
  }
  return ok(found);
}

function mapJson<T>(output: Result<Buffer>, of: (entry: Json) => T): Result<T[]> {
  if (!output.ok) return output;
  try {
    return ok(list(JSON.parse(output.value.toString() || '[]')).map(of));
  } catch (error) {
    return fail((error as Error).message);
  }
}

/**
 * What a tool writes. `any code`: also when it fails, and what it complains of. `stopped`: it runs until the time is
 * over, and its output counts.
 */
function run(
  tool: string,
  args: readonly string[],
  patienceMs = usualPatience,
  mode: 'good code' | 'any code' | 'stopped' = 'good code',
): Promise<Result<Buffer>> {
  return new Promise((resolve) => {
    const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
    const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: path, LC_ALL: 'C' } });
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    let isLate = false;
    const stop = (): void => {
      isLate = true;
      child.kill(mode === 'stopped' ? 'SIGINT' : 'SIGKILL');
    };
    const timer = setTimeout(stop, patienceMs);
    // tcpdump that is asked to end and does not.
    const last = setTimeout(() => child.kill('SIGKILL'), patienceMs + usualPatience);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostOutput) stop();
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < 10_000) complaint += String(chunk);
      if (mode === 'any code') chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      clearTimeout(last);
      resolve(fail(error.code === 'ENOENT' ? `${tool} is not installed on this node` : error.message));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      clearTimeout(last);
      const output = Buffer.concat(chunks);
      if (mode === 'stopped' ? output.length > 0 : !isLate && (mode === 'any code' || code === 0))
        resolve(ok(output));
      else
        resolve(
          fail(isLate && mode !== 'stopped' ? `${tool} took too long` : `${tool}: ${complaint.trim()}`),
        );
    });
  });
}
