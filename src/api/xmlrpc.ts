/**
 * `POST /xmlrpc.php`: a pfSense primary sends its sections to this node as to a pfSense. Who asks is found out from the
 * header, before the body is read; a push becomes one revision, or nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, ok, type Result } from '#base/result.ts';
import { between, type Instant, inMillis, instant } from '#base/time.ts';
import type { Proposal } from '#commit/coordinator.ts';
import type { ClusterDocument } from '#config/document.ts';
import { addressesOf } from '#config/model.ts';
import { type Note, noteText } from '#config/pfsense/notes.ts';
import { type Login, loginOf } from '#configsync/basic.ts';
import { encodeFault } from '#configsync/codec.ts';
import { takeSections } from '#configsync/come-back.ts';
import { deliveryOf } from '#configsync/delivery.ts';
import { dialectOf } from '#configsync/dialect.ts';
import { usualVersion } from '#configsync/export.ts';
import { heldTree } from '#configsync/held.ts';
import { faults } from '#configsync/methods.ts';
import { type Credentials, type NoticeCode, type ServeEffect, SyncServer } from '#configsync/serve.ts';
import type { TreeMap } from '#configsync/tree.ts';
import { usualTries } from '#configsync/tries.ts';
import { usualLimits } from '#configsync/value.ts';

/** Where the node stands, as far as a sender may know it. */
export interface Standing {
  readonly node: string;
  readonly text: string;
  /** With its passwords: a pfSense's virtual IPs have theirs in them. */
  readonly document: ClusterDocument;
  /** What `apply` was given with the revision that counts; undefined before the first push. */
  readonly kept?: TreeMap;
  /** Version of the configuration that the primary must have, as in `<version>`. */
  readonly version: string;
  /** Where this node itself sends its configuration to. */
  readonly target?: string;
  /** Addresses of the other nodes. */
  readonly peers: readonly string[];
}

export interface Push {
  readonly text: string;
  /** Pushed things that a document cannot hold are in it; to be kept beside the revision. */
  readonly kept: TreeMap;
  /** What of the push the document does not hold. */
  readonly notes: readonly Note[];
  readonly author: string;
  readonly reason: string;
}

export interface XmlrpcParts {
  readonly standing: () => Promise<Result<Standing>>;
  readonly authenticate: (login: Login) => Promise<Exclude<Credentials, 'missing'>>;
  /** Makes a text the cluster's, as one revision on every node or on none. Unchanged text makes no revision. */
  readonly apply: (push: Push) => Promise<Result<void>>;
  readonly notice: (code: NoticeCode, source: string, detail: string) => void;
  /** What host_firmware_version says of this program. */
  readonly firmware: string;
}

