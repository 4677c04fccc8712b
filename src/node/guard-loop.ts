/**
 * The guard's loop: wait, read everything that is there, let the CARP group think, perform what it says. One
 * turn never waits for anything but the kernel.
 */

import type { Result } from '#base/result.ts';
import { after, between, type Instant, type Micros, millis } from '#base/time.ts';
import type { CarpEffect, CarpEvent, Deadline, GroupStatus, VhidKey } from '#carp/types.ts';
import type { RedundancyKernel, VipDevice } from '#ports/kernel.ts';
import type { FromGuard, GuardVip, GuardWorld, ToGuard } from './guard-protocol.ts';

/** The part of CarpGroup that the loop uses. */
export interface Group {
  step(event: CarpEvent, now: Instant): readonly CarpEffect[];
  deadline(): Deadline | undefined;
  status(): GroupStatus;
}

/** Judges received frames and builds the frames to send. */
export interface Adverts {
  /** The event that a frame amounts to, or undefined when it was refused (and counted). */
  read(parent: string, frame: Uint8Array, length: number, now: Instant): CarpEvent | undefined;
  /** The frame of an advert; undefined when this node has no source address of that family. */
  frameOf(effect: Extract<CarpEffect, { kind: 'sendAdvert' }>): Uint8Array | undefined;
  /** Findings that arose from refused frames since the last call. */
  findings(now: Instant): readonly Extract<CarpEffect, { kind: 'finding' }>[];
  counters(): Readonly<Record<string, number>>;
  replay(): unknown;
  reconfigure(world: GuardWorld, now: Instant): void;
}

/** The device of a VHID, and the frames that announce its addresses. */
export interface HeldVip {
  readonly device: VipDevice;
  readonly announcements: readonly Uint8Array[];
}

export interface GuardParts {
  readonly kernel: RedundancyKernel;
  readonly group: Group;
  readonly adverts: Adverts;
  readonly world: GuardWorld;
  readonly vipsOf: (world: GuardWorld) => ReadonlyMap<VhidKey, HeldVip>;
  /** Makes the VIP devices anew that vanished with their parent; sets the links of all others down. */
  readonly restore: (vips: readonly GuardVip[]) => Result<void>;
  readonly inbox: () => ToGuard | undefined;
  readonly tell: (message: FromGuard) => void;
  /** A number that rises while the main thread is alive. */
  readonly mainBeat: () => number;
  readonly stallLimit: Micros;
}

/**
 * Frames judged per interface between two looks at the timers: as many as its socket's buffer holds, so that a
 * master's advert behind forged ones is read before its silence is believed. At 2 us each they delay an advert of
 * ours by some 20 ms, and only after a standstill that was several times as long.
 */
const framesPerTurn = 11_000;
const framesPerCall = 64;
/** Without any other deadline the loop looks at the main thread's heartbeat this often. */
const idleTurn = millis(500);
/**
 * A virtual IP behind a cut cable is in nobody's way; until this has passed the takeover elsewhere shall not wait for
 * the locks that setting a link down holds.
 */
const cutPatience = millis(100);
const stalledReason = 'main thread stalled';

