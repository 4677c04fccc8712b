/** Where a test of a document takes place: the lab, what is broken in it now, and what has happened so far. */
import { type FaultName, faults } from '#lab/faults.ts';
import type { Lab } from '#lab/lab.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import type { Moment } from '#lab/timeline.ts';
import type { WebLoad } from '#lab/web.ts';
import type { Text } from './plan.ts';

/** What was expected, what came of it. */
export interface Checked {
  readonly expected: Text;
  readonly measured: Text;
  readonly isKept: boolean;
}

const patienceMs = 20_000;

export class Scene {
  readonly lab: Lab;
  readonly web: readonly string[];
  readonly moments: Moment[] = [];
  readonly startedAt = monotonicMs();
  /** Lines that each node's log had when the test began are older than this (wall clock). */
  readonly startedWall = new Date().toISOString();
  readonly stopped = new Set<string>();
  load: WebLoad | undefined;
  /** When the last of what was done to the cluster was complete. */
  doneAt = monotonicMs();
  /** The revision that the test found. */
  revision: number | undefined;
  #broken: { readonly fault: FaultName; readonly node: string }[] = [];

  constructor(lab: Lab, web: readonly string[]) {
    this.lab = lab;
    this.web = web;
  }

  get first(): string {
    return this.lab.topology.nodes[0] ?? '';
  }

  /** When something was last done to the cluster. */
  get since(): number {
    return this.moments.at(-1)?.at ?? this.startedAt;
  }

  mark(words: Text, phase: Moment['phase']): void {
    this.moments.push({ at: monotonicMs(), label: words.en, words, phase });
  }

  async break(fault: FaultName, node: string): Promise<void> {
    this.#broken.push({ fault, node });
    await faults[fault].apply(this.lab, node);
  }

  async mend(fault: FaultName, node: string): Promise<void> {
    this.#broken = this.#broken.filter((one) => one.fault !== fault || one.node !== node);
    await faults[fault].undo(this.lab, node);
  }

  async change(node: string, edit: (text: string) => string): Promise<void> {
    const { revision } = await this.lab.node(node).command({ command: 'revision' });
    if (revision === undefined) throw new Error(`${node} has no document`);
    this.revision ??= revision.number;
    const request = { command: 'apply', text: edit(revision.text), author: 'lab', reason: 'test' } as const;
    await this.lab.node(node).command(request, patienceMs);
  }

  async rollback(node: string): Promise<void> {
    if (this.revision === undefined) return;
    const request = { command: 'rollback', number: this.revision, author: 'lab', reason: 'test' } as const;
    this.revision = undefined;
    await this.lab.node(node).command(request, patienceMs);
  }

  /** Leaves the lab as the test found it. */
  async restore(): Promise<void> {
    this.load?.stop();
    for (const { fault, node } of this.#broken.toReversed()) await this.mend(fault, node);
    for (const host of this.stopped) await this.lab.web.start(host);
    await this.rollback(this.first);
  }
}
