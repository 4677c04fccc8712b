/** A node and the pfSenses that it speaks with: one that pushes to it, and one that it pushes to. */
import type { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import type { Proposal } from '#commit/coordinator.ts';
import { outcome } from './contract/inside.ts';
import {
  type Kept,
  keptReply,
  type PfsenseAsks,
  type PfsenseTells,
  standing,
} from './contract/pfsense-words.ts';
import { callPfsense } from './pfsense-call.ts';
import { Pusher } from './pusher.ts';
import type { XmlrpcParts } from './xmlrpc.ts';
import { type InForce, Keeping, partsOf } from './xmlrpc-node.ts';
import { Notices } from './xmlrpc-notices.ts';

export interface PfsenseParts {
  readonly node: string;
  readonly version: string;
  /** Asks the privileged process. */
  readonly ask: <T extends z.ZodType>(what: PfsenseAsks, schema: T) => Promise<Result<z.infer<T>>>;
  readonly tell: (words: PfsenseTells) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
  /** `Coordinator.propose`. */
  readonly propose: (proposal: Proposal) => Promise<Result<unknown>>;
  /** Whether a node that has joined has this address. */
  readonly isNode: (address: string) => boolean;
}

export class PfsenseLink {
  /** For the server. */
  readonly xmlrpc: XmlrpcParts;
  readonly #pusher: Pusher;
  readonly #keeping: Keeping;

  constructor({ node, version, ask, tell, log, propose, isNode }: PfsenseParts) {
    const notices = new Notices(tell);
    const inForce = async (): Promise<Result<InForce>> => {
      const told = await ask({ kind: 'standing' }, standing);
      if (!told.ok) return told;
      if (!told.value.ok) return fail(told.value.error);
      const { head, text, document } = told.value.value;
      return ok({ revision: head.number, hash: head.hash, text, document });
    };
    const store = {
      kept: async () => {
        const told = await ask({ kind: 'kept' }, keptReply);
        return told.ok ? ok(told.value.kept) : told;
      },
      keep: async (kept: Kept | undefined) => {
        const done = await ask({ kind: 'keep', ...(kept === undefined ? {} : { kept }) }, outcome);
        if (!done.ok) return done;
        return done.value.ok ? ok(undefined) : fail(done.value.error);
      },
    };
    this.#keeping = new Keeping(store);
    this.xmlrpc = partsOf(
      {
        ...{ node, version, inForce, propose, ...store },
        notice: (...noticed) => notices.raise(...noticed),
        took: (source) => notices.settle(source),
      },
      this.#keeping,
    );
    const found = (code: PfsenseTells['code'], subject: string, cause?: string): void =>
      tell({ kind: 'pfsense', code, subject, ...(cause === undefined ? {} : { cause }) });
    this.#pusher = new Pusher({ node, inForce, isNode, call: callPfsense, found, log });
  }

  /** How the pfSense that this node pushes to stands to its document. */
  get stands(): Pusher['stands'] {
    return this.#pusher.stands;
  }

  /** What is kept came from another node. */
  keptChanged(): void {
    this.#keeping.forget();
  }

  /** The document, or who has joined, may have changed. */
  wake(): void {
    this.#pusher.wake();
  }
}
