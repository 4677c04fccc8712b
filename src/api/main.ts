/**
 * The unprivileged process of a node: HTTPS, and what needs it. It coordinates changes of the document and keeps the
 * peers in step; whatever touches the machine it asks of the privileged process that started it.
 */
import { randomBytes } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { setPriority } from 'node:os';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { fail, ok, type Result } from '#base/result.ts';
import { bringTogether, type PeerStand, redoConfirmed } from '#commit/catch-up.ts';
import { type Applied, Coordinator, type Member, type Proposal, yes } from '#commit/coordinator.ts';
import { type MemberReply, type MemberRequest, memberReply } from '#commit/messages.ts';
import type { RevisionHead } from '#commit/revision.ts';
import { comparison } from './comparison.ts';
import { type CoreAsks, coreAsks, outcome } from './contract/inside.ts';
import { type ApiTells, coreTells } from './contract/processes.ts';
import { type Channel, Conversation } from './conversation.ts';
import { askedToExamine } from './examination.ts';
import type { Identity } from './identity.ts';
import { Invitations, type joinRequest } from './joining.ts';
import { answerNode } from './node-call.ts';
import { type PeerCaller, peerCaller } from './peer-client.ts';
import { PfsenseLink } from './pfsense.ts';
import { listen, makeServer, showPage } from './server.ts';
import { SharedOrders } from './shared-orders.ts';
import { Sharing } from './sharing.ts';
import { type Api, makeWorld } from './world.ts';

/** How often a peer is compared with; one that is away is tried as often, ms. */
const compareEvery = 2_000;
/** The privileged process compiles and tries documents, ms. */
const corePatience = 30_000;

/** Longer than any question to a peer takes, ms. */
const callPatience = 30_000;

/** Requests may take a whole processor, but what keeps the cluster going comes first, also where nothing is in real time. */
const politeness = 5;

/** The page's built files. */
const pages = fileURLToPath(new URL('../../ui/dist', import.meta.url));

type Start = Extract<ReturnType<typeof coreTells.parse>, { kind: 'start' }>;

