/**
 * The life of the document at a running node: its revisions, the participant that changes it, and the process that
 * coordinates with the other nodes.
 */

import type { ControlReply, DocumentStatus } from '#api/contract/control.ts';
import type { DocumentRequest } from '#api/contract/document-requests.ts';
import { compared, confirmed, invited, peersExamined, planned, proposed } from '#api/contract/inside.ts';
import type { ApiAsks, ApiTells, CoreTells } from '#api/contract/processes.ts';
import type { Identity } from '#api/identity.ts';
import { ok, type Result } from '#base/result.ts';
import { type News, Participant } from '#commit/participant.ts';
import { headOf, titleOf } from '#commit/revision.ts';
import { joiningPeersOf, managementPort } from '#config/peers.ts';
import { ownStand } from '#config/sections.ts';
import type { Examination, NodeEvidence } from '#doctor/evidence.ts';
import type { RevisionStore } from '#ports/revisions.ts';
import type { NodeAnswers } from './answers.ts';
import { ApiProcess } from './api-process.ts';
import type { AuditLog } from './audit-log.ts';
import { makeGround, type ReadText } from './document-ground.ts';
import type { Drift } from './drift.ts';
import type { DurableFolder } from './durable-files.ts';
import type { Examiner } from './examine.ts';
import type { Follower } from './following.ts';
import type { IdentityStore } from './identity-store.ts';
import type { Log } from './log.ts';
import type { LogMemory } from './log-memory.ts';
import type { PageCertificates } from './page-certificate-store.ts';
import { PfsenseDesk } from './pfsense-desk.ts';
import type { SecretStore } from './secret-store.ts';
import type { SetUpCode } from './setup-code.ts';

/** Compiling and trying a large document on all nodes, twice, ms. */
const proposePatience = 120_000;
const askPatience = 30_000;
const examinePatience = 9_000;
/** The longest that a timer of the runtime takes, ms. */
const longestTimer = 2 ** 31 - 1;

export interface LifeParts {
  readonly node: string;
  readonly version: string;
  readonly store: RevisionStore;
  readonly identities: IdentityStore;
  readonly identity: Identity;
  readonly certificates: Pick<PageCertificates, 'own' | 'listen'>;
  readonly follower: Follower;
  readonly read: ReadText;
  readonly secrets: SecretStore;
  readonly drift: Drift;
  /** Beside the revisions, for what a pfSense sends and no document holds. */
  readonly folder: DurableFolder;
  readonly log: Log;
  /** Measures this node and its segments. */
  readonly examine: Examiner;
  readonly raise: (code: string, subject: string | undefined, cause: string) => void;
  readonly clear: (code: string, subject: string | undefined) => void;
  /** What the page and other nodes ask of this one beside the document. */
  readonly answers: Pick<NodeAnswers, 'answer'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly logs: Pick<LogMemory, 'listen'>;
  readonly setUpCode: Pick<SetUpCode, 'follow' | 'isRight'>;
  /** SHA-256 of the token that logs in at the page of a lab. */
  readonly lab: string | undefined;
}

