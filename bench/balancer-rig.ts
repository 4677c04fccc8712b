/** The network of the balancer's bench: a client, the firewall, and four nginx behind it, each in a namespace. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from '#api/client.ts';
import { launch, type Running } from '#lab/processes.ts';
import { stageFolder } from '#lab/stage.ts';

export const vip = '192.0.2.1';
export const ports = { bascule: 80, haproxy: 8080 } as const;
export const members = [11, 12, 13, 14].map((n) => `10.0.0.${n}`);
/** The same for both: every second, after a failure too, three failures, one success. */
const checks = { everyMs: 1_000, timeoutMs: 1_000, fall: 3, rise: 1 } as const;
const startLimitMs = 15_000;

const document = `cluster: bench
nodes: { FW: {}, OTHER: {} }
interfaces:
  wan: { addresses: { FW: [192.0.2.2/24], OTHER: [192.0.2.3/24] } }
  lan: { addresses: { FW: [10.0.0.2/24], OTHER: [10.0.0.3/24] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [${vip}/24], password: Herse-et-pont-1347 }
  - { interface: lan, vhid: 2, addresses: [10.0.0.1/24], password: Herse-et-pont-1347 }
rules:
  - { action: pass, interface: wan, protocol: tcp, destination: ${vip}, ports: ${ports.haproxy} }
  - { action: pass, interface: lan, source: lan net }
loadBalancer:
  monitors:
    web:
      type: http
      interval: ${checks.everyMs}
      retryInterval: ${checks.everyMs}
      timeout: ${checks.timeoutMs}
      fall: ${checks.fall}
      rise: ${checks.rise}
  pools:
    web: { port: 80, monitor: web, members: [${members.map((address) => `{ address: ${address} }`).join(', ')}] }
  virtualServers:
    www: { addresses: [${vip}], port: ${ports.bascule}, pool: web }
`;

/** Debian's own defaults (package haproxy), with redispatch, so that a refused connection tries the next server. */
const haproxy = `global
  maxconn 8000
defaults
  mode tcp
  timeout connect 5s
  timeout client 50s
  timeout server 50s
  option redispatch
frontend www
  bind ${vip}:${ports.haproxy}
  default_backend web
backend web
  balance roundrobin
  option httpchk GET /
  timeout check ${checks.timeoutMs}
  default-server inter ${checks.everyMs} fall ${checks.fall} rise ${checks.rise}
${members.map((address, i) => `  server web${i} ${address}:80 check`).join('\n')}
`;

export const inNet = (namespace: string, argv: readonly string[]) =>
  spawnSync('ip', ['netns', 'exec', namespace, ...argv], { encoding: 'utf8' });

function must(line: string): void {
  const [command = '', ...args] = line.split(' ');
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${line}: ${stderr.trim()}`);
}

export class Rig {
  readonly #servers = new Map<string, Running>();
  readonly #socket = `${stageFolder}/fw.sock`;
  #node: Running | undefined;
  #haproxy: Running | undefined;

  /** Throws when something cannot be started. */
  async start(): Promise<void> {
    for (const line of [
      'ip netns add client',
      'ip netns add fw',
      'ip netns add servers',
      'ip link add eth0 netns client type veth peer name wan netns fw',
      'ip link add eth0 netns servers type veth peer name lan netns fw',
      'ip -n client link set lo up',
      'ip -n client link set eth0 up',
      'ip -n client addr add 192.0.2.9/24 dev eth0',
      'ip -n servers link set lo up',
      'ip -n servers link set eth0 up',
      ...members.map((address) => `ip -n servers addr add ${address}/24 dev eth0`),
      'ip -n servers route add default via 10.0.0.1',
      'ip -n fw link set lo up',
      'ip -n fw link set wan up',
      'ip -n fw link set lan up',
      'ip -n fw addr add 192.0.2.2/24 dev wan',
      'ip -n fw addr add 10.0.0.2/24 dev lan',
      'ip netns exec fw sysctl -qw net.ipv4.ip_forward=1',
      // Tens of thousands of connections a second from one client to one port.
      'ip netns exec client sysctl -qw net.ipv4.tcp_tw_reuse=1',
    ])
      must(line);
    for (const address of members) this.startServer(address);
    writeFileSync(`${stageFolder}/bench.yaml`, document);
    writeFileSync(`${stageFolder}/haproxy.cfg`, haproxy);
    const bascule = fileURLToPath(new URL('../bascule', import.meta.url));
    this.#node = this.#launch('fw', [
      bascule,
      ...`node run --config ${stageFolder}/bench.yaml --node FW --socket ${this.#socket}`.split(' '),
      ...`--state ${stageFolder}/state`.split(' '),
    ]);
    await until('all members are online', () => this.#isServing());
    await this.#answers(ports.bascule);
    // It cannot listen at an address that the node does not hold yet.
    this.#haproxy = this.#launch('fw', ['haproxy', '-db', '-f', `${stageFolder}/haproxy.cfg`]);
    await this.#answers(ports.haproxy);
  }

  #answers(port: number): Promise<void> {
    return until(`port ${port} answers`, async () => {
      const { stdout } = inNet('client', ['curl', '-s', '-m', '1', `http://${vip}:${port}/`]);
      return stdout === 'fine\n';
    });
  }

  startServer(address: string): void {
    const folder = `${stageFolder}/${address}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/index.html`, 'fine\n');
    writeFileSync(
      `${folder}/nginx.conf`,
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  server { listen ${address}:80 backlog=8192; root ${folder}; } }
`,
    );
    this.#servers.set(address, this.#launch('servers', ['nginx', '-c', `${folder}/nginx.conf`]));
  }

  killServer(address: string): void {
    this.#servers.get(address)?.signal('SIGKILL');
  }

  async allOnline(): Promise<void> {
    await until('all members are online', () => this.#isServing());
    // HAProxy's checks have the same rhythm, but it tells nobody.
    await pause(3 * checks.everyMs);
  }

  async close(): Promise<void> {
    for (const running of [this.#haproxy, this.#node, ...this.#servers.values()]) running?.signal('SIGTERM');
    await Promise.all([this.#node?.ended, this.#haproxy?.ended]);
  }

  async #isServing(): Promise<boolean> {
    const reply = await ask(this.#socket, { command: 'balancer' });
    const rows = reply.ok ? (reply.value.balancer?.pools[0]?.members ?? []) : [];
    return rows.length === members.length && rows.every(({ serving }) => serving);
  }

  #launch(namespace: string, argv: readonly string[]): Running {
    return launch({
      namespace,
      argv,
      logFile: `${stageFolder}/${argv[0]?.split('/').at(-1)}.log`,
    });
  }
}

/** Throws what was waited for, with the last words of all logs, when it does not come. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + startLimitMs;
  while (!(await isSo())) {
    if (performance.now() > limit)
      throw new Error(`${what}: not within ${startLimitMs / 1_000} s\n${logEnds()}`);
    await pause(50);
  }
}

/** The last words of those that were started. */
const logEnds = (): string =>
  spawnSync('sh', ['-c', `tail -n 5 ${stageFolder}/*.log`], { encoding: 'utf8' }).stdout;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
