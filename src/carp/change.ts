/**
 * From one configuration of a VHID to the next, while its peers are still at the old one or already at the new. Nodes
 * get a document within a second of each other, never in the same instant; a node that obeyed at once would not be
 * understood by the others: another password or a better priority than they know is refused, and both would be
 * masters. So what is new is understood from the first moment on, but said only a little later; and until that has
 * passed everywhere, a backup takes nothing for a slower master.
 */
import { after, type Instant, type Micros, seconds } from '#base/time.ts';
import type { GroupConfig, VhidConfig } from './types.ts';

/** What is new is said this long after it was understood: all peers must have got it by then. */
export const adoptAfter: Micros = seconds(2);
/** Peers that were a little later have adopted it, too, by then. */
export const settleAfter: Micros = seconds(5);
/** Configurations of the past that are kept in mind; more changes within `settleAfter` nobody makes by hand. */
export const formerLimit = 4;

/** A VHID's configuration with that of its group. */
export interface Setup {
  readonly vhid: VhidConfig;
  readonly group: GroupConfig;
}

export class Change {
  readonly next: Setup;
  readonly adoptAt: Instant;
  readonly settledAt: Instant;
  /** What peers may still go by. */
  readonly former: readonly Setup[];
  adopted = false;

  /** `before`: the change that was still under way. */
  constructor(inForce: Setup, next: Setup, before: Change | undefined, now: Instant) {
    const pending = before === undefined ? [] : [...before.former, before.next];
    this.next = next;
    this.former = [...pending, inForce].slice(-formerLimit);
    this.adoptAt = after(now, adoptAfter);
    this.settledAt = after(now, settleAfter);
  }

  /** Everything that a peer may go by. */
  get all(): readonly Setup[] {
    return [...this.former, this.next];
  }
}

/** Whether two configurations of a VHID are the same to its peers, and to its timers. */
export const isSame = (a: Setup, b: Setup): boolean => wordOf(a) === wordOf(b);

const wordOf = ({ vhid, group }: Setup): string =>
  JSON.stringify([{ ...vhid, key20: [...vhid.key20] }, group.timing, group.strict, group.listen]);
