/** The world of the guard thread: packet sockets, the link monitor, a waker, and links of VIP devices. */
import { fail, ok, type Result } from '#base/result.ts';
import { after, between, type Instant, micros, millis } from '#base/time.ts';
import type { RedundancyKernel } from '#ports/kernel.ts';
import { Carrier } from './carrier.ts';
import { monotonicNow } from './clock.ts';
import { libc, mustOpen } from './libc.ts';
import { type Link, type MacvlanChange, RouteSocket } from './netlink/route.ts';
import { createFrameBatch, interfaceIndex, PacketSocket } from './packet-socket.ts';
import { PollSet } from './poll-set.ts';

/** How often carrier is looked at, some 2 us per link: the kernel's own news of its loss may be a second late. */
const carrierEvery = millis(10);

/**
 * A virtual IP's link goes down this long after it fell mute, one at a time: nothing is in a hurry then.
 * It shall be down in the end, so that no other program on the host speaks through it.
 */
const settleAfter = millis(2_000);
const settlePause = millis(100);
/** Setting one link down blocks for 16 ms and more; adverts that are due sooner must not be late. */
const settleSlack = millis(60);

/**
 * From so many frames in a millisecond on they are left to gather before the next look at the sockets. Waking up
 * for a single frame costs ten times what judging it does, and forged adverts come as often as somebody likes.
 * Honest adverts come so often in bursts only, and lose one gathering at most.
 */
const floodFrames = 8;
const gatherFor = millis(1);

const EFD_FLAGS = 0x80800;
/** Where the packet sockets stand in the list of what is waited for: after the waker and the link monitor. */
const firstSocket = 2;

/** An eventfd by which any thread of the process ends the guard's wait. */
export function createWaker(): { readonly fd: number; wake(): void } {
  const fd = mustOpen(libc.eventfd(0, EFD_FLAGS) as number, 'eventfd');
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  return { fd, wake: () => void libc.write(fd, one, 8) };
}

interface Port {
  readonly parent: string;
  /** Undefined while there is no such interface. */
  socket: PacketSocket | undefined;
  /** The last poll said, or nobody has asked yet, that there is something to read. */
  readable: boolean;
}

/**
 * Opens packet sockets on `parents` and the link monitor, watching `watched` (which includes the parents).
 * `wakeFd` is that of `createWaker`.
 */
export function openRedundancyKernel(
  parents: readonly string[],
  watched: readonly string[],
  wakeFd: number,
): Result<RedundancyKernel> {
  const ports: Port[] = [];
  for (const parent of parents) {
    const socket = PacketSocket.open(parent);
    if (!socket.ok) {
      for (const port of ports) port.socket?.close();
      return fail(socket.error);
    }
    ports.push({ parent, socket: socket.value, readable: true });
  }
  return ok(new LinuxRedundancyKernel(ports, watched, wakeFd));
}

class LinuxRedundancyKernel implements RedundancyKernel {
  #ports: readonly Port[];
  readonly #monitor = RouteSocket.monitor();
  readonly #route = new RouteSocket();
  readonly #wakeFd: number;
  /**
   * Of parents that are not used any more. To close a packet socket takes 10 ms and more (the kernel waits for RCU),
   * which adverts on other interfaces cannot spare; full, it holds no more than its buffer.
   */
  #parked: readonly Port[] = [];
  #polled: PollSet;
  readonly #batch = createFrameBatch();
  readonly #wakeCount = Buffer.alloc(8);
  readonly #indexOf = new Map<string, number>();
  readonly #links = new Map<string, boolean>();
  readonly #carriers = new Map<string, Carrier>();
  /** Parents whose place another interface of the same name has taken: until told, and until somebody asks. */
  readonly #renewed = new Set<string>();
  readonly #replaced = new Set<string>();
  /** Indices of VIP devices that answer, and of mute ones with the time for their links to go down. */
  readonly #answering = new Set<number>();
  readonly #mute = new Map<number, Instant>();
  readonly #pace = new Pace();
  #dropped = 0;
  #firstPort = 0;
  #linkNews = true;
  #carrierDue: Instant = monotonicNow();

  readonly cutBufferBytes: number | undefined;

  constructor(ports: readonly Port[], watched: readonly string[], wakeFd: number) {
    this.#ports = ports;
    const sizes = ports.map(({ socket }) => socket?.cutBufferBytes);
    this.cutBufferBytes = sizes.find((size) => size !== undefined);
    this.#wakeFd = wakeFd;
    this.#polled = this.#pollSetOf(ports);
    for (const name of watched) this.#links.set(name, false);
    this.#readAllLinks();
  }

