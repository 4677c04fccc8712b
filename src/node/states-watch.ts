/** What the main thread makes of the states thread's reports: findings, readiness, the status. Pure. */
import type { StatesStatus } from '#api/contract/control.ts';
import type { PeerReport, Refusal } from '#statesync/contract.ts';
import type { StatesReport } from './states-protocol.ts';

export interface StatesFinding {
  readonly code: string;
  readonly subject: string | undefined;
  readonly cause: string;
}

/** Milliseconds. */
const silentAfter = 3_000;
const bulkAfter = 5_000;
const behindAfter = 1_000;
/** What happened stays a finding for so long. */
const remember = 10_000;

export class StatesWatch {
  readonly #startedAt: number;
  #last: StatesReport | undefined;
  #at: number;
  /** Counters of things that happen, with their last change. */
  readonly #seen = new Map<string, { value: number; at: number }>();

  constructor(nowMs: number) {
    this.#startedAt = nowMs;
    this.#at = nowMs;
  }

  hear(report: StatesReport, nowMs: number): void {
    this.#last = report;
    this.#at = nowMs;
    const refused = report.session.refused;
    const counts: Readonly<Record<string, number>> = {
      overruns: report.overruns,
      forged: refused.forged,
      replayed: refused.replayed,
      full: report.applier.full,
    };
    for (const [name, value] of Object.entries(counts)) {
      const known = this.#seen.get(name);
      if (known?.value !== value) this.#seen.set(name, { value, at: value === 0 ? -remember : nowMs });
    }
  }

  /** Every peer's table is here. */
  get isInStep(): boolean {
    const peers = this.#last?.peers ?? [];
    return peers.length > 0 && peers.every(({ phase }) => phase === 'inStep');
  }

  /** Nobody is there who could send a table: every peer is silent or has left. */
  get isAlone(): boolean {
    const peers = this.#last?.peers ?? [];
    return peers.every(({ phase }) => phase === 'unknown' || phase === 'silent' || phase === 'left');
  }

  /** A peer that is there has something that is not here. */
  get isFilling(): boolean {
    return this.#last?.peers.some(({ phase }) => phase === 'asking' || phase === 'filling') ?? false;
  }

  findings(nowMs: number): StatesFinding[] {
    const report = this.#last;
    if (report === undefined) return [];
    const found: StatesFinding[] = report.peers.flatMap((peer) => this.#peerFindings(peer, nowMs));
    const told = (name: string): number => this.#seen.get(name)?.value ?? 0;
    const happened = (name: string): boolean => nowMs - (this.#seen.get(name)?.at ?? -remember) < remember;
    const add = (code: string, cause: string): void => void found.push({ code, subject: undefined, cause });
    if (report.sameHostId) add('states-host-id-equal', 'another node uses the host id of this one');
    if (happened('forged'))
      add('states-forged', `${told('forged')} datagrams were not sealed by this cluster`);
    if (happened('replayed')) add('states-replayed', `${told('replayed')} datagrams were repeated`);
    if (happened('overruns'))
      add(
        'states-overrun',
        `the kernel threw news away ${told('overruns')} times; everything was sent again`,
      );
    if (happened('full')) add('states-table-full', `no room for ${told('full')} of the peers' entries`);
    else if (report.entries >= report.mostEntries)
      add('states-table-full', `all ${report.mostEntries} places of the table are taken`);
    return found;
  }

  #peerFindings(peer: PeerReport, nowMs: number): StatesFinding[] {
    const { name: subject, phase } = peer;
    const age = peer.forUs / 1_000 + nowMs - this.#at;
    const isNew = nowMs - this.#startedAt < silentAfter;
    if ((phase === 'silent' || phase === 'unknown') && !isNew)
      return [{ code: 'states-peer-silent', subject, cause: `${subject} is not heard on the sync link` }];
    if ((phase === 'asking' || phase === 'filling') && age > bulkAfter)
      return [
        { code: 'states-bulk-failed', subject, cause: `the table of ${subject} does not come in whole` },
      ];
    if (phase === 'inStep' && peer.lag / 1_000 > behindAfter)
      return [
        { code: 'states-behind', subject, cause: `${subject} is ${Math.round(peer.lag / 1_000)} ms behind` },
      ];
    return [];
  }

  status(): StatesStatus | undefined {
    const report = this.#last;
    if (report === undefined) return undefined;
    const { refused, ...session } = report.session;
    const { failed, ...applier } = report.applier;
    const refusals = Object.entries(refused) as [Refusal, number][];
    return {
      entries: report.entries,
      mostEntries: report.mostEntries,
      peers: report.peers.map((peer) => ({
        node: peer.name,
        hostId: peer.node.toString(16).padStart(8, '0'),
        state: peer.phase === 'inStep' ? 'in step' : peer.phase,
        active: peer.active,
        entries: peer.states,
        lagMs: peer.lag / 1_000,
      })),
      counters: {
        ...session,
        ...applier,
        overruns: report.overruns,
        sendErrors: report.sendErrors,
        ...Object.fromEntries(refusals.map(([reason, count]) => [`refused ${reason}`, count])),
        ...Object.fromEntries(
          Object.entries(failed).map(([errno, count]) => [`failed errno ${errno}`, count]),
        ),
      },
    };
  }
}
