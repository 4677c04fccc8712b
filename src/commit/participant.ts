/**
 * One node's part in a change of the document: it judges and tries a revision, makes the kernel follow it, and goes
 * back unless everybody has followed. Time comes in as a function; every wait has its end in `deadline`.
 */
import { fail, ok, type Result } from '#base/result.ts';
import type { RevisionStore } from '#ports/revisions.ts';
import { type MemberNo, type MemberReply, type MemberRequest, type MemberYes, protocol } from './messages.ts';
import {
  headOf,
  isWhole,
  nextRevision,
  type Revision,
  type RevisionHead,
  titleOf,
  undoAuthor,
} from './revision.ts';
import type { Secrets } from './secrets.ts';
import { readTrust, type Trust } from './trust.ts';

/** What the participant needs of the node around it. */
export interface Ground {
  /**
   * Reads and judges the text and tries it without touching anything; the words say what would change. `given` are
   * secrets for those that this node lacks; one that it has with another value is a failure.
   */
  tryOut(text: string, given?: Secrets): Promise<Result<readonly string[]>>;
  /** Kernel and threads follow the text. A failure leaves everything as it was. */
  follow(text: string, given?: Secrets): Promise<Result<void>>;
  /** Those of these secrets that are here. */
  secrets(names: readonly string[]): Secrets;
  /** Keeps what of this is not here yet; when it returns, it survives a power cut. */
  keepSecrets(given: Secrets): Result<void>;
  /** How the kernel differs from what is in force. */
  inspect(): Promise<readonly string[]>;
}

export interface ParticipantParts {
  readonly node: string;
  /** The program's version, for people. */
  readonly version: string;
  readonly store: RevisionStore;
  readonly ground: Ground;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of every change of the head, of what is undone, and of what was superseded. */
  readonly tell: (news: News) => void;
}

export type News =
  | { readonly kind: 'head'; readonly head: RevisionHead }
  | { readonly kind: 'undone'; readonly what: RevisionHead }
  | { readonly kind: 'superseded'; readonly what: RevisionHead; readonly by: RevisionHead }
  | { readonly kind: 'trouble'; readonly what: string };

interface Transaction {
  readonly id: string;
  readonly by: string;
  /** Forgotten at this time, ms since 1970. */
  expires: number;
  revision?: Revision;
  /** What came with it. */
  secrets: Secrets;
  /** The kernel has followed. */
  followed: boolean;
}

/** A coordinator that is silent for so long is gone: longer than any compile and `nft -c` of a large document, ms. */
const transactionPatience = 30_000;
/** Characters of documents in one answer; the rest is asked for again. */
const answerLimit = 8_000_000;

export class Participant {
  readonly #parts: ParticipantParts;
  readonly #history: Revision[];
  #transaction: Transaction | undefined;
  #trust: Trust;
  /** Requests are answered one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: ParticipantParts) {
    this.#parts = parts;
    this.#history = [...parts.store.list()];
    this.#trust = readTrust(parts.store.recall());
  }

  get head(): Revision | undefined {
    return this.#history.at(-1);
  }

  get history(): readonly Revision[] {
    return this.#history;
  }

  /** Until when the head waits to be confirmed, ms since 1970. */
  get confirmBy(): number | undefined {
    return this.#trust.trial?.hash === this.head?.hash ? this.#trust.trial?.confirmBy : undefined;
  }

  /** When `tick` is due, ms since 1970. */
  deadline(): number | undefined {
    const due = [this.#transaction?.expires, this.confirmBy].filter((time) => time !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Ends what nobody ended: a transaction without a coordinator, a revision without a confirmation. */
  tick(): Promise<void> {
    return this.#inTurn(async () => {
      const now = this.#parts.now();
      if (this.#transaction !== undefined && this.#transaction.expires <= now) await this.#abort();
      const due = this.confirmBy;
      if (due !== undefined && due <= now && this.#transaction === undefined) await this.#undo(due);
    });
  }

  /** Starts the history with a document that is in force already. Does nothing when there is one. */
  begin(text: string, origin: { readonly author: string; readonly reason: string }): Result<void> {
    if (this.head !== undefined) return ok(undefined);
    const { node, now } = this.#parts;
    return this.#append(nextRevision(undefined, text, { ...origin, node, time: now() }));
  }

  answer(request: MemberRequest): Promise<MemberReply> {
    return this.#inTurn(() =>
      this.#answer(request).catch((bug: Error) =>
        this.#no('failed', `bug at ${this.#parts.node}: ${bug.message}`),
      ),
    );
  }

