/** What a node measures of its host besides the segments: ways, pings, resolvers, settings, disk. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import type { NodeEvidence, PingEvidence } from '../evidence.ts';
import { jsonOf, tool } from './tool.ts';

/** IPv4 header and ICMP header; IPv6's is 20 bytes longer. */
const pingOverhead = 28;
/** The smallest packet that tells whether a peer answers pings at all. */
const smallPing = 84;

/** Whether an address answers a ping of `bytes` (whole IP packet) that may not be fragmented. */
export async function isAnswered(address: string, bytes: number, device?: string): Promise<boolean> {
  const overhead = pingOverhead + (isIPv6(address) ? 20 : 0);
  const from = device === undefined ? [] : ['-I', device];
  // Several, for the first may wait for ARP, and one may be lost to a busy moment.
  const argv = [
    'ping',
    '-n',
    '-q',
    '-M',
    'do',
    '-c',
    '3',
    '-i',
    '0.2',
    '-W',
    '0.6',
    '-s',
    `${bytes - overhead}`,
  ];
  const { output } = await tool([...argv, ...from, address]);
  return /[1-3] received/.test(output);
}

/** Pings a peer small and as large as the interface allows. */
export async function pingPeer(
  where: Pick<PingEvidence, 'interface' | 'node' | 'address'>,
  device: string,
  mtu: number,
): Promise<PingEvidence[]> {
  return Promise.all(
    [smallPing, mtu].map(async (bytes) => ({
      ...where,
      bytes,
      // By this interface, whatever the routes say: those are looked at by themselves.
      answered: await isAnswered(where.address, bytes, device),
    })),
  );
}

const routes = z.array(z.object({ dev: z.string().optional() }));

/** The device by which packets to an address leave; undefined when there is no way. */
export async function deviceTo(address: string): Promise<string | undefined> {
  const parsed = routes.safeParse(await jsonOf(['ip', '-j', 'route', 'get', address]));
  return parsed.success ? parsed.data[0]?.dev : undefined;
}

/** Asks each resolver of this host (at most three, as glibc does) for the root's name servers. */
export async function askResolvers(): Promise<NodeEvidence['resolvers']> {
  const addresses = [...(readText('/etc/resolv.conf') ?? '').matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map(([, address = '']) => address)
    .slice(0, 3);
  return Promise.all(addresses.map(async (address) => ({ address, answered: await asksName(address) })));
}

const resolverPatience = 1_000;
/** A query for the name servers of the root (RFC 1035 section 4.1). */
const query = Buffer.from([0xba, 0x5c, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]);

function asksName(address: string): Promise<boolean> {
  const [host = ''] = address.split('%');
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(() => finish(false), resolverPatience);
    socket.once('message', () => finish(true));
    socket.once('error', () => finish(false));
    // By the event: a callback would be called for an unreachable network, too, and what it throws ends the node.
    socket.once('connect', () => socket.send(query));
    socket.connect(53, address);
  });
}

/** The text of a file, or undefined. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

const sysctl = (name: string): string | undefined => readText(`/proc/sys/${name}`);

/** Those of `wanted` (path under /proc/sys, value) that have another value. */
export function wrongSettings(wanted: Readonly<Record<string, string>>): NodeEvidence['settings'] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const found = sysctl(name);
    return found === undefined || found === value ? [] : [{ name, wanted: value, found }];
  });
}

/** Settings that the kernel only has when it was built with the feature. */
const features: readonly (readonly [feature: string, setting: string])[] = [
  ['connection tracking (nf_conntrack)', 'net/netfilter/nf_conntrack_max'],
  ['conntrack events (CONFIG_NF_CONNTRACK_EVENTS)', 'net/netfilter/nf_conntrack_events'],
];

export const lackingFeatures = (): string[] =>
  features.filter(([, setting]) => sysctl(setting) === undefined).map(([feature]) => feature);

export function readConnections(): NodeEvidence['connections'] {
  const [entries, most] = ['count', 'max'].map((word) =>
    Number(sysctl(`net/netfilter/nf_conntrack_${word}`)),
  );
  return entries === undefined || most === undefined || !(most > 0) ? undefined : { entries, most };
}

export async function readDisk(folder: string): Promise<NodeEvidence['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}
