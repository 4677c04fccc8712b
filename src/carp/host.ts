/**
 * A node's virtual hosts and what they have in common: the configuration, the links, the demotion, and the few things
 * that are done to a VHID from more than one place.
 */
import { type Prng, prng } from '#base/prng.ts';
import type { Instant } from '#base/time.ts';
import type { Contender } from './decide.ts';
import { Demotion } from './demotion.ts';
import { OpenFindings } from './open-findings.ts';
import { maintenanceSkew, maxSkew } from './timing.ts';
import type { CarpEffect, GroupConfig, Role, VhidConfig, VhidKey } from './types.ts';
import { Vhid } from './vhid.ts';

/** FreeBSD's ifdown and senderr demotion factors. */
export const demotionStep = 240;

export class Host {
  config: GroupConfig;
  vhids: ReadonlyMap<VhidKey, Vhid>;
  readonly demotion = new Demotion();
  readonly findings = new OpenFindings();
  /** What was last said of each interface. */
  readonly links = new Map<string, boolean>();
  allowed = true;
  maintenance = false;
  leaving = false;
  readonly #chance: Prng;

  constructor(config: GroupConfig, now: Instant) {
    this.config = config;
    this.#chance = prng(config.seed);
    this.vhids = new Map(config.vhids.map((vhid) => [vhid.key, this.added(vhid, config, now)]));
  }

  rawSkew(vhid: Vhid): number {
    return this.maintenance ? maintenanceSkew : vhid.config.advskew;
  }

  /** FreeBSD `DEMOTE_ADVSKEW`. */
  effectiveSkew(vhid: Vhid): number {
    return Math.min(maxSkew, Math.max(0, this.rawSkew(vhid) + this.demotion.total));
  }

  /** Quick timing keeps its pace while demoted, so that the others notice a death just as fast. */
  rateSkew(vhid: Vhid): number {
    return vhid.timing === 'quick' ? vhid.config.advskew : this.effectiveSkew(vhid);
  }

  advertise(vhid: Vhid, now: Instant): CarpEffect[] {
    return vhid.advertise(this.effectiveSkew(vhid), this.rateSkew(vhid), now);
  }

  /** FreeBSD `carp_send_ad_all`: after a change of priority every master says so at once. */
  advertiseAll(now: Instant): CarpEffect[] {
    return this.masters().flatMap((vhid) => this.advertise(vhid, now));
  }

  masters(): Vhid[] {
    return [...this.vhids.values()].filter((vhid) => vhid.role === 'MASTER');
  }

  priority(vhid: Vhid): Contender {
    return { advbase: vhid.config.advbase, advskew: this.effectiveSkew(vhid), demote: 0 };
  }

  initialize(vhid: Vhid, now: Instant): CarpEffect[] {
    if (vhid.role !== 'INIT' || !vhid.linkUp || !this.allowed || this.leaving || vhid.retired) return [];
    const changed = this.become(vhid, 'BACKUP', 'initialization complete', now);
    vhid.listen(this.rawSkew(vhid), now);
    return changed;
  }

  demote(reason: string, amount: number, now: Instant): CarpEffect[] {
    return this.demotion.set(reason, amount) ? this.demotionChanged(now) : [];
  }

  demotionChanged(now: Instant): CarpEffect[] {
    return [
      { kind: 'demotionChanged', total: this.demotion.total, reasons: this.demotion.reasons },
      ...this.advertiseAll(now),
    ];
  }

  /** Takes the demotion for send errors back: after good sends, when the link came up, or to try again. */
  trustSending(vhid: Vhid, now: Instant): CarpEffect[] {
    vhid.sendErrors = 0;
    vhid.sendAgainAt = undefined;
    return this.demote(`send errors ${vhid.config.key}`, 0, now);
  }

  /** The only way to another role: what was only true in the old one is over. */
  become(vhid: Vhid, role: Role, reason: string, now: Instant): [CarpEffect, ...CarpEffect[]] {
    return [
      vhid.become(role, reason, now),
      ...this.findings.clear('dual-master', vhid.config.key),
      ...this.findings.clear('carp-family-silent', vhid.config.key),
    ];
  }

  linkDemotion(ifname: string): number {
    if (this.links.get(ifname) !== false) return 0;
    return demotionStep * [...this.vhids.values()].filter((vhid) => vhid.config.ifname === ifname).length;
  }

  added(vhid: VhidConfig, config: GroupConfig, now: Instant): Vhid {
    const added = new Vhid(vhid, config, this.#chance, now);
    added.linkUp = this.links.get(vhid.ifname) === true;
    return added;
  }
}
