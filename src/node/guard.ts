/**
 * The guard thread: CARP and the kernel calls that a takeover needs, real-time where allowed. It opens its world
 * and then never leaves its loop until the node leaves.
 */
import { setFlagsFromString } from 'node:v8';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Result } from '#base/result.ts';
import type { Micros } from '#base/time.ts';
import { CarpGroup } from '#carp/group.ts';
import type { VhidKey } from '#carp/types.ts';
import { becomeRealtime } from '#linux/realtime.ts';
import { openRedundancyKernel } from '#linux/redundancy-kernel.ts';
import { createVipProvisioner } from '#linux/vips.ts';
import type { VipProvisioner } from '#ports/kernel.ts';
import { announcementsOf, makeAdverts } from './adverts.ts';
import { GuardLoop, type HeldVip } from './guard-loop.ts';
import type { FromGuard, GuardPlan, GuardVip, GuardWorld, ToGuard } from './guard-protocol.ts';

// Parallel collection would have this thread wait for helpers that are not real-time: on a busy machine more than 10 ms.
setFlagsFromString('--no-parallel-scavenge');

const plan = workerData as GuardPlan;
const port = parentPort;
if (port === null) throw new Error('bug: the guard runs as a worker thread');
const tell = (message: FromGuard): void => port.postMessage(message);

const parents = [...new Set(plan.vips.map((vip) => vip.device.parent))];
const opened = openRedundancyKernel(parents, Object.values(plan.devices), plan.wakeFd);
if (!opened.ok) throw new Error(opened.error);
const kernel = opened.value;
const { realtime, why } = becomeRealtime();
tell({ kind: 'opened', realtime, why });
if (kernel.cutBufferBytes !== undefined) {
  const message = `SO_RCVBUFFORCE was refused: ${kernel.cutBufferBytes} bytes of received frames are held per interface`;
  tell({ kind: 'log', level: 'warn', message: `${message}; net.core.rmem_max limits them` });
}

const beat = new Int32Array(plan.heartbeat);
const vipsOf = ({ group, vips }: GuardWorld): ReadonlyMap<VhidKey, HeldVip> =>
  new Map(
    group.vhids.map((vhid) => {
      const vip = vips.find((candidate) => candidate.key === vhid.key);
      if (vip === undefined) throw new Error(`bug: no device for ${vhid.key}`);
      return [vhid.key, { device: vip.device, announcements: announcementsOf(vhid) }];
    }),
  );
let provisioner: VipProvisioner | undefined;
/** `prepare` with all devices whose parent is there; what is kept for the end of the node is the main thread's. */
const restore = (vips: readonly GuardVip[]): Result<void> => {
  provisioner ??= createVipProvisioner();
  const { prepare, describe } = provisioner;
  return prepare(vips.map(({ device }) => device).filter(({ parent }) => describe(parent).ok));
};
new GuardLoop({
  kernel,
  group: new CarpGroup(plan.group, kernel.now()),
  adverts: makeAdverts(plan, plan.replay),
  world: plan,
  vipsOf,
  restore,
  inbox: () => receiveMessageOnPort(port)?.message as ToGuard | undefined,
  tell,
  mainBeat: () => Atomics.load(beat, 0),
  stallLimit: plan.stallLimit as Micros,
}).run();
kernel.close();
port.close();
