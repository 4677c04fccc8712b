/**
 * Judges received frames. Everything that is wrong has a name; refusing costs no allocation, since 100,000
 * forged adverts a second must not disturb. Order of the checks: reference FreeBSD ip_carp.c `carp_input`,
 * `carp_input_c`, with the destination and loop checks of UCarp's `packethandler` and OpenBSD's cookie.
 */
import {
  addressBytes,
  addressFromBytes,
  type Family,
  type Ipv4,
  type Ipv6,
  type Vhid,
} from '#base/address.ts';
import { checksum } from '#base/checksum.ts';
import type { HmacContext } from './auth.ts';
import { priorityBound, sequenceOf } from './strict.ts';
import { farewell } from './timing.ts';
import type { PeerOnSegment, VhidKey } from './types.ts';
import { at, authlen, ethernetLength, group4, group6, payloadLength, protocol } from './wire.ts';

export type Refusal =
  /** Not an IP packet of protocol 112, or cut short. */
  | 'truncated'
  /** Our own packet came back: a loop, or a virtual switch that echoes. */
  | 'own-source'
  | 'vrrp'
  | 'length'
  | 'version'
  | 'vhid'
  | 'destination'
  | 'ttl'
  | 'checksum'
  | 'hmac'
  /** Strict mode: a sequence number that was used before. */
  | 'replay'
  /** Strict mode: advbase or advskew are not those that the sender hashed, or better than the document says. */
  | 'priority'
  /** Strict mode: the sender is no node of the document. */
  | 'unknown-sender';

/** One VHID as a receiver sees it. */
export interface Listener {
  readonly key: VhidKey;
  readonly vhid: Vhid;
  /** Any of these may have signed: more than one while the password or the addresses change. */
  readonly contexts: readonly HmacContext[];
  readonly ownSources: readonly (Ipv4 | Ipv6)[];
  readonly peers: readonly PeerOnSegment[];
}

/** The fields of the last accepted advert; reused, so read it before the next frame. */
export interface AcceptedAdvert {
  listener: Listener;
  family: Family;
  source: Ipv4 | Ipv6;
  advbase: number;
  advskew: number;
  counterHi: number;
  counterLo: number;
}

export type Verdict =
  | { readonly ok: true; readonly advert: AcceptedAdvert }
  | { readonly ok: false; readonly reason: Refusal };

const refusals = new Map<Refusal, Verdict>();
/** One shared verdict per reason: a refusal allocates nothing. */
function refuse(reason: Refusal): Verdict {
  let verdict = refusals.get(reason);
  if (verdict === undefined) {
    verdict = { ok: false, reason };
    refusals.set(reason, verdict);
  }
  return verdict;
}

const destination4 = new DataView(addressBytes(group4).buffer).getUint32(0);
const destination6 = addressBytes(group6);
/** Distinct senders remembered for one VHID; more than a segment has. */
const senderLimit = 64;

interface Sender {
  readonly source: Ipv4 | Ipv6;
  readonly bytes: Uint8Array;
  readonly own: boolean;
  readonly peer: PeerOnSegment | undefined;
  lastSequence: number;
}

/** Highest accepted sequence by "KEY SOURCE". */
export type ReplayMarks = Readonly<Record<string, number>>;

/** The receiver of one segment (one interface). */
export class Receiver {
  readonly #strict: boolean;
  readonly #listeners: (Listener | undefined)[] = new Array(256).fill(undefined);
  /** By VHID, as the listeners. */
  readonly #senders: Sender[][] = Array.from({ length: 256 }, () => []);
  readonly #marks: Record<string, number>;
  readonly #advert: AcceptedAdvert | undefined;
  /** The memory of the last frame; kept, since a view for each frame would keep the collector busy. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the last frame's source address stands, 0 when it did not get as far as its IP header. */
  #sourceAt = 0;
  #family: Family = 'ipv4';

