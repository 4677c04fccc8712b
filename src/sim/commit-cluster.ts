/** Nodes of a cluster in memory, for changes of the document: stores, kernels, and a wire that can be cut anywhere. */
import { fail, ok, type Result } from '#base/result.ts';
import type { Member } from '#commit/coordinator.ts';
import { Coordinator } from '#commit/coordinator.ts';
import type { MemberReply, MemberRequest } from '#commit/messages.ts';
import { type Ground, type News, Participant } from '#commit/participant.ts';
import { type Secrets, secretNamesIn } from '#commit/secrets.ts';
import type { RevisionStore, StoredRevision } from '#ports/revisions.ts';

/** A disk that keeps everything; `full` makes it refuse. */
export class MemoryStore implements RevisionStore {
  readonly kept: StoredRevision[] = [];
  readonly aside: StoredRevision[] = [];
  memory: unknown;
  full = false;

  list = (): readonly StoredRevision[] => [...this.kept];
  keptAt = (): number | undefined => this.kept.at(-1)?.time;
  damage = (): readonly string[] => [];
  append(revision: StoredRevision): Result<void> {
    if (this.full) return fail('no space left on the disk');
    this.kept.push(revision);
    return ok(undefined);
  }
  supersede(number: number): Result<void> {
    const from = this.kept.findIndex((revision) => revision.number > number);
    if (from >= 0) this.aside.push(...this.kept.splice(from));
    return ok(undefined);
  }
  remember(memory: unknown): Result<void> {
    this.memory = memory;
    return ok(undefined);
  }
  recall = (): unknown => this.memory;
}

/** A kernel that follows any text but those that hold one of `refuses`. */
export class MemoryGround implements Ground {
  inForce = '';
  refuses: readonly string[] = [];
  failsToFollow = false;
  /** A text that names a secret is fine with its value alone. */
  held: Record<string, string> = {};

  async tryOut(text: string, given: Secrets = {}): Promise<Result<readonly string[]>> {
    const other = Object.keys(given).find((name) => (this.held[name] ?? given[name]) !== given[name]);
    if (other !== undefined) return fail(`the secret "${other}" has another value here`);
    const all = { ...given, ...this.held };
    const missing = secretNamesIn(text).find((name) => all[name] === undefined);
    if (missing !== undefined) return fail(`the secrets have no entry "${missing}"`);
    const bad = this.refuses.find((word) => text.includes(word));
    return bad === undefined
      ? ok([`the text becomes "${text}"`])
      : fail(`line 1: there is no field "${bad}"`);
  }
  async follow(text: string): Promise<Result<void>> {
    if (this.failsToFollow) return fail('the kernel refused the ruleset');
    this.inForce = text;
    return ok(undefined);
  }
  secrets = (names: readonly string[]): Secrets =>
    Object.fromEntries(Object.entries(this.held).filter(([name]) => names.includes(name)));
  keepSecrets(given: Secrets): Result<void> {
    this.held = { ...given, ...this.held };
    return ok(undefined);
  }
  inspect = async (): Promise<readonly string[]> => [];
}

export class CommitNode {
  readonly name: string;
  readonly store = new MemoryStore();
  readonly ground = new MemoryGround();
  readonly news: News[] = [];
  readonly #now: () => number;
  participant: Participant;

  constructor(name: string, text: string, now: () => number) {
    this.name = name;
    this.#now = now;
    this.participant = this.#start();
    this.participant.begin(text, { author: 'anna', reason: 'first' });
    this.ground.inForce = text;
  }

  /** Everything in memory is lost; the kernel is set up anew from the store, as a starting node does. */
  restart(): void {
    this.participant = this.#start();
    this.ground.inForce = this.participant.head?.text ?? '';
  }

  get text(): string | undefined {
    return this.participant.head?.text;
  }

  #start(): Participant {
    const { name: node, store, ground } = this;
    return new Participant({
      node,
      version: '0.1.0',
      store,
      ground,
      now: this.#now,
      tell: (news) => this.news.push(news),
    });
  }
}

/** What happens to the n-th message between different nodes. */
export type Mishap = 'request lost' | 'reply lost' | 'receiver restarts';

/** A pair whose wire can be cut, and whose n-th message can meet with a mishap. */
export class CommitPair {
  now = 1_000_000;
  cut = false;
  /** Messages between different nodes so far. */
  messages = 0;
  mishap: { readonly at: number; readonly what: Mishap; readonly thenCut: boolean } | undefined;
  readonly nodes: readonly [CommitNode, CommitNode];
  readonly coordinators: readonly [Coordinator, Coordinator];

  constructor(text: string) {
    const now = (): number => this.now;
    this.nodes = [new CommitNode('PF1', text, now), new CommitNode('PF2', text, now)];
    let drawn = 0;
    const transaction = (): string => (++drawn).toString(16).padStart(16, '0');
    const make = (own: 0 | 1): Coordinator =>
      new Coordinator({
        self: this.member(own, own),
        peers: () => [this.member(own, 1 - own)],
        now,
        transaction,
      });
    this.coordinators = [make(0), make(1)];
  }

  /** Node `to` as node `from` sees it. */
  member(from: number, to: number): Member {
    const target = this.nodes[to] as CommitNode;
    return { node: target.name, ask: (request) => this.#carry(from !== to, target, request) };
  }

  async #carry(remote: boolean, target: CommitNode, request: MemberRequest): Promise<Result<MemberReply>> {
    if (!remote) return ok(await target.participant.answer(request));
    const silence = fail('connection timed out');
    const mishap = this.mishap?.at === this.messages++ ? this.mishap : undefined;
    if (mishap?.thenCut === true) this.cut = true;
    else if (this.cut) return silence;
    if (mishap?.what === 'request lost') return silence;
    if (mishap === undefined && this.cut) return silence;
    const reply = await target.participant.answer(structuredClone(request));
    if (mishap?.what === 'receiver restarts') target.restart();
    return mishap === undefined ? ok(structuredClone(reply)) : silence;
  }
}