type Stands = Extract<ApiTells, { kind: 'stands' }>['peers'];
export class DocumentLife {
  readonly #parts: LifeParts;
  readonly #participant: Participant;
  readonly #api: ApiProcess;
  readonly #desk: PfsenseDesk;
  #stands: Stands = {};
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    const { node, version, store } = parts;
    this.#participant = new Participant({
      node,
      version,
      store,
      ground: makeGround(parts.read, parts.follower, parts.drift, parts.secrets),
      now: Date.now,
      tell: (news) => this.#hearNews(news),
    });
    for (const what of store.damage()) parts.raise('revision-damaged', undefined, what);
    this.#desk = new PfsenseDesk({ ...parts, head: () => this.#participant.head, now: Date.now });
    this.#api = new ApiProcess({
      log: parts.log,
      start: () => this.#startWords(),
      answer: (asked) => this.#answerApi(asked),
      hear: (told) => this.#hearApi(told),
    });
  }

  /** Begins the history with the document in force, if there is none yet. */
  begin(text: string): void {
    const begun = this.#participant.begin(text, { author: 'bascule', reason: 'first document' });
    if (!begun.ok) this.#parts.raise('revision-not-kept', undefined, begun.error);
    this.#armTimer();
  }

  /** Starts the API process: from now on changes can be asked for, here and by peers. */
  open(): void {
    if (this.#stopped) return;
    void this.#parts.drift.settle();
    this.#followUsers();
    this.#api.start();
    this.#parts.logs.listen((line) => this.#api.tell({ kind: 'line', line }));
    this.#parts.certificates.listen((page) => this.#api.tell({ kind: 'page', page }));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#api.end();
  }

  status(): DocumentStatus | undefined {
    const { head, confirmBy } = this.#participant;
    if (head === undefined) return undefined;
    const confirmWithinMs = confirmBy === undefined ? undefined : Math.max(0, confirmBy - Date.now());
    const own = ownStand(this.#parts.follower.document);
    return {
      ...headOf(head),
      confirmWithinMs,
      peers: this.#stands,
      ...(own.length === 0 ? {} : { ownSections: own }),
    };
  }

  async answer(request: DocumentRequest): Promise<ControlReply> {
    switch (request.command) {
      case 'plan': {
        const reply = await this.#api.ask({ kind: 'plan', text: request.text }, planned, proposePatience);
        return reply.ok ? { ok: true, planned: reply.value } : reply;
      }
      case 'apply': {
        const { command: _, ...proposal } = request;
        return this.#propose(proposal);
      }
      case 'rollback': {
        const old = this.#participant.history.find(({ number }) => number === request.number);
        if (old === undefined) return { ok: false, error: this.#unknown(request.number) };
        const reason = request.reason === '' ? `back to revision ${old.number}` : request.reason;
        return this.#propose({
          text: old.text,
          author: request.author,
          reason,
          confirmMs: request.confirmMs,
        });
      }
      case 'confirm': {
        const reply = await this.#api.ask({ kind: 'confirm' }, confirmed, askPatience);
        this.#armTimer();
        if (!reply.ok) return reply;
        return reply.value.ok ? { ok: true, confirmed: reply.value.value } : reply.value;
      }
      case 'compare': {
        const reply = await this.#api.ask({ kind: 'compare' }, compared, askPatience);
        const own = ownStand(this.#parts.follower.document);
        return reply.ok ? { ok: true, compared: reply.value, ownSections: own } : reply;
      }
      case 'examine':
        return { ok: true, examined: await this.#examinePair() };
      case 'invite': {
        const reply = await this.#api.ask({ kind: 'invite', node: request.node }, invited, askPatience);
        if (!reply.ok) return reply;
        if (!reply.value.ok) return reply.value;
        const { follower, node } = this.#parts;
        const here = joiningPeersOf(follower.document, request.node).find((peer) => peer.node === node);
        return { ok: true, invitation: { code: reply.value.value, address: here?.address } };
      }
      case 'ruleCounters': {
        const told = await this.#parts.answers.answer({ command: 'ruleCounters' });
        return told.ok ? { ok: true, ruleCounters: told.ruleCounters } : told;
      }
      case 'history':
        return { ok: true, history: this.#participant.history.slice(-request.limit).map(headOf) };
      case 'revision': {
        const { head, history } = this.#participant;
        const wanted =
          request.number === undefined ? head : history.find(({ number }) => number === request.number);
        if (wanted === undefined) return { ok: false, error: this.#unknown(request.number) };
        return { ok: true, revision: wanted };
      }
    }
  }

  async #answerApi(asked: ApiAsks): Promise<unknown> {
    if (asked.kind === 'trust') {
      const trusted = this.#trust(asked);
      if (!trusted.ok || !trusted.value) return trusted.ok ? { ok: true } : trusted;
      this.#api.tell({ kind: 'places', places: this.#places() });
      return { ok: true };
    }
    if (asked.kind === 'node') return this.#parts.answers.answer(asked.question);
    if (asked.kind === 'setUpCode')
      return this.#parts.setUpCode.isRight(asked.code)
        ? { ok: true }
        : { ok: false, error: 'the code is wrong' };
    if (asked.kind !== 'member') return this.#desk.answer(asked);
    const reply = await this.#participant.answer(asked.request);
    this.#armTimer();
    return asked.request.kind === 'examine' ? { ...reply, evidence: await this.#examine() } : reply;
  }

  #examine = (): Promise<NodeEvidence> =>
    this.#parts.examine({ isApiRunning: () => this.#api.isRunning, document: () => this.status() });

  /** False for what is known already, and for hearsay about a node that the document does not name. */
  #trust({ node, certificate, heard }: Extract<ApiAsks, { kind: 'trust' }>): Result<boolean> {
    const { identities, log, follower, node: self } = this.#parts;
    if (heard === undefined) {
      const trusted = identities.trust(node, certificate, Date.now());
      if (trusted.ok) log('info', `${node} has joined`);
      return trusted.ok ? ok(true) : trusted;
    }
    if (!joiningPeersOf(follower.document, self).some((peer) => peer.node === node)) return ok(false);
    const news = identities.hear(node, certificate, heard.joined);
    if (news.ok && news.value) log('info', `${node} has joined at ${heard.from}`);
    return news;
  }

  /** All nodes at once, since what one sends another must hear. */
  async #examinePair(): Promise<Examination> {
    const [self, peers] = await Promise.all([
      this.#examine(),
      this.#api.ask({ kind: 'examine' }, peersExamined, examinePatience),
    ]);
    const { follower, node } = this.#parts;
    if (peers.ok) return { self, peers: peers.value as Examination['peers'] };
    const unasked = joiningPeersOf(follower.document, node).map((peer) => [peer.node, peers] as const);
    return { self, peers: Object.fromEntries(unasked) };
  }

  #followUsers(): void {
    this.#parts.setUpCode.follow(Object.keys(this.#parts.follower.document.users).length > 0);
  }

  async #propose(proposal: {
    text: string;
    author: string;
    reason: string;
    base?: number | undefined;
    confirmMs?: number | undefined;
  }): Promise<ControlReply> {
    const reply = await this.#api.ask({ kind: 'propose', ...proposal }, proposed, proposePatience);
    if (!reply.ok) return reply;
    return reply.value.ok ? { ok: true, applied: reply.value.value } : reply.value;
  }

  #unknown(number: number | undefined): string {
    const newest = this.#participant.head?.number ?? 0;
    return newest === 0
      ? 'there is no revision yet'
      : `there is no revision ${number}; there are 1 to ${newest}`;
  }

  #startWords(): CoreTells {
    const { node, version, identity, certificates, lab } = this.#parts;
    return {
      kind: 'start',
      node,
      version,
      identity,
      page: certificates.own(),
      places: this.#places(),
      ...(lab === undefined ? {} : { lab }),
    };
  }

  #places(): Extract<CoreTells, { kind: 'places' }>['places'] {
    const { follower, identities, node } = this.#parts;
    const peers = joiningPeersOf(follower.document, node).map((peer) => ({
      ...peer,
      certificate: identities.certificateOf(peer.node),
      joined: identities.joinedAt(peer.node),
    }));
    return { port: managementPort, peers };
  }

  #hearNews(news: News): void {
    const { log, raise } = this.#parts;
    switch (news.kind) {
      case 'head':
        log('info', `document: ${titleOf(news.head)} is in force`);
        this.#followUsers();
        this.#desk?.follow(news.head.hash, this.#parts.follower.document);
        this.#api?.tell({ kind: 'places', places: this.#places() });
        return;
      case 'undone':
        raise('revision-undone', undefined, `${titleOf(news.what)} was not confirmed in time, and is undone`);
        return;
      case 'superseded':
        raise('revision-superseded', undefined, `${titleOf(news.what)} lost to ${titleOf(news.by)}`);
        return;
      case 'trouble':
        raise('revision-not-kept', undefined, news.what);
    }
  }

  #hearApi(told: ApiTells): void {
    const { log, raise, clear } = this.#parts;
    if (told.kind === 'log') log(told.level, told.message);
    if (told.kind === 'audit') this.#keepAudit(told.line);
    if (told.kind === 'pfsense') this.#desk.hear(told);
    if (told.kind === 'listening') log('info', `HTTPS on TCP port ${told.port}`);
    if (told.kind !== 'stands') return;
    this.#stands = told.peers;
    for (const [peer, stand] of Object.entries(told.peers)) {
      if (stand.kind === 'unrelated') raise('config-unrelated', peer, stand.why);
      else clear('config-unrelated', peer);
      if (stand.kind === 'behind')
        raise('config-behind', peer, `${stand.revisions} revisions behind: ${stand.why ?? ''}`);
      else clear('config-behind', peer);
    }
  }

  #keepAudit(line: Extract<ApiTells, { kind: 'audit' }>['line']): void {
    const kept = this.#parts.audit.append(line);
    if (!kept.ok) this.#parts.log('error', `the audit log cannot be written: ${kept.error}`);
  }

  /** One timer, for whatever the participant waits for. */
  #armTimer(): void {
    clearTimeout(this.#timer);
    const due = this.#participant.deadline();
    if (due === undefined) return;
    const wait = Math.min(Math.max(0, due - Date.now()) + 1, longestTimer);
    this.#timer = setTimeout(() => void this.#participant.tick().then(() => this.#armTimer()), wait);
  }
}
