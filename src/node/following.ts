/**
 * A running node follows a new document: each part of it that hangs on the document is tried first and then changed,
 * one after the other; when one fails, those before it go back.
 */
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';

export interface Follower {
  /** Compiles the document for this node and tries it. Touches nothing. The words say what would change in the kernel. */
  tryOut(document: ClusterDocument): Promise<Result<readonly string[]>>;
  /**
   * Makes kernel and threads follow. On failure everything is put back as it was and the error says why. Idempotent;
   * calls wait for each other.
   */
  follow(document: ClusterDocument): Promise<Result<void>>;
  /** The one that is in force. */
  readonly document: ClusterDocument;
}

/** Something of a node that follows the document: the ruleset, the virtual IPs, state synchronisation. */
export interface Part {
  /** What would change from one document to the next, in words; fails when it cannot. Touches nothing. */
  tryOut(from: ClusterDocument, to: ClusterDocument): Promise<Result<readonly string[]>>;
  /** Changes it. When that fails the part is as it was; what would stay the same is not touched. */
  follow(from: ClusterDocument, to: ClusterDocument): Promise<Result<void>>;
}

/** `parts` in the order in which they change: the ruleset first, so that no address is held that it does not know. */
export function makeFollower(first: ClusterDocument, node: string, parts: readonly Part[]): Follower {
  let inForce = first;
  let last: Promise<unknown> = Promise.resolve();

  const takesPart = (document: ClusterDocument): Result<void> =>
    Object.hasOwn(document.nodes, node)
      ? ok(undefined)
      : fail(`the document has no node "${node}"; it has ${Object.keys(document.nodes).join(', ')}`);

  async function tryAll(document: ClusterDocument): Promise<Result<readonly string[]>> {
    const known = takesPart(document);
    if (!known.ok) return known;
    const words: string[] = [];
    for (const part of parts) {
      const tried = await part.tryOut(inForce, document);
      if (!tried.ok) return tried;
      words.push(...tried.value);
    }
    return ok(words);
  }

  async function followAll(document: ClusterDocument): Promise<Result<void>> {
    const known = takesPart(document);
    if (!known.ok) return known;
    const done: Part[] = [];
    for (const part of parts) {
      const followed = await part.follow(inForce, document);
      if (followed.ok) {
        done.unshift(part);
        continue;
      }
      const stuck: string[] = [];
      for (const earlier of done) {
        const undone = await earlier.follow(document, inForce);
        if (!undone.ok) stuck.push(undone.error);
      }
      const rest = stuck.length === 0 ? '' : `; putting it back failed, too: ${stuck.join('; ')}`;
      return fail(`${followed.error}${rest}`);
    }
    inForce = document;
    return ok(undefined);
  }

  return {
    tryOut: tryAll,
    follow: (document) => {
      const result = last.then(() => followAll(document));
      last = result.catch(() => undefined);
      return result;
    },
    get document() {
      return inForce;
    },
  };
}