/** What the process around the endpoint offers. */
export interface NodeParts {
  readonly node: string;
  readonly version: string;
  /** The document in force, with its passwords, and the number of its revision. */
  readonly inForce: () => Promise<Result<InForce>>;
  /** `Coordinator.propose`. */
  readonly propose: (proposal: Proposal) => Promise<Result<unknown>>;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

export interface InForce {
  readonly revision: number;
  readonly text: string;
  readonly document: ClusterDocument;
}

/** Passwords are those of a moment ago, so that strangers cannot keep others busy with reading them, ms. */
const accountsLast = 2_000;

/**
 * The endpoint of a node: who may push stands in `ha.sync.config` and `management`, and a push is proposed on the
 * revision that it was made of. What a document cannot hold is kept for as long as the process lives.
 */
export function partsOf({ node, version, inForce, propose, log }: NodeParts): XmlrpcParts {
  let kept: TreeMap | undefined;
  let base = 0;
  let known = { at: Number.NEGATIVE_INFINITY, accounts: [] as readonly Login[] };
  const accounts = async (): Promise<readonly Login[]> => {
    if (performance.now() - known.at < accountsLast) return known.accounts;
    const told = await inForce();
    const named = told.ok ? [told.value.document.ha.sync?.config, told.value.document.management] : [];
    const found = named.flatMap((one) =>
      one?.password === undefined ? [] : [{ user: one.user, password: one.password }],
    );
    known = { at: performance.now(), accounts: found };
    return found;
  };
  return {
    firmware: `Bascule ${version}`,
    authenticate: async (login) => credentialsOf(login, await accounts()),
    notice: (code, source, detail) => log('warn', `${code}: ${source}: ${detail}`),
    standing: async () => {
      const told = await inForce();
      if (!told.ok) return told;
      const { revision, text, document } = told.value;
      if (document.ha.sync?.config === undefined)
        return fail('this node takes no sections: its document has no ha.sync.config');
      base = revision;
      const target = deliveryOf(document, node)?.settings.target;
      const others = Object.keys(document.nodes).filter((name) => name !== node);
      const faces = Object.values(document.interfaces);
      const peers = others
        .flatMap((name) => faces.flatMap((face) => addressesOf(face, name)))
        .map(({ address }) => `${address}`);
      const optional = {
        ...(target === undefined ? {} : { target }),
        ...(kept === undefined ? {} : { kept }),
      };
      return ok({ node, text, document, version: usualVersion, peers, ...optional });
    },
    apply: async (push) => {
      const { text, author, reason } = push;
      const done = await propose({ text, author, reason, base });
      if (!done.ok) return done;
      kept = push.kept;
      for (const note of push.notes) log('warn', `${reason}: ${noteText(note, 'en')}`);
      return ok(undefined);
    },
  };
}

/** Adds the route; nothing of it touches other routes. */
export function addXmlrpc(server: FastifyInstance, parts: XmlrpcParts): void {
  const endpoint = new Endpoint(parts);
  void server.register(async (scope) => {
    // The body is XML whatever its header says.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: usualLimits.bytes },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
      reply
        .code(error.statusCode ?? 500)
        .type('text/plain')
        .send('refused\n'),
    );
    scope.addHook('onClose', async () => endpoint.close());
    scope.post('/xmlrpc.php', {
      bodyLimit: usualLimits.bytes,
      onRequest: async (request, reply) => {
        const refusal = await endpoint.admit(request);
        // What is left of the body is not read.
        if (refusal !== undefined) return answered(reply.header('connection', 'close'), refusal);
      },
      handler: async (request, reply) => answered(reply, await endpoint.ask(request)),
    });
  });
}

/** A fault is an answer like any other: pfSense takes another status for a broken connection. */
const answered = (reply: FastifyReply, body: string): FastifyReply =>
  reply.code(200).header('content-type', 'text/xml; charset=utf-8').send(body);

/** Whether a login is one of these, in a time that says nothing about how much of it was right. */
export function credentialsOf(login: Login, accounts: readonly Login[]): 'right' | 'wrong' {
  const digest = ({ user, password }: Login): Buffer =>
    createHash('sha256')
      .update(JSON.stringify([user, password]))
      .digest();
  const given = digest(login);
  const matches = accounts.map((account) => timingSafeEqual(given, digest(account)));
  return matches.includes(true) ? 'right' : 'wrong';
}

/** pfSense serves one call after the other, too. */
const mostWaiting = 16;

class Endpoint {
  readonly #parts: XmlrpcParts;
  #sync: SyncServer | undefined;
  /** What the server was made for; a document that says otherwise needs another. */
  #made = '';
  #ids = 0;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: XmlrpcParts) {
    this.#parts = parts;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** The answer to whoever may not ask; undefined for who may. Costs nothing that grows with the document. */
  async admit(request: FastifyRequest): Promise<string | undefined> {
    if (this.#sync === undefined) {
      const standing = await this.#parts.standing();
      if (!standing.ok) return faultOf(standing.error);
      this.#serveFor(standing.value);
    }
    const sync = this.#sync;
    if (sync === undefined) throw new Error('bug: no server');
    const id = this.#newId();
    const source = sourceOf(request);
    const blocked = this.#told(sync.step({ kind: 'request', id, source, body: new Uint8Array() }, now()));
    if (blocked !== undefined) return blocked;
    const login = loginOf(request.headers.authorization);
    const credentials = login === undefined ? 'missing' : await this.#parts.authenticate(login);
    if (credentials !== 'right')
      return this.#told(sync.step({ kind: 'authenticated', id, credentials }, now()));
    sync.step({ kind: 'closed', id }, now());
    return undefined;
  }

