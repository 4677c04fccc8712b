/**
 * What the nodes have in common beside the document, told to each other over their pinned connections: whom they trust,
 * so that a node which joined one is known to all, and what came from a pfSense and no document holds.
 */
import type { z } from 'zod';
import type { Result } from '#base/result.ts';
import { outcome, type PeerAddress } from './contract/inside.ts';
import { type Kept, keptReply } from './contract/pfsense-words.ts';
import type { ApiAsks, SharedReply } from './contract/processes.ts';

export interface SharingParts {
  /** The other nodes of the document. */
  readonly peers: () => readonly PeerAddress[];
  /** Asks the privileged process. */
  readonly ask: <T extends z.ZodType>(what: ApiAsks, schema: T) => Promise<Result<z.infer<T>>>;
  /** Something newer is kept than before. */
  readonly keptChanged: () => void;
}

export interface SharingPeer {
  readonly node: string;
  shared(keptAfter: number): Promise<Result<SharedReply>>;
}

export class Sharing {
  readonly #parts: SharingParts;
  readonly #busy = new Set<string>();

  constructor(parts: SharingParts) {
    this.#parts = parts;
  }

  /** The answer to a node that has shown who it is. */
  async answer(keptAfter: number): Promise<SharedReply> {
    const told = await this.#parts.ask({ kind: 'kept', after: keptAfter }, keptReply);
    const trusted = this.#parts
      .peers()
      .flatMap(({ node, certificate, joined = 0 }) =>
        certificate === undefined ? [] : [{ node, certificate, joined }],
      );
    const kept = told.ok ? told.value.kept : undefined;
    return { trusted, ...(kept === undefined ? {} : { kept }) };
  }

  /** Takes over what a node has that is newer. One that hangs is not asked again meanwhile. */
  async with(peer: SharingPeer): Promise<void> {
    if (this.#busy.has(peer.node)) return;
    this.#busy.add(peer.node);
    try {
      const own = await this.#parts.ask({ kind: 'kept', after: Number.MAX_SAFE_INTEGER }, keptReply);
      if (!own.ok) return;
      const theirs = await peer.shared(own.value.at);
      if (!theirs.ok) return;
      await this.#meet(theirs.value.trusted, peer.node);
      await this.#take(theirs.value.kept);
    } finally {
      this.#busy.delete(peer.node);
    }
  }

  async #meet(trusted: SharedReply['trusted'], from: string): Promise<void> {
    for (const { node, certificate, joined } of trusted) {
      const known = this.#parts.peers().find((peer) => peer.node === node);
      if (known === undefined || known.certificate === certificate) continue;
      await this.#parts.ask({ kind: 'trust', node, certificate, heard: { from, joined } }, outcome);
    }
  }

  async #take(kept: Kept | undefined): Promise<void> {
    if (kept?.at === undefined) return;
    const done = await this.#parts.ask({ kind: 'keep', kept }, outcome);
    if (done.ok && done.value.ok) this.#parts.keptChanged();
  }
}
