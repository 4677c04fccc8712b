/** Puts a lab's hypervisors to work: an Open vSwitch in each, and the ground of the document applied to it. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import { ip } from '#infra/apply.ts';
import { applyGround, planGround, readGround } from '#infra/ground.ts';
import { wantedOn } from '#infra/hypervisor.ts';
import { type OvsDaemon, startOvs } from '#infra/ovs/daemon.ts';
import { openShell } from '#infra/shell.ts';
import type { Ground } from './hypervisors.ts';

/** What it takes, and Debian's packages for it. */
const tools = ['ovs-vswitchd', 'ovsdb-server', 'ovsdb-tool', 'ovs-vsctl', 'ethtool'];
export const groundPackages = 'openvswitch-switch ethtool';

export function isGroundPossible(): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const has = (tool: string) =>
    folders.some((folder) => {
      try {
        accessSync(join(folder, tool), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return tools.every(has);
}

/** Starts the switches of the hypervisors and builds bridges and tunnels; returns what must be stopped in the end. */
export async function buildGround(ground: Ground, folder: string): Promise<Result<readonly OvsDaemon[]>> {
  const fitted = fitGuests(ground);
  if (!fitted.ok) return fitted;
  const daemons: OvsDaemon[] = [];
  for (const name of ground.hypervisors) {
    const started = await startOvs(name, join(folder, `ovs-${name}`));
    if (!started.ok) return fail(`Open vSwitch of ${name}: ${started.error}`);
    daemons.push(started.value);
    prefer(started.value.pid);
    const quick = started.value.shell.run(revalidateOften);
    if (!quick.ok) return fail(`Open vSwitch of ${name}: ${quick.error}`);
    const wanted = wantedOn(ground.infrastructure, name);
    if (!wanted.ok) return wanted;
    const state = readGround(started.value.shell, wanted.value);
    if (!state.ok) return state;
    const applied = applyGround(started.value.shell, planGround(wanted.value, state.value));
    if (!applied.ok) return fail(`${name}: ${applied.error}`);
  }
  return ok(daemons);
}

/**
 * A flow goes on to where an address was until a round of revalidation sees that it has moved; rounds are 500 ms apart,
 * or as little as 100 ms (ovs-vswitchd.conf.db(5)), which is what a hypervisor under firewalls should have.
 */
const revalidateOften = ['ovs-vsctl', 'set', 'Open_vSwitch', '.', 'other_config:max-revalidator=100'];

/** The highest that an ordinary process can have (setpriority(2)). */
const highestPriority = -20;

/** A real switch does not wait for the guests' processor; this one would, and lose what they send meanwhile. */
function prefer(pid: number): void {
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) setPriority(Number(task), highestPriority);
  } catch {
    // An ordinary user may not: the lab goes on, and loses a packet on a busy machine.
  }
}

/**
 * What does not fit into the tunnel vanishes there without a word, and a checksum that is left to the card leaves a
 * userspace switch unfilled.
 */
function fitGuests({ cards, mtus }: Ground): Result<void> {
  for (const { host, device, bridge } of cards) {
    const mtu = mtus[bridge];
    if (mtu === undefined) continue;
    const set = ip(host, [`link set dev ${device} mtu ${mtu}`]);
    if (!set.ok) return set;
    const off = openShell({ namespace: host }).run(['ethtool', '-K', device, 'tx', 'off']);
    if (!off.ok) return off;
  }
  return ok(undefined);
}
