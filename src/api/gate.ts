/** Who is calling, and whether the request is one of the node's own page: looked at before a body is read. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Instant, inMillis, instant, type Micros, micros } from '#base/time.ts';
import { type Grants, mayDo } from '#config/privileges.ts';
import { grantsOf, within } from '#config/users.ts';
import { Tries, usualTries } from '#configsync/tries.ts';
import { labUser } from './contract/accounts.ts';
import { type Access, pageHeader, sessionCookie } from './contract/rest.ts';
import type { DocumentDesk, Paper } from './document-desk.ts';
import { type Passwords, tokenHash } from './passwords.ts';
import { type Refusal, refuse } from './problems.ts';
import { type Session, Sessions } from './sessions.ts';

export interface Caller {
  readonly name: string;
  readonly grants: Grants;
  readonly readOnly: boolean;
  /** Undefined for a token. */
  readonly session: Session | undefined;
  /** As revisions and the audit log name it: "anna", "anna (token prometheus)". */
  readonly title: string;
}

/** What is known of a request before its body. */
export interface Knock {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the client. */
  readonly address: string;
}

const everything: Grants = { all: 'write' };

type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;

export interface GateParts {
  readonly desk: Pick<DocumentDesk, 'newest'>;
  readonly passwords: Pick<Passwords, 'matches'>;
  /** SHA-256 of the token that logs in at a lab's page; undefined outside a lab. */
  readonly lab: string | undefined;
  /** ms of a clock that goes forward. */
  readonly clock: () => number;
  /** ms since 1970. */
  readonly wallClock: () => number;
}

