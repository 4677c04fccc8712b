/**
 * Sends every revision to the pfSense that the document names. One that is away is tried again with growing pauses; a
 * login that was refused is left alone, since a pfSense locks out who tries it again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Result } from '#base/result.ts';
import { after, between, type Instant, inMillis, instant } from '#base/time.ts';
import type { ClusterDocument } from '#config/document.ts';
import { addressesOf } from '#config/model.ts';
import { headerOf } from '#configsync/basic.ts';
import { type Delivery, deliveryOf } from '#configsync/delivery.ts';
import { isWritable } from '#configsync/dialect.ts';
import { type PushEffect, type PushOutcome, type RefusalCode, SyncClient } from '#configsync/push.ts';
import type { peerStand } from './contract/inside.ts';
import type { PfsenseFinding } from './contract/pfsense-words.ts';
import type { PfsenseAnswer, PfsenseCall } from './pfsense-call.ts';
import type { InForce } from './xmlrpc-node.ts';

const firstPause = 2_000;
const longestPause = 600_000;
/** sshguard of a pfSense forgets a wrong password after half an hour, ms. */
const loginPause = 3_600_000;

export interface PusherParts {
  readonly node: string;
  readonly inForce: () => Promise<Result<InForce>>;
  /** Whether a node that has joined has this address: it takes part in every change, and need not be sent it. */
  readonly isNode: (address: string) => boolean;
  readonly call: (call: PfsenseCall) => Promise<Result<PfsenseAnswer>>;
  /** A finding about the pfSense at an address; without a cause it is over. */
  readonly found: (code: PfsenseFinding, address: string, cause?: string) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

type Stand = z.infer<typeof peerStand>;

/** What a push would be, and of what. */
interface Job {
  readonly target: string;
  /** Target, login and certificate: as long as they are the same, so is the answer to the login. */
  readonly way: string;
  readonly revision: InForce;
  readonly delivery: Delivery;
}

interface Failure {
  readonly way: string;
  readonly hash: string;
  /** Not tried again before; of any clock that only goes forward, ms. */
  readonly until: number;
  /** A login is not tried again for a new revision either. */
  readonly isLogin: boolean;
  readonly pause: number;
  readonly why: string;
}

export class Pusher {
  readonly #parts: PusherParts;
  #target: string | undefined;
  #sent: { readonly way: string; readonly hash: string; readonly revision: number } | undefined;
  #failure: Failure | undefined;
  #stand: Stand | undefined;
  #isWorking = false;
  #isWanted = false;
  #isClosed = false;
  /** What a target has said of its version, so that it is not asked twice each time. */
  #learnt: { readonly way: string; readonly version: string } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PusherParts) {
    this.#parts = parts;
  }

