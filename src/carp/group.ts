/**
 * All virtual hosts of a node as one: what CARP does per host (FreeBSD ip_carp.c: demotion, allow, send errors)
 * and what we add so that a group moves together. `step` is the only way in.
 */
import type { Family } from '#base/address.ts';
import { after, type Instant, type Micros, seconds } from '#base/time.ts';
import { type Contender, decide } from './decide.ts';
import { demotionStep, Host } from './host.ts';
import { reconfigure, retire } from './reconfigure.ts';
import { compareFrequency, farewell, maxSkew } from './timing.ts';
import type { CarpEffect, CarpEvent, Deadline, GroupConfig, GroupStatus } from './types.ts';
import type { Heard, Vhid } from './vhid.ts';

/** FreeBSD `carp_send_ad_error`: so many in a row demote, so many good ones in a row take it back. */
const sendErrorLimit = 3;
/** A backup cannot prove good sends, so FreeBSD's demotion stays for ever; ours is tried again after a while. */
const sendErrorPatience = seconds(10);
/** Adverts in a row that do not yield to us before both sides are called masters. */
const dualMasterLimit = 3;
/** After "disable CARP" the addresses stay this long for a peer to take over. */
const disablePatience = seconds(1);

const timedOut = 'master timed out';

type Of<K extends CarpEvent['kind']> = Extract<CarpEvent, { kind: K }>;

export class CarpGroup {
  readonly #host: Host;
  #left = false;

  constructor(config: GroupConfig, now: Instant) {
    this.#host = new Host(config, now);
  }

