/** Adverts in and out of a node: a receiver for each interface, a frame for each VHID and family. */
import type { Family, Ipv4, Ipv6 } from '#base/address.ts';
import { after, type Instant } from '#base/time.ts';
import { Authenticator } from './authenticator.ts';
import { formerLimit, settleAfter } from './change.ts';
import { type Listener, Receiver, type ReplayMarks, type Verdict } from './receive.ts';
import type { CarpEffect, GroupConfig, PeerOnSegment, VhidConfig, VhidKey } from './types.ts';
import { AdvertFrame } from './wire.ts';

/** The addresses that a VHID's adverts come from; a family without one sends none. */
export interface Sources {
  readonly ipv4: Ipv4 | undefined;
  readonly ipv6: Ipv6 | undefined;
}

export class Codec {
  #config: GroupConfig;
  #sources: ReadonlyMap<VhidKey, Sources>;
  /** Configurations that peers may still go by, until `#settledAt`. */
  #former: readonly GroupConfig[] = [];
  #settledAt: Instant | undefined;
  #marks: ReplayMarks;
  readonly #authenticators = new Map<VhidKey, Authenticator>();
  #receivers: ReadonlyMap<string, Receiver> = new Map();
  /** By key and family, with what the frame was made of. */
  readonly #frames = new Map<string, { readonly madeOf: readonly unknown[]; readonly frame: AdvertFrame }>();

  constructor(config: GroupConfig, sources: ReadonlyMap<VhidKey, Sources>, marks: ReplayMarks) {
    this.#config = config;
    this.#sources = sources;
    this.#marks = marks;
    for (const vhid of config.vhids) this.#authenticators.set(vhid.key, new Authenticator(vhid));
    this.#listen();
  }

  /** Understands another configuration from now on, and still the last for a while (change.ts). */
  reconfigure(config: GroupConfig, sources: ReadonlyMap<VhidKey, Sources>, now: Instant): void {
    this.expire(now);
    this.#former = [...this.#former, this.#config].slice(-formerLimit);
    this.#settledAt = after(now, settleAfter);
    this.#config = config;
    this.#sources = sources;
    const keys = new Set(config.vhids.map(({ key }) => key));
    for (const key of this.#authenticators.keys()) if (!keys.has(key)) this.#authenticators.delete(key);
    for (const vhid of config.vhids) {
      const known = this.#authenticators.get(vhid.key);
      if (known === undefined) this.#authenticators.set(vhid.key, new Authenticator(vhid));
      else known.change(vhid, now);
    }
    this.#frames.clear();
    this.#listen();
  }

  /** Does what time brings about; to be called now and then. */
  expire(now: Instant): void {
    for (const authenticator of this.#authenticators.values()) authenticator.expire(now);
    if (this.#settledAt === undefined || this.#settledAt > now) return;
    this.#settledAt = undefined;
    this.#former = [];
    this.#listen();
  }

  /** The receiver of an interface; undefined when no VHID is on it. */
  judge(ifname: string, frame: Uint8Array, length: number): Verdict | undefined {
    return this.#receivers.get(ifname)?.judge(frame, length);
  }

  /** Source of the last frame that was judged there, for findings. */
  lastSource(ifname: string): string {
    return this.#receivers.get(ifname)?.lastSource() ?? '';
  }

  /** The frame of an advert; undefined when there is no address of that family to send it from. */
  frameOf(effect: Extract<CarpEffect, { kind: 'sendAdvert' }>): Uint8Array | undefined {
    const source = this.#sources.get(effect.key)?.[effect.family];
    const hmac = this.#authenticators.get(effect.key)?.signing;
    const vhid = this.#config.vhids.find(({ key }) => key === effect.key)?.vhid;
    if (source === undefined || hmac === undefined || vhid === undefined) return undefined;
    const name = `${effect.key} ${effect.family satisfies Family}`;
    const known = this.#frames.get(name);
    if (known !== undefined && known.madeOf[0] === source && known.madeOf[1] === hmac)
      return known.frame.fill(effect);
    const frame = new AdvertFrame(vhid, source, hmac);
    this.#frames.set(name, { madeOf: [source, hmac], frame });
    return frame.fill(effect);
  }

  /** What must be remembered so that adverts recorded before a restart are still refused after it. */
  replayMarks(): ReplayMarks {
    const all = [...this.#receivers.values()].map((receiver) => receiver.replayMarks());
    return Object.assign({ ...this.#marks }, ...all);
  }

  /** Makes the receivers anew; what they have heard goes from the old ones to the new. */
  #listen(): void {
    this.#marks = this.replayMarks();
    const { vhids } = this.#config;
    // Who is not strict yet, or not any more, sends counters that prove nothing.
    const isStrict = this.#config.strict && this.#former.every(({ strict }) => strict);
    const receivers = new Map<string, Receiver>();
    for (const ifname of new Set(vhids.map((vhid) => vhid.ifname))) {
      const listeners = vhids.filter((vhid) => vhid.ifname === ifname).map((vhid) => this.#listenerOf(vhid));
      receivers.set(ifname, new Receiver(listeners, isStrict, this.#marks));
    }
    this.#receivers = receivers;
  }

  #listenerOf(vhid: VhidConfig): Listener {
    const authenticator = this.#authenticators.get(vhid.key);
    if (authenticator === undefined) throw new Error(`bug: nothing authenticates ${vhid.key}`);
    const former = this.#former.flatMap(({ vhids }) => vhids.filter(({ key }) => key === vhid.key));
    return {
      key: vhid.key,
      vhid: vhid.vhid,
      get contexts() {
        return authenticator.contexts;
      },
      ownSources: vhid.ownSources,
      peers: peersIn([vhid, ...former]),
    };
  }
}

/** The peers as any of these configurations has them: all their addresses, and their best priority. */
function peersIn(configs: readonly VhidConfig[]): readonly PeerOnSegment[] {
  const peers = new Map<string, PeerOnSegment>();
  for (const { node, sources, advskew } of configs.flatMap((config) => config.peers)) {
    const known = peers.get(node);
    peers.set(node, {
      node,
      sources: [...new Set([...(known?.sources ?? []), ...sources])],
      advskew: Math.min(known?.advskew ?? advskew, advskew),
    });
  }
  return [...peers.values()];
}
