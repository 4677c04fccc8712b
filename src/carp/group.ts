/**
 * All virtual hosts of a node as one: what CARP does per host (FreeBSD ip_carp.c: demotion, allow, send errors)
 * and what we add so that a group moves together. `step` is the only way in.
 */
import type { Family } from '#base/address.ts';
import { type Prng, prng } from '#base/prng.ts';
import { after, type Instant, type Micros, seconds } from '#base/time.ts';
import { type Contender, decide } from './decide.ts';
import { Demotion } from './demotion.ts';
import { compareFrequency, farewell, maintenanceSkew, maxSkew } from './timing.ts';
import type { CarpEffect, CarpEvent, Deadline, GroupConfig, GroupStatus, Role, VhidKey } from './types.ts';
import { type Heard, Vhid } from './vhid.ts';

/** FreeBSD's ifdown and senderr demotion factors. */
const demotionStep = 240;
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
  readonly #config: GroupConfig;
  readonly #vhids: ReadonlyMap<VhidKey, Vhid>;
  readonly #demotion = new Demotion();
  #allowed = true;
  #maintenance = false;
  #leaving = false;
  #left = false;
  readonly #findings = new OpenFindings();

  constructor(config: GroupConfig, now: Instant) {
    this.#config = config;
    const chance: Prng = prng(config.seed);
    this.#vhids = new Map(config.vhids.map((vhid) => [vhid.key, new Vhid(vhid, config, chance, now)]));
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
        return this.#demote(event.reason, event.amount, now);
      case 'undemote':
        return this.#demote(event.reason, 0, now);
      case 'resetDemotion':
        return this.#demotion.reset((reason) => reason.startsWith('link ')) ? this.#demotionChanged(now) : [];
      case 'maintenance':
        if (this.#maintenance === event.on) return [];
        this.#maintenance = event.on;
        return this.#advertiseAll(now);
      case 'allow':
        return this.#allow(event.on, now);
      case 'leave':
        if (this.#leaving) return [];
        this.#leaving = true;
        return [...this.#bowOut(event.patience, now), ...this.#leftWhenDone()];
    }
  }

  /** The earliest moment at which `tick` has something to do. */
  deadline(): Deadline | undefined {
    let next: Deadline | undefined;
    for (const vhid of this.#vhids.values()) {
      const due = vhid.deadline();
      if (due !== undefined && (next === undefined || due.at < next.at)) next = due;
    }
    return next;
  }

  status(): GroupStatus {
    return {
      allowed: this.#allowed,
      maintenance: this.#maintenance,
      leaving: this.#leaving,
      demotion: this.#demotion.total,
      demotionReasons: this.#demotion.reasons,
      vhids: [...this.#vhids.values()].map((vhid) => ({
        key: vhid.config.key,
        role: vhid.role,
        effectiveSkew: this.#effectiveSkew(vhid),
        since: vhid.since,
        ...(vhid.heard === undefined
          ? {}
          : { lastAdvertFrom: vhid.heard.source, lastAdvertAt: vhid.heard.at }),
      })),
    };
  }

  // Skews -----------------------------------------------------------------------------------------------------

  #rawSkew(vhid: Vhid): number {
    return this.#maintenance ? maintenanceSkew : vhid.config.advskew;
  }

  /** FreeBSD `DEMOTE_ADVSKEW`. */
  #effectiveSkew(vhid: Vhid): number {
    return Math.min(maxSkew, Math.max(0, this.#rawSkew(vhid) + this.#demotion.total));
  }

  /** Quick timing keeps its pace while demoted, so that the others notice a death just as fast. */
  #rateSkew(vhid: Vhid): number {
    return this.#config.timing === 'quick' ? vhid.config.advskew : this.#effectiveSkew(vhid);
  }

  #advertise(vhid: Vhid, now: Instant): CarpEffect[] {
    return vhid.advertise(this.#effectiveSkew(vhid), this.#rateSkew(vhid), now);
  }

  /** FreeBSD `carp_send_ad_all`: after a change of priority every master says so at once. */
  #advertiseAll(now: Instant): CarpEffect[] {
    return this.#masters().flatMap((vhid) => this.#advertise(vhid, now));
  }

  #masters(): Vhid[] {
    return [...this.#vhids.values()].filter((vhid) => vhid.role === 'MASTER');
  }

  // Adverts ---------------------------------------------------------------------------------------------------

  #advert(event: Of<'advert'>, now: Instant): CarpEffect[] {
    const vhid = this.#vhids.get(event.key);
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
    const me = this.#priority(vhid);
    const tied = compareFrequency(me, heard) === 0 && vhid.winsTie(heard, family);
    const decision = decide('freebsd', 'MASTER', this.#config.preempt, me, asContender(heard));
    if (decision.action === 'become-backup' && !tied) {
      const [changed, ...over] = this.#become(vhid, 'BACKUP', decision.reason, now);
      vhid.wait(family, heard, this.#rawSkew(vhid));
      return [changed, ...vhid.drop(), ...over];
    }
    const effects = vhid.announceOnceMore(now);
    if (isFarewell) return effects;
    vhid.noteRival(heard);
    if (vhid.rivalAdverts < dualMasterLimit) return effects;
    const cause = `${heard.source} also sends adverts as master and does not yield`;
    return [...effects, ...this.#findings.raise('dual-master', vhid.config.key, cause)];
  }

  #heardAsBackup(vhid: Vhid, heard: Heard, family: Family, isFarewell: boolean, now: Instant): CarpEffect[] {
    const me = this.#priority(vhid);
    const decision = decide('freebsd', 'BACKUP', this.#config.preempt, me, asContender(heard));
    // With advbase 0 three times nothing is nothing: every master would seem too slow (OpenBSD excludes it, too).
    const degenerate = vhid.config.advbase === 0 && !this.#config.preempt && !isFarewell;
    if (decision.action !== 'become-master' || degenerate) {
      if (this.#demotesItself(heard) && compareFrequency(me, heard) < 0)
        return this.#promote([vhid, ...this.#followers(vhid, heard, isFarewell)], 'master is demoted', now);
      vhid.wait(family, heard, this.#rawSkew(vhid));
      return this.#lookForSilentFamily(vhid, now);
    }
    const turn = vhid.turn(heard.peer);
    if (turn > 0 && isFarewell) {
      vhid.waitTurn(turn, now);
      return [];
    }
    return this.#promote([vhid, ...this.#followers(vhid, heard, isFarewell)], decision.reason, now);
  }

  #priority(vhid: Vhid): Contender {
    return { advbase: vhid.config.advbase, advskew: this.#effectiveSkew(vhid), demote: 0 };
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
    return [...this.#vhids.values()].filter((vhid) => {
      if (vhid === first || vhid.role !== 'BACKUP' || vhid.heard?.peer?.node !== peer.node) return false;
      return leaves || (this.#config.preempt && compareFrequency(this.#priority(vhid), vhid.heard) < 0);
    });
  }

  /** Who is demoted itself is not to draw a whole group to itself. */
  #leadsGroup(): boolean {
    return this.#config.group && this.#demotion.total < maxSkew && !this.#maintenance;
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
      const [changed, ...cleared] = this.#become(vhid, 'MASTER', why, now);
      effects.push(changed);
      over.push(...cleared);
    }
    for (const vhid of vhids) effects.push(...vhid.take());
    for (const vhid of vhids) {
      // FreeBSD `carp_setrun` arms a new master's first timer without the demotion.
      const rate = this.#config.timing === 'quick' ? this.#rateSkew(vhid) : this.#rawSkew(vhid);
      effects.push(...vhid.advertise(this.#effectiveSkew(vhid), rate, now));
    }
    for (const vhid of vhids) effects.push(vhid.announce(now));
    return [...effects, ...over];
  }

  // Time ------------------------------------------------------------------------------------------------------

  #tick(now: Instant): CarpEffect[] {
    const all = [...this.#vhids.values()];
    const effects: CarpEffect[] = [];
    for (const vhid of all) if (vhid.advertDue(now)) effects.push(...this.#advertise(vhid, now));
    const orphans = all.filter((vhid) => vhid.masterTimedOut(now));
    if (orphans.length > 0) effects.push(...this.#promote(orphans, timedOut, now));
    for (const vhid of all) {
      effects.push(...vhid.announceDue(now));
      if (vhid.partBy !== undefined && vhid.partBy <= now) effects.push(...vhid.drop());
      if (vhid.sendAgainAt !== undefined && vhid.sendAgainAt <= now)
        effects.push(...this.#trustSending(vhid, now));
      effects.push(...this.#lookForSilentFamily(vhid, now));
      if (vhid.rivalHasGone(now)) effects.push(...this.#findings.clear('dual-master', vhid.config.key));
    }
    return [...effects, ...this.#leftWhenDone()];
  }

  // The host --------------------------------------------------------------------------------------------------

  #link(event: Of<'link'>, now: Instant): CarpEffect[] {
    const affected = [...this.#vhids.values()].filter((vhid) => vhid.config.ifname === event.ifname);
    if (event.up && affected.every((vhid) => vhid.linkUp)) return [];
    const effects: CarpEffect[] = [];
    for (const vhid of affected) {
      vhid.linkUp = event.up;
      if (event.up) effects.push(...this.#trustSending(vhid, now), ...this.#initialize(vhid, now));
      else if (vhid.role !== 'INIT')
        effects.push(...this.#become(vhid, 'INIT', 'hardware interface down', now));
      if (!event.up) effects.push(...vhid.drop());
    }
    const amount = event.up ? 0 : demotionStep * affected.length;
    return [...effects, ...this.#demote(`link ${event.ifname}`, amount, now), ...this.#leftWhenDone()];
  }

  #initialize(vhid: Vhid, now: Instant): CarpEffect[] {
    if (vhid.role !== 'INIT' || !vhid.linkUp || !this.#allowed || this.#leaving) return [];
    const changed = this.#become(vhid, 'BACKUP', 'initialization complete', now);
    vhid.listen(this.#rawSkew(vhid), now);
    return changed;
  }

  #demote(reason: string, amount: number, now: Instant): CarpEffect[] {
    return this.#demotion.set(reason, amount) ? this.#demotionChanged(now) : [];
  }

  #demotionChanged(now: Instant): CarpEffect[] {
    return [
      { kind: 'demotionChanged', total: this.#demotion.total, reasons: this.#demotion.reasons },
      ...this.#advertiseAll(now),
    ];
  }

  #sent(event: Of<'sent'>, now: Instant): CarpEffect[] {
    const vhid = this.#vhids.get(event.key);
    if (vhid === undefined) throw new Error(`bug: sent for unknown ${event.key}`);
    const reason = `send errors ${event.key}`;
    vhid.sendErrors = event.ok ? 0 : vhid.sendErrors + 1;
    vhid.sendSuccesses = event.ok ? vhid.sendSuccesses + 1 : 0;
    if (vhid.sendErrors === sendErrorLimit) {
      vhid.sendAgainAt = after(now, sendErrorPatience);
      return this.#demote(reason, demotionStep, now);
    }
    return vhid.sendSuccesses === sendErrorLimit ? this.#trustSending(vhid, now) : [];
  }

  /** Takes the demotion for send errors back: after good sends, when the link came up, or to try again. */
  #trustSending(vhid: Vhid, now: Instant): CarpEffect[] {
    vhid.sendErrors = 0;
    vhid.sendAgainAt = undefined;
    return this.#demote(`send errors ${vhid.config.key}`, 0, now);
  }

  #allow(on: boolean, now: Instant): CarpEffect[] {
    if (this.#allowed === on) return [];
    this.#allowed = on;
    if (!on) return this.#bowOut(disablePatience, now);
    return [...this.#vhids.values()].flatMap((vhid) => this.#initialize(vhid, now));
  }

  /**
   * Leaves the election at once, but keeps the addresses until a peer has taken over, so that nothing is lost.
   * FreeBSD sends nothing here and its peers wait for the timeout; the farewell is OpenBSD's.
   */
  #bowOut(patience: Micros, now: Instant): CarpEffect[] {
    const effects: CarpEffect[] = [];
    for (const vhid of this.#vhids.values()) {
      if (vhid.role === 'INIT') continue;
      const wasMaster = vhid.role === 'MASTER';
      effects.push(...this.#become(vhid, 'INIT', this.#leaving ? 'leaving' : 'CARP disabled', now));
      if (!wasMaster) continue;
      effects.push(...vhid.bowOut());
      vhid.partBy = after(now, patience);
    }
    return effects;
  }

  #leftWhenDone(): CarpEffect[] {
    if (!this.#leaving || this.#left) return [];
    if ([...this.#vhids.values()].some((vhid) => vhid.holds)) return [];
    this.#left = true;
    return [{ kind: 'left' }];
  }

  // Findings --------------------------------------------------------------------------------------------------

  /** The only way to another role: what was only true in the old one is over. */
  #become(vhid: Vhid, role: Role, reason: string, now: Instant): [CarpEffect, ...CarpEffect[]] {
    return [
      vhid.become(role, reason, now),
      ...this.#findings.clear('dual-master', vhid.config.key),
      ...this.#findings.clear('carp-family-silent', vhid.config.key),
    ];
  }

  #lookForSilentFamily(vhid: Vhid, now: Instant): CarpEffect[] {
    const silent = vhid.silentFamily(now);
    const { key } = vhid.config;
    if (silent === undefined) return this.#findings.clear('carp-family-silent', key);
    const cause = `${silent} adverts stopped while the other family is heard`;
    return this.#findings.raise('carp-family-silent', key, cause);
  }
}

/** Findings that hold; each is told once when it arises and once when it is over. */
class OpenFindings {
  readonly #open = new Set<string>();

  raise(code: string, subject: string, cause: string): CarpEffect[] {
    const name = `${code} ${subject}`;
    if (this.#open.has(name)) return [];
    this.#open.add(name);
    return [{ kind: 'finding', code, subject, cause }];
  }

  clear(code: string, subject: string): CarpEffect[] {
    if (!this.#open.delete(`${code} ${subject}`)) return [];
    return [{ kind: 'finding', code, subject, cause: 'over', cleared: true }];
  }
}

const asContender = (heard: Heard): Contender => ({
  advbase: heard.advbase,
  advskew: heard.advskew,
  demote: 0,
});
