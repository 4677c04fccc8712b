/** Answers as a pair of nodes would give them, for work on the page without a lab. */
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { NodeStatus } from '#api/contract/control.ts';
import type { EditOperation } from '#api/contract/edit.ts';
import type { Counters } from '#api/contract/node-questions.ts';
import type { ReplyOf } from '#api/contract/rest.ts';
import type { RevisionHead } from '#commit/head.ts';
import { applyOperations, type Json } from '../src/data/operations.ts';

const names = ['PF1', 'PF2'] as const;
const started = Date.now() - 3_700_000;

export const standing = {
  document: parse(readFileSync(new URL('../../scenarios/d1.yaml', import.meta.url), 'utf8')) as Json,
  revision: 12,
  master: 'PF1',
  maintenance: new Set<string>(),
  disabled: new Set<string>(),
};

export const head = (number: number): RevisionHead => ({
  number,
  parent: String(number - 1).padStart(64, '0'),
  hash: String(number).padStart(64, '0'),
  time: started + number * 60_000,
  author: number % 3 === 0 ? 'anna' : 'admin',
  reason: number % 2 === 0 ? 'open port 443 for the new web server' : '',
  node: number % 2 === 0 ? 'PF1' : 'PF2',
});

export function edit(operations: readonly EditOperation[]): void {
  standing.document = applyOperations(standing.document, operations);
  standing.revision += 1;
}

export function statusOf(node: string): NodeStatus {
  const isMaster = node === standing.master;
  const role = standing.disabled.has(node) ? 'DISABLED' : isMaster ? 'MASTER' : 'BACKUP';
  const vip = (title: string, name: string, vhid: number, address: string): NodeStatus['vips'][number] => ({
    title,
    interface: name,
    vhid,
    addresses: [address],
    description: `${title.split('@')[0]} VIP`,
    status: role,
    forMs: Date.now() - started,
    advskew: isMaster ? 20 : 24,
  });
  const isMaintained = standing.maintenance.has(node);
  return {
    cluster: 'd1',
    node,
    pid: 4711,
    uptimeMs: Date.now() - started,
    ready: true,
    failover: 'fast',
    carp: standing.disabled.has(node) ? 'disabled' : 'enabled',
    maintenance: isMaintained,
    demotion: isMaintained ? 240 : 0,
    demotionReasons: isMaintained ? { maintenance: 240 } : {},
    realtime: true,
    residentBytes: 83_000_000,
    vips: [vip('WAN@10', 'wan', 10, '172.17.1.40/16'), vip('LAN@20', 'lan', 20, '192.168.1.1/24')],
    states: {
      entries: 1_284,
      mostEntries: 262_144,
      peers: names
        .filter((name) => name !== node)
        .map((name) => ({
          node: name,
          hostId: name === 'PF1' ? '5e0f1a01' : '5e0f1a02',
          state: 'in step',
          active: true,
          entries: 1_284,
          lagMs: 1.4,
        })),
      counters: {},
    },
    document: {
      ...head(standing.revision),
      peers: Object.fromEntries(
        names
          .filter((name) => name !== node)
          .map((name) => [name, { kind: 'in step' as const, head: head(standing.revision) }]),
      ),
    },
    links: ['wan', 'lan', 'sync'].map((name) => ({ interface: name, device: name, up: true })),
    counters: {},
    findings:
      node === 'PF2'
        ? [
            {
              code: 'states-behind',
              subject: 'PF1',
              cause: 'PF1 is 1200 ms behind',
              remedy: 'Look at the load of the peer and at losses on the sync link.',
              fr: {
                cause: 'PF1 a 1200 ms de retard',
                remedy: 'Examinez la charge du pair et les pertes du lien de synchronisation.',
              },
              forMs: 90_000,
            },
          ]
        : [],
  };
}

