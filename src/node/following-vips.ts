/**
 * The virtual IPs follow the document: their devices are made or changed first, then the guard goes by the new
 * document, then devices that nobody wants any more are removed.
 */
import { fail, ok, type Result } from '#base/result.ts';
import { type Micros, seconds } from '#base/time.ts';
import type { VhidKey } from '#carp/types.ts';
import type { ClusterDocument } from '#config/document.ts';
import { enabledAt, nodesInOrder } from '#config/model.ts';
import { keyOf, type Start, vipDevicesOf } from '#config/wiring.ts';
import type { VipDevice, VipProvisioner } from '#ports/kernel.ts';
import type { NodeFacts } from './describe.ts';
import type { Part } from './following.ts';
import type { GuardHandle } from './guard-handle.ts';
import type { GuardVip, GuardWorld } from './guard-protocol.ts';
import { factsOf, worldOf } from './plan.ts';

export interface VipParts {
  readonly node: string;
  readonly provisioner: Pick<VipProvisioner, 'adapt' | 'discard' | 'describe'>;
  readonly guard: Pick<GuardHandle, 'reconfigure' | 'retire'>;
  /** Sequence numbers that no VHID has used; a VHID may come back that was here before. */
  readonly begin: () => Start;
  readonly isMaster: (key: VhidKey) => boolean;
  readonly tell: (facts: NodeFacts) => void;
}

/** Where no VHID begins anything. */
const noStart: Start = { firstSequence: 0, seed: 0 };

export function vipsOf(parts: VipParts): Part {
  const { node, provisioner, guard } = parts;
  const look = (document: ClusterDocument): Result<GuardWorld> =>
    worldOf(document, node, provisioner.describe, noStart);

  async function follow(from: ClusterDocument, to: ClusterDocument): Promise<Result<void>> {
    const wanted = look(to);
    if (!wanted.ok) return wanted;
    const before = look(from);
    if (before.ok && isSame(before.value, wanted.value)) {
      parts.tell(factsOf(to, node));
      return ok(undefined);
    }
    const elsewhere = givenUp(from, to, node);
    if (elsewhere.length > 0) {
      const retired = await guard.retire(elsewhere, patienceOf(from));
      if (!retired.ok) return retired;
    }
    const change = changeOf(devicesIn(from, node), devicesIn(to, node));
    const changed = adapt(change.wanted);
    const followed = changed.ok ? await goBy(to) : changed;
    if (followed.ok) return provisioner.discard(change.gone);
    const undone = adapt(change.former);
    const back = undone.ok ? await goBy(from) : undone;
    const cleared = provisioner.discard(change.added);
    const stuck = [back, cleared].flatMap((one) => (one.ok ? [] : [one.error]));
    return fail([followed.error, ...stuck].join('; putting it back failed, too: '));
  }

  function adapt(devices: readonly GuardDevice[]): Result<void> {
    const held = devices.filter(({ key }) => parts.isMaster(key)).map(({ device }) => device.name);
    return provisioner.adapt(
      devices.map(({ device }) => device),
      new Set(held),
    );
  }

  async function goBy(document: ClusterDocument): Promise<Result<void>> {
    const world = worldOf(document, node, provisioner.describe, parts.begin());
    parts.tell(factsOf(document, node));
    return world.ok ? guard.reconfigure(world.value) : world;
  }

  return {
    tryOut: async (from, to) => {
      const wanted = look(to);
      if (!wanted.ok) return wanted;
      const change = changeOf(devicesIn(from, node), devicesIn(to, node));
      const clash = clashIn(wanted.value.vips, change.added, (name) => provisioner.describe(name).ok);
      if (clash !== undefined) return fail(clash);
      const before = look(from);
      return ok(before.ok ? wordsOf(before.value, wanted.value) : ['virtual IPs: all are set up anew']);
    },
    follow,
  };
}

type GuardDevice = Pick<GuardVip, 'key' | 'device'>;

const devicesIn = (document: ClusterDocument, node: string): readonly GuardDevice[] =>
  vipDevicesOf(document, node);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

