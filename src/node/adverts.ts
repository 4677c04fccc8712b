/** The CARP room's codec as the guard's loop uses it: one receiver per interface, one frame per VHID and family. */
import { type Family, type Ipv4, type Ipv6, virtualMac } from '#base/address.ts';
import { announcement } from '#base/announcement.ts';
import type { Instant } from '#base/time.ts';
import { HmacContext, hashedPrefix } from '#carp/auth.ts';
import { type Listener, Receiver, type ReplayMarks } from '#carp/receive.ts';
import { Refusals } from '#carp/refusals.ts';
import type { CarpEvent, VhidConfig } from '#carp/types.ts';
import { AdvertFrame } from '#carp/wire.ts';
import type { Adverts } from './guard-loop.ts';
import type { GuardPlan } from './guard-protocol.ts';

/** Builds the codec of a node. */
export function makeAdverts(plan: GuardPlan): Adverts {
  const refusals = new Refusals();
  const receivers = new Map<string, { ifname: string; receiver: Receiver }>();
  for (const [ifname, device] of Object.entries(plan.devices)) {
    const listeners = plan.group.vhids.filter((vhid) => vhid.ifname === ifname).map(listenerOf);
    const receiver = new Receiver(listeners, plan.group.strict, marksOf(plan.replay));
    receivers.set(device, { ifname, receiver });
  }
  const frames = framesOf(plan);

  return {
    read: (parent, frame, length, now) => {
      const port = receivers.get(parent);
      if (port === undefined) return undefined;
      const verdict = port.receiver.judge(frame, length);
      if (!verdict.ok) {
        refusals.count(verdict.reason, port.ifname, port.receiver.lastSource, now);
        return undefined;
      }
      refusals.accepted();
      const { listener, family, source, advbase, advskew, counterHi, counterLo } = verdict.advert;
      return {
        kind: 'advert',
        key: listener.key,
        family,
        source,
        advbase,
        advskew,
        counterHi,
        counterLo,
      } satisfies CarpEvent;
    },
    frameOf: (effect) => frames.get(`${effect.key} ${effect.family}`)?.fill(effect),
    findings: (now: Instant) => refusals.findings(now),
    counters: () => refusals.counts(),
    replay: () => Object.assign({}, ...[...receivers.values()].map(({ receiver }) => receiver.replayMarks())),
  };
}

/** The announcements of every address of a VHID. */
export const announcementsOf = (vhid: VhidConfig): Uint8Array[] =>
  [...vhid.ipv4, ...vhid.ipv6].map((address) => announcement(address, virtualMac(vhid.vhid)));

/** OpenBSD leaves link-local addresses out of the hash; either form is accepted. */
function listenerOf(vhid: VhidConfig): Listener {
  const prefixes = (['with', 'without'] as const).map((form) =>
    hashedPrefix(vhid.vhid, vhid.ipv4, vhid.ipv6, form),
  );
  const [full, reduced] = prefixes as [Uint8Array, Uint8Array];
  const distinct = Buffer.compare(full, reduced) === 0 ? [full] : [full, reduced];
  return {
    key: vhid.key,
    vhid: vhid.vhid,
    contexts: distinct.map((prefix) => new HmacContext(vhid.key20, prefix)),
    ownSources: vhid.ownSources,
    peers: vhid.peers,
  };
}

function framesOf(plan: GuardPlan): Map<string, AdvertFrame> {
  const frames = new Map<string, AdvertFrame>();
  for (const vip of plan.vips) {
    const vhid = plan.group.vhids.find((candidate) => candidate.key === vip.key);
    if (vhid === undefined) throw new Error(`bug: a device for ${vip.key}, which is not in the group`);
    const hmac = new HmacContext(vhid.key20, hashedPrefix(vhid.vhid, vhid.ipv4, vhid.ipv6));
    const add = (family: Family, source: string | undefined): void => {
      if (source !== undefined) {
        frames.set(`${vip.key} ${family}`, new AdvertFrame(vhid.vhid, source as Ipv4 | Ipv6, hmac));
      }
    };
    add('ipv4', vip.source4);
    add('ipv6', vip.source6);
  }
  return frames;
}

function marksOf(stored: unknown): ReplayMarks {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
}
