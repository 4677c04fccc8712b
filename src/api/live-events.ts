/**
 * Live events: what this node and its peers do, to everybody who watches. Nobody is asked anything while nobody
 * watches; each event is written once, however many watch.
 */
import type { FastifyReply } from 'fastify';
import { fail, ok, type Result } from '#base/result.ts';
import { type Grants, mayDo } from '#config/privileges.ts';
import type { NodeStatus } from './contract/control.ts';
import type { DoctorProgress } from './contract/doctor.ts';
import type { LiveEvent } from './contract/events.ts';
import type { LogLine } from './contract/node-questions.ts';
import { type NodeSnapshot, watchMs } from './contract/processes.ts';
import type { Caller, Gate } from './gate.ts';
import type { Actor, NodeDoor } from './handlers.ts';
import { problemOf, send } from './problems.ts';

/** Who watches at the same time, together and of one user; one more is refused. */
const mostClients = 100;
const mostOfUser = 60;
/** A client that has not read so much is cut off, bytes. */
const mostUnread = 4_000_000;
/** A peer that could not be asked is asked again after this, ms. */
const againAfter = 1_000;
/** Between two looks at this node that lines of its log lead to, ms: a swing makes several at once. */
const leastPause = 15;

export interface PeerDoor extends NodeDoor {
  /** The next snapshot after `seen`; waits for it up to `watchMs`. */
  watch(seen: number): Promise<Result<NodeSnapshot>>;
}

export interface LiveParts {
  readonly self: NodeDoor;
  readonly peers: () => readonly PeerDoor[];
  readonly gate: Pick<Gate, 'grantsNow'>;
  /** ms since 1970. */
  readonly wallClock: () => number;
}

interface Client {
  readonly caller: Caller;
  readonly reply: FastifyReply;
  grants: Grants;
}

const actor: Actor = { user: 'bascule', from: '' };

