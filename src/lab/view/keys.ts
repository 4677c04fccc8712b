/** What a key does to a node that is already broken in some other way. Pure. */
import type { FaultName } from '#lab/faults.ts';

export interface InForce {
  readonly node: string;
  readonly fault: FaultName;
}

export type Answer =
  | { readonly do: 'refuse'; readonly why: string }
  /** `inForce` is what holds once it is done. */
  | { readonly do: 'apply' | 'undo'; readonly inForce: readonly InForce[] };

/** Faults that a running daemon is told of. */
export const isTold = (fault: FaultName): boolean => fault === 'maintenance' || fault === 'carp-disabled';

/** The answer to a key that breaks a node, or mends it where it is broken that way. */
export function answerTo(
  { node, fault }: InForce,
  inForce: readonly InForce[],
  isRunning: (node: string) => boolean,
): Answer {
  const has = (one: FaultName) => inForce.some((entry) => entry.node === node && entry.fault === one);
  if (has('host-death') && fault !== 'host-death')
    return { do: 'refuse', why: `${node} is dead: k boots it again` };
  if (isTold(fault) && !isRunning(node))
    return { do: 'refuse', why: `${node} does not run: s starts it again` };
  // A node that ended by itself is started by the same key.
  if (has(fault) || (fault === 'graceful-stop' && !isRunning(node))) {
    const over = endedBy(fault);
    return {
      do: 'undo',
      inForce: inForce.filter((entry) => entry.node !== node || !over.includes(entry.fault)),
    };
  }
  return { do: 'apply', inForce: [...inForce, { node, fault }] };
}

/** What mending a fault ends: a new process knows nothing of "CARP disabled", but maintenance mode persists. */
function endedBy(fault: FaultName): readonly FaultName[] {
  if (fault === 'graceful-stop') return [fault, 'carp-disabled'];
  if (fault === 'host-death') return [fault, 'graceful-stop', 'carp-disabled', 'lan-pulled', 'wan-pulled'];
  return [fault];
}
