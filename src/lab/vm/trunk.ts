/**
 * A switch for trunks: takes the tags off (IEEE 802.1Q) and hands each network on to its segment. Open vSwitch in
 * userspace does it everywhere; not every kernel has VLANs.
 */
import { setPriority } from 'node:os';
import { fail, ok, type Result } from '#base/result.ts';
import { ip } from '#infra/apply.ts';
import { type OvsDaemon, startOvs } from '#infra/ovs/daemon.ts';
import { bridgeOf } from '#infra/plan.ts';
import type { Card } from './guest-network.ts';

/** A trunk of a node, and the tap at which it ends. */
export interface TrunkEnd {
  readonly tap: string;
  readonly card: Card;
}

const bridge = 'trunk';
/** Stands for "no tag" inside the switch. */
const nativeTag = 4_094;
const highestPriority = -20;

interface Access {
  readonly tag: number;
  readonly segment: string;
  /** Its end at the trunk's switch, and at the segment's. */
  readonly inner: string;
  readonly outer: string;
}

/** Builds the switch in the namespace of the others, and plugs the taps in. */
export async function buildTrunk(
  namespace: string,
  ends: readonly TrunkEnd[],
  folder: string,
): Promise<Result<OvsDaemon>> {
  const accesses = accessesOf(ends);
  if (!accesses.ok) return accesses;
  const started = await startOvs(namespace, folder);
  if (!started.ok) return started;
  const { shell, pid } = started.value;
  try {
    setPriority(pid, highestPriority);
  } catch {
    // An ordinary user may not: the lab goes on, and loses a packet on a busy machine.
  }
  const plugged = ip(
    namespace,
    accesses.value.flatMap(({ inner, outer, segment }) => [
      `link add name ${inner} type veth peer name ${outer}`,
      `link set dev ${outer} master ${bridgeOf(segment)}`,
      `link set dev ${inner} up`,
      `link set dev ${outer} up`,
    ]),
  );
  if (!plugged.ok) return plugged;
  for (const { outer } of accesses.value) {
    // The kernel fills in the checksums, and cuts into segments, what a host left for its card to do.
    const off = shell.run(['ethtool', '-K', outer, 'tx', 'off']);
    if (!off.ok) return off;
  }
  const made = shell.run([
    ...['ovs-vsctl', '--timeout=10', 'add-br', bridge, '--', 'set', 'bridge', bridge, 'datapath_type=netdev'],
    ...accesses.value.flatMap(({ inner, tag }) => ['--', 'add-port', bridge, inner, `tag=${tag}`]),
    ...ends.flatMap(({ tap, card }) => [
      ...['--', 'add-port', bridge, tap, `trunks=${card.tagged.map(({ tag }) => tag).join(',')}`],
      ...(card.segment === undefined ? [] : [`tag=${nativeTag}`, 'vlan_mode=native-untagged']),
    ]),
  ]);
  return made.ok ? started : made;
}

/** Drops CARP that comes in at a tap; `undefined` heals. */
export function dropAdverts({ shell }: OvsDaemon, tap: string | undefined): Result<unknown> {
  if (tap === undefined) return shell.run(['ovs-ofctl', 'del-flows', bridge, 'cookie=1/-1']);
  const match = ['ip,nw_proto', 'ipv6,nw_proto'];
  for (const protocol of match) {
    const flow = `cookie=1,priority=100,in_port=${tap},${protocol}=112,actions=drop`;
    const added = shell.run(['ovs-ofctl', '--names', 'add-flow', bridge, flow]);
    if (!added.ok) return added;
  }
  return ok(undefined);
}

/** One way out per tag; the same tag on two segments would join them. */
export function accessesOf(ends: readonly TrunkEnd[]): Result<readonly Access[]> {
  const byTag = new Map<number, string>();
  for (const { card } of ends) {
    const native = card.segment === undefined ? [] : [{ tag: nativeTag, segment: card.segment }];
    for (const { tag, segment } of [...card.tagged, ...native]) {
      const other = byTag.get(tag) ?? segment;
      if (other !== segment) return fail(`VLAN ${tag} is on ${other} and on ${segment}: two trunks differ`);
      byTag.set(tag, segment);
    }
  }
  return ok(
    [...byTag].map(([tag, segment]) => ({ tag, segment, inner: `trunk-${tag}`, outer: `access-${tag}` })),
  );
}
