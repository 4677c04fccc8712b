/**
 * One VHID's machine: INIT, BACKUP, MASTER (FreeBSD ip_carp.c `carp_input_c`, `carp_setrun`). It holds the state
 * and the timers of one virtual host; what concerns the whole host (demotion, hand-over of a group) is group.ts's.
 */
import { addressBytes, type Family, type Ipv4, type Ipv6 } from '#base/address.ts';
import type { Prng } from '#base/prng.ts';
import { after, type Instant, type Micros, micros, millis, seconds } from '#base/time.ts';
import { Change, isSame, type Setup } from './change.ts';
import { boundCounter } from './strict.ts';
import { farewell, interval, masterDown, ownMasterDown, slot } from './timing.ts';
import type { CarpEffect, Deadline, GroupConfig, PeerOnSegment, Role, Timing, VhidConfig } from './types.ts';

/** The last valid advert of a VHID. */
export interface Heard {
  readonly at: Instant;
  readonly source: Ipv4 | Ipv6;
  readonly advbase: number;
  readonly advskew: number;
  /** The sender, when the document knows it. */
  readonly peer: PeerOnSegment | undefined;
}

/** Announcements are repeated, since a neighbour may ignore or miss the first (Linux: arp `locktime` of 1 s). */
const announceAgain = [seconds(1), seconds(3)] as const;

/** A finding about what is not heard, or heard in spite of us, takes so long to arise or to be over, at least. */
const certain = seconds(3);

/** Adverts of the old master may still arrive for so long after a takeover. */
const crossing = millis(100);

export class Vhid {
  role: Role = 'INIT';
  since: Instant;
  linkUp = false;
  heard: Heard | undefined;
  /** The addresses are on this node: while MASTER, and for a while after a farewell. */
  holds = false;
  /** After a farewell: when the addresses go, peer or no peer. */
  partBy: Instant | undefined;
  /** Adverts in a row of a node that does not yield to us although it should. */
  rivalAdverts = 0;
  #rivalGoneAt: Instant | undefined;
  sendErrors = 0;
  sendSuccesses = 0;
  /** When the demotion for send errors is taken back although nothing was sent since: a backup sends nothing. */
  sendAgainAt: Instant | undefined;
  /** Given up by this node alone: it takes part again only with another configuration. */
  retired = false;
  families: readonly Family[];
  #downAt = new Map<Family, Instant>();
  #heardAt = new Map<Family, Instant>();
  #advertAt: Instant | undefined;
  #announceAt: Instant[] = [];
  #lastAnnounced: Instant | undefined;
  #sequence: number;
  #counter: { hi: number; lo: number; adopted: boolean } = { hi: 0, lo: 0, adopted: false };

  config: VhidConfig;
  #group: GroupConfig;
  #change: Change | undefined;
  readonly #chance: Prng;

  constructor(config: VhidConfig, group: GroupConfig, chance: Prng, now: Instant) {
    this.config = config;
    this.#group = group;
    this.#chance = chance;
    this.since = now;
    this.#sequence = group.firstSequence;
    this.families = familiesOf(config);
  }

  get timing(): Timing {
    return this.#group.timing;
  }

  /** Whether another configuration has addresses that the last one had not. */
  gains({ ipv4, ipv6 }: VhidConfig): boolean {
    const last = this.#change?.next.vhid ?? this.config;
    const had: readonly string[] = [...last.ipv4, ...last.ipv6];
    return [...ipv4, ...ipv6].some((address) => !had.includes(address));
  }

