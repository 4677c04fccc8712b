/** What core does for pfSenses: it says what is in force, keeps what a document cannot hold, and shows what is wrong. */

import type { z } from 'zod';
import type { standing } from '#api/contract/pfsense-words.ts';
import { type Kept, kept, type PfsenseAsks, type PfsenseTells } from '#api/contract/pfsense-words.ts';
import { ok, type Result } from '#base/result.ts';
import { headOf, type Revision } from '#commit/revision.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { DurableFolder } from './durable-files.ts';

const keptFile = 'pfsense-kept.json';
/** Shown in the finding; the rest is counted. */
const mostShown = 12;

export interface DeskParts {
  /** Beside the revisions. */
  readonly folder: DurableFolder;
  readonly head: () => Revision | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly read: (text: string) => Result<ClusterDocument>;
  readonly raise: (code: string, subject: string | undefined, cause: string) => void;
  readonly clear: (code: string, subject: string | undefined) => void;
}

export class PfsenseDesk {
  readonly #parts: DeskParts;
  #kept: Kept | undefined;
  /** The document of the revision with this hash; reading a large one takes a while. */
  #known: { readonly hash: string; readonly document: ClusterDocument } | undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#kept = this.#readKept();
    this.#show();
  }

  /** Revision and document belong together: said when a revision has become the head. */
  follow(hash: string, document: ClusterDocument): void {
    this.#known = { hash, document };
  }

  answer(asked: PfsenseAsks): unknown {
    switch (asked.kind) {
      case 'standing':
        return this.#standing();
      case 'kept': {
        const { at = 0 } = this.#kept ?? {};
        return at > (asked.after ?? -1) ? { kept: this.#kept, at } : { at };
      }
      case 'keep':
        return this.#keep(asked.kept);
    }
  }

  hear({ code, subject, cause }: PfsenseTells): void {
    if (cause === undefined) this.#parts.clear(code, subject);
    else this.#parts.raise(code, subject, cause);
  }

  #standing(): z.infer<typeof standing> {
    const head = this.#parts.head();
    if (head === undefined) return { ok: false, error: 'the node is still starting' };
    if (this.#known?.hash !== head.hash) {
      const read = this.#parts.read(head.text);
      if (!read.ok) return read;
      this.#known = { hash: head.hash, document: read.value };
    }
    const { document } = this.#known;
    if (document.ha.sync?.config === undefined)
      return { ok: false, error: 'this node takes no sections: its document has no ha.sync.config' };
    return ok({ head: headOf(head), text: head.text, document });
  }

  /** What another node was sent counts if it is newer. Nothing is kept as an empty text: that is news to others, too. */
  #keep(wanted: Kept = { text: '', left: [] }): Result<void> {
    const before = this.#kept?.at ?? 0;
    if (wanted.at !== undefined && wanted.at <= before) return ok(undefined);
    const kept = { ...wanted, at: wanted.at ?? Math.max(this.#parts.now(), before + 1) };
    const done = this.#parts.folder.write(keptFile, `${JSON.stringify(kept)}\n`);
    if (!done.ok) return done;
    this.#kept = kept;
    this.#show();
    return ok(undefined);
  }

  #readKept(): Kept | undefined {
    const text = this.#parts.folder.read(keptFile);
    if (!text.ok) return undefined;
    try {
      const read = kept.nullable().parse(JSON.parse(text.value));
      // Versions before did not write down when it came.
      return read === null ? undefined : { ...read, at: read.at ?? 1 };
    } catch {
      this.#parts.raise(
        'config-kept',
        undefined,
        `${keptFile} is damaged: what a pfSense sent and the document cannot hold is lost until its next push`,
      );
      return undefined;
    }
  }

  #show(): void {
    const left = this.#kept?.left ?? [];
    const more = left.length > mostShown ? `; and ${left.length - mostShown} more` : '';
    if (left.length > 0)
      this.#parts.raise('config-kept', undefined, `${left.slice(0, mostShown).join('; ')}${more}`);
    else if (this.#kept !== undefined) this.#parts.clear('config-kept', undefined);
  }
}
