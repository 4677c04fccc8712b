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
  readonly #senders = new Map<VhidKey, Sender[]>();
  readonly #marks: Record<string, number>;
  readonly #advert: AcceptedAdvert | undefined;
  /** Source of the last frame that got as far as its IP header, for findings; valid until the next frame. */
  lastSource: () => string = () => '';

  constructor(listeners: readonly Listener[], strict: boolean, marks: ReplayMarks) {
    this.#strict = strict;
    this.#marks = { ...marks };
    for (const listener of listeners) {
      this.#listeners[listener.vhid] = listener;
      const known: Sender[] = [
        ...listener.ownSources.map((source) => this.#sender(listener, source, true, undefined)),
        ...listener.peers.flatMap((peer) =>
          peer.sources.map((source) => this.#sender(listener, source, false, peer)),
        ),
      ];
      this.#senders.set(listener.key, known);
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

  /** Judges one frame of `length` bytes, Ethernet header included. */
  judge(frame: Uint8Array, length: number): Verdict {
    const view = new DataView(frame.buffer, frame.byteOffset, length);
    if (length < ethernetLength + 20) return refuse('truncated');
    const type = view.getUint16(12);
    if (type === 0x0800) return this.#ipv4(view, length);
    if (type === 0x86dd) return this.#ipv6(view, length);
    return refuse('truncated');
  }

  #ipv4(view: DataView, length: number): Verdict {
    const headerLength = (view.getUint8(14) & 0x0f) * 4;
    const total = view.getUint16(16);
    if (view.getUint8(14) >>> 4 !== 4 || headerLength < 20 || view.getUint8(23) !== protocol) {
      return refuse('truncated');
    }
    if (total < headerLength || length < ethernetLength + total) return refuse('truncated');
    const group = view.getUint32(30) === destination4;
    return this.#payload(
      view,
      ethernetLength + headerLength,
      total - headerLength,
      'ipv4',
      26,
      view.getUint8(22),
      group,
    );
  }

  #ipv6(view: DataView, length: number): Verdict {
    if (length < ethernetLength + 40 || view.getUint8(14) >>> 4 !== 6 || view.getUint8(20) !== protocol) {
      return refuse('truncated');
    }
    const payload = view.getUint16(18);
    if (length < ethernetLength + 40 + payload) return refuse('truncated');
    return this.#payload(
      view,
      ethernetLength + 40,
      payload,
      'ipv6',
      22,
      view.getUint8(21),
      equalAt(view, 38, destination6),
    );
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
    this.lastSource = () => readSource(view, sourceAt, family);
    if (length < 8) return refuse('length');
    const version = view.getUint8(offset) >>> 4;
    if (version === 3) return refuse('vrrp');
    if (version !== 2) return refuse('version');
    // A VRRPv2 advert of n addresses has 16 + 4 n bytes and n where CARP has 7.
    if (view.getUint8(offset + at.authlen) !== authlen) {
      const addresses = view.getUint8(offset + at.authlen);
      return refuse(length === 16 + 4 * addresses ? 'vrrp' : 'length');
    }
    if (length !== payloadLength) return refuse('length');
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
    for (const sender of this.#senders.get(listener.key) ?? []) {
      if (sender.bytes.length === (family === 'ipv4' ? 4 : 16) && equalAt(view, sourceAt, sender.bytes))
        return sender;
    }
    return undefined;
  }

  /**
   * A sender that the document does not name, whose HMAC is right. Strict mode takes only an IPv6 link-local
   * address, since documents do not list those.
   */
  #admit(listener: Listener, view: DataView, sourceAt: number, family: Family): Sender | undefined {
    const linkLocal = family === 'ipv6' && (view.getUint16(sourceAt) & 0xffc0) === 0xfe80;
    if (this.#strict && !linkLocal) return undefined;
    const senders = this.#senders.get(listener.key) ?? [];
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
    for (const [key, senders] of this.#senders) {
      for (const sender of senders) {
        if (sender.lastSequence >= 0) marks[`${key} ${sender.source}`] = sender.lastSequence;
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
  return addressFromBytes(new Uint8Array(view.buffer, view.byteOffset + offset, family === 'ipv4' ? 4 : 16));
}
