/** What is wrong between two nodes on a segment, from what each sent and the other heard. Pure. */
import {
  type Case,
  carpInterfaces,
  type Direction,
  directions,
  firstOf,
  interfaceAt,
  isUpAt,
  overlaps,
  vipAt,
} from './case.ts';
import type { HeardEvidence, NodeEvidence } from './evidence.ts';
import type { Fault, Value } from './finding.ts';
import { isIpv4 } from './plan.ts';

/** One fault for each segment and code, whichever direction it was seen in. */
export function judgeWires(found: Case): Fault[] {
  const faults = carpInterfaces(found.nodes).flatMap((name) =>
    directions(found)
      .filter(({ sender, receiver }) => isUpAt(sender, name) && isUpAt(receiver, name))
      .flatMap((direction) => [
        ...(overlaps(found, direction) ? judgeWay(direction, name, rolesOf(found, name)) : []),
        ...judgeDelivery(direction, name),
      ]),
  );
  return firstOf(faults, ({ code, subject }) => `${code} ${subject}`);
}

/** What one node heard of the other. */
interface Hearing {
  readonly adverts: boolean;
  readonly toAll: boolean;
  readonly toGroup: boolean;
}

function hearing({ sender, receiver }: Direction, name: string): Hearing {
  const at = interfaceAt(sender, name);
  const listed = at?.addresses ?? [];
  // Where there is IPv4, its adverts are what is judged.
  const own = listed.some(isIpv4) ? listed : [...listed, ...(at?.linkLocals ?? [])];
  const here = receiver.heard.filter((one) => one.interface === name);
  const beacon = (kind: HeardEvidence['kind']): boolean =>
    here.some((one) => one.kind === kind && one.node === sender.node);
  return {
    adverts: here.some(({ kind, source }) => kind === 'carp' && own.includes(source)),
    toAll: beacon('beacon all'),
    toGroup: beacon('beacon carp'),
  };
}

function judgeWay(direction: Direction, name: string, roles: Value): Fault[] {
  const { sender, receiver } = direction;
  const heard = hearing(direction, name);
  if (heard.adverts) return [];
  const values = {
    interface: interfaceAt(receiver, name)?.title ?? name,
    sender: sender.node,
    node: receiver.node,
    roles,
  };
  const fault = (code: Fault['code'], more: Fault['values'] = {}): Fault[] => [
    { code, subject: name, values: { ...values, ...more } },
  ];
  if (heard.toAll && heard.toGroup) {
    const held = sender.vips.filter((vip) => vip.interface === name && vip.status === 'MASTER');
    const [first] = held;
    if (first === undefined) return [];
    const isAnswered = receiver.arp.some(
      ({ purpose, of, answers }) =>
        purpose === 'vip' && held.some(({ key, mac }) => key === of && answers.includes(mac)),
    );
    return isAnswered ? fault('adverts-filtered') : fault('virtual-mac-blocked', { mac: first.mac });
  }
  if (heard.toAll) {
    const queries = receiver.heard.filter((one) => one.interface === name && one.kind === 'igmp query');
    return fault('igmp-snooping', { queries: queries.length });
  }
  if (heard.toGroup) return [];
  const back = hearing({ sender: receiver, receiver: sender }, name);
  if (back.toAll || back.toGroup || back.adverts) return fault('one-way-link');
  const reaches = receiver.arp.some(
    ({ interface: at, purpose, of, answers }) =>
      at === name && purpose === 'peer' && of === sender.node && answers.length > 0,
  );
  return fault(reaches ? 'multicast-blocked' : 'segment-cut');
}

/** Frames to the virtual MAC itself reach the node that holds it, unless both do: then the switch picks one. */
function judgeDelivery({ sender, receiver }: Direction, name: string): Fault[] {
  return sender.vips
    .filter((vip) => vip.interface === name && vip.status === 'MASTER')
    .filter(({ key }) => vipAt(receiver, key)?.status !== 'MASTER')
    .flatMap(({ key, mac, interface: at, title }) =>
      receiver.arp
        .filter(
          ({ purpose, of, answers, direct }) =>
            purpose === 'vip' && of === key && answers.includes(mac) && direct === false,
        )
        .map(
          ({ address }): Fault => ({
            code: 'virtual-mac-not-delivered',
            subject: key,
            values: {
              interface: title.split('@')[0] ?? at,
              sender: sender.node,
              node: receiver.node,
              address,
              mac,
            },
          }),
        ),
    );
}

function rolesOf({ nodes }: Case, name: string): Value {
  const masters = nodes.filter((node) => isMasterOn(node, name)).map(({ node }) => node);
  if (masters.length > 1)
    return {
      en: `${masters.join(' and ')} are both master.`,
      fr: `${masters.join(' et ')} sont tous deux maîtres.`,
    };
  return {
    en: 'At the next failover both would be master.',
    fr: 'À la prochaine bascule, tous deux seraient maîtres.',
  };
}

const isMasterOn = (node: NodeEvidence, name: string): boolean =>
  node.vips.some((vip) => vip.interface === name && vip.status === 'MASTER');
