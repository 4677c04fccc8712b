/** Measures what the checks of a tunnel need. Sends a few packets to the far end and changes nothing. */
import { fileURLToPath } from 'node:url';
import type { Result } from '#base/result.ts';
import type { WantedBridge, WantedHypervisor, WantedTunnel } from '../hypervisor.ts';
import { type Link, readLinks } from '../links.ts';
import { type OvsState, readOvs } from '../ovs/state.ts';
import type { Shell } from '../shell.ts';

/** Packets through a tunnel since it was made. */
export interface Counters {
  readonly received: number;
  readonly sent: number;
}

export interface TunnelObservation {
  readonly tunnel: WantedTunnel;
  /** The device that the kernel would send to the far end by, and with which of our addresses. */
  readonly route: { readonly device: string; readonly source: string | undefined } | undefined;
  /** Whether the far end answers a small ping. */
  readonly isReachable: boolean;
  /** Whether it answers one as large as the way is said to carry, not to be fragmented. */
  readonly passesFullSize: boolean;
  /** The far end says by ICMP that nothing listens at its VXLAN port. */
  readonly isRefused: boolean;
  readonly before: Counters | undefined;
  readonly after: Counters | undefined;
  /** Packets that came out of tunnels but belong to none of ours, between the two samples. */
  readonly foreign: number | undefined;
}

export interface Observation {
  /** Why Open vSwitch, its database or its switch, did not answer where it is wanted. */
  readonly ovsError: string | undefined;
  readonly ovs: OvsState | undefined;
  readonly links: readonly Link[];
  readonly tunnels: readonly TunnelObservation[];
  /** Time between the two samples, in milliseconds. */
  readonly spanMs: number;
}

export interface ObserveNeeds {
  readonly shell: Shell;
  readonly wait: (ms: number) => Promise<void>;
}

/** BFD that hears nothing sends once a second (RFC 5880, 6.8.3): so long, at least two packets must arrive. */
const longSpanMs = 2_500;
/** BFD that is up sends every 100 ms, but ovs-vswitchd counts packets of its flows every 500 ms only. */
const shortSpanMs = 1_200;

export async function observe({ shell, wait }: ObserveNeeds, wanted: WantedHypervisor): Promise<Observation> {
  const links = readLinks(shell);
  const needsOvs = wanted.bridges.some(({ kind }) => kind === 'ovs');
  const before = needsOvs ? readOvs(shell) : undefined;
  // The database tells what it knows even when nobody switches any more.
  const switching = needsOvs ? shell.run(['ovs-appctl', 'version']) : undefined;
  const tunnels = wanted.bridges.flatMap((bridge) => bridge.tunnels.map((tunnel) => ({ bridge, tunnel })));
  const counted = tunnels.map(({ bridge, tunnel }) => counters(shell, bridge, tunnel));
  const foreignBefore = needsOvs ? foreignPackets(shell) : undefined;
  const areUp = tunnels.every(({ tunnel }) => isBfdUp(before, tunnel));
  const spanMs = areUp ? shortSpanMs : longSpanMs;
  // What is asked outside of the tunnels is asked while their packets are counted.
  const [ways] = await Promise.all([
    Promise.all(tunnels.map(({ tunnel }) => askWay(shell, tunnel, wanted.underlayMtu, spanMs))),
    tunnels.length > 0 ? wait(spanMs) : undefined,
  ]);
  const foreignAfter = needsOvs ? foreignPackets(shell) : undefined;
  const after = tunnels.map(({ bridge, tunnel }) => counters(shell, bridge, tunnel));
  const ovs = needsOvs ? readOvs(shell) : undefined;
  return {
    ovsError: ovs?.ok === false ? ovs.error : switching?.ok === false ? switching.error : undefined,
    ovs: ovs?.ok === true ? ovs.value : undefined,
    links: links.ok ? links.value : [],
    tunnels: ways.map((way, i) => ({
      ...way,
      before: counted[i],
      after: after[i],
      foreign:
        foreignBefore === undefined || foreignAfter === undefined ? undefined : foreignAfter - foreignBefore,
    })),
    spanMs,
  };
}