  /** How the pfSense stands to this node's document; nothing where none is sent to. */
  get stands(): Readonly<Record<string, Stand>> {
    if (this.#target === undefined || this.#stand === undefined) return {};
    return { [`pfSense ${this.#target}`]: this.#stand };
  }

  /** The document may have changed. */
  wake(): void {
    this.#isWanted = true;
    if (!this.#isWorking) void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      await this.#once();
    }
    this.#isWorking = false;
  }

  async #once(): Promise<void> {
    const revision = await this.#parts.inForce();
    const job = revision.ok ? this.#jobOf(revision.value) : undefined;
    if (job?.target !== this.#target) this.#forget();
    if (job === undefined) return;
    this.#target = job.target;
    if (this.#sent?.way === job.way && this.#sent.hash === job.revision.hash) return;
    const { way, revision: head } = job;
    const failure = this.#failure?.way === way ? this.#failure : undefined;
    const isSame = failure?.hash === head.hash;
    if (failure !== undefined && (isSame || failure.isLogin) && performance.now() < failure.until) {
      if (!isSame) this.#lags(job, failure.why);
      return;
    }
    const outcome = await this.#pushInTheirs(job);
    if (outcome.kind === 'refused') this.#failed(job, outcome.code, outcome.detail, failure);
    else this.#done(job, outcome);
  }

  #jobOf(revision: InForce): Job | undefined {
    const { document } = revision;
    const peer = document.ha.sync?.config?.peer;
    if (peer === undefined || this.#parts.isNode(peer) || isBascule(document, peer)) return undefined;
    const delivery = deliveryOf(document, this.#parts.node);
    if (delivery === undefined) return undefined;
    const { login, verifyCertificate, fingerprint, settings } = delivery;
    const way = JSON.stringify([settings.target, login, verifyCertificate, fingerprint]);
    return { target: settings.target, way, revision, delivery };
  }

  /** In the version that the target has: what it says when it is asked counts. */
  async #pushInTheirs(job: Job): Promise<PushOutcome> {
    const { way, revision } = job;
    const as = (version: string): Promise<PushOutcome> | undefined => {
      const delivery = deliveryOf(revision.document, this.#parts.node, version);
      return delivery === undefined ? undefined : this.#push({ ...job, delivery });
    };
    const known = this.#learnt?.way === way ? as(this.#learnt.version) : undefined;
    const outcome = await (known ?? this.#push(job));
    if (outcome.kind !== 'refused' || outcome.theirs === undefined || !isWritable(outcome.theirs))
      return outcome;
    this.#learnt = { way, version: outcome.theirs };
    return (await as(outcome.theirs)) ?? outcome;
  }

  async #push({ delivery }: Job): Promise<PushOutcome> {
    const { settings, config, login, verifyCertificate, fingerprint } = delivery;
    const call = {
      host: settings.target,
      authorization: headerOf(login),
      verifyCertificate,
      ...(fingerprint === undefined ? {} : { fingerprint }),
    };
    const client = new SyncClient(settings);
    let effects: readonly PushEffect[] = client.step({ kind: 'push', config }, now());
    for (;;) {
      const ended = effects.find((effect) => effect.kind === 'ended');
      if (ended !== undefined) return ended.outcome;
      const wanted = effects.find((effect) => effect.kind === 'call');
      if (wanted === undefined) {
        await pause(Math.max(1, inMillis(between(now(), client.deadline() ?? after(now(), settings.pause)))));
        effects = client.tick(now());
        continue;
      }
      const patienceMs = inMillis(wanted.timeout);
      const answer = await this.#parts.call({ ...call, body: wanted.body, patienceMs });
      effects = client.step(
        answer.ok ? { kind: 'answered', ...answer.value } : { kind: 'failed', cause: answer.error },
        now(),
      );
    }
  }

  #done({ target, way, revision }: Job, outcome: Exclude<PushOutcome, { kind: 'refused' }>): void {
    const { hash, revision: number } = revision;
    this.#sent = { way, hash, revision: number };
    this.#failure = undefined;
    this.#stand = undefined;
    this.#parts.found('sync-not-sent', target);
    const differing = outcome.kind === 'done' ? (outcome.differing ?? []) : [];
    this.#parts.found('sync-differs', target, differing.length === 0 ? undefined : differing.join(', '));
    const sections = outcome.kind === 'done' ? outcome.sections.join(', ') : 'nothing to send';
    this.#parts.log('info', `revision ${number} is at the pfSense ${target}: ${sections}`);
  }

  #failed(job: Job, code: RefusalCode, detail: string, before: Failure | undefined): void {
    const isLogin = code === 'password' || code === 'privilege';
    const longer = before === undefined ? firstPause : Math.min(2 * before.pause, longestPause);
    const wait = isLogin ? loginPause : longer;
    const why = `${refusalTexts[code]}: ${detail}`;
    const { way, revision } = job;
    this.#failure = {
      ...{ way, hash: revision.hash, until: performance.now() + wait, isLogin },
      ...{ pause: isLogin ? firstPause : longer, why },
    };
    this.#lags(job, why);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), wait + 1).unref();
  }

  /** Says how far behind the pfSense is, and why. */
  #lags({ target, revision }: Job, why: string): void {
    // What it holds when this process begins is not known.
    const lacks = this.#sent === undefined ? undefined : revision.revision - this.#sent.revision;
    this.#stand = { kind: 'away', why, ...(lacks === undefined ? {} : { revisions: lacks }) };
    const count =
      lacks === undefined
        ? 'not sent to since this node started'
        : `lacks ${lacks} revision${lacks === 1 ? '' : 's'}`;
    this.#parts.found('sync-not-sent', target, `${count}: ${why}`.slice(0, 2_000));
  }

  /** Another target, or none. */
  #forget(): void {
    if (this.#target !== undefined)
      for (const code of ['sync-not-sent', 'sync-differs'] as const) this.#parts.found(code, this.#target);
    this.#target = undefined;
    this.#sent = undefined;
    this.#failure = undefined;
    this.#stand = undefined;
    clearTimeout(this.#timer);
  }
}

/** A node of the document is a pfSense only where the document says that there are other CARP hosts. */
const isBascule = (document: ClusterDocument, address: string): boolean =>
  !document.mixed &&
  Object.keys(document.nodes).some((node) =>
    Object.values(document.interfaces).some((face) =>
      addressesOf(face, node).some((own) => `${own.address}` === address),
    ),
  );

const refusalTexts: Readonly<Record<RefusalCode, string>> = {
  loop: 'both would send to each other',
  'not-encodable': 'the configuration cannot be written as XML-RPC',
  unreachable: 'it cannot be reached',
  password: 'it refuses the login of ha.sync.config',
  privilege: 'the user of ha.sync.config lacks the privilege "System: HA node sync" there',
  'version-unknown': 'it does not say which version its configuration has',
  'version-differs': 'its configuration has another version',
  'interfaces-differ': 'its interfaces are others',
  refused: 'it refuses the sections',
  'not-understood': 'its answer is not understood',
};

const now = (): Instant => instant(performance.now() * 1_000);
