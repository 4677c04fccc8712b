/**
 * Health of the members: when each is to be asked, and what the answers make of it. A check that never ends is given
 * up by the clock, so it occupies no worker for ever.
 */
import { after, type Instant, type Micros, micros, millis, seconds } from '#base/time.ts';
import { TimeQueue } from './queue.ts';
import type { BalanceEffect, HealthReport, HealthState, Outcome, Target } from './types.ts';

/** Whoever checks keeps the timeout itself; this much later it counts as lost. */
const grace: Micros = millis(250);
/** First checks begin so far apart, so that a thousand members are not asked in one instant. */
const apart: Micros = millis(1);
/** Falls are remembered for so many intervals, within these bounds. */
const memoryIntervals = 60;
const [shortestMemory, longestMemory] = [seconds(60), seconds(600)];
/** A member that fell several times needs twice as many good checks for each fall, up to so many. */
const mostNeeded = 60;

interface Watched {
  target: Target;
  state: HealthState;
  since: Instant;
  why: string;
  good: number;
  bad: number;
  last: HealthReport['last'];
  running: { readonly check: number; readonly began: Instant } | undefined;
  /** When it is asked next; whatever else the queue says is out of date. */
  due: Instant | undefined;
  /** It refused a connection. wanted: no check has begun since. asked: one has. failed: it went wrong. */
  doubt: 'wanted' | 'asked' | 'failed' | undefined;
  falls: Instant[];
  checks: number;
  failures: number;
}

export class Health {
  readonly #watched = new Map<string, Watched>();
  /** Who waits for a check, and whose check runs. Entries of what has gone, or ended since, are passed over. */
  readonly #waiting = new TimeQueue<Watched>();
  readonly #running = new TimeQueue<{ readonly watched: Watched; readonly check: number }>();
  #workers = 1;
  #busy = 0;
  #checkNumber = 0;