  /** The answer to one who was admitted, when those before have theirs. */
  async ask(request: FastifyRequest): Promise<string> {
    if (this.#waiting >= mostWaiting) return faultOf('too many requests at once');
    this.#waiting += 1;
    const turn = this.#turn.then(() => this.#served(request));
    this.#turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #served(request: FastifyRequest): Promise<string> {
    const standing = await this.#parts.standing();
    if (!standing.ok) return faultOf(standing.error);
    const sync = this.#serveFor(standing.value);
    const id = this.#newId();
    const source = sourceOf(request);
    const body = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
    const refusal = this.#told(sync.step({ kind: 'request', id, source, body }, now()));
    if (refusal !== undefined) return refusal;
    const { document, node, version, kept } = standing.value;
    sync.step({ kind: 'changed', config: heldTree(document, node, version, kept) }, now());
    const effects = sync.step({ kind: 'authenticated', id, credentials: 'right' }, now());
    const work = effects.find(({ kind }) => kind === 'apply' || kind === 'reload');
    const refused = work?.kind === 'apply' ? await this.#apply(work, standing.value, source) : undefined;
    if (work === undefined) return this.#told(effects) ?? faultOf('no answer');
    const done = { kind: 'applied', id, ...(refused === undefined ? {} : { refusal: refused }) } as const;
    return this.#told([...effects, ...sync.step(done, now())]) ?? faultOf('no answer');
  }

  /** Why it was refused. */
  async #apply(
    { config, sections }: Extract<ServeEffect, { kind: 'apply' }>,
    { text, document, node }: Standing,
    source: string,
  ): Promise<string | undefined> {
    const taken = takeSections(text, document, node, config);
    if (!taken.ok) return taken.error;
    const reason = `sections from ${source}: ${sections.join(', ')}`;
    const author = `pfSense ${source}`;
    const applied = await this.#parts.apply({ ...taken.value, kept: config, author, reason });
    return applied.ok ? undefined : applied.error;
  }

  #serveFor({ version, target, peers }: Standing): SyncServer {
    const made = JSON.stringify([version, target, peers]);
    if (this.#sync !== undefined && made === this.#made) return this.#sync;
    const settings = {
      dialect: dialectOf(version),
      firmware: this.#parts.firmware,
      ...(target === undefined ? {} : { target }),
      peers,
      repairs: true,
      limits: usualLimits,
      tries: usualTries,
    };
    this.#made = made;
    this.#sync = new SyncServer(settings, new Map());
    return this.#sync;
  }

  #newId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  /** Passes notices on, and gives the answer, if there is one. */
  #told(effects: readonly ServeEffect[]): string | undefined {
    for (const effect of effects)
      if (effect.kind === 'notice') this.#parts.notice(effect.code, effect.source, effect.detail);
    this.#wake();
    return effects.find((effect) => effect.kind === 'answer')?.body;
  }

  /** One timer, for when the server has something to say by itself. */
  #wake(): void {
    clearTimeout(this.#timer);
    const due = this.#sync?.deadline();
    if (due === undefined) return;
    const wait = Math.max(0, inMillis(between(now(), due)));
    this.#timer = setTimeout(() => this.#told(this.#sync?.tick(now()) ?? []), Math.ceil(wait) + 1).unref();
  }
}

const now = (): Instant => instant(performance.now() * 1_000);
const sourceOf = (request: FastifyRequest): string => request.ip.replace(/^::ffff:(?=\d+\.)/, '');
const faultOf = (text: string): string => encodeFault({ code: faults.refused, text });