  #pollSetOf(ports: readonly Port[]): PollSet {
    const set = new PollSet(firstSocket + ports.length);
    set.set(0, this.#wakeFd);
    set.set(1, this.#monitor.fd);
    for (const [i, { socket }] of ports.entries()) set.set(firstSocket + i, socket?.fd);
    return set;
  }

  follow(parents: readonly string[], watched: readonly string[]): Result<void> {
    const known = [...this.#ports, ...this.#parked];
    const ports: Port[] = [];
    for (const parent of parents) {
      const port = known.find((candidate) => candidate.parent === parent);
      const opened = port === undefined ? PacketSocket.open(parent) : ok(port.socket);
      if (!opened.ok) {
        for (const made of ports) if (!known.includes(made)) made.socket?.close();
        return fail(opened.error);
      }
      ports.push(port ?? { parent, socket: opened.value, readable: true });
    }
    for (const port of ports) if (this.#parked.includes(port)) this.#unpark(port);
    this.#parked = known.filter((port) => !ports.includes(port));
    this.#ports = ports;
    this.#polled = this.#pollSetOf(ports);
    for (const name of [...this.#links.keys()]) if (!watched.includes(name)) this.#unwatch(name);
    for (const name of watched) {
      if (this.#links.has(name)) continue;
      this.#links.set(name, false);
      // Learnt anew, with its carrier.
      this.#indexOf.delete(name);
    }
    this.#readAllLinks();
    return ok(undefined);
  }

  /** What came while nobody listened there is old. */
  #unpark(port: Port): void {
    while ((port.socket?.receive(this.#batch, this.#batch.slots.length) ?? 0) > 0);
    this.#indexOf.delete(port.parent);
  }

  #unwatch(name: string): void {
    this.#links.delete(name);
    this.#carriers.get(name)?.close();
    this.#carriers.delete(name);
  }

  now(): Instant {
    return monotonicNow();
  }

  wait(until: Instant | undefined): void {
    if (this.#mute.size > 0) this.#settleOne(until);
    const now = monotonicNow();
    const isFlooded = this.#pace.isFlooded(now);
    const due = Math.min(until ?? this.#carrierDue, this.#carrierDue);
    const end = isFlooded ? Math.min(due, after(now, gatherFor)) : due;
    // The sockets come last in the list: while frames gather, nothing but the waker and news of links end the wait.
    const count = isFlooded ? firstSocket : firstSocket + this.#ports.length;
    const isReady = this.#polled.wait(count, micros(Math.max(0, end - now)));
    if (isFlooded) for (const port of this.#ports) port.readable = true;
    if (!isReady) return;
    if (this.#polled.isReady(0)) libc.read(this.#wakeFd, this.#wakeCount, 8);
    if (this.#polled.isReady(1)) this.#linkNews = true;
    if (isFlooded) return;
    for (let i = 0; i < this.#ports.length; i++) {
      const port = this.#ports[i];
      if (port !== undefined && this.#polled.isReady(firstSocket + i)) port.readable = true;
    }
  }

  dropped(): number {
    for (const { socket } of this.#ports) this.#dropped += socket?.takeDrops() ?? 0;
    return this.#dropped;
  }

  receive(limit: number, handle: (parent: string, frame: Uint8Array, length: number) => void): number {
    let total = 0;
    // Another socket is first each time, so that a flood on one interface does not keep the others waiting.
    this.#firstPort += 1;
    for (let i = 0; i < this.#ports.length && total < limit; i++) {
      const port = this.#ports[(this.#firstPort + i) % this.#ports.length];
      if (port?.socket === undefined || !port.readable) continue;
      const most = Math.min(this.#batch.slots.length, limit - total);
      const count = port.socket.receive(this.#batch, most);
      port.readable = count === most;
      total += count;
      for (let slot = 0; slot < count; slot++) {
        const frame = this.#batch.slots[slot];
        if (frame !== undefined) handle(port.parent, frame, this.#batch.lengthOf(slot));
      }
    }
    this.#pace.add(total);
    return total;
  }

  linkChanges(handle: (parent: string, up: boolean) => void): void {
    const now = monotonicNow();
    if (!this.#linkNews && now < this.#carrierDue) return;
    const before = new Map(this.#links);
    if (this.#linkNews) this.#readNews();
    // The news may be older than what is seen now, so the look comes last.
    for (const [name, carrier] of this.#carriers) if (carrier.isLost()) this.#links.set(name, false);
    this.#carrierDue = after(now, carrierEvery);
    // What was replaced was down in between, though nobody looked. All losses come first: they are what is urgent.
    const lost = [...before].filter(([name, up]) => up && (this.#renewed.has(name) || !this.linkIsUp(name)));
    const won = [...this.#links].filter(([name, up]) => up && (this.#renewed.has(name) || !before.get(name)));
    this.#renewed.clear();
    for (const [name] of lost) handle(name, false);
    for (const [name] of won) {
      const index = this.#indexOf.get(name);
      // Before anybody takes over: a neighbour asked for while the cable was out would be asked again a second later.
      if (index !== undefined) this.#route.forgetUnresolvedNeighbours(index);
      handle(name, true);
    }
  }

  wasReplaced(parent: string): boolean {
    return this.#replaced.delete(parent);
  }

  #readNews(): void {
    this.#linkNews = false;
    const outcome = this.#monitor.news((link) => {
      this.#learn(link);
    });
    if (outcome === 'lost') this.#readAllLinks();
  }

  linkIsUp(parent: string): boolean {
    return this.#links.get(parent) === true;
  }

  #readAllLinks(): void {
    const links = this.#route.links();
    const present = new Set(links.map(({ name }) => name));
    for (const name of this.#indexOf.keys()) if (!present.has(name)) this.#forget(name);
    for (const link of links) this.#learn(link);
  }

  #learn(link: Link): void {
    // News of a deleted link look like those of one that was set down.
    if (!link.adminUp && interfaceIndex(link.name) !== link.index) {
      this.#forget(link.name);
      return;
    }
    const isOther = this.#indexOf.get(link.name) !== link.index;
    this.#indexOf.set(link.name, link.index);
    if (!this.#links.has(link.name)) return;
    if (isOther) {
      this.#carriers.get(link.name)?.close();
      this.#carriers.set(link.name, new Carrier(link.name));
      this.#renewSocket(link.name);
    }
    this.#links.set(link.name, link.up);
    if (link.up) this.#carriers.get(link.name)?.isUp();
  }

  #forget(name: string): void {
    const index = this.#indexOf.get(name) ?? 0;
    this.#mute.delete(index);
    this.#answering.delete(index);
    this.#indexOf.delete(name);
    if (!this.#links.has(name)) return;
    this.#links.set(name, false);
    this.#carriers.get(name)?.close();
    this.#carriers.delete(name);
    this.#renewSocket(name);
  }

  /** A packet socket belongs to an interface, not to its name: it hears nothing of another one that gets the name. */
  #renewSocket(name: string): void {
    const place = this.#ports.findIndex(({ parent }) => parent === name);
    const port = this.#ports[place];
    if (port === undefined || port.socket?.interfaceIndex === interfaceIndex(name)) return;
    this.#dropped += port.socket?.takeDrops() ?? 0;
    port.socket?.close();
    const opened = PacketSocket.open(name);
    port.socket = opened.ok ? opened.value : undefined;
    port.readable = true;
    this.#polled.set(firstSocket + place, port.socket?.fd);
    if (!opened.ok) return;
    this.#renewed.add(name);
    this.#replaced.add(name);
  }

  send(parent: string, frame: Uint8Array, length: number): boolean {
    const port = this.#ports.find((candidate) => candidate.parent === parent);
    if (port === undefined) throw new Error(`bug: no packet socket on ${parent}`);
    const sent = port.socket?.send(frame, length) === true;
    if (!sent) this.#carrierDue = monotonicNow();
    return sent;
  }

  setDevices(changes: Parameters<RedundancyKernel['setDevices']>[0]): Result<void> {
    const resolved: MacvlanChange[] = [];
    let missing: string | undefined;
    const due = after(monotonicNow(), settleAfter);
    for (const { device, up } of changes) {
      const index = this.#indexOf.get(device.name);
      if (index === undefined) {
        // It vanished with its parent, and then it answers nobody.
        if (up) missing = device.name;
        continue;
      }
      const to = up ? 'up' : device.ipv6.length === 0 ? 'mute' : 'down';
      // The kernel owns an IPv6 address only once a worker of its own has had the RTNL lock, 16 ms later at the worst.
      resolved.push({ index, to, addresses: up ? [...device.ipv4, ...device.ipv6] : device.ipv4 });
      this.#mute.delete(index);
      this.#answering.delete(index);
      if (to === 'up') this.#answering.add(index);
      else if (to === 'mute') this.#mute.set(index, due);
    }
    // What takes long comes last, so that all others have fallen silent by then.
    if (!changes.some(({ up }) => up))
      resolved.sort((a, b) => Number(a.to === 'down') - Number(b.to === 'down'));
    const done = this.#route.setMacvlans(resolved);
    return missing === undefined ? done : fail(`${missing} does not exist`);
  }

  /** Sets one mute link down, when nobody waits for adverts of ours meanwhile. Those that arrive wait in the socket. */
  #settleOne(until: Instant | undefined): void {
    const now = monotonicNow();
    const isIdle = this.#answering.size === 0 || until === undefined || between(now, until) > settleSlack;
    if (!isIdle) return;
    for (const [index, due] of this.#mute) {
      if (due > now) continue;
      this.#mute.delete(index);
      this.#route.setDown([index]);
      const next = after(monotonicNow(), settlePause);
      for (const [other, otherDue] of this.#mute) if (otherDue < next) this.#mute.set(other, next);
      return;
    }
  }

  close(): void {
    for (const port of [...this.#ports, ...this.#parked]) port.socket?.close();
    for (const carrier of this.#carriers.values()) carrier.close();
    this.#monitor.close();
    this.#route.close();
  }
}

/** How quickly frames come, looked at a millisecond at a time. */
class Pace {
  #since: Instant = monotonicNow();
  #frames = 0;
  #flooded = false;

  add(frames: number): void {
    this.#frames += frames;
  }

  isFlooded(now: Instant): boolean {
    const elapsed = between(this.#since, now);
    if (elapsed >= gatherFor) {
      this.#flooded = this.#frames * gatherFor >= floodFrames * elapsed;
      this.#since = now;
      this.#frames = 0;
    }
    return this.#flooded;
  }
}
