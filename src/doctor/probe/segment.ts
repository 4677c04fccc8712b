/**
 * Listens to the segments of a node first, then asks and sends beacons, and goes on listening. Nothing is sent from a
 * virtual MAC: a switch would look for the virtual IP here.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Ipv4, Ipv6, Mac } from '#base/address.ts';
import type { FilterRows } from '#linux/filter.ts';
import { FrameTap } from '#linux/frame-tap.ts';
import type { ArpEvidence, HeardEvidence } from '../evidence.ts';
import {
  arpQuestion,
  type BeaconKind,
  beacon,
  beacon6,
  beaconGroups,
  beaconTimes,
  neighbourQuestion,
  readFrame,
} from '../frames.ts';
import { isIpv4 } from '../plan.ts';

/** Frames of VLANs are those of other interfaces: where the kernel keeps the tag (SKF_AD_VLAN_TAG). */
const vlanTag = 0xfffff000 + 44;
/** Whether it holds (SKF_AD_VLAN_TAG_PRESENT): before Linux 6.2 the old value stays when a VLAN interface gets the frame. */
const vlanTagPresent = 0xfffff000 + 48;
/**
 * ARP, IP protocols 112 and 2 (IGMP), UDP to 224.0.0.0/24; of IPv6 protocol 112, neighbour advertisements (ICMPv6 type
 * 136), UDP to ff02::/16.
 */
const filter: FilterRows = [
  [0x20, 0, 0, vlanTagPresent],
  [0x15, 3, 0, 0],
  [0x20, 0, 0, vlanTag],
  [0x54, 0, 0, 0xfff],
  [0x15, 0, 19, 0],
  [0x28, 0, 0, 12],
  [0x15, 16, 0, 0x0806],
  [0x15, 0, 8, 0x86dd],
  [0x30, 0, 0, 20],
  [0x15, 13, 0, 112],
  [0x15, 0, 2, 58],
  [0x30, 0, 0, 54],
  [0x15, 10, 11, 136],
  [0x15, 0, 10, 17],
  [0x28, 0, 0, 38],
  [0x15, 7, 8, 0xff02],
  [0x15, 0, 7, 0x0800],
  [0x30, 0, 0, 23],
  [0x15, 4, 0, 112],
  [0x15, 3, 0, 2],
  [0x20, 0, 0, 30],
  [0x54, 0, 0, 0xffffff00],
  [0x15, 0, 1, 0xe0000000],
  [0x06, 0, 0, 0x40000],
  [0x06, 0, 0, 0],
];
const longest = 256;
/** How often is read, ms. */
const readEvery = 10;
/** Kinds of frames kept for one segment; a flood of made-up senders must not fill the report. */
const mostKinds = 200;

export interface Question {
  readonly address: Ipv4 | Ipv6;
  readonly purpose: ArpEvidence['purpose'];
  readonly of?: string;
  /** Asked alone, too. */
  readonly direct?: Mac;
}

export interface Segment {
  /** The document's name of the interface. */
  readonly interface: string;
  readonly device: string;
  readonly mac: Mac;
  /** This node's first IPv4 address there. */
  readonly source: Ipv4 | undefined;
  /** Its link-local address there. */
  readonly source6?: Ipv6 | undefined;
  readonly questions: readonly Question[];
}

export interface SegmentReport {
  readonly heard: HeardEvidence[];
  readonly arp: ArpEvidence[];
}

/** Examines all segments at once. A segment whose interface is not there tells nothing. */
export async function examineSegments(
  node: string,
  segments: readonly Segment[],
  listenMs: number,
): Promise<SegmentReport> {
  const ears = segments.flatMap((segment) => {
    const tap = FrameTap.open(segment.device, filter, longest, 'incoming');
    return tap.ok ? [new Ear(segment, tap.value)] : [];
  });
  const began = performance.now();
  let asked = 0;
  try {
    for (;;) {
      const passed = performance.now() - began;
      for (const ear of ears) ear.read();
      if (passed >= listenMs) break;
      if (passed >= (beaconTimes[asked] ?? Number.POSITIVE_INFINITY)) {
        asked += 1;
        for (const ear of ears) ear.ask(node);
      }
      await delay(readEvery);
    }
  } finally {
    for (const ear of ears) ear.close();
  }
  return { heard: ears.flatMap((ear) => ear.heard), arp: ears.flatMap((ear) => ear.answers) };
}

