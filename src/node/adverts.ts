/** The CARP room's codec as the guard's loop uses it: frames by the kernel's names, refusals counted. */
import { type Ipv4, type Ipv6, virtualMac } from '#base/address.ts';
import { announcement } from '#base/announcement.ts';
import { Codec, type Sources } from '#carp/codec.ts';
import type { ReplayMarks } from '#carp/receive.ts';
import { Refusals } from '#carp/refusals.ts';
import type { CarpEvent, VhidConfig, VhidKey } from '#carp/types.ts';
import type { Adverts } from './guard-loop.ts';
import type { GuardWorld } from './guard-protocol.ts';

/** Builds the codec of a node. `replay`: what `Adverts.replay` said before a restart. */
export function makeAdverts(world: GuardWorld, replay: unknown): Adverts {
  const refusals = new Refusals();
  const codec = new Codec(world.group, sourcesIn(world), marksOf(replay));
  let names = namesIn(world);

  return {
    reconfigure: (next, now) => {
      names = namesIn(next);
      codec.reconfigure(next.group, sourcesIn(next), now);
    },
    read: (parent, frame, length, now) => {
      const ifname = names.get(parent);
      const verdict = ifname === undefined ? undefined : codec.judge(ifname, frame, length);
      if (ifname === undefined || verdict === undefined) return undefined;
      if (!verdict.ok) {
        refusals.count(verdict.reason, ifname, () => codec.lastSource(ifname), now);
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
    frameOf: (effect) => codec.frameOf(effect),
    findings: (now) => {
      codec.expire(now);
      return refusals.findings(now);
    },
    counters: () => refusals.counts(),
    replay: () => codec.replayMarks(),
  };
}

/** The announcements of every address of a VHID. */
export const announcementsOf = (vhid: VhidConfig): Uint8Array[] =>
  [...vhid.ipv4, ...vhid.ipv6].map((address) => announcement(address, virtualMac(vhid.vhid)));

/** The document's names by the kernel's. */
const namesIn = ({ devices }: GuardWorld): ReadonlyMap<string, string> =>
  new Map(Object.entries(devices).map(([ifname, device]) => [device, ifname]));

const sourcesIn = ({ vips }: GuardWorld): ReadonlyMap<VhidKey, Sources> =>
  new Map(
    vips.map(({ key, source4, source6 }) => [
      key,
      { ipv4: source4 as Ipv4 | undefined, ipv6: source6 as Ipv6 | undefined },
    ]),
  );

function marksOf(stored: unknown): ReplayMarks {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
}