interface DeviceChange {
  /** To be made or changed, and how those of them that were there looked before. */
  readonly wanted: readonly GuardDevice[];
  readonly former: readonly GuardDevice[];
  /** Names that come, and names that go. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

function changeOf(before: readonly GuardDevice[], after: readonly GuardDevice[]): DeviceChange {
  const named = (list: readonly GuardDevice[], { device }: GuardDevice): VipDevice | undefined =>
    list.find((other) => other.device.name === device.name)?.device;
  const wanted = after.filter((one) => !isSame(named(before, one), one.device));
  return {
    wanted,
    former: before.filter((one) => named(wanted, one) !== undefined),
    added: after.filter((one) => named(before, one) === undefined).map(({ device }) => device.name),
    gone: before.filter((one) => named(after, one) === undefined).map(({ device }) => device.name),
  };
}

/**
 * Virtual IPs that this node leaves, or takes to another interface of the kernel, while other nodes keep them. What
 * goes from the whole cluster is not among them: nobody is to take it over.
 */
function givenUp(from: ClusterDocument, to: ClusterDocument, node: string): VhidKey[] {
  const after = new Map(devicesIn(to, node).map(({ key, device }) => [key, device.parent]));
  const kept = new Set(
    to.virtualIps
      .filter((vip) =>
        nodesInOrder(to).some((other) => other !== node && enabledAt(to, vip.interface, other)),
      )
      .map(keyOf),
  );
  return devicesIn(from, node)
    .filter(({ key, device }) => kept.has(key) && after.get(key) !== device.parent)
    .map(({ key }) => key);
}

/** A peer takes over when the master has been silent for three intervals and its own share of a second. */
const patienceOf = (document: ClusterDocument): Micros =>
  seconds(2 + 3 * Math.max(0, ...document.virtualIps.map(({ advbase }) => advbase ?? 1)));

/** Device names are cut to the kernel's length, so two can be alike; and a name may be somebody else's. */
function clashIn(
  vips: readonly GuardVip[],
  added: readonly string[],
  exists: (name: string) => boolean,
): string | undefined {
  const seen = new Map<string, VhidKey>();
  for (const { key, device } of vips) {
    const other = seen.get(device.name);
    if (other !== undefined)
      return `${other} and ${key} would both have the device "${device.name}"; give one of them another VHID`;
    seen.set(device.name, key);
    if (added.includes(device.name) && exists(device.name))
      return `${key} needs the device "${device.name}", but there is an interface of that name; rename or remove it`;
  }
  return undefined;
}

/** What changes from one world of the guard to the next, for people. */
function wordsOf(before: GuardWorld, after: GuardWorld): string[] {
  const words: string[] = [];
  const names = new Set([...before.vips, ...after.vips].map(({ key }) => key));
  for (const key of names) {
    const was = partsOf(before, key);
    const is = partsOf(after, key);
    if (was === undefined) words.push(`virtual IP ${key} is added`);
    else if (is === undefined) words.push(`virtual IP ${key} is removed`);
    else {
      const changed = Object.keys(is).filter((what) => was[what] !== is[what]);
      if (changed.length > 0) words.push(`virtual IP ${key} changes in place: ${changed.join(', ')}`);
    }
  }
  for (const ifname of new Set([...Object.keys(before.devices), ...Object.keys(after.devices)])) {
    const [was, is] = [before.devices[ifname], after.devices[ifname]];
    if (was === is) continue;
    if (was === undefined) words.push(`interface ${ifname} (${is}) is in use here from now on`);
    else if (is === undefined) words.push(`interface ${ifname} (${was}) is in use here no longer`);
    else words.push(`interface ${ifname} is ${is} instead of ${was}`);
  }
  for (const what of ['timing', 'preempt', 'strict'] as const)
    if (before.group[what] !== after.group[what])
      words.push(`CARP: ${what} becomes ${after.group[what]} instead of ${before.group[what]}`);
  return words;
}

/** What may change of a virtual IP, by its name for people. */
function partsOf({ group, vips }: GuardWorld, key: VhidKey): Readonly<Record<string, string>> | undefined {
  const vhid = group.vhids.find((candidate) => candidate.key === key);
  const vip = vips.find((candidate) => candidate.key === key);
  if (vhid === undefined || vip === undefined) return undefined;
  return {
    addresses: JSON.stringify([vhid.ipv4, vhid.ipv6]),
    password: JSON.stringify([...vhid.key20]),
    priority: `${vhid.advbase}/${vhid.advskew}`,
    device: vip.device.name,
    'the other nodes': JSON.stringify(vhid.peers),
    'own addresses': JSON.stringify([vhid.ownSources, vip.source4, vip.source6]),
  };
}
