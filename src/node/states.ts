/** The states thread: its world is opened here, then the loop runs until the node leaves. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Conntrack } from '#linux/conntrack.ts';
import { becomeUrgent } from '#linux/realtime.ts';
import { PollClock } from '#linux/states-clock.ts';
import { RawSyncLink } from '#linux/sync-link.ts';
import { Applier } from '#statesync/applier.ts';
import { LocalAddresses } from '#statesync/local.ts';
import { Owners } from '#statesync/owners.ts';
import { Session } from '#statesync/session.ts';
import { StatesLoop } from './states-loop.ts';
import type { FromStates, StatesPlan, ToStates } from './states-protocol.ts';

/** Datagrams kept for a peer that missed some: 6 MB, half a second at 100,000 entries a second. */
const keptDatagrams = 4_096;

const plan = workerData as StatesPlan;
const port = parentPort;
if (port === null) throw new Error('bug: the states loop runs as a worker thread');

const opened = Conntrack.open();
if (!opened.ok) throw new Error(opened.error);
const kernel = opened.value;
const link = RawSyncLink.open({ device: plan.device, own: plan.own, peers: plan.targets });
if (!link.ok) throw new Error(link.error);
const clock = new PollClock(plan.wakeFd, [kernel.eventsFd, link.value.fd]);
const owners = new Owners();
const { self, peers, secrets, datagramBytes } = plan;

const loop = new StatesLoop({
  kernel,
  link: link.value,
  clock,
  owners,
  applier: new Applier(owners, (messages, length, failed) => kernel.transmit(messages, length, failed)),
  local: new LocalAddresses(plan.local),
  session: (outlets) =>
    new Session({ self, peers, secrets, datagramBytes, kept: keptDatagrams }, outlets, clock.now()),
  wallMs: () => Date.now(),
  nameOfPeer: (index) => peers[index]?.name ?? plan.name,
  inbox: () => receiveMessageOnPort(port)?.message as ToStates | undefined,
  tell: (message: FromStates) => port.postMessage(message),
});
becomeUrgent();
loop.run();
kernel.close();
link.value.close();
port.close();