  /** Follows another configuration: understands it now, adopts it later (change.ts). */
  reconfigure(config: VhidConfig, group: GroupConfig, now: Instant): void {
    const inForce: Setup = { vhid: this.config, group: this.#group };
    const next: Setup = { vhid: config, group };
    this.retired = false;
    if (isSame(this.#change?.next ?? inForce, next)) return;
    this.#change = new Change(inForce, next, this.#change, now);
  }

  /** True once, when the new configuration is in force from now on. */
  adoptDue(now: Instant): boolean {
    const change = this.#change;
    if (change === undefined || change.adopted || change.adoptAt > now) return false;
    change.adopted = true;
    this.config = change.next.vhid;
    this.#group = change.next.group;
    // A family that is new was never heard, which is no silence.
    for (const family of familiesOf(this.config))
      if (!this.families.includes(family)) this.#heardAt.set(family, now);
    this.families = familiesOf(this.config);
    return true;
  }

  /** Until the peers have adopted a new configuration, too, no master is slower than it should be. */
  isSettling(now: Instant): boolean {
    return this.#change !== undefined && this.#change.settledAt > now;
  }

  /** Forgets what the peers went by before, when that is long ago. */
  settle(now: Instant): void {
    if (!this.isSettling(now)) this.#change = undefined;
  }

  /** The only place where a role changes. */
  become(role: Role, reason: string, now: Instant): CarpEffect {
    const from = this.role;
    this.role = role;
    this.since = now;
    this.rivalAdverts = 0;
    this.#rivalGoneAt = undefined;
    if (role === 'INIT') this.heard = undefined;
    this.#advertAt = undefined;
    this.#announceAt = [];
    this.#downAt.clear();
    return { kind: 'roleChanged', key: this.config.key, from, to: role, reason };
  }

  take(): CarpEffect[] {
    this.partBy = undefined;
    if (this.holds) return [];
    this.holds = true;
    return [{ kind: 'takeAddresses', key: this.config.key }];
  }

  drop(): CarpEffect[] {
    this.partBy = undefined;
    if (!this.holds) return [];
    this.holds = false;
    return [{ kind: 'dropAddresses', key: this.config.key }];
  }

  /** Starts to wait as a backup that has not heard a master yet. */
  listen(rawSkew: number, now: Instant): void {
    const { advbase } = this.config;
    const until = after(now, ownMasterDown(this.#group.timing, advbase, rawSkew, this.#group.listen));
    for (const family of this.families) this.#downAt.set(family, until);
  }

  /** Writes down a valid advert. */
  note(heard: Heard, family: Family, counterHi: number, counterLo: number): void {
    this.heard = heard;
    this.#heardAt.set(family, heard.at);
    this.#counter = { hi: counterHi, lo: counterLo, adopted: true };
  }

  /** A backup that has heard an acceptable master waits anew, for that family. */
  wait(family: Family, heard: Heard, rawSkew: number): void {
    const turn = this.turn(heard.peer);
    const patience = ({ vhid, group }: Setup, skew: number): Micros => {
      const peer = vhid.peers.find(({ node }) => node === heard.peer?.node);
      const their = { advbase: heard.advbase, advskew: peer?.advskew ?? heard.advskew };
      return masterDown(group.timing, { advbase: vhid.advbase, advskew: skew }, their, turn);
    };
    const inForce = patience({ vhid: this.config, group: this.#group }, rawSkew);
    const others = this.#change?.all.map((one) => patience(one, Math.max(rawSkew, one.vhid.advskew))) ?? [];
    this.#downAt.set(family, after(heard.at, micros(Math.max(inForce, ...others))));
  }

  /** Nodes between the master and us in the line go first, a slot each. */
  turn(master: PeerOnSegment | undefined): Micros {
    if (this.#group.timing === 'freebsd' || master === undefined) return micros(0);
    const { advskew, peers } = this.config;
    const before = peers.filter((peer) => peer.advskew > master.advskew && peer.advskew < advskew);
    return micros(before.length * slot);
  }

  /** The master has said farewell: only those before us in the line go first. */
  waitTurn(turn: Micros, now: Instant): void {
    for (const family of this.families) this.#downAt.set(family, after(now, turn));
  }

  /** All configured families have been silent for too long. */
  masterTimedOut(now: Instant): boolean {
    if (this.role !== 'BACKUP' || this.#downAt.size === 0) return false;
    for (const at of this.#downAt.values()) if (at > now) return false;
    return true;
  }

  /** A configured family that is silent although another one is heard. */
  silentFamily(now: Instant): Family | undefined {
    if (this.role !== 'BACKUP' || this.#downAt.size < 2) return undefined;
    if (this.heard === undefined) return undefined;
    const patience = threeIntervals(this.heard);
    const lastOf = (family: Family): number => Math.max(this.#heardAt.get(family) ?? 0, this.since);
    const newest = Math.max(...this.families.map(lastOf));
    if (now - newest > patience || newest === this.since) return undefined;
    return this.families.find((family) => newest - lastOf(family) > patience);
  }

  /** A master has heard a worse one. */
  noteRival(rival: Heard): void {
    this.rivalAdverts += 1;
    this.#rivalGoneAt = after(rival.at, threeIntervals(rival));
  }

  /** True once, when a worse master has been silent for long enough to be believed gone. */
  rivalHasGone(now: Instant): boolean {
    if (this.#rivalGoneAt === undefined || this.#rivalGoneAt > now) return false;
    this.#rivalGoneAt = undefined;
    this.rivalAdverts = 0;
    return true;
  }

  advertDue(now: Instant): boolean {
    return this.#advertAt !== undefined && this.#advertAt <= now;
  }

  /** One advert per family, and the time of the next. `rateSkew` sets the pace, `effectiveSkew` goes on the wire. */
  advertise(effectiveSkew: number, rateSkew: number, now: Instant): CarpEffect[] {
    const { advbase } = this.config;
    const pace = interval(advbase, rateSkew);
    const due = this.#advertAt;
    // Keeping the beat avoids drift; after a pause longer than an interval the beat starts anew.
    this.#advertAt =
      due !== undefined && due <= now && now - due < pace ? after(due, pace) : after(now, pace);
    return this.#adverts(advbase, effectiveSkew);
  }

  bowOut(): CarpEffect[] {
    return this.#adverts(farewell, farewell);
  }

  #adverts(advbase: number, advskew: number): CarpEffect[] {
    return this.families.map((family) => {
      const { hi, lo } = this.#nextCounter(advbase, advskew);
      return {
        kind: 'sendAdvert',
        key: this.config.key,
        family,
        advbase,
        advskew,
        counterHi: hi,
        counterLo: lo,
      };
    });
  }

  /** FreeBSD `carp_prepare_ad`: random until a valid packet was heard, then one more than the last. */
  #nextCounter(advbase: number, advskew: number): { hi: number; lo: number } {
    // Whoever is still strict wants it, and others do not mind.
    const isStrict = this.#group.strict || this.#change?.all.some(({ group }) => group.strict) === true;
    if (isStrict) return boundCounter(this.#sequence++, advbase, advskew);
    const counter = this.#counter;
    if (!counter.adopted) {
      return { hi: this.#chance.below(2 ** 32), lo: this.#chance.below(2 ** 32) };
    }
    counter.lo = (counter.lo + 1) >>> 0;
    if (counter.lo === 0) counter.hi = (counter.hi + 1) >>> 0;
    return { hi: counter.hi, lo: counter.lo };
  }

  announce(now: Instant): CarpEffect {
    this.#announceAt = announceAgain.map((later) => after(now, later));
    this.#lastAnnounced = now;
    return { kind: 'announce', key: this.config.key };
  }

  /** The announcement that is due, if any. */
  announceDue(now: Instant): CarpEffect[] {
    if (this.#announceAt[0] === undefined || this.#announceAt[0] > now) return [];
    this.#announceAt = this.#announceAt.filter((at) => at > now);
    this.#lastAnnounced = now;
    return [{ kind: 'announce', key: this.config.key }];
  }

  /**
   * Once more, because another master's frame has drawn the traffic to itself. Right after a takeover at once: the old
   * master's last advert may cross our first, and switches believe the later. Afterwards once a second at most.
   */
  announceOnceMore(now: Instant): CarpEffect[] {
    const isFresh = now - this.since < crossing;
    if (!isFresh && this.#lastAnnounced !== undefined && now - this.#lastAnnounced < seconds(1)) return [];
    this.#lastAnnounced = now;
    return [{ kind: 'announce', key: this.config.key }];
  }

  deadline(): Deadline | undefined {
    let next: Deadline | undefined;
    const consider = (at: Instant | undefined, why: string): void => {
      if (at !== undefined && (next === undefined || at < next.at))
        next = { at, why: `${this.config.key}: ${why}` };
    };
    consider(this.#advertAt, 'advert due');
    consider(this.#announceAt[0], 'announcement due');
    consider(this.partBy, 'farewell over');
    consider(this.sendAgainAt, 'try to send again');
    if (this.#change?.adopted === false) consider(this.#change.adoptAt, 'new configuration');
    else consider(this.#change?.settledAt, 'configuration settled');
    if (this.role === 'BACKUP' && this.#downAt.size > 0) {
      consider(Math.max(...this.#downAt.values()) as Instant, 'master down');
    }
    return next;
  }

  /**
   * A tie between two nodes of one document: the lower address stays master. The documented addresses are
   * compared, not those that the adverts came from: both nodes must come to the same answer.
   */
  winsTie(heard: Heard, family: Family): boolean {
    const ofFamily = (source: string): boolean => source.includes(':') === (family === 'ipv6');
    const own = this.config.ownSources.find(ofFamily);
    const their = heard.peer?.sources.find(ofFamily);
    if (own === undefined || their === undefined) return false;
    return Buffer.compare(addressBytes(own), addressBytes(their)) < 0;
  }

  /**
   * The node of the document that an advert came from. Over IPv6 that is a link-local address, which documents do
   * not list; but in a group of documented nodes whoever knows the password is one of them, and which one shows
   * in the advert that it sent over IPv4 at the same moment, or in its priority.
   */
  peerOf(source: Ipv4 | Ipv6, advskew: number): PeerOnSegment | undefined {
    const { peers } = this.config;
    const known = peers.find((peer) => peer.sources.includes(source));
    if (known !== undefined || !source.startsWith('fe80:')) return known;
    if (peers.length === 1) return peers[0];
    const last = this.heard;
    return last?.peer !== undefined && last.advskew === advskew
      ? last.peer
      : peers.find((peer) => peer.advskew === advskew);
  }
}

const familiesOf = ({ ipv4, ipv6 }: VhidConfig): readonly Family[] => [
  ...(ipv4.length > 0 ? (['ipv4'] as const) : []),
  ...(ipv6.length > 0 ? (['ipv6'] as const) : []),
];

const threeIntervals = ({ advbase, advskew }: Heard): Micros =>
  micros(Math.max(certain, 3 * interval(advbase, advskew)));
