/** What the nodes say right now: the stream of live events, kept as the newest status of each node and short histories. */
import { useSyncExternalStore } from 'react';
import type { NodeStatus } from '#api/contract/control.ts';
import type { DoctorProgress } from '#api/contract/doctor.ts';
import type { LiveEvent } from '#api/contract/events.ts';
import type { Counters, LogLine } from '#api/contract/node-questions.ts';
import { basePath } from '#api/contract/rest.ts';
import { call } from './client.ts';
import { loadSession } from './session.ts';

export interface LiveNode {
  readonly node: string;
  readonly status: NodeStatus | undefined;
  readonly away: string | undefined;
  /** When it was said, ms since 1970. */
  readonly at: number;
  /** Once a second, newest last. */
  readonly counters: readonly Counters[];
}

export type RoleEvent = Extract<LiveEvent, { kind: 'role' }>;

export interface Live {
  /** The node that answers this page. */
  readonly here: string;
  readonly nodes: readonly LiveNode[];
  readonly connected: boolean;
  readonly roles: readonly RoleEvent[];
  readonly log: readonly LogLine[];
  /** Counts up with every change of the document. */
  readonly documents: number;
  /** How far an examination of the cluster is; undefined when none is under way. */
  readonly doctor: DoctorProgress | undefined;
}

/** Seconds of plots. */
export const plotSeconds = 120;
const keptRoles = 50;
const keptLines = 2_000;

let live: Live = {
  here: '',
  nodes: [],
  connected: false,
  roles: [],
  log: [],
  documents: 0,
  doctor: undefined,
};
const listeners = new Set<() => void>();
const set = (value: Live) => {
  live = value;
  for (const listener of listeners) listener();
};

export const useLive = (): Live =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );

const change = (node: string, part: Partial<LiveNode>): readonly LiveNode[] => {
  const known = live.nodes.some((entry) => entry.node === node);
  const fresh: LiveNode = { node, status: undefined, away: undefined, at: Date.now(), counters: [] };
  const all = known ? live.nodes : [...live.nodes, fresh];
  return all.map((entry) => (entry.node === node ? { ...entry, ...part } : entry));
};

function take(event: LiveEvent): void {
  if (event.kind === 'status') {
    const { node, status } = event;
    set({ ...live, nodes: change(node, { status, away: undefined, at: Date.now() }) });
  } else if (event.kind === 'away') {
    set({ ...live, nodes: change(event.node, { status: undefined, away: event.why, at: Date.now() }) });
  } else if (event.kind === 'role') {
    set({ ...live, nodes: withRole(event), roles: [...live.roles.slice(1 - keptRoles), event] });
  } else if (event.kind === 'counters') {
    const before = live.nodes.find(({ node }) => node === event.node)?.counters ?? [];
    set({
      ...live,
      nodes: change(event.node, { counters: [...before.slice(-plotSeconds), event.counters] }),
    });
  } else if (event.kind === 'log') {
    set({ ...live, log: [...live.log.slice(1 - keptLines), event.line] });
  } else if (event.kind === 'document') {
    set({ ...live, documents: live.documents + 1 });
  } else if (event.kind === 'doctor') {
    set({ ...live, doctor: event.nodes });
  } else {
    void loadSession();
  }
}

/** A role is shown at once; the whole status follows. */
function withRole({ node, interface: ifname, vhid, to }: RoleEvent): readonly LiveNode[] {
  const status = live.nodes.find((entry) => entry.node === node)?.status;
  if (status === undefined) return live.nodes;
  const vips = status.vips.map((vip) =>
    vip.interface === ifname && vip.vhid === vhid
      ? { ...vip, status: to as typeof vip.status, forMs: 0 }
      : vip,
  );
  return change(node, { status: { ...status, vips }, at: Date.now() });
}

const eventKinds: readonly LiveEvent['kind'][] = [
  ...(['status', 'away', 'role', 'counters', 'log', 'document', 'doctor', 'logout'] as const),
];

/** Opens the stream; the browser opens it again when it breaks. Returns what closes it. */
export function startLive(): () => void {
  let hasBroken = false;
  void refreshCluster().catch(() => undefined);
  const source = new EventSource(`${basePath}/events`);
  for (const kind of eventKinds) {
    source.addEventListener(kind, (message) => take(JSON.parse(message.data as string) as LiveEvent));
  }
  source.onopen = () => {
    set({ ...live, connected: true, documents: live.documents + 1 });
    if (hasBroken) void startAgain();
    hasBroken = false;
  };
  source.onerror = () => {
    set({ ...live, connected: false, doctor: undefined });
    hasBroken = true;
    // The stream may have been refused because the login has ended.
    if (source.readyState === EventSource.CLOSED) void loadSession();
  };
  return () => source.close();
}

/** Another node may have taken over the page: in a lab, or where the page is reached by a virtual IP. */
async function startAgain(): Promise<void> {
  await loadSession();
  await refreshCluster().catch(() => undefined);
}

/** Asks all nodes at once, in the order of the document. */
export async function refreshCluster(): Promise<void> {
  const { node: here, nodes } = await call('cluster');
  const known = nodes.map(({ node, status, away }) => {
    const counters = live.nodes.find((other) => other.node === node)?.counters ?? [];
    return { node, status, away, at: Date.now(), counters };
  });
  set({ ...live, here, nodes: known });
}
