/**
 * What a thousand members cost that are asked every second: a node of its own in the rig's firewall, all members in one
 * namespace, and the processor time of the node's process alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from '#api/client.ts';
import { launch } from '#lab/processes.ts';
import { stageFolder } from '#lab/stage.ts';
import { inNet, pause, until } from './balancer-rig.ts';
import { processorMsOf } from './processes.ts';

const count = 1_000;
const measuredMs = 8_000;
const socket = `${stageFolder}/checks.sock`;
const addresses = Array.from({ length: count }, (_, i) => `10.0.${64 + (i >> 8)}.${i & 255}`);

const documentOf = (monitor: string): string => `cluster: bench
nodes: { FW: {}, OTHER: {} }
interfaces:
  wan: { addresses: { FW: [192.0.2.2/24], OTHER: [192.0.2.3/24] } }
  lan: { addresses: { FW: [10.0.0.2/24], OTHER: [10.0.0.3/24] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24], password: Herse-et-pont-1347 }
loadBalancer:
  workers: 1024
  monitors: { every: { type: ${monitor}, interval: 1000, timeout: 900 } }
  pools:
    many:
      port: 81
      monitor: every
      members: [${addresses.map((address) => `{ address: ${address} }`).join(', ')}]
  virtualServers:
    www: { addresses: [192.0.2.1], port: 80, pool: many }
`;

/** Prints a row for each kind of check. The rig's own node must have ended. */
export async function benchChecks(): Promise<void> {
  inNet('servers', ['ip', 'route', 'add', 'local', '10.0.64.0/20', 'dev', 'lo']);
  inNet('fw', ['ip', 'route', 'add', '10.0.64.0/20', 'via', '10.0.0.11']);
  const folder = `${stageFolder}/many`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/index.html`, 'fine\n');
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  server { listen 0.0.0.0:81 backlog=8192; root ${folder}; } }
`,
  );
  const server = launch({
    namespace: 'servers',
    argv: ['nginx', '-c', `${folder}/nginx.conf`],
    logFile: `${folder}/log`,
  });
  try {
    await until('the members answer', async () => {
      const url = `http://${addresses[0]}:81/`;
      return inNet('fw', ['curl', '-s', '-m', '1', url]).stdout === 'fine\n';
    });
    for (const monitor of ['tcp', 'http', 'icmp']) await measure(monitor);
  } finally {
    server.signal('SIGTERM');
  }
}

async function measure(monitor: string): Promise<void> {
  const file = `${stageFolder}/checks.yaml`;
  writeFileSync(file, documentOf(monitor));
  const bascule = fileURLToPath(new URL('../bascule', import.meta.url));
  const node = launch({
    namespace: 'fw',
    argv: [
      bascule,
      ...`node run --config ${file} --node FW --socket ${socket} --state ${stageFolder}/checks-${monitor}`.split(
        ' ',
      ),
    ],
    logFile: `${stageFolder}/checks.log`,
  });
  try {
    await until('a thousand members are online', async () => (await checksOf())?.online === count);
    const status = await ask(socket, { command: 'status' });
    const pid = status.ok ? status.value.status?.pid : undefined;
    if (pid === undefined) throw new Error('the node does not tell its process');
    const [before, spent] = [await checksOf(), processorMsOf(pid)];
    const began = performance.now();
    await pause(measuredMs);
    const after = await checksOf();
    const seconds = (performance.now() - began) / 1_000;
    const perSecond = ((after?.checks ?? 0) - (before?.checks ?? 0)) / seconds;
    const share = (processorMsOf(pid) - spent) / (seconds * 10);
    const failed = (after?.failures ?? 0) - (before?.failures ?? 0);
    console.log(
      `${count} members by ${monitor}: ${perSecond.toFixed(0)} checks a second, ${failed} failed; ${share.toFixed(1)} % of a processor`,
    );
  } finally {
    node.signal('SIGTERM');
    await node.ended;
  }
}

async function checksOf() {
  const reply = await ask(socket, { command: 'balancer' });
  const members = reply.ok ? (reply.value.balancer?.pools[0]?.members ?? []) : [];
  const sum = (pick: (one: (typeof members)[number]) => number): number =>
    members.reduce((total, one) => total + pick(one), 0);
  if (members.length === 0) return undefined;
  return {
    online: members.filter(({ health }) => health === 'online').length,
    checks: sum((one) => one.checks),
    failures: sum((one) => one.failures),
  };
}
