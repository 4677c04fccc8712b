/**
 * `POST /xmlrpc.php`: a pfSense primary sends its sections to this node as to a pfSense. Who asks is found out from the
 * header, before the body is read; a push becomes one revision, or nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Result } from '#base/result.ts';
import { between, type Instant, inMillis, instant } from '#base/time.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Note } from '#config/pfsense/notes.ts';
import { type Login, loginOf } from '#configsync/basic.ts';
import { encodeFault } from '#configsync/codec.ts';
import { takeSections } from '#configsync/come-back.ts';
import { dialectOf } from '#configsync/dialect.ts';
import { heldTree } from '#configsync/held.ts';
import { faults } from '#configsync/methods.ts';
import { type Credentials, type NoticeCode, type ServeEffect, SyncServer } from '#configsync/serve.ts';
import type { TreeMap } from '#configsync/tree.ts';
import { usualTries } from '#configsync/tries.ts';
import { usualLimits } from '#configsync/value.ts';

/** Where the node stands, as far as a sender may know it. */
export interface Standing {
  readonly node: string;
  readonly revision: number;
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
  /** Address of the pfSense. */
  readonly source: string;
  readonly reason: string;
  /** The revision that it was made of. */
  readonly base: number;
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
    scope.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
      if (error.statusCode === 413)
        return answered(reply, faultOf(`more than ${usualLimits.bytes} bytes are not read`));
      return reply
        .code(error.statusCode ?? 500)
        .type('text/plain')
        .send('refused\n');
    });
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
    { text, document, node, revision }: Standing,
    source: string,
  ): Promise<string | undefined> {
    const taken = takeSections(text, document, node, config);
    if (!taken.ok) return taken.error;
    const reason = `sections from ${source}: ${sections.join(', ')}`;
    const push = { ...taken.value, kept: config, source, reason, base: revision };
    const applied = await this.#parts.apply(push);
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