  step(event: CarpEvent, now: Instant): readonly CarpEffect[] {
    switch (event.kind) {
      case 'advert':
        return this.#advert(event, now);
      case 'tick':
        return this.#tick(now);
      case 'link':
        return this.#link(event, now);
      case 'sent':
        return this.#sent(event, now);
      case 'demote':
        return this.#host.demote(event.reason, event.amount, now);
      case 'undemote':
        return this.#host.demote(event.reason, 0, now);
      case 'resetDemotion':
        return this.#host.demotion.reset((reason) => reason.startsWith('link '))
          ? this.#host.demotionChanged(now)
          : [];
      case 'maintenance':
        if (this.#host.maintenance === event.on) return [];
        this.#host.maintenance = event.on;
        return this.#host.advertiseAll(now);
      case 'allow':
        return this.#allow(event.on, now);
      case 'reconfigure':
        return this.#host.leaving ? [] : reconfigure(this.#host, event.config, now);
      case 'retire':
        return retire(this.#host, event, now);
      case 'leave':
        if (this.#host.leaving) return [];
        this.#host.leaving = true;
        return [...this.#bowOut(event.patience, now), ...this.#leftWhenDone()];
    }
  }

  /** The earliest moment at which `tick` has something to do. */
  deadline(): Deadline | undefined {
    let next: Deadline | undefined;
    for (const vhid of this.#host.vhids.values()) {
      const due = vhid.deadline();
      if (due !== undefined && (next === undefined || due.at < next.at)) next = due;
    }
    return next;
  }

  status(): GroupStatus {
    return {
      allowed: this.#host.allowed,
      maintenance: this.#host.maintenance,
      leaving: this.#host.leaving,
      demotion: this.#host.demotion.total,
      demotionReasons: this.#host.demotion.reasons,
      vhids: [...this.#host.vhids.values()].map((vhid) => ({
        key: vhid.config.key,
        role: vhid.role,
        holds: vhid.holds,
        effectiveSkew: this.#host.effectiveSkew(vhid),
        since: vhid.since,
        ...(vhid.heard === undefined
          ? {}
          : { lastAdvertFrom: vhid.heard.source, lastAdvertAt: vhid.heard.at }),
      })),
    };
  }

  // Adverts ---------------------------------------------------------------------------------------------------

  #advert(event: Of<'advert'>, now: Instant): CarpEffect[] {
    const vhid = this.#host.vhids.get(event.key);
    if (vhid === undefined) throw new Error(`bug: advert for unknown ${event.key}`);
    const heard: Heard = {
      at: now,
      source: event.source,
      advbase: event.advbase,
      advskew: event.advskew,
      peer: vhid.peerOf(event.source, event.advskew),
    };
    vhid.note(heard, event.family, event.counterHi, event.counterLo);
    const isFarewell = event.advbase === farewell && event.advskew === farewell;
    const parted = vhid.partBy !== undefined && !isFarewell ? vhid.drop() : [];
    switch (vhid.role) {
      case 'MASTER':
        return this.#heardAsMaster(vhid, heard, event.family, isFarewell, now);
      case 'BACKUP':
        return [...parted, ...this.#heardAsBackup(vhid, heard, event.family, isFarewell, now)];
      case 'INIT':
        return [...parted, ...this.#leftWhenDone()];
    }
  }

  #heardAsMaster(vhid: Vhid, heard: Heard, family: Family, isFarewell: boolean, now: Instant): CarpEffect[] {
    const me = this.#host.priority(vhid);
    const tied = compareFrequency(me, heard) === 0 && vhid.winsTie(heard, family);
    const decision = decide('freebsd', 'MASTER', this.#host.config.preempt, me, asContender(heard));
    if (decision.action === 'become-backup' && !tied) {
      const [changed, ...over] = this.#host.become(vhid, 'BACKUP', decision.reason, now);
      vhid.wait(family, heard, this.#host.rawSkew(vhid));
      return [changed, ...vhid.drop(), ...over];
    }
    const effects = vhid.announceOnceMore(now);
    if (isFarewell) return effects;
    vhid.noteRival(heard);
    if (vhid.rivalAdverts < dualMasterLimit) return effects;
    const cause = `${heard.source} also sends adverts as master and does not yield`;
    return [...effects, ...this.#host.findings.raise('dual-master', vhid.config.key, cause)];
  }

  #heardAsBackup(vhid: Vhid, heard: Heard, family: Family, isFarewell: boolean, now: Instant): CarpEffect[] {
    const me = this.#host.priority(vhid);
    const decision = decide('freebsd', 'BACKUP', this.#host.config.preempt, me, asContender(heard));
    // With advbase 0 three times nothing is nothing: every master would seem too slow (OpenBSD excludes it, too).
    const degenerate = vhid.config.advbase === 0 && !this.#host.config.preempt && !isFarewell;
    const isSettling = vhid.isSettling(now) && !isFarewell;
    if (decision.action !== 'become-master' || degenerate || isSettling) {
      if (this.#demotesItself(heard) && compareFrequency(me, heard) < 0)
        return this.#promote([vhid, ...this.#followers(vhid, heard, isFarewell)], 'master is demoted', now);
      vhid.wait(family, heard, this.#host.rawSkew(vhid));
      return this.#lookForSilentFamily(vhid, now);
    }
    const turn = vhid.turn(heard.peer);
    if (turn > 0 && isFarewell) {
      vhid.waitTurn(turn, now);
      return [];
    }
    return this.#promote([vhid, ...this.#followers(vhid, heard, isFarewell)], decision.reason, now);
  }

  /**
   * The other VHIDs that leave the same node together with the first. Demotion and farewell concern a whole host,
   * so all its VHIDs are to move; those whose cable is cut can no longer tell us themselves. VHIDs that we would
   * preempt at their next advert anyway move now, so that traffic never takes two ways.
   */
  #followers(first: Vhid, heard: Heard, isFarewell: boolean): Vhid[] {
    const { peer } = heard;
    if (peer === undefined || !this.#leadsGroup()) return [];
    const leaves = isFarewell || this.#demotesItself(heard);
    return [...this.#host.vhids.values()].filter((vhid) => {
      if (vhid === first || vhid.role !== 'BACKUP' || vhid.heard?.peer?.node !== peer.node) return false;
      if (vhid.isSettling(heard.at)) return leaves;
      return (
        leaves || (this.#host.config.preempt && compareFrequency(this.#host.priority(vhid), vhid.heard) < 0)
      );
    });
  }

  /** Who is demoted itself is not to draw a whole group to itself. */
  #leadsGroup(): boolean {
    return this.#host.config.group && this.#host.demotion.total < maxSkew && !this.#host.maintenance;
  }

  /**
   * A known node says that it is not fit to be master. In a group that is enough to take over from it, also without
   * preempt: FreeBSD stays backup then, so that one lost cable splits the group and maintenance mode does nothing.
   */
  #demotesItself({ peer, advskew }: Heard): boolean {
    return this.#leadsGroup() && peer !== undefined && peer.advskew < maxSkew && advskew >= maxSkew;
  }

  /** All addresses first, then all adverts: neighbours of one network must not get an answer from a half-moved node. */
  #promote(vhids: readonly Vhid[], reason: string, now: Instant): CarpEffect[] {
    const effects: CarpEffect[] = [];
    const over: CarpEffect[] = [];
    const [first] = vhids;
    for (const vhid of vhids) {
      const follows = reason !== timedOut && first !== undefined && vhid !== first;
      const why = follows ? `following ${first.config.key}` : reason;
      const [changed, ...cleared] = this.#host.become(vhid, 'MASTER', why, now);
      effects.push(changed);
      over.push(...cleared);
    }
    for (const vhid of vhids) effects.push(...vhid.take());
    for (const vhid of vhids) {
      // FreeBSD `carp_setrun` arms a new master's first timer without the demotion.
      const rate = vhid.timing === 'quick' ? this.#host.rateSkew(vhid) : this.#host.rawSkew(vhid);
      effects.push(...vhid.advertise(this.#host.effectiveSkew(vhid), rate, now));
    }
    for (const vhid of vhids) effects.push(vhid.announce(now));
    return [...effects, ...over];
  }

  // Time ------------------------------------------------------------------------------------------------------

  #tick(now: Instant): CarpEffect[] {
    const all = [...this.#host.vhids.values()];
    const effects: CarpEffect[] = [];
    for (const vhid of all)
      if (vhid.adoptDue(now) && vhid.role === 'MASTER') effects.push(...this.#host.advertise(vhid, now));
    for (const vhid of all) if (vhid.advertDue(now)) effects.push(...this.#host.advertise(vhid, now));
    const orphans = all.filter((vhid) => vhid.masterTimedOut(now));
    if (orphans.length > 0) effects.push(...this.#promote(orphans, timedOut, now));
    for (const vhid of all) {
      vhid.settle(now);
      effects.push(...vhid.announceDue(now));
      if (vhid.partBy !== undefined && vhid.partBy <= now) effects.push(...vhid.drop());
      if (vhid.sendAgainAt !== undefined && vhid.sendAgainAt <= now)
        effects.push(...this.#host.trustSending(vhid, now));
      effects.push(...this.#lookForSilentFamily(vhid, now));
      if (vhid.rivalHasGone(now)) effects.push(...this.#host.findings.clear('dual-master', vhid.config.key));
    }
    return [...effects, ...this.#leftWhenDone()];
  }

  // The host --------------------------------------------------------------------------------------------------

  #link(event: Of<'link'>, now: Instant): CarpEffect[] {
    const affected = [...this.#host.vhids.values()].filter((vhid) => vhid.config.ifname === event.ifname);
    this.#host.links.set(event.ifname, event.up);
    if (event.up && affected.every((vhid) => vhid.linkUp)) return [];
    const effects: CarpEffect[] = [];
    for (const vhid of affected) {
      vhid.linkUp = event.up;
      if (event.up) effects.push(...this.#host.trustSending(vhid, now), ...this.#host.initialize(vhid, now));
      else if (vhid.role !== 'INIT')
        effects.push(...this.#host.become(vhid, 'INIT', 'hardware interface down', now));
      if (!event.up) effects.push(...vhid.drop());
    }
    const amount = this.#host.linkDemotion(event.ifname);
    return [...effects, ...this.#host.demote(`link ${event.ifname}`, amount, now), ...this.#leftWhenDone()];
  }

  #sent(event: Of<'sent'>, now: Instant): CarpEffect[] {
    const vhid = this.#host.vhids.get(event.key);
    if (vhid === undefined) throw new Error(`bug: sent for unknown ${event.key}`);
    const reason = `send errors ${event.key}`;
    vhid.sendErrors = event.ok ? 0 : vhid.sendErrors + 1;
    vhid.sendSuccesses = event.ok ? vhid.sendSuccesses + 1 : 0;
    if (vhid.sendErrors === sendErrorLimit) {
      vhid.sendAgainAt = after(now, sendErrorPatience);
      return this.#host.demote(reason, demotionStep, now);
    }
    return vhid.sendSuccesses === sendErrorLimit ? this.#host.trustSending(vhid, now) : [];
  }

  #allow(on: boolean, now: Instant): CarpEffect[] {
    if (this.#host.allowed === on) return [];
    this.#host.allowed = on;
    if (!on) return this.#bowOut(disablePatience, now);
    return [...this.#host.vhids.values()].flatMap((vhid) => this.#host.initialize(vhid, now));
  }

  /**
   * Leaves the election at once, but keeps the addresses until a peer has taken over, so that nothing is lost.
   * FreeBSD sends nothing here and its peers wait for the timeout; the farewell is OpenBSD's.
   */
  #bowOut(patience: Micros, now: Instant): CarpEffect[] {
    const effects: CarpEffect[] = [];
    for (const vhid of this.#host.vhids.values()) {
      if (vhid.role === 'INIT') continue;
      const wasMaster = vhid.role === 'MASTER';
      effects.push(...this.#host.become(vhid, 'INIT', this.#host.leaving ? 'leaving' : 'CARP disabled', now));
      if (!wasMaster) continue;
      effects.push(...vhid.bowOut());
      vhid.partBy = after(now, patience);
    }
    return effects;
  }

  #leftWhenDone(): CarpEffect[] {
    if (!this.#host.leaving || this.#left) return [];
    if ([...this.#host.vhids.values()].some((vhid) => vhid.holds)) return [];
    this.#left = true;
    return [{ kind: 'left' }];
  }

  // Findings --------------------------------------------------------------------------------------------------

  #lookForSilentFamily(vhid: Vhid, now: Instant): CarpEffect[] {
    const silent = vhid.silentFamily(now);
    const { key } = vhid.config;
    if (silent === undefined) return this.#host.findings.clear('carp-family-silent', key);
    const cause = `${silent} adverts stopped while the other family is heard`;
    return this.#host.findings.raise('carp-family-silent', key, cause);
  }
}

const asContender = (heard: Heard): Contender => ({
  advbase: heard.advbase,
  advskew: heard.advskew,
  demote: 0,
});
