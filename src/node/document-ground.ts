/** The ground on which changes of the document stand: the running node's kernel and threads. */
import { fail, ok, type Result } from '#base/result.ts';
import type { Ground } from '#commit/participant.ts';
import { differenceInWords } from '#config/difference.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Drift } from './drift.ts';
import type { Follower } from './following.ts';

/** Reads and judges a text; the error is made for people, one finding per line. */
export type ReadText = (text: string) => Result<ClusterDocument>;

/** A document that was opened for a node says in its sections what is the node's own; other nodes' matter there. */
const inForce = ({ nodes, ...rest }: ClusterDocument): unknown => ({
  ...rest,
  nodes: Object.fromEntries(Object.entries(nodes).map(([name, { own: _, ...node }]) => [name, node])),
});

export function makeGround(read: ReadText, follower: Follower, drift: Drift): Ground {
  return {
    tryOut: async (text) => {
      const document = read(text);
      if (!document.ok) return document;
      const tried = await follower.tryOut(document.value);
      if (!tried.ok) return fail(tried.error);
      return ok([...differenceInWords(inForce(follower.document), inForce(document.value)), ...tried.value]);
    },
    follow: async (text) => {
      const document = read(text);
      if (!document.ok) return document;
      const followed = await follower.follow(document.value);
      if (followed.ok) await drift.settle();
      return followed;
    },
    inspect: () => drift.inspect(),
  };
}