export function countersOf(node: string): Counters {
  const seconds = (Date.now() - started) / 1_000;
  const share = node === standing.master ? 1 : 0.02;
  const bytes = (seconds * 2_000_000 + Math.sin(seconds / 9) * 9_000_000) * share;
  const traffic = {
    rxPackets: Math.round(bytes / 900),
    rxErrors: 0,
    rxDropped: 0,
    txPackets: Math.round(bytes / 1_000),
    txErrors: 0,
    txDropped: 0,
  };
  return {
    time: Date.now(),
    interfaces: ['wan', 'lan', 'sync'].map((name, index) => ({
      interface: name,
      device: name,
      up: true,
      rxBytes: bytes / (index + 1),
      txBytes: (bytes * 0.3) / (index + 1),
      ...traffic,
    })),
    states: Math.round(1_284 + 80 * Math.sin(seconds / 20)),
  };
}

export const cluster = (): ReplyOf<'cluster'> => ({
  node: 'PF1',
  nodes: names.map((node) => ({ node, status: statusOf(node) })),
});

export const documentNow = (): ReplyOf<'document'> => ({
  head: head(standing.revision),
  document: standing.document as Record<string, unknown>,
  text: stringify(standing.document),
  findings: [],
  writable: Object.keys(standing.document as Record<string, unknown>).concat([
    'aliases',
    'schedules',
    'floatingRules',
    'loadBalancer',
    'failover',
    'preempt',
  ]),
});

const mostStates = 100_000;

/** A page of states; the cursor is the place of its first row, spread over all places that there are. */
export function states(after: string | null, limit: number): ReplyOf<'states'> {
  const before = Math.round((Number.parseInt(after?.slice(0, 8) ?? '0', 16) / 2 ** 32) * mostStates);
  const end = Math.min(mostStates, before + limit);
  const next = Math.ceil((end / mostStates) * 2 ** 32).toString(16);
  return {
    matching: mostStates,
    all: mostStates,
    before,
    ...(end < mostStates ? { next: `${next.padStart(8, '0')}00000000` } : {}),
    rows: Array.from({ length: end - before }, (_, at) => stateAt(before + at)),
  };
}

const stateAt = (index: number): ReplyOf<'states'>['rows'][number] => ({
  protocol: index % 3 === 0 ? 'udp' : 'tcp',
  source: { address: `192.168.1.${index % 250}`, port: 1_024 + (index % 60_000) },
  natSource: { address: '172.17.1.40', port: 1_024 + (index % 60_000) },
  destination: { address: `203.0.113.${index % 200}`, port: 443 },
  state: index % 3 === 0 ? 'ASSURED' : 'ESTABLISHED',
  ageSeconds: index % 4_000,
  timeoutSeconds: 86_400 - (index % 4_000),
  packets: index * 3,
  bytes: index * 1_800,
  mark: 0,
  zone: 0,
  creator: index % 9 === 0 ? 'PF2' : 'PF1',
});

export const doctor = (): ReplyOf<'doctor'> => ({
  node: 'PF1',
  last: {
    time: Date.now(),
    tookMs: 1_840,
    nodes: [{ node: 'PF1' }, { node: 'PF2' }],
    findings: [
      {
        code: 'igmp-snooping',
        severity: 'error',
        subject: 'lan',
        evidence: 'Beacons to all systems arrive on LAN, those to the group of CARP do not.',
        cause: 'A switch snoops IGMP and has forgotten that the nodes listen to the group.',
        remedy: 'Set up an IGMP querier on this VLAN, or exempt 224.0.0.0/24 from snooping.',
      },
    ],
  },
});

export const certificate = (): ReplyOf<'certificate'> => ({
  kind: 'generated',
  subject: 'CN=PF1',
  issuer: 'CN=PF1',
  names: ['PF1'],
  from: Date.now() - 86_400_000,
  until: Date.now() + 20 * 365 * 86_400_000,
  fingerprint: '5e0f1a01'.repeat(8),
  key: 'ec prime256v1',
  length: 1,
});
