/**
 * Desired network -> ordered steps for network namespaces: every host is a namespace, every segment a bridge in
 * the switch's namespace, every port a veth pair. A cable is pulled at the switch's end, where cutting the link
 * takes the carrier from the host just as a real one does.
 */
import { fail, ok, type Result } from '#base/result.ts';
import type { DesiredNetwork, Host } from './network.ts';

/** One call of a tool; `namespace` is where it runs, undefined where we are. */
export type Step =
  | { readonly kind: 'ip'; readonly namespace: string | undefined; readonly lines: readonly string[] }
  | {
      readonly kind: 'sysctl';
      readonly namespace: string;
      readonly values: Readonly<Record<string, string>>;
    };

/** Longest device name that the kernel takes. */
const deviceNameLimit = 15;

/** The switch's end of a host's cable. */
export function cableEnd(host: string, device: string): string {
  const plain = `${host}-${device}`;
  return plain.length <= deviceNameLimit ? plain : `${host.slice(0, 6)}-${shortHash(plain)}`;
}

/** Eight hex digits that stand for a name too long for the kernel (FNV-1a). */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** The bridge that a segment is in the namespace of the switches. */
export const bridgeOf = (segment: string): string =>
  segment.length <= deviceNameLimit ? segment : `${segment.slice(0, 6)}-${shortHash(segment)}`;

/** The steps that build a network where nothing stands yet, or why it cannot be built. */
export function planNamespaces(network: DesiredNetwork): Result<readonly Step[]> {
  const problem = problemOf(network);
  if (problem !== undefined) return fail(problem);
  const { switchName, segments, hosts } = network;
  return ok([
    {
      kind: 'ip',
      namespace: undefined,
      lines: [switchName, ...hosts.map((host) => host.name)].map((name) => `netns add ${name}`),
    },
    { kind: 'sysctl', namespace: switchName, values: withoutIpv6 },
    ...hosts
      .filter((host) => Object.keys(host.sysctls).length > 0)
      .map((host): Step => ({ kind: 'sysctl', namespace: host.name, values: host.sysctls })),
    {
      kind: 'ip',
      namespace: undefined,
      lines: hosts.flatMap((host, place) => cablesOf(host, switchName, 1_000 * (place + 1))),
    },
    {
      kind: 'ip',
      namespace: switchName,
      lines: [
        ...segments.flatMap(({ name }) => [
          `link add name ${bridgeOf(name)} type bridge stp_state 0 mcast_snooping 0 forward_delay 0`,
          `link set dev ${bridgeOf(name)} up`,
        ]),
        ...hosts.flatMap((host) =>
          host.ports.flatMap((port) => [
            `link set dev ${cableEnd(host.name, port.device)} master ${bridgeOf(port.segment)}`,
            `link set dev ${cableEnd(host.name, port.device)} up`,
          ]),
        ),
      ],
    },
    ...hosts.map((host): Step => ({ kind: 'ip', namespace: host.name, lines: hostLines(host) })),
  ]);
}

/** For namespaces that hold no IPv6 address: no router solicitations, no listener reports in the traffic. */
export const withoutIpv6: Readonly<Record<string, string>> = {
  'net.ipv6.conf.all.disable_ipv6': '1',
  'net.ipv6.conf.default.disable_ipv6': '1',
};

/** The loopback device is the first. */
const firstHostIndex = 2;

/**
 * The switch's ends have indices that no host's device has: when both ends of a veth happen to have the same one, the
 * kernel takes the host's end for a plain device and reports a lost carrier up to a second late. It heeds the index of
 * a peer only when the device itself is given one.
 */
const cablesOf = (host: Host, switchName: string, firstIndex: number): string[] =>
  host.ports.map(
    (port, place) =>
      `link add name ${port.device} index ${firstHostIndex + place} netns ${host.name} type veth ` +
      `peer name ${cableEnd(host.name, port.device)} netns ${switchName} index ${firstIndex + place}`,
  );

/** What a host itself does with its ports, its addresses and its routes. */
export function hostLines(host: Host): string[] {
  return [
    'link set dev lo up',
    ...host.loopback.map((address) => `addr add ${address} dev lo`),
    ...host.ports.flatMap((port) => [
      ...port.addresses.map((address) => `addr add ${address} dev ${port.device}${addressFlags(address)}`),
      `link set dev ${port.device} up`,
    ]),
    ...host.routes.map((route) => `route add ${route.to} via ${route.via}`),
  ];
}

/** Duplicate address detection would keep an IPv6 address silent for its first second. */
const addressFlags = (address: string): string => (address.includes(':') ? ' nodad' : '');

function problemOf({ switchName, segments, hosts }: DesiredNetwork): string | undefined {
  const names = [switchName, ...hosts.map((host) => host.name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `two hosts of the network are called "${twice}"`;
  const odd = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
  if (odd !== undefined) return `"${odd}" cannot be the name of a namespace`;
  const known = new Set(segments.map((segment) => segment.name));
  for (const host of hosts) {
    for (const port of host.ports) {
      if (!known.has(port.segment)) {
        return `${host.name}'s ${port.device} is on the segment "${port.segment}", which does not exist`;
      }
    }
  }
  return undefined;
}
