/**
 * Hosts that are not ours in a simulated group: just enough of UCarp and OpenBSD to hold an election with. Timers
 * from UCarp carp.c `carp_setrun` (master-down 3 * advbase + skew / 256 s) and OpenBSD ip_carp.c `carp_setrun`
 * (three whole intervals).
 */
import { after, type Instant, micros } from '#base/time.ts';
import { type Dialect, decide } from '#carp/decide.ts';
import { interval } from '#carp/timing.ts';
import type { CarpEffect, CarpEvent, Deadline, GroupConfig, Role, VhidConfig } from '#carp/types.ts';

/** What the cluster asks of a host: the part of `CarpGroup` that every implementation has. */
export interface Host {
  step(event: CarpEvent, now: Instant): readonly CarpEffect[];
  deadline(): Deadline | undefined;
}

interface State {
  readonly vhid: VhidConfig;
  role: Role;
  /** When the next advert, or the end of the master's patience, is due. */
  due: Instant | undefined;
  counter: number;
}

export class ForeignHost implements Host {
  readonly #dialect: Dialect;
  readonly #preempt: boolean;
  readonly #states: readonly State[];

  constructor(dialect: Dialect, config: GroupConfig) {
    this.#dialect = dialect;
    this.#preempt = config.preempt;
    this.#states = config.vhids.map((vhid) => ({ vhid, role: 'INIT', due: undefined, counter: config.seed }));
  }

  deadline(): Deadline | undefined {
    const dues = this.#states.flatMap(({ due }) => (due === undefined ? [] : [due]));
    return dues.length === 0 ? undefined : { at: Math.min(...dues) as Instant, why: 'a timer of its own' };
  }

  /** Links, adverts and time; what only Bascule knows (demotion, leaving ...) passes by such a host. */
  step(event: CarpEvent, now: Instant): readonly CarpEffect[] {
    switch (event.kind) {
      case 'link':
        return this.#states
          .filter(({ vhid }) => vhid.ifname === event.ifname)
          .flatMap((state) => this.#become(state, event.up ? 'BACKUP' : 'INIT', 'link', now));
      case 'tick':
        return this.#states.flatMap((state) => this.#tick(state, now));
      case 'advert':
        return this.#states
          .filter(({ vhid }) => vhid.key === event.key)
          .flatMap((state) => this.#advert(state, event, now));
      default:
        return [];
    }
  }

  #tick(state: State, now: Instant): CarpEffect[] {
    if (state.due === undefined || state.due > now) return [];
    return state.role === 'MASTER'
      ? this.#advertise(state, now)
      : this.#become(state, 'MASTER', 'master timed out', now);
  }

  #advert(state: State, them: Extract<CarpEvent, { kind: 'advert' }>, now: Instant): CarpEffect[] {
    const me = { advbase: state.vhid.advbase, advskew: state.vhid.advskew, demote: 0 };
    const decision = decide(this.#dialect, state.role, this.#preempt, me, { ...them, demote: 0 });
    switch (decision.action) {
      case 'become-master':
        return this.#become(state, 'MASTER', decision.reason, now);
      case 'become-backup':
        return this.#become(state, 'BACKUP', decision.reason, now);
      case 'send-ad-then-become-backup':
        return [...this.#advertise(state, now), ...this.#become(state, 'BACKUP', decision.reason, now)];
      case 'restart-master-down-timer':
        state.due = this.#masterDown(state, now);
        return [];
      default:
        return [];
    }
  }

  #become(state: State, to: Role, reason: string, now: Instant): CarpEffect[] {
    const { key } = state.vhid;
    const from = state.role;
    state.role = to;
    state.due = to === 'BACKUP' ? this.#masterDown(state, now) : undefined;
    const changed: CarpEffect = { kind: 'roleChanged', key, from, to, reason };
    if (to === 'MASTER') return [changed, { kind: 'takeAddresses', key }, ...this.#advertise(state, now)];
    return from === 'MASTER' ? [changed, { kind: 'dropAddresses', key }] : [changed];
  }

  #advertise(state: State, now: Instant): CarpEffect[] {
    const { key, advbase, advskew } = state.vhid;
    state.due = after(now, interval(advbase, advskew));
    state.counter += 1;
    return [
      { kind: 'sendAdvert', key, family: 'ipv4', advbase, advskew, counterHi: 0, counterLo: state.counter },
    ];
  }

  #masterDown({ vhid: { advbase, advskew } }: State, now: Instant): Instant {
    const one = interval(advbase, advskew);
    return after(now, this.#dialect === 'openbsd' ? micros(3 * one) : micros(one + 2 * interval(advbase, 0)));
  }
}