  constructor(listeners: readonly Listener[], strict: boolean, marks: ReplayMarks) {
    this.#strict = strict;
    this.#marks = { ...marks };
    for (const listener of listeners) {
      this.#listeners[listener.vhid] = listener;
      this.#senders[listener.vhid] = [
        ...listener.ownSources.map((source) => this.#sender(listener, source, true, undefined)),
        ...listener.peers.flatMap((peer) =>
          peer.sources.map((source) => this.#sender(listener, source, false, peer)),
        ),
      ];
    }
    const [first] = listeners;
    this.#advert =
      first === undefined
        ? undefined
        : {
            listener: first,
            family: 'ipv4',
            source: group4,
            advbase: 0,
            advskew: 0,
            counterHi: 0,
            counterLo: 0,
          };
  }

  /** Source of the last frame that got as far as its IP header, for findings; valid until the next frame. */
  readonly lastSource = (): string =>
    this.#sourceAt === 0 ? '' : readSource(this.#view, this.#sourceAt, this.#family);

  /** Judges one frame of `length` bytes, Ethernet header included. */
  judge(frame: Uint8Array, length: number): Verdict {
    this.#sourceAt = 0;
    if (length < ethernetLength + 20) return refuse('truncated');
    if (this.#view.buffer !== frame.buffer) this.#view = new DataView(frame.buffer);
    const packet = frame.byteOffset + ethernetLength;
    const type = this.#view.getUint16(packet - 2);
    if (type === 0x0800) return this.#ipv4(this.#view, packet, length - ethernetLength);
    if (type === 0x86dd) return this.#ipv6(this.#view, packet, length - ethernetLength);
    return refuse('truncated');
  }

  /** `packet`: where the IP header stands; `length`: bytes from there on. */
  #ipv4(view: DataView, packet: number, length: number): Verdict {
    const headerLength = (view.getUint8(packet) & 0x0f) * 4;
    const total = view.getUint16(packet + 2);
    if (view.getUint8(packet) >>> 4 !== 4 || headerLength < 20 || view.getUint8(packet + 9) !== protocol)
      return refuse('truncated');
    if (total < headerLength || length < total) return refuse('truncated');
    const group = view.getUint32(packet + 16) === destination4;
    const ttl = view.getUint8(packet + 8);
    const payload = packet + headerLength;
    return this.#payload(view, payload, total - headerLength, 'ipv4', packet + 12, ttl, group);
  }

  #ipv6(view: DataView, packet: number, length: number): Verdict {
    if (length < 40 || view.getUint8(packet) >>> 4 !== 6 || view.getUint8(packet + 6) !== protocol)
      return refuse('truncated');
    const payload = view.getUint16(packet + 4);
    if (length < 40 + payload) return refuse('truncated');
    const group = equalAt(view, packet + 24, destination6);
    const hops = view.getUint8(packet + 7);
    return this.#payload(view, packet + 40, payload, 'ipv6', packet + 8, hops, group);
  }