  async #answer(request: MemberRequest): Promise<MemberReply> {
    switch (request.kind) {
      case 'head':
      // Whoever hands this on adds what was measured.
      case 'examine':
        return this.#yes();
      case 'history':
        return this.#yes({ history: this.#history.slice(-request.limit).map(headOf) });
      case 'revisions':
        return this.#yes({ revisions: this.#revisionsAfter(request.after) });
      case 'plan':
        return this.#yesIf(await this.#parts.ground.tryOut(request.text, request.secrets), 'refused');
      case 'inspect':
        return this.#yes({ words: [...(await this.#parts.ground.inspect())] });
      case 'reserve':
        return this.#reserve(request.transaction, request.base, request.by);
      case 'prepare':
        return this.#prepare(request.transaction, request.revision, request.secrets);
      case 'commit':
        return this.#commit(request.transaction);
      case 'seal':
        return this.#seal(request.transaction, request.confirmBy);
      case 'abort':
        if (this.#transaction?.id === request.transaction) await this.#abort();
        return this.#yes();
      case 'confirm':
        return this.#confirm(request.hash);
      case 'catchUp':
        return this.#catchUp(request.common, request.revisions, request.secrets);
      case 'secrets':
        return this.#yes({ secrets: this.#parts.ground.secrets(request.names) });
    }
  }