export class GuardLoop {
  readonly #parts: GuardParts;
  #world: GuardWorld;
  #vips: ReadonlyMap<VhidKey, HeldVip>;
  #ifnameOf: ReadonlyMap<string, string> = new Map();
  #links: Record<string, boolean> = {};
  /** VHIDs that shall be held no longer, by the number of who waits for that. */
  readonly #retiring = new Map<number, readonly VhidKey[]>();
  #started = false;
  #left = false;
  #beat = { seen: -1, at: 0 as Instant, stalled: false };
  #findingsDue: Instant;
  /** Links to set down, at the end of a turn: the kernel takes 6 to 16 ms for it, and adverts must not wait. */
  readonly #drops = new Map<VhidKey, { readonly device: VipDevice; readonly at: Instant }>();

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#world = parts.world;
    this.#vips = parts.vipsOf(parts.world);
    this.#nameDevices();
    this.#findingsDue = parts.kernel.now();
  }

  /** Runs until the group has left. */
  run(): void {
    this.#beat.at = this.#parts.kernel.now();
    while (!this.#left) this.turn();
  }

  /** One turn: in, think, out. */
  turn(): void {
    const { kernel, group } = this.#parts;
    kernel.wait(this.#wakeAt());
    kernel.linkChanges((parent, up) => this.#linkChanged(parent, up));
    this.#readFrames();
    this.#readInbox();
    const now = kernel.now();
    const due = group.deadline();
    if (due !== undefined && due.at <= now) this.#perform(group.step({ kind: 'tick' }, now));
    this.#watchMain(now);
    this.#collectFindings(now);
    this.#flushDrops('due');
    if (this.#retiring.size > 0) this.#answerRetired();
  }

  #nameDevices(): void {
    this.#ifnameOf = new Map(Object.entries(this.#world.devices).map(([ifname, device]) => [device, ifname]));
  }

  #wakeAt(): Instant {
    const idle = after(this.#parts.kernel.now(), idleTurn);
    const due = this.#parts.group.deadline();
    const dropped = [...this.#drops.values()].map(({ at }) => at);
    return Math.min(idle, due?.at ?? idle, ...dropped) as Instant;
  }

  #step(event: CarpEvent): void {
    this.#perform(this.#parts.group.step(event, this.#parts.kernel.now()));
  }

  #linkChanged(parent: string, up: boolean): void {
    const ifname = this.#ifnameOf.get(parent);
    if (ifname === undefined || this.#links[ifname] === up) return;
    if (up && this.#parts.kernel.wasReplaced(parent)) this.#restoreDevices(parent);
    this.#links[ifname] = up;
    this.#parts.tell({ kind: 'link', ifname, up });
    if (this.#started) this.#step({ kind: 'link', ifname, up });
  }

  /**
   * Here and not in the main thread, so that the devices are there before the election on this interface begins. It
   * takes milliseconds, which adverts on other interfaces can spare: this node is demoted there by the lost link.
   */
  #restoreDevices(parent: string): void {
    const { restore, group, tell } = this.#parts;
    const what = `${parent} is another interface than before: its virtual IP devices are made anew`;
    tell({ kind: 'log', level: 'warn', message: what });
    const done = restore(this.#world.vips);
    if (!done.ok) tell({ kind: 'log', level: 'error', message: `virtual IP devices: ${done.error}` });
    const held = group.status().vhids.filter(({ role }) => role === 'MASTER');
    const devices = held.map(({ key }) => this.#vip(key).device);
    this.#setDevices(devices, true);
  }

  /** Drains the sockets before any timer is looked at: an advert that has arrived is never taken for silence. */
  #readFrames(): void {
    const { kernel, adverts } = this.#parts;
    let now = kernel.now();
    const handle = (parent: string, frame: Uint8Array, length: number): void => {
      const event = adverts.read(parent, frame, length, now);
      if (event !== undefined) this.#step(event);
    };
    for (let read = 0; read < framesPerTurn * this.#ifnameOf.size; ) {
      now = kernel.now();
      const got = kernel.receive(framesPerCall, handle);
      read += got;
      if (got < framesPerCall) return;
    }
  }

  #readInbox(): void {
    for (let message = this.#parts.inbox(); message !== undefined; message = this.#parts.inbox()) {
      if (message.kind === 'event') this.#step(message.event);
      else if (message.kind === 'start') this.#start();
      else if (message.kind === 'report') this.#report(message.id);
      else if (message.kind === 'reconfigure') this.#reconfigure(message.id, message.world);
      else {
        this.#step({ kind: 'retire', keys: message.keys, patience: message.patience });
        this.#retiring.set(message.id, message.keys);
      }
    }
  }

  /** Until the ruleset is loaded every VHID rests in INIT: a firewall without rules must not attract traffic. */
  #start(): void {
    this.#started = true;
    for (const [ifname, device] of Object.entries(this.#world.devices)) {
      const up = this.#parts.kernel.linkIsUp(device);
      this.#links[ifname] = up;
      this.#step({ kind: 'link', ifname, up });
    }
  }

  #reconfigure(id: number, world: GuardWorld): void {
    const { kernel, adverts, tell } = this.#parts;
    const parents = new Set(world.vips.map(({ device }) => device.parent));
    const followed = kernel.follow([...parents], Object.values(world.devices));
    if (!followed.ok) {
      tell({ kind: 'answer', id, outcome: followed });
      return;
    }
    const before = { world: this.#world, vips: this.#vips };
    const vips = this.#parts.vipsOf(world);
    // Those that go are dropped with what is known of them.
    this.#vips = new Map([...before.vips, ...vips]);
    this.#world = world;
    this.#nameDevices();
    adverts.reconfigure(world, kernel.now());
    this.#lookAtLinks(before.world);
    this.#renewDevices(before.vips, vips);
    this.#step({ kind: 'reconfigure', config: world.group });
    this.#flushDrops('all');
    this.#vips = vips;
    tell({ kind: 'answer', id, outcome: { ok: true, value: undefined } });
  }

  /** Links of interfaces that are new, or are another device now, before anything is thought about them. */
  #lookAtLinks(before: GuardWorld): void {
    const same = Object.entries(this.#links).filter(
      ([ifname]) => before.devices[ifname] === this.#world.devices[ifname],
    );
    this.#links = Object.fromEntries(same);
    for (const device of Object.values(this.#world.devices))
      this.#linkChanged(device, this.#parts.kernel.linkIsUp(device));
  }

  /** Devices that have got other addresses own them all, or none: whoever set them knew not which. */
  #renewDevices(before: ReadonlyMap<VhidKey, HeldVip>, now: ReadonlyMap<VhidKey, HeldVip>): void {
    const held = this.#held();
    const changed = [...now].filter(([key, { device }]) => {
      const last = before.get(key)?.device;
      return last !== undefined && JSON.stringify(last) !== JSON.stringify(device);
    });
    for (const up of [true, false]) {
      const devices = changed.filter(([key]) => held.has(key) === up).map(([, { device }]) => device);
      this.#setDevices(devices, up);
    }
  }

  #held(): ReadonlySet<VhidKey> {
    const { vhids } = this.#parts.group.status();
    return new Set(vhids.filter(({ holds }) => holds).map(({ key }) => key));
  }

  #answerRetired(): void {
    const held = this.#held();
    for (const [id, keys] of this.#retiring) {
      if (keys.some((key) => held.has(key) || this.#drops.has(key))) continue;
      this.#retiring.delete(id);
      this.#parts.tell({ kind: 'answer', id, outcome: { ok: true, value: undefined } });
    }
  }

  #report(id: number): void {
    const { kernel, group, adverts, tell } = this.#parts;
    const dropped = kernel.dropped();
    tell({
      kind: 'report',
      id,
      report: {
        at: kernel.now(),
        group: group.status(),
        links: { ...this.#links },
        counters: { ...adverts.counters(), ...(dropped === 0 ? {} : { dropped }) },
        replay: adverts.replay(),
      },
    });
  }

  /** A node whose main thread hangs cannot be told anything any more: it gives the addresses away. */
  #watchMain(now: Instant): void {
    const seen = this.#parts.mainBeat();
    if (seen !== this.#beat.seen) {
      this.#beat.seen = seen;
      this.#beat.at = now;
      if (!this.#beat.stalled) return;
      this.#beat.stalled = false;
      this.#step({ kind: 'undemote', reason: stalledReason });
    } else if (!this.#beat.stalled && between(this.#beat.at, now) > this.#parts.stallLimit) {
      this.#beat.stalled = true;
      this.#step({ kind: 'demote', reason: stalledReason, amount: 240 });
    }
  }

  #collectFindings(now: Instant): void {
    if (now < this.#findingsDue) return;
    this.#findingsDue = after(now, idleTurn);
    for (const effect of this.#parts.adverts.findings(now)) this.#parts.tell({ kind: 'effect', effect });
  }

  /** Performs effects in order; neighbouring addresses are taken in one netlink transmission. */
  #perform(effects: readonly CarpEffect[]): void {
    let taken: VipDevice[] = [];
    const flushTaken = (): void => {
      this.#setDevices(taken, true);
      taken = [];
    };
    for (const effect of effects) {
      switch (effect.kind) {
        case 'takeAddresses':
          this.#drops.delete(effect.key);
          taken.push(this.#vip(effect.key).device);
          break;
        case 'dropAddresses':
          this.#dropLater(effect.key);
          break;
        case 'sendAdvert':
          flushTaken();
          this.#sendAdvert(effect);
          break;
        case 'announce':
          flushTaken();
          this.#announce(effect.key);
          break;
        default:
          if (effect.kind === 'left') {
            this.#flushDrops('all');
            this.#left = true;
          }
          this.#parts.tell({ kind: 'effect', effect });
      }
    }
    flushTaken();
  }

  #dropLater(key: VhidKey): void {
    const { device } = this.#vip(key);
    const cut = this.#links[this.#ifnameOf.get(device.parent) ?? ''] === false;
    const now = this.#parts.kernel.now();
    this.#drops.set(key, { device, at: cut ? after(now, cutPatience) : now });
  }

  #flushDrops(which: 'due' | 'all'): void {
    if (this.#drops.size === 0) return;
    const now = this.#parts.kernel.now();
    const devices: VipDevice[] = [];
    for (const [key, { device, at }] of this.#drops) {
      if (which === 'due' && at > now) continue;
      this.#drops.delete(key);
      devices.push(device);
    }
    this.#setDevices(devices, false);
  }

  #setDevices(devices: readonly VipDevice[], up: boolean): void {
    if (devices.length === 0) return;
    const done = this.#parts.kernel.setDevices(devices.map((device) => ({ device, up })));
    if (!done.ok)
      this.#parts.tell({ kind: 'log', level: 'error', message: `virtual IP devices: ${done.error}` });
  }

  #sendAdvert(effect: Extract<CarpEffect, { kind: 'sendAdvert' }>): void {
    const frame = this.#parts.adverts.frameOf(effect);
    if (frame === undefined) return;
    const sent = this.#parts.kernel.send(this.#vip(effect.key).device.parent, frame, frame.length);
    this.#step({ kind: 'sent', key: effect.key, ok: sent });
  }

  #announce(key: VhidKey): void {
    const { device, announcements } = this.#vip(key);
    for (const frame of announcements) this.#parts.kernel.send(device.parent, frame, frame.length);
  }

  #vip(key: VhidKey): HeldVip {
    const vip = this.#vips.get(key);
    if (vip === undefined) throw new Error(`bug: no virtual IP device for ${key}`);
    return vip;
  }
}