export class Gate {
  readonly sessions = new Sessions();
  readonly #parts: GateParts;
  readonly #ofAddress = new Tries(usualTries);
  /** From everywhere together: so many more that nobody locks another out from one address. */
  readonly #ofUser = new Tries({ ...usualTries, free: 25 });

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** The caller, or undefined when nobody is logged in; a login that is none any more is refused. */
  async callerOf(knock: Knock): Promise<Answer<Caller | undefined>> {
    const paper = await this.#parts.desk.newest();
    if (!paper.ok) return refuse('node-away', paper.error);
    const bearer = /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(knock.headers.authorization ?? '')?.[1];
    if (knock.headers.authorization !== undefined) {
      const caller = bearer === undefined ? undefined : this.#ofToken(paper.value, bearer);
      return caller === undefined
        ? refuse('not-logged-in', 'the token is wrong, has been revoked, or has expired')
        : { ok: true, value: caller };
    }
    const cookie = cookieOf(knock.headers.cookie);
    const session = cookie === undefined ? undefined : this.sessions.find(cookie, this.#parts.clock());
    const caller = session === undefined ? undefined : this.#ofSession(paper.value, session);
    if (caller === undefined) return { ok: true, value: undefined };
    const foreign = strangeness(knock);
    return foreign === undefined ? { ok: true, value: caller } : refuse('cross-site', foreign);
  }

  /** Whether a session still stands for the same grants; asked again and again while events flow. */
  async grantsNow(caller: Caller): Promise<Grants | undefined> {
    const paper = await this.#parts.desk.newest();
    if (!paper.ok) return caller.grants;
    const { session } = caller;
    if (session === undefined)
      return paper.value.users[caller.name] === undefined ? undefined : caller.grants;
    if (!this.sessions.isOpen(session, this.#parts.clock())) return undefined;
    return this.#ofSession(paper.value, session)?.grants;
  }

  /** Checks a password. The answer takes as long for a user who is not there. */
  async login(user: string, password: string, address: string): Promise<Answer<Paper['users'][string]>> {
    const { desk, passwords } = this.#parts;
    const locked = this.#lockOf(user, address);
    if (locked !== undefined) return locked;
    const paper = await desk.newest();
    if (!paper.ok) return refuse('node-away', paper.error);
    const found = Object.hasOwn(paper.value.users, user) ? paper.value.users[user] : undefined;
    const hash = found?.disabled === true ? undefined : found?.password;
    const right = await passwords.matches(password, hash);
    if (!right.ok) return refuse('too-many-requests', right.error);
    // Others at the same time may have used the tries up.
    const lockedNow = this.#lockOf(user, address);
    if (lockedNow !== undefined) return lockedNow;
    if (right.value && found !== undefined) {
      this.#ofAddress.succeeded(address);
      this.#ofUser.succeeded(`user ${user}`);
      return { ok: true, value: found };
    }
    this.#ofAddress.failed(address, this.#now());
    this.#ofUser.failed(`user ${user}`, this.#now());
    return refuse('wrong-login', 'the user is not there, is disabled, or has another password');
  }

  /** Counts a wrong code or token like a wrong password. */
  async limited(address: string, isRight: () => Promise<boolean>): Promise<Answer<boolean>> {
    const wait = this.#ofAddress.waitOf(address, this.#now());
    if (wait > 0) return lockedOut(wait);
    const right = await isRight();
    if (right) this.#ofAddress.succeeded(address);
    else this.#ofAddress.failed(address, this.#now());
    return { ok: true, value: right };
  }

  isLabToken(token: string): boolean {
    const { lab } = this.#parts;
    return lab !== undefined && timingSafeEqual(Buffer.from(tokenHash(token)), Buffer.from(lab));
  }

  #ofToken(paper: Paper, token: string): Caller | undefined {
    const hash = Buffer.from(tokenHash(token));
    for (const [name, user] of Object.entries(paper.users))
      for (const [title, known] of Object.entries(user.tokens)) {
        if (!timingSafeEqual(Buffer.from(known.hash), hash)) continue;
        if (known.expires !== undefined && known.expires < this.#parts.wallClock()) return undefined;
        if (user.disabled) return undefined;
        const held = grantsOf(user, paper.groups);
        const grants = known.privileges === undefined ? held : within(known.privileges, held);
        return {
          name,
          grants,
          readOnly: user.readOnly,
          session: undefined,
          title: `${name} (token ${title})`,
        };
      }
    return undefined;
  }

  #ofSession(paper: Paper, session: Session): Caller | undefined {
    const name = session.user;
    if (name === labUser && this.#parts.lab !== undefined)
      return { name, grants: everything, readOnly: false, session, title: name };
    const user = Object.hasOwn(paper.users, name) ? paper.users[name] : undefined;
    if (user === undefined || user.disabled || !session.passwords.includes(user.password)) {
      this.sessions.end(session);
      return undefined;
    }
    return { name, grants: grantsOf(user, paper.groups), readOnly: user.readOnly, session, title: name };
  }

  #lockOf(user: string, address: string): Refusal | undefined {
    const now = this.#now();
    const waits = [this.#ofAddress.waitOf(address, now), this.#ofUser.waitOf(`user ${user}`, now)];
    const longest = micros(Math.max(...waits));
    return longest > 0 ? lockedOut(longest) : undefined;
  }

  #now(): Instant {
    return instant(this.#parts.clock() * 1_000);
  }
}

function lockedOut(wait: Micros): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(inMillis(wait) / 1_000));
  return refuse('locked-out', `the next try counts in ${retryAfterSeconds} s`, { retryAfterSeconds });
}

/** Why a caller may not use a route, or undefined. */
export function barrier(access: Access, caller: Caller | undefined, knock: Knock): Refusal | undefined {
  // Another site shall not log its own user in here, either.
  const foreign =
    access === 'open' && knock.headers.authorization === undefined ? strangeness(knock) : undefined;
  if (foreign !== undefined) return refuse('cross-site', foreign);
  if (access === 'open') return undefined;
  if (caller === undefined) return refuse('not-logged-in', 'the request has neither a session nor a token');
  if (access === 'session' || access === 'sections' || mayDo(caller.grants, access.area, access.level))
    return undefined;
  return refuse('forbidden', `${caller.title} lacks the privilege "${access.area}: ${access.level}"`);
}

/**
 * Why a request with a cookie may be another site's, or undefined. A form of another site can send no header of its
 * own; a script of another site could, but its browser asks first, and is never told that it may.
 */
export function strangeness({ method, headers }: Knock): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return `the browser says that the request comes from elsewhere (${String(site)})`;
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (headers[pageHeader] === undefined) return `the header ${pageHeader} is missing`;
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `https://${host}`) return `the request comes from ${origin}`;
  return undefined;
}

const cookieOf = (header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim().split('='))
    .find(([name]) => name === sessionCookie)?.[1];
