/** The ground on which changes of the document stand: the running node's kernel and threads. */
import { fail, ok, type Result } from '#base/result.ts';
import type { Ground } from '#commit/participant.ts';
import type { Secrets } from '#commit/secrets.ts';
import { differenceInWords } from '#config/difference.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Drift } from './drift.ts';
import type { Follower } from './following.ts';
import type { SecretStore } from './secret-store.ts';

/**
 * Reads and judges a text; the error is made for people, one finding per line. `given` are secrets for those that this
 * node lacks.
 */
export type ReadText = (text: string, given?: Secrets) => Result<ClusterDocument>;

/** A document that was opened for a node says in its sections what is the node's own; other nodes' matter there. */
const inForce = ({ nodes, ...rest }: ClusterDocument): unknown => ({
  ...rest,
  nodes: Object.fromEntries(Object.entries(nodes).map(([name, { own: _, ...node }]) => [name, node])),
});

export function makeGround(read: ReadText, follower: Follower, drift: Drift, secrets: SecretStore): Ground {
  return {
    tryOut: async (text, given = {}) => {
      const known = secrets.known();
      const other = Object.keys(given).find((name) => (known[name] ?? given[name]) !== given[name]);
      if (other !== undefined)
        return fail(
          `the secret "${other}" has another value here than at the node where the change was made: give the new value a name of its own, so that both nodes take it at once, or make the two the same`,
        );
      const document = read(text, given);
      if (!document.ok) return document;
      const tried = await follower.tryOut(document.value);
      if (!tried.ok) return fail(tried.error);
      return ok([...differenceInWords(inForce(follower.document), inForce(document.value)), ...tried.value]);
    },
    follow: async (text, given) => {
      const document = read(text, given);
      if (!document.ok) return document;
      const followed = await follower.follow(document.value);
      if (followed.ok) await drift.settle();
      return followed;
    },
    secrets: (names) => {
      const known = Object.entries(secrets.known());
      return Object.fromEntries(known.filter(([name]) => names.includes(name)));
    },
    keepSecrets: (given) => secrets.keep(given),
    inspect: () => drift.inspect(),
  };
}
