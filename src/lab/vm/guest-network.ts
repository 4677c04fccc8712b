/** The network of a node that is a virtual machine: its cards, and what its init gives to `ip -batch`. Pure. */
import type { Host } from '#infra/network.ts';
import { hostLines } from '#infra/plan.ts';

/** A network that a card carries with a tag. */
export interface TaggedNetwork {
  readonly tag: number;
  readonly segment: string;
}

export interface Card {
  /** Name in the guest. */
  readonly device: string;
  readonly mac: string;
  /** The network that it carries untagged; undefined for a trunk that has none. */
  readonly segment: string | undefined;
  /** IEEE 802.1Q; none for a plain card. */
  readonly tagged: readonly TaggedNetwork[];
}

/** "vmx1.110" is VLAN 110 on the card vmx1. */
const subinterface = /^(.+)\.(\d+)$/;

/** The card that a device of the guest is, or stands on. */
export const cardDevice = (device: string): string => subinterface.exec(device)?.[1] ?? device;

/** The cards of a node, in the order of its devices; `place` of the node makes their addresses different ones. */
export function cardsOf(host: Host, place: number): readonly Card[] {
  const devices = [...new Set(host.ports.map(({ device }) => cardDevice(device)))];
  return devices.map((device, slot) => ({
    device,
    mac: `52:54:00:00:${hex(place)}:${hex(slot)}`,
    segment: host.ports.find((port) => port.device === device)?.segment,
    tagged: host.ports.flatMap((port) => {
      const [, card, tag] = subinterface.exec(port.device) ?? [];
      return card === device ? [{ tag: Number(tag), segment: port.segment }] : [];
    }),
  }));
}

/** Lines for `ip -batch`: the kernel's names of the cards become those of the document, whatever these are. */
export function guestLines(host: Host, cards: readonly Card[]): readonly string[] {
  return [
    ...cards.map((_, slot) => `link set dev eth${slot} name card${slot}`),
    ...cards.flatMap(({ device, tagged }, slot) => [
      `link set dev card${slot} name ${device}`,
      ...(tagged.length > 0 ? [`link set dev ${device} up`] : []),
      ...tagged.map(({ tag }) => `link add link ${device} name ${device}.${tag} type vlan id ${tag}`),
    ]),
    ...hostLines(host),
  ];
}

const hex = (value: number): string => value.toString(16).padStart(2, '0');