const isBfdUp = (ovs: Result<OvsState> | undefined, tunnel: WantedTunnel): boolean =>
  ovs?.ok === true &&
  ovs.value.interfaces.some(({ name, bfdStatus }) => name === tunnel.name && bfdStatus.state === 'up');

/** What is told of the way that a tunnel takes. */
async function askWay(
  shell: Shell,
  tunnel: WantedTunnel,
  underlayMtu: number,
  spanMs: number,
): Promise<Omit<TunnelObservation, 'before' | 'after' | 'foreign'>> {
  const [isReachable, passesFullSize, isRefused] = await Promise.all([
    pings(shell, tunnel.remote),
    pings(shell, tunnel.remote, underlayMtu),
    probePort(shell, tunnel, spanMs),
  ]);
  return { tunnel, route: routeTo(shell, tunnel.remote), isReachable, passesFullSize, isRefused };
}

/** Open vSwitch refreshes the column `statistics` every 5 s only, so the port itself is asked. */
function counters(shell: Shell, bridge: WantedBridge, tunnel: WantedTunnel): Counters | undefined {
  const said =
    bridge.kind === 'ovs'
      ? shell.run(['ovs-ofctl', 'dump-ports', bridge.name, tunnel.name])
      : shell.run(['ip', '-statistics', '-json', 'link', 'show', 'dev', tunnel.name]);
  if (!said.ok) return undefined;
  const [received, sent] =
    bridge.kind === 'ovs'
      ? [/rx pkts=(\d+)/, /tx pkts=(\d+)/].map((pattern) => pattern.exec(said.value)?.[1])
      : [/"rx":\{[^}]*?"packets":(\d+)/, /"tx":\{[^}]*?"packets":(\d+)/].map(
          (pattern) => pattern.exec(said.value)?.[1],
        );
  return received === undefined || sent === undefined
    ? undefined
    : { received: Number(received), sent: Number(sent) };
}

/** ovs-vswitchd counts packets whose tunnel it does not know as failed upcalls. */
function foreignPackets(shell: Shell): number | undefined {
  const said = shell.run(['ovs-appctl', 'coverage/read-counter', 'datapath_drop_upcall_error']);
  return said.ok && /^\d+$/.test(said.value.trim()) ? Number(said.value) : undefined;
}

function routeTo(shell: Shell, remote: string): TunnelObservation['route'] {
  const said = shell.run(['ip', 'route', 'get', remote]);
  const device = said.ok ? /\bdev (\S+)/.exec(said.value)?.[1] : undefined;
  if (!said.ok || device === undefined) return undefined;
  return { device, source: /\bsrc (\S+)/.exec(said.value)?.[1] };
}

/** Headers of IP and ICMP around the data of a ping, in bytes. */
const pingHeaders = (remote: string): number => (remote.includes(':') ? 48 : 28);

async function pings(shell: Shell, remote: string, mtu?: number): Promise<boolean> {
  const size = mtu === undefined ? [] : ['-M', 'do', '-s', String(mtu - pingHeaders(remote))];
  // The first of two may be lost to address resolution.
  return (await shell.runAside(['ping', '-n', '-q', '-c', '2', '-i', '0.2', '-W', '1', ...size, remote])).ok;
}

const portProbe = fileURLToPath(new URL('./probe-port.ts', import.meta.url));

/**
 * Datagrams to the VXLAN port: silence is what a working end answers, "port unreachable" (ICMP 3, code 3) what a
 * host does that has no tunnel. Runs in the hypervisor's namespace, so by a process of its own.
 */
async function probePort(shell: Shell, { remote, port }: WantedTunnel, patienceMs: number): Promise<boolean> {
  const program = [process.execPath, '--no-warnings', portProbe];
  const said = await shell.runAside([...program, remote, String(port), String(patienceMs)]);
  return said.ok && said.value.trim() === 'refused';
}