  #reserve(id: string, base: RevisionHead | undefined, by: string): MemberReply {
    const other = this.#transaction;
    if (other !== undefined && other.id !== id)
      return this.#no('busy', `another change (${other.by}) is under way; try again in a moment`);
    if (base?.hash !== this.head?.hash) {
      const what = this.head === undefined ? 'has no document yet' : `is at ${titleOf(this.head)}`;
      return this.#no('conflict', `the document has changed in the meantime: ${this.#parts.node} ${what}`);
    }
    this.#transaction = { id, by, expires: this.#expiry(), followed: false, secrets: {} };
    return this.#yes();
  }

  async #prepare(id: string, revision: Revision, secrets: Secrets = {}): Promise<MemberReply> {
    const transaction = this.#current(id);
    if (transaction === undefined) return this.#lost();
    if (!isWhole(revision) || revision.parent !== (this.head?.hash ?? revision.parent))
      return this.#no('refused', 'the revision is damaged, or does not follow the one that is in force');
    const tried = await this.#parts.ground.tryOut(revision.text, secrets);
    if (tried.ok) Object.assign(transaction, { revision, secrets });
    transaction.expires = this.#expiry();
    return this.#yesIf(tried, 'refused');
  }

  async #commit(id: string): Promise<MemberReply> {
    const transaction = this.#current(id);
    if (transaction?.revision === undefined) return this.#lost();
    const followed = await this.#parts.ground.follow(transaction.revision.text, transaction.secrets);
    if (!followed.ok) return this.#no('failed', followed.error);
    transaction.followed = true;
    transaction.expires = this.#expiry();
    return this.#yes();
  }

  /** Twice the same seal is fine: its answer may have been lost on the way. */
  #seal(id: string, confirmBy: number | undefined): MemberReply {
    const transaction = this.#current(id);
    const revision = transaction?.revision;
    if (transaction === undefined || revision === undefined || !transaction.followed) return this.#lost();
    const before = this.#trust;
    if (confirmBy !== undefined) {
      // The deadline is on disk before the revision is: a power cut between the two must not make it permanent.
      const remembered = this.#remember({ ...before, trial: { hash: revision.hash, confirmBy } });
      if (!remembered.ok) return this.#no('failed', remembered.error);
    }
    // Before the revision: a document whose secrets are lost could not be read after a power cut.
    const secrets = this.#parts.ground.keepSecrets(transaction.secrets);
    const kept = secrets.ok ? this.#append(revision) : secrets;
    if (!kept.ok) return this.#no('failed', kept.error);
    this.#transaction = undefined;
    return this.#yes();
  }

  #confirm(hash: string): MemberReply {
    if (this.head?.hash !== hash && !this.#history.some((known) => known.hash === hash))
      return this.#no('conflict', 'there is no such revision here: it was undone already');
    const remembered = this.#remember({ trial: undefined, confirmed: hash });
    return remembered.ok ? this.#yes() : this.#no('failed', remembered.error);
  }

  async #abort(): Promise<void> {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction?.followed !== true || this.head === undefined) return;
    const back = await this.#parts.ground.follow(this.head.text);
    if (!back.ok)
      this.#parts.tell({ kind: 'trouble', what: `cannot go back to ${titleOf(this.head)}: ${back.error}` });
  }

  /**
   * Undoes the head. Both nodes make the same revision out of it, to the last byte, without talking to each other:
   * whoever locked himself out has cut the nodes off, perhaps from each other too.
   */
  async #undo(at: number): Promise<void> {
    const undone = this.head;
    const before = this.#history.at(-2);
    if (undone === undefined || before === undefined) return;
    const reason = `undoes revision ${undone.number}, which was not confirmed`;
    const origin = { time: at, author: undoAuthor, reason, node: undone.node };
    const revision = nextRevision(undone, before.text, origin);
    const followed = await this.#parts.ground.follow(revision.text);
    if (!followed.ok)
      this.#parts.tell({ kind: 'trouble', what: `cannot undo ${titleOf(undone)}: ${followed.error}` });
    const kept = this.#append(revision);
    if (kept.ok) this.#parts.tell({ kind: 'undone', what: headOf(undone) });
    else this.#parts.tell({ kind: 'trouble', what: kept.error });
    this.#remember({ ...this.#trust, trial: undefined });
  }

  async #catchUp(
    common: RevisionHead,
    revisions: readonly Revision[],
    secrets: Secrets = {},
  ): Promise<MemberReply> {
    if (this.#transaction !== undefined) return this.#no('busy', 'a change is under way');
    const place = this.#history.findIndex(({ hash }) => hash === common.hash);
    if (place < 0) return this.#no('conflict', 'the revisions follow one that is not here');
    if (!isChain(common, revisions)) return this.#no('refused', 'the revisions are damaged, or not in order');
    const last = revisions.at(-1);
    if (last === undefined) return this.#yes();
    const tried = await this.#parts.ground.tryOut(last.text, secrets);
    if (!tried.ok) return this.#no('refused', tried.error);
    const followed = await this.#parts.ground.follow(last.text, secrets);
    if (!followed.ok) return this.#no('failed', followed.error);
    const known = this.#parts.ground.keepSecrets(secrets);
    if (!known.ok) return this.#no('failed', known.error);
    const lost = this.#history.slice(place + 1);
    const kept = this.#replaceAfter(common, lost, revisions);
    if (!kept.ok) return this.#no('failed', kept.error);
    for (const what of lost) this.#parts.tell({ kind: 'superseded', what: headOf(what), by: headOf(last) });
    return this.#yes();
  }

  #replaceAfter(
    common: RevisionHead,
    lost: readonly Revision[],
    revisions: readonly Revision[],
  ): Result<void> {
    if (lost.length > 0) {
      const moved = this.#parts.store.supersede(common.number);
      if (!moved.ok) return moved;
      this.#history.length -= lost.length;
    }
    for (const revision of revisions) {
      const kept = this.#append(revision);
      if (!kept.ok) return kept;
    }
    return ok(undefined);
  }

  #append(revision: Revision): Result<void> {
    const kept = this.#parts.store.append(revision);
    if (!kept.ok) return fail(`cannot keep revision ${revision.number}: ${kept.error}`);
    this.#history.push(revision);
    this.#parts.tell({ kind: 'head', head: headOf(revision) });
    return kept;
  }

  #remember(trust: Trust): Result<void> {
    const done = this.#parts.store.remember(trust);
    if (done.ok) this.#trust = trust;
    return done;
  }

  #revisionsAfter(number: number): Revision[] {
    const wanted = this.#history.filter((revision) => revision.number > number);
    let characters = 0;
    return wanted.filter((revision, place) => {
      characters += revision.text.length;
      return place === 0 || characters <= answerLimit;
    });
  }

  #current = (id: string): Transaction | undefined =>
    this.#transaction?.id === id ? this.#transaction : undefined;

  #expiry = (): number => this.#parts.now() + transactionPatience;

  #lost = (): MemberNo =>
    this.#no(
      'failed',
      `${this.#parts.node} does not know this change any more: it took too long, or the node restarted`,
    );

  #yes(more: Partial<MemberYes> = {}): MemberYes {
    const { node, version } = this.#parts;
    const head = this.head === undefined ? undefined : headOf(this.head);
    const { confirmed } = this.#trust;
    return { ok: true, node, version, protocol, head, confirmBy: this.confirmBy, confirmed, ...more };
  }

  #yesIf(result: Result<readonly string[]>, why: MemberNo['why']): MemberReply {
    return result.ok ? this.#yes({ words: [...result.value] }) : this.#no(why, result.error);
  }

  #no(why: MemberNo['why'], error: string): MemberNo {
    const { node, version } = this.#parts;
    return { ok: false, node, version, protocol, why, error, head: this.head && headOf(this.head) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

function isChain(common: RevisionHead, revisions: readonly Revision[]): boolean {
  let before = common;
  return revisions.every((revision) => {
    const follows =
      revision.parent === before.hash && revision.number === before.number + 1 && isWhole(revision);
    before = revision;
    return follows;
  });
}