/** What is heard on one segment. */
class Ear {
  readonly #segment: Segment;
  readonly #tap: FrameTap;
  readonly #kinds = new Map<string, HeardEvidence>();
  /** MACs by address, of those who answered a probe, and of those who were asked alone. */
  readonly #answers = new Map<string, Set<string>>();
  readonly #direct = new Map<string, Set<string>>();

  constructor(segment: Segment, tap: FrameTap) {
    this.#segment = segment;
    this.#tap = tap;
  }

  read(): void {
    this.#tap.read((frame) => {
      const what = readFrame(frame);
      if (what === undefined) return;
      if (what.kind === 'arp') {
        const place = what.asked === '0.0.0.0' ? this.#answers : this.#direct;
        place.set(what.address, (place.get(what.address) ?? new Set()).add(what.mac));
        return;
      }
      const name = JSON.stringify(what);
      const known = this.#kinds.get(name);
      if (known !== undefined) known.count += 1;
      else if (this.#kinds.size < mostKinds)
        this.#kinds.set(name, { ...what, interface: this.#segment.interface, count: 1 });
    });
  }

  ask(node: string): void {
    const { mac, source, source6, questions } = this.#segment;
    for (const { address, direct, purpose } of questions) {
      if (!isIpv4(address)) {
        this.#askNeighbour(address as Ipv6, purpose, direct);
        continue;
      }
      this.#tap.send(arpQuestion(mac, '0.0.0.0' as Ipv4, address));
      if (direct !== undefined && source !== undefined)
        this.#tap.send(arpQuestion(mac, source, address, direct));
    }
    for (const kind of Object.keys(beaconGroups) as BeaconKind[])
      if (source !== undefined) this.#tap.send(beacon(kind, node, mac, source));
      else if (source6 !== undefined) this.#tap.send(beacon6(kind, node, mac, source6));
  }

  /**
   * Probes are for addresses that nobody else may have: one that is about to be taken by another, as a peer's that is
   * just starting, would be given up for a probe (RFC 4862 section 5.4.3).
   */
  #askNeighbour(address: Ipv6, purpose: Question['purpose'], direct: Mac | undefined): void {
    const { mac, source6 } = this.#segment;
    const isOurs = purpose === 'own' || purpose === 'vip';
    if (isOurs) this.#tap.send(neighbourQuestion(mac, '::' as Ipv6, address));
    if (source6 === undefined) return;
    if (!isOurs) this.#tap.send(neighbourQuestion(mac, source6, address));
    else if (direct !== undefined) this.#tap.send(neighbourQuestion(mac, source6, address, direct));
  }

  get heard(): HeardEvidence[] {
    return [...this.#kinds.values()];
  }

  get answers(): ArpEvidence[] {
    return this.#segment.questions.map(({ address, purpose, of, direct }) => ({
      interface: this.#segment.interface,
      address,
      purpose,
      ...(of === undefined ? {} : { of }),
      answers: this.#answersFor(address, purpose),
      ...(direct === undefined ? {} : { direct: this.#direct.get(address)?.has(direct) === true }),
    }));
  }

  /** Neighbours that were asked from an address of ours answer to it alone. */
  #answersFor(address: string, purpose: Question['purpose']): string[] {
    const own =
      purpose === 'own' || purpose === 'vip' || isIpv4(address) ? [] : (this.#direct.get(address) ?? []);
    return [...new Set([...(this.#answers.get(address) ?? []), ...own])].sort();
  }

  close(): void {
    this.#tap.close();
  }
}