  #payload(
    view: DataView,
    offset: number,
    length: number,
    family: Family,
    sourceAt: number,
    ttl: number,
    group: boolean,
  ): Verdict {
    this.#sourceAt = sourceAt;
    this.#family = family;
    if (length < 8) return refuse('length');
    const version = view.getUint8(offset) >>> 4;
    if (version === 3) return refuse('vrrp');
    if (version !== 2) return refuse('version');
    // A VRRPv2 advert of n addresses has 16 + 4 n bytes, and n where CARP has 7 (RFC 3768 section 5.1).
    const addresses = view.getUint8(offset + at.authlen);
    if (length === 16 + 4 * addresses) return refuse('vrrp');
    if (addresses !== authlen || length !== payloadLength) return refuse('length');
    const listener = this.#listeners[view.getUint8(offset + at.vhid)];
    if (listener === undefined) return refuse('vhid');
    const sender = this.#senderOf(listener, view, sourceAt, family);
    if (sender?.own === true) return refuse('own-source');
    if (!group) return refuse('destination');
    if (ttl !== 255) return refuse('ttl');
    if (checksum(view, offset, payloadLength) !== 0) return refuse('checksum');
    return this.#authentic(view, offset, listener, sender, family, sourceAt);
  }

  #authentic(
    view: DataView,
    offset: number,
    listener: Listener,
    known: Sender | undefined,
    family: Family,
    sourceAt: number,
  ): Verdict {
    const hi = view.getUint32(offset + at.counter);
    const lo = view.getUint32(offset + at.counter + 4);
    const advbase = view.getUint8(offset + at.advbase);
    const advskew = view.getUint8(offset + at.advskew);
    let authentic = false;
    for (const context of listener.contexts) {
      if (context.verify(hi, lo, view, offset + at.digest)) authentic = true;
    }
    if (!authentic) return refuse('hmac');
    const sender = known ?? this.#admit(listener, view, sourceAt, family);
    if (sender === undefined) return refuse('unknown-sender');
    if (this.#strict) {
      if (!priorityBound(lo, advbase, advskew)) return refuse('priority');
      const isFarewell = advbase === farewell && advskew === farewell;
      if (!isFarewell && sender.peer !== undefined && advskew < sender.peer.advskew)
        return refuse('priority');
      const sequence = sequenceOf(hi, lo);
      if (sequence <= sender.lastSequence) return refuse('replay');
      sender.lastSequence = sequence;
    }
    const advert = this.#advert;
    if (advert === undefined) throw new Error('bug: a listener without an advert to fill');
    advert.listener = listener;
    advert.family = family;
    advert.source = sender.source;
    advert.advbase = advbase;
    advert.advskew = advskew;
    advert.counterHi = hi;
    advert.counterLo = lo;
    return { ok: true, advert };
  }

  #senderOf(listener: Listener, view: DataView, sourceAt: number, family: Family): Sender | undefined {
    const length = family === 'ipv4' ? 4 : 16;
    for (const sender of this.#sendersOf(listener)) {
      if (sender.bytes.length === length && equalAt(view, sourceAt, sender.bytes)) return sender;
    }
    return undefined;
  }

  #sendersOf(listener: Listener): Sender[] {
    const senders = this.#senders[listener.vhid];
    if (senders === undefined) throw new Error(`bug: VHID ${listener.vhid}`);
    return senders;
  }

  /**
   * A sender that the document does not name, whose HMAC is right. Strict mode takes only an IPv6 link-local
   * address, since documents do not list those.
   */
  #admit(listener: Listener, view: DataView, sourceAt: number, family: Family): Sender | undefined {
    const linkLocal = family === 'ipv6' && (view.getUint16(sourceAt) & 0xffc0) === 0xfe80;
    if (this.#strict && !linkLocal) return undefined;
    const senders = this.#sendersOf(listener);
    const sender = this.#sender(listener, readSource(view, sourceAt, family), false, undefined);
    if (senders.length < senderLimit) senders.push(sender);
    else if (this.#strict) return undefined;
    return sender;
  }

  #sender(listener: Listener, source: Ipv4 | Ipv6, own: boolean, peer: PeerOnSegment | undefined): Sender {
    const lastSequence = this.#marks[`${listener.key} ${source}`] ?? -1;
    return { source, bytes: addressBytes(source), own, peer, lastSequence };
  }

  /** What must be remembered so that adverts recorded before a restart are still refused after it. */
  replayMarks(): ReplayMarks {
    const marks: Record<string, number> = { ...this.#marks };
    for (const listener of this.#listeners) {
      if (listener === undefined) continue;
      for (const sender of this.#sendersOf(listener)) {
        if (sender.lastSequence >= 0) marks[`${listener.key} ${sender.source}`] = sender.lastSequence;
      }
    }
    return marks;
  }
}

function equalAt(view: DataView, offset: number, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (view.getUint8(offset + i) !== bytes[i]) return false;
  return true;
}

function readSource(view: DataView, offset: number, family: Family): Ipv4 | Ipv6 {
  return addressFromBytes(new Uint8Array(view.buffer, offset, family === 'ipv4' ? 4 : 16));
}
