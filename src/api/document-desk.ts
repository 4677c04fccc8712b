/** The cluster's document as the API reads it: the newest revision, taken apart once, and its past. */
import { fail, ok, type Result } from '#base/result.ts';
import { type Member, yes } from '#commit/coordinator.ts';
import type { Revision, RevisionHead } from '#commit/head.ts';
import { headOf } from '#commit/revision.ts';
import { plainDocument } from '#config/operations.ts';
import { plainAt } from '#config/sections.ts';
import { type Groups, groupsDocument, type Users, usersDocument } from '#config/users-document.ts';

type Plain = Readonly<Record<string, unknown>>;

export interface Paper {
  readonly head: RevisionHead;
  readonly text: string;
  /** As written, without defaults. */
  readonly plain: Plain;
  readonly users: Users;
  readonly groups: Groups;
}

export class DocumentDesk {
  readonly #self: Member;
  #newest: Paper | undefined;
  #isFresh = false;
  /** How often the document may have changed: what was read before counts for nothing after. */
  #changes = 0;

  constructor(self: Member) {
    this.#self = self;
  }

  /** The document may be another one now. */
  forget(): void {
    this.#isFresh = false;
    this.#changes += 1;
  }

  /** The newest revision. */
  async newest(): Promise<Result<Paper>> {
    if (this.#isFresh && this.#newest !== undefined) return ok(this.#newest);
    const changes = this.#changes;
    const read = await this.#readNewest();
    if (read.ok && changes === this.#changes) {
      this.#newest = read.value;
      this.#isFresh = true;
    }
    return read;
  }

  /** The users and groups at this node of a document that is none yet. */
  accountsOf = (plain: Plain): Pick<Paper, 'users' | 'groups'> => accountsOf(plainAt(plain, this.#self.node));

  /** When the newest revision is undone, ms since 1970, unless it is confirmed. */
  async confirmBy(): Promise<number | undefined> {
    const stand = await yes(this.#self, { kind: 'head' });
    return stand.ok ? stand.value.confirmBy : undefined;
  }

  async revision(number: number): Promise<Result<Paper>> {
    const newest = await this.newest();
    if (!newest.ok || newest.value.head.number === number) return newest;
    const found = await yes(this.#self, { kind: 'revisions', after: number - 1 });
    if (!found.ok) return found;
    const revision = found.value.revisions?.[0];
    if (revision?.number !== number)
      return fail(`there is no revision ${number}; there are 1 to ${newest.value.head.number}`);
    return ok(this.#paperOf(revision));
  }

  /** The newest first. */
  async history(limit: number): Promise<Result<readonly RevisionHead[]>> {
    const reply = await yes(this.#self, { kind: 'history', limit });
    return reply.ok ? ok([...(reply.value.history ?? [])].reverse()) : reply;
  }

  async #readNewest(): Promise<Result<Paper>> {
    const stand = await yes(this.#self, { kind: 'head' });
    if (!stand.ok) return stand;
    const { head } = stand.value;
    if (head === undefined) return fail('there is no document yet');
    if (this.#newest?.head.hash === head.hash) return ok(this.#newest);
    const found = await yes(this.#self, { kind: 'revisions', after: head.number - 1 });
    if (!found.ok) return found;
    const revision = found.value.revisions?.at(-1);
    if (revision === undefined) return fail('the newest revision is not there');
    return ok(this.#paperOf(revision));
  }

  /** A revision was judged before it became one; of one from a later version what is not understood counts as empty. */
  #paperOf(revision: Revision): Paper {
    const read = plainDocument(revision.text);
    const plain = read.ok ? read.value : {};
    return { head: headOf(revision), text: revision.text, plain, ...this.accountsOf(plain) };
  }
}

function accountsOf(plain: Plain): Pick<Paper, 'users' | 'groups'> {
  const users = usersDocument.safeParse(plain.users);
  const groups = groupsDocument.safeParse(plain.groups);
  return { users: users.success ? users.data : {}, groups: groups.success ? groups.data : {} };
}