export class LiveEvents {
  readonly #parts: LiveParts;
  readonly #clients = new Set<Client>();
  readonly #followed = new Set<PeerDoor>();
  /** The last of every node; what a new client begins with. */
  readonly #last = new Map<string, NodeSnapshot>();
  readonly #waiting = new Set<() => void>();
  #version = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = 0;
  #lookAgain = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** A line of this node's log: whatever changes is logged. */
  line(line: LogLine): void {
    this.#emit({ kind: 'log', node: this.#parts.self.node, line });
    if (this.#isWatched) void this.#look();
  }

  /** How far an examination is; undefined when it has ended. */
  doctor(nodes: DoctorProgress | undefined): void {
    const { node } = this.#parts.self;
    this.#emit({ kind: 'doctor', node, ...(nodes === undefined ? {} : { nodes }) });
  }

  /** Another document is in force. */
  poke(): void {
    if (this.#isWatched) void this.#look();
  }

  /** For peers that watch this node: as soon as there is something newer than what they have seen. */
  async next(seen: number): Promise<Result<NodeSnapshot>> {
    if (seen >= this.#version) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      const timer = setTimeout(resolve, watchMs);
      this.#begin();
      await promise;
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    }
    const own = this.#last.get(this.#parts.self.node);
    return own === undefined ? this.snapshot() : ok(own);
  }

  /** This node as it is now. */
  async snapshot(): Promise<Result<NodeSnapshot>> {
    const { self } = this.#parts;
    const [status, counted] = await Promise.all([
      self.ask({ command: 'status' }, actor),
      self.ask({ command: 'counters' }, actor),
    ]);
    if (!status.ok) return status;
    if (!status.value.ok) return fail(status.value.error);
    if (status.value.status === undefined) return fail('the node sent no status');
    const counters = counted.ok && counted.value.ok ? counted.value.counters : undefined;
    this.#version += 1;
    return ok({
      version: this.#version,
      status: status.value.status,
      ...(counters === undefined ? {} : { counters }),
    });
  }

  async serve(caller: Caller | undefined, reply: FastifyReply): Promise<unknown> {
    if (caller === undefined) throw new Error('bug: events for nobody');
    const own = [...this.#clients].filter((client) => client.caller.name === caller.name);
    if (this.#clients.size >= mostClients || own.length >= mostOfUser)
      return send(reply, problemOf('too-many-requests', 'too many pages watch this node'));
    reply.hijack();
    const headers = reply.getHeaders() as Record<string, string>;
    reply.raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    reply.raw.write('retry: 1000\n\n');
    const client = { caller, reply, grants: caller.grants };
    for (const [node, snapshot] of this.#last) {
      this.#write(client, { kind: 'status', node, status: snapshot.status });
      if (snapshot.counters !== undefined)
        this.#write(client, { kind: 'counters', node, counters: snapshot.counters });
    }
    this.#clients.add(client);
    reply.raw.on('close', () => this.#clients.delete(client));
    this.#begin();
    return reply;
  }

  /** Ends all streams. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { reply } of this.#clients) reply.raw.end();
    this.#clients.clear();
  }

  get #isWatched(): boolean {
    return this.#clients.size > 0 || this.#waiting.size > 0;
  }

  #begin(): void {
    for (const peer of this.#clients.size > 0 ? this.#parts.peers() : []) void this.#follow(peer);
    if (this.#timer === undefined) this.#tick();
  }

  /** Once a second for as long as somebody watches. */
  #tick(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isWatched) {
        this.#last.clear();
        return;
      }
      this.#tick();
      void this.#checkClients();
      void this.#look();
      this.#begin();
    }, watchMs);
    void this.#look();
  }

  /** One look at a time; what happens during one is seen by the next. */
  async #look(): Promise<void> {
    this.#lookAgain = true;
    this.#looking ??= this.#lookWhileDue().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookWhileDue(): Promise<void> {
    while (this.#lookAgain) {
      const pause = this.#lookedAt + leastPause - this.#parts.wallClock();
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(pause, leastPause)));
      this.#lookAgain = false;
      this.#lookedAt = this.#parts.wallClock();
      const found = await this.snapshot();
      if (found.ok) this.#tell(this.#parts.self.node, found.value);
      for (const wake of this.#waiting) wake();
    }
  }

  /** Asks a peer again and again; ends when nobody watches, or the peer is one no more. */
  async #follow(peer: PeerDoor): Promise<void> {
    if (this.#followed.has(peer)) return;
    this.#followed.add(peer);
    let seen = 0;
    while (this.#clients.size > 0 && this.#parts.peers().includes(peer)) {
      const found = await peer.watch(seen);
      if (found.ok) {
        // A peer whose process has begun anew counts from the beginning.
        seen = found.value.version;
        this.#tell(peer.node, found.value);
        continue;
      }
      this.#last.delete(peer.node);
      this.#emit({ kind: 'away', node: peer.node, why: found.error });
      seen = 0;
      await new Promise((resolve) => setTimeout(resolve, againAfter));
    }
    this.#followed.delete(peer);
  }

  #tell(node: string, snapshot: NodeSnapshot): void {
    const before = this.#last.get(node);
    this.#last.set(node, snapshot);
    const { status, counters } = snapshot;
    for (const event of this.#roles(node, before?.status, status)) this.#emit(event);
    this.#emit({ kind: 'status', node, status });
    if (counters !== undefined) this.#emit({ kind: 'counters', node, counters });
    const [old, now] = [before?.status.document, status.document];
    const isOther =
      old?.hash !== now?.hash ||
      (old?.confirmWithinMs === undefined) !== (now?.confirmWithinMs === undefined);
    if (node === this.#parts.self.node && before !== undefined && now !== undefined && isOther) {
      const { confirmWithinMs, peers: _, ...head } = now;
      this.#emit({ kind: 'document', head, ...(confirmWithinMs === undefined ? {} : { confirmWithinMs }) });
    }
  }

  #roles(node: string, before: NodeStatus | undefined, now: NodeStatus): LiveEvent[] {
    const old = new Map((before?.vips ?? []).map((vip) => [vip.title, vip.status]));
    return now.vips.flatMap(({ title, interface: face, vhid, status, forMs }) => {
      const from = old.get(title);
      if (from === undefined || from === status) return [];
      const time = Math.round(this.#parts.wallClock() - forMs);
      return [{ kind: 'role', node, time, title, interface: face, vhid, from, to: status }];
    });
  }

  #emit(event: LiveEvent): void {
    if (this.#clients.size === 0) return;
    const text = textOf(event);
    for (const client of this.#clients) if (mayHear(client.grants, event)) this.#push(client, text);
  }

  #write(client: Client, event: LiveEvent): void {
    if (mayHear(client.grants, event)) this.#push(client, textOf(event));
  }

  #push(client: Client, text: string): void {
    const { raw } = client.reply;
    if (raw.writableLength > mostUnread) {
      this.#clients.delete(client);
      raw.destroy();
    } else raw.write(text);
  }

  async #checkClients(): Promise<void> {
    for (const client of [...this.#clients]) {
      const grants = await this.#parts.gate.grantsNow(client.caller);
      if (grants !== undefined) {
        client.grants = grants;
        continue;
      }
      this.#push(client, textOf({ kind: 'logout' }));
      this.#clients.delete(client);
      client.reply.raw.end();
    }
  }
}

const textOf = (event: LiveEvent): string => `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;

function mayHear(grants: Grants, { kind }: LiveEvent): boolean {
  if (kind === 'log') return mayDo(grants, 'logs', 'read');
  if (kind === 'doctor') return mayDo(grants, 'diagnostics', 'read');
  return kind === 'document' || kind === 'logout' || mayDo(grants, 'status', 'read');
}