  /** Exactly these targets are asked from now on. What is known of an address is kept when its monitor changes. */
  watch(targets: readonly Target[], workers: number, now: Instant): BalanceEffect[] {
    this.#workers = workers;
    const before = [...this.#watched.values()];
    const wanted = new Map(targets.map((target) => [target.key, target]));
    const effects: BalanceEffect[] = [];
    for (const watched of before) {
      const target = wanted.get(watched.target.key);
      if (target !== undefined) {
        watched.target = target;
        continue;
      }
      this.#watched.delete(watched.target.key);
      if (watched.running !== undefined) {
        this.#busy -= 1;
        effects.push({ kind: 'abandon', check: watched.running.check });
        watched.running = undefined;
      }
    }
    let first = now;
    for (const target of wanted.values()) {
      if (this.#watched.has(target.key)) continue;
      const other = before.find(
        (one) => one.target.address === target.address && one.target.port === target.port,
      );
      const watched = newcomer(target, other, now);
      this.#watched.set(target.key, watched);
      this.#await(watched, first);
      first = after(first, apart);
    }
    return effects;
  }

  /** Begins the checks that are due, as far as workers are free, and gives up those that have not ended. */
  tick(now: Instant): BalanceEffect[] {
    const effects: BalanceEffect[] = [];
    for (let top = this.#running.peek(); top !== undefined && top.at <= now; top = this.#running.peek()) {
      this.#running.pop();
      const { watched, check } = top.item;
      if (watched.running?.check !== check) continue;
      effects.push({ kind: 'abandon', check });
      const outcome = { ok: false, why: 'the check did not come to an end' } as const;
      effects.push(...this.checked(watched.target.key, check, outcome, between(watched, now), now));
    }
    for (let top = this.#waiting.peek(); top !== undefined && top.at <= now; top = this.#waiting.peek()) {
      if (this.#isCurrent(top.item, top.at)) {
        if (this.#busy >= this.#workers) break;
        effects.push(this.#begin(top.item, now));
      }
      this.#waiting.pop();
    }
    return effects;
  }

  /** An answer. One to a check that was given up, or of a member that has gone, changes nothing. */
  checked(key: string, check: number, outcome: Outcome, took: Micros, now: Instant): BalanceEffect[] {
    const watched = this.#watched.get(key);
    if (watched?.running?.check !== check) return [];
    const { began } = watched.running;
    watched.running = undefined;
    this.#busy -= 1;
    watched.last = { outcome, at: now, took };
    watched.good = outcome.ok ? watched.good + 1 : 0;
    watched.bad = outcome.ok ? 0 : watched.bad + 1;
    if (!outcome.ok) watched.failures += 1;
    const effects = outcome.ok ? riseOf(watched, now) : fallOf(watched, outcome.why, now);
    effects.push(...settleDoubt(watched, outcome));
    const { interval, retryInterval } = watched.target.monitor;
    const due = after(began, millis(isDoubtful(watched) ? retryInterval : interval));
    this.#await(watched, due > now && watched.doubt !== 'wanted' ? due : now);
    return effects;
  }

  /** One that is online refused a connection: it is asked at once, and when that fails too it is doubted. */
  refused(key: string, now: Instant): void {
    const watched = this.#watched.get(key);
    if (watched?.state !== 'online' || watched.doubt !== undefined) return;
    watched.doubt = 'wanted';
    // A check that is under way may have begun before.
    if (watched.running === undefined) this.#await(watched, now);
  }

  isDoubted(key: string): boolean {
    return this.#watched.get(key)?.doubt === 'failed';
  }

  deadline(): { readonly at: Instant; readonly why: string } | undefined {
    while (this.#running.size > 0) {
      const top = this.#running.peek();
      if (top === undefined || top.item.watched.running?.check === top.item.check) break;
      this.#running.pop();
    }
    const running = this.#running.peek();
    const waiting = this.#busy < this.#workers ? this.#waiting.peek() : undefined;
    if (waiting !== undefined && (running === undefined || waiting.at <= running.at))
      return { at: waiting.at, why: `check of ${waiting.item.target.key}` };
    return running === undefined
      ? undefined
      : { at: running.at, why: `end of the check of ${running.item.watched.target.key}` };
  }

  /** `unknown` for a target that is not watched. */
  stateOf(key: string): HealthState {
    return this.#watched.get(key)?.state ?? 'unknown';
  }

  report(key: string, now: Instant): HealthReport | undefined {
    const watched = this.#watched.get(key);
    if (watched === undefined) return undefined;
    const { target, state, since, last, checks, failures, good, bad } = watched;
    const doubted = watched.doubt === 'failed';
    const why = doubted ? whyDoubted : watched.why;
    const inARow = Math.max(good, bad);
    const stillNeeded = state === 'held' ? Math.max(0, neededOf(watched, now) - good) : 0;
    return { target, state, doubted, since, why, last, checks, failures, inARow, stillNeeded };
  }

  /** Checks under way. */
  get busy(): number {
    return this.#busy;
  }

  #await(watched: Watched, due: Instant): void {
    watched.due = due;
    this.#waiting.push(due, watched);
  }

  #isCurrent(watched: Watched, at: Instant): boolean {
    return this.#watched.get(watched.target.key) === watched && watched.due === at;
  }

  #begin(watched: Watched, now: Instant): BalanceEffect {
    this.#checkNumber += 1;
    this.#busy += 1;
    watched.checks += 1;
    watched.due = undefined;
    if (watched.doubt === 'wanted') watched.doubt = 'asked';
    watched.running = { check: this.#checkNumber, began: now };
    const lost = after(after(now, millis(watched.target.monitor.timeout)), grace);
    this.#running.push(lost, { watched, check: this.#checkNumber });
    return { kind: 'check', check: this.#checkNumber, target: watched.target };
  }
}

function newcomer(target: Target, other: Watched | undefined, now: Instant): Watched {
  return {
    target,
    state: other?.state ?? 'unknown',
    since: other?.since ?? now,
    why: other?.why ?? 'not checked yet',
    good: 0,
    bad: 0,
    last: undefined,
    running: undefined,
    due: undefined,
    doubt: undefined,
    falls: [...(other?.falls ?? [])],
    checks: 0,
    failures: 0,
  };
}

/** The last check contradicts the state: the next one comes sooner. */
const isDoubtful = ({ state, good, bad }: Watched): boolean => (state === 'online' ? bad > 0 : good > 0);

const between = ({ running }: Watched, now: Instant): Micros => micros(now - (running?.began ?? now));

const whyDoubted = 'refused a connection, and its check fails';

/** What a check that has just ended makes of a doubt. */
function settleDoubt(watched: Watched, outcome: Outcome): BalanceEffect[] {
  const { target, doubt, state } = watched;
  if (doubt === undefined || doubt === 'wanted') return [];
  if (state !== 'online') {
    watched.doubt = undefined;
    return [];
  }
  if (outcome.ok) {
    watched.doubt = undefined;
    const over: BalanceEffect = { kind: 'doubted', target, on: false, why: 'its check went well' };
    const absolved: BalanceEffect = { kind: 'absolved', target, trust: doubt === 'asked' };
    return doubt === 'failed' ? [over, absolved] : [absolved];
  }
  if (doubt === 'failed') return [];
  watched.doubt = 'failed';
  return [{ kind: 'doubted', target, on: true, why: `${whyDoubted}: ${outcome.why}` }];
}

/** The only place where a state changes. */
function turn(watched: Watched, to: HealthState, why: string, now: Instant): BalanceEffect[] {
  const from = watched.state;
  if (from === to) return [];
  watched.state = to;
  watched.since = now;
  watched.why = why;
  if (from === 'online') watched.falls.push(now);
  return [{ kind: 'changed', target: watched.target, from, to, why }];
}

const times = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function riseOf(watched: Watched, now: Instant): BalanceEffect[] {
  const { state, good, target } = watched;
  if (state === 'online') return [];
  if (state === 'unknown') return turn(watched, 'online', 'the first check went well', now);
  const needed = neededOf(watched, now);
  if (good >= needed) return turn(watched, 'online', `${times(good, 'check')} in a row went well`, now);
  const why = `answers again, but fell ${times(watched.falls.length, 'time')} of late`;
  return good >= target.monitor.rise ? turn(watched, 'held', why, now) : [];
}

function fallOf(watched: Watched, why: string, now: Instant): BalanceEffect[] {
  const { state, bad, target } = watched;
  if (state === 'online' && bad < target.monitor.fall) return [];
  const failed = state === 'online' && bad > 1 ? `${times(bad, 'check')} in a row failed: ${why}` : why;
  return turn(watched, 'offline', failed, now);
}

/** Good checks in a row that bring a member back: doubled for every fall of late but the first. */
function neededOf(watched: Watched, now: Instant): number {
  const { interval, rise } = watched.target.monitor;
  const memory = Math.min(longestMemory, Math.max(shortestMemory, millis(interval * memoryIntervals)));
  watched.falls = watched.falls.filter((at) => now - at < memory);
  const doublings = Math.max(0, watched.falls.length - 1);
  return Math.max(rise, Math.min(mostNeeded, rise * 2 ** doublings));
}
