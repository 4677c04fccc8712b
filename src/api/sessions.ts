/** Who is logged in: kept in memory, so that a restart of this process logs everybody out. Times are ms of one clock. */
import { randomToken, tokenHash } from './passwords.ts';

/** A session without work ends after this, and every session after that. */
export const idleLimit = 3_600_000;
const longest = 12 * 3_600_000;
/** Of one user; the oldest ends. */
const mostOfUser = 20;

export interface Session {
  readonly id: string;
  readonly user: string;
  readonly begun: number;
  /** The password's hash at that time, and while it is changed the new one: with another the session is void. */
  passwords: readonly (string | undefined)[];
  lastWork: number;
}

export class Sessions {
  /** By the hash of the cookie, so that looking one up says nothing about others. */
  readonly #open = new Map<string, Session>();

  /** The cookie of a new session. */
  begin(
    user: string,
    password: string | undefined,
    now: number,
  ): { readonly cookie: string; readonly session: Session } {
    this.#sweep(now);
    const own = [...this.#open.values()].filter((session) => session.user === user);
    const tooMany = own.slice(0, Math.max(0, own.length - mostOfUser + 1));
    for (const session of tooMany) this.#open.delete(session.id);
    const cookie = randomToken();
    const session: Session = {
      id: tokenHash(cookie),
      user,
      begun: now,
      passwords: [password],
      lastWork: now,
    };
    this.#open.set(session.id, session);
    return { cookie, session };
  }

  /** The session of a cookie, if it has not ended. Counts as work. */
  find(cookie: string, now: number): Session | undefined {
    const session = this.#open.get(tokenHash(cookie));
    if (session === undefined || !this.isOpen(session, now)) return undefined;
    session.lastWork = now;
    return session;
  }

  isOpen(session: Session, now: number): boolean {
    if (this.#open.get(session.id) !== session) return false;
    const isOver = now - session.lastWork > idleLimit || now - session.begun > longest;
    if (isOver) this.#open.delete(session.id);
    return !isOver;
  }

  end(session: Session): void {
    this.#open.delete(session.id);
  }

  /** Ends all sessions of a user, but one. */
  endOthers(user: string, kept?: Session): void {
    for (const session of this.#open.values())
      if (session.user === user && session !== kept) this.#open.delete(session.id);
  }

  expiry = (session: Session): number => session.begun + longest;

  #sweep(now: number): void {
    for (const session of [...this.#open.values()]) this.isOpen(session, now);
  }
}