class ApiProcess {
  readonly #core: Conversation;
  readonly #self: Member;
  #identity: Identity = { key: '', certificate: '' };
  #page: Identity | undefined;
  #invitations = new Invitations(this.#identity);
  #node = '';
  #places: Start['places'] = { port: 443, peers: [] };
  #callers: readonly PeerCaller[] = [];
  #coordinator: Coordinator | undefined;
  #api: Api | undefined;
  #pfsense: PfsenseLink | undefined;
  /** Where each peer stood when it was heard of last. */
  readonly #lastHeads = new Map<string, RevisionHead>();
  readonly #orders = new SharedOrders();
  readonly #sharing = new Sharing({
    peers: () => this.#places.peers,
    ask: (what, schema) => this.#core.ask(what, schema, corePatience),
    keptChanged: () => this.#pfsense?.keptChanged(),
  });
  #server: FastifyInstance | undefined;

  constructor(channel: Channel) {
    this.#core = new Conversation(
      channel,
      (body) => this.#answer(coreAsks.parse(body)),
      (body) => void this.#hear(coreTells.parse(body)),
      (why) => this.#tell({ kind: 'log', level: 'error', message: `bug: ${why.message}` }),
    );
    const ask = (request: MemberRequest): Promise<Result<MemberReply>> =>
      this.#core.ask({ kind: 'member', request }, memberReply, corePatience);
    const node = (): string => this.#node;
    this.#self = {
      ask,
      get node() {
        return node();
      },
    };
  }

  async #hear(told: ReturnType<typeof coreTells.parse>): Promise<void> {
    this.#api?.own.forget();
    if (told.kind === 'line') this.#api?.live.line(told.line);
    else if (told.kind === 'start') await this.#start(told);
    else if (told.kind === 'page') this.#show(told.page);
    else {
      this.#api?.world.desk.forget();
      this.#api?.live.poke();
      await this.#settle(told.places);
      this.#pfsense?.wake();
    }
  }

  async #start({ node, version, identity, page, places, lab }: Start): Promise<void> {
    this.#node = node;
    this.#identity = identity;
    this.#page = page;
    this.#invitations = new Invitations(identity);
    this.#coordinator = new Coordinator({
      self: this.#self,
      peers: () => this.#callers,
      now: Date.now,
      transaction: () => randomBytes(8).toString('hex'),
    });
    this.#api = makeWorld({
      node,
      version,
      lab,
      core: this.#core,
      self: this.#self,
      coordinator: this.#coordinator,
      callers: () => this.#callers,
    });
    this.#pfsense = this.#linkTo(node, version);
    await this.#settle(places);
    this.#pfsense.wake();
    void this.#keepTogether();
  }

  #linkTo(node: string, version: string): PfsenseLink {
    return new PfsenseLink({
      node,
      version,
      ask: (what, schema) => this.#core.ask(what, schema, corePatience),
      tell: (words) => this.#tell(words),
      log: (level, message) => this.#tell({ kind: 'log', level, message }),
      propose: (proposal) => this.#propose(proposal),
      isNode: (address) =>
        this.#places.peers.some((peer) => peer.address === address && peer.certificate !== undefined),
    });
  }

  /** Who the peers are and where they are; the server moves if its port has changed. */
  async #settle(places: Start['places']): Promise<void> {
    const before = this.#places;
    const moves = this.#server === undefined || places.port !== before.port;
    const known = new Map(
      this.#callers.map((caller, at) => [JSON.stringify([before.port, before.peers[at]]), caller]),
    );
    this.#places = places;
    this.#callers = places.peers.map(
      (peer) =>
        known.get(JSON.stringify([places.port, peer])) ??
        peerCaller(peer, places.port, this.#node, this.#identity),
    );
    const gone = [...known.values()].filter((caller) => !this.#callers.includes(caller));
    // The change that moved them may still be talking to them.
    for (const caller of gone) setTimeout(() => caller.close(), callPatience).unref();
    if (moves) await this.#serve(places.port);
  }

  async #serve(port: number): Promise<void> {
    const api = this.#api;
    const pfsense = this.#pfsense;
    if (api === undefined || pfsense === undefined)
      throw new Error('bug: the server begins before its world');
    api.live.stop();
    await this.#server?.close();
    this.#server = makeServer({
      ...api,
      pages,
      complain: (message) => this.#tell({ kind: 'log', level: 'error', message: `bug: ${message}` }),
      nodeCall: (call, from) => answerNode(api, this.#sharing, call, from),
      identity: this.#identity,
      page: this.#page,
      node: this.#node,
      join: (socket, request) => this.#join(socket, request),
      certificateOf: (node) => this.#places.peers.find((peer) => peer.node === node)?.certificate,
      member: (request, from) => this.#answerPeer(request, from),
      xmlrpc: pfsense.xmlrpc,
    });
    const listening = await listen(this.#server, port);
    // The process ends by a signal, and would never write what makes the next start quick and a third smaller.
    flushCompileCache();
    if (listening.ok) this.#tell({ kind: 'listening', port });
    else this.#tell({ kind: 'log', level: 'error', message: listening.error });
  }

  #show(page: Identity | undefined): void {
    this.#page = page;
    if (this.#server !== undefined) showPage(this.#server, page ?? this.#identity);
  }

  async #answer(asked: CoreAsks): Promise<unknown> {
    const coordinator = this.#coordinator;
    if (coordinator === undefined) return fail('the node is still starting');
    switch (asked.kind) {
      case 'plan':
        return coordinator.plan(asked.text);
      case 'propose': {
        const { kind: _, ...proposal } = asked;
        return this.#propose(proposal);
      }
      case 'confirm':
        return coordinator.confirm();
      case 'compare':
        return comparison([this.#self, ...this.#callers]);
      case 'examine':
        return askedToExamine(this.#callers, Date.now);
      case 'invite':
        return this.#invite(asked.node);
    }
  }

  async #propose(proposal: Proposal): Promise<Result<Applied>> {
    const coordinator = this.#coordinator;
    if (coordinator === undefined) return fail('the node is still starting');
    // A node that has just come back may still lack revisions, and would refuse what follows them.
    await Promise.all(this.#callers.map((caller) => this.#compareWith(caller)));
    const done = await coordinator.propose(proposal);
    if (done.ok) for (const node of Object.keys(done.value.words)) this.#lastHeads.set(node, done.value.head);
    return done;
  }

  /** A peer that seals a change stands where this node stands then. */
  async #answerPeer(request: MemberRequest, from: string): Promise<Result<MemberReply>> {
    const reply = await this.#self.ask(request);
    if (request.kind === 'seal' && reply.ok && reply.value.ok && reply.value.head !== undefined)
      this.#lastHeads.set(from, reply.value.head);
    return reply;
  }

  #invite(node: string): Result<string> {
    const peer = this.#places.peers.find((known) => known.node === node);
    if (peer === undefined) {
      const names = this.#places.peers.map((known) => known.node).join(', ');
      return fail(`the document has no other node "${node}"; it has ${names === '' ? 'none' : names}`);
    }
    return ok(this.#invitations.invite(node, performance.now()));
  }

  async #join(socket: TLSSocket, request: ReturnType<typeof joinRequest.parse>): Promise<Result<void>> {
    const accepted = this.#invitations.accept(socket, request, performance.now());
    if (!accepted.ok) {
      this.#tell({
        kind: 'log',
        level: 'warn',
        message: `somebody tried to join as ${request.node} with a wrong code`,
      });
      return accepted;
    }
    const { node, certificate } = request;
    const done = await this.#core.ask({ kind: 'trust', node, certificate }, outcome, corePatience);
    if (!done.ok) return done;
    return done.value.ok ? ok(undefined) : done.value;
  }

  /** One comparison after the other, for as long as the process lives. */
  async #keepTogether(): Promise<never> {
    let told = '';
    for (;;) {
      const peers: Record<string, PeerStand> = {};
      for (const caller of this.#callers) {
        const stand = await this.#compareWith(caller);
        peers[caller.node] = stand;
        // Not waited for: a peer that hangs must not keep the comparisons waiting.
        if (stand.kind === 'away' || this.#api === undefined) continue;
        void this.#orders.with(caller.door, this.#api.world.self);
        void this.#sharing.with(caller);
      }
      Object.assign(peers, this.#pfsense?.stands);
      const now = JSON.stringify(peers);
      if (now !== told) this.#tell({ kind: 'stands', peers });
      told = now;
      await new Promise((resolve) => setTimeout(resolve, compareEvery));
    }
  }

  async #compareWith(caller: PeerCaller): Promise<PeerStand> {
    const stand = await bringTogether(this.#self, caller);
    if (stand.kind === 'in step') this.#lastHeads.set(caller.node, stand.head);
    if (stand.kind === 'away') return { ...stand, ...(await this.#lackedBy(caller.node)) };
    if (stand.kind === 'in step' && this.#coordinator !== undefined) {
      const redone = await redoConfirmed(this.#self, this.#coordinator);
      if (!redone.ok) this.#tell({ kind: 'log', level: 'warn', message: redone.error });
    }
    return stand;
  }

  /** How many revisions a node that is away lacks by now. */
  async #lackedBy(node: string): Promise<{ revisions?: number }> {
    const last = this.#lastHeads.get(node);
    const stand = await yes(this.#self, { kind: 'head' });
    if (last === undefined || !stand.ok || stand.value.head === undefined) return {};
    return { revisions: stand.value.head.number - last.number };
  }

  #tell(what: ApiTells): void {
    this.#core.tell(what);
  }
}

if (process.send === undefined) {
  console.error('this program is started by "bascule node run"');
  process.exit(2);
}
setPriority(politeness);
// Without the privileged process there is nothing to do, and nobody to say it to.
process.on('disconnect', () => process.exit(0));
new ApiProcess({
  send: (message) => process.send?.(message),
  hear: (listener) => process.on('message', listener),
});
