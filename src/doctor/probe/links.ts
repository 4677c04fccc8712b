/** The interfaces of this host with their counters, and how often their carrier came and went. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { jsonOf } from './tool.ts';

const traffic = z.object({
  packets: z.number().default(0),
  errors: z.number().default(0),
  dropped: z.number().default(0),
});
const listing = z.array(
  z.object({
    ifname: z.string(),
    flags: z.array(z.string()),
    mtu: z.number(),
    address: z.string().default(''),
    stats64: z.object({ rx: traffic, tx: traffic }).optional(),
  }),
);

export interface LinkState {
  readonly mac: string;
  readonly mtu: number;
  /** Administratively up, and with a carrier. */
  readonly isUp: boolean;
  readonly isEnabled: boolean;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** By kernel name. Empty when `ip` cannot tell. */
export async function readLinkStates(): Promise<ReadonlyMap<string, LinkState>> {
  const parsed = listing.safeParse(await jsonOf(['ip', '-j', '-s', 'link', 'show']));
  if (!parsed.success) return new Map();
  return new Map(
    parsed.data.map(({ ifname, flags, mtu, address, stats64 }) => {
      const [rx, tx] = [stats64?.rx, stats64?.tx];
      return [
        ifname,
        {
          mac: address,
          mtu,
          isEnabled: flags.includes('UP'),
          isUp: flags.includes('UP') && flags.includes('LOWER_UP'),
          packets: (rx?.packets ?? 0) + (tx?.packets ?? 0),
          // Frames for protocols that nobody here speaks count as dropped on reception, so only what leaves counts.
          errors: (rx?.errors ?? 0) + (tx?.errors ?? 0),
          dropped: tx?.dropped ?? 0,
        },
      ];
    }),
  );
}

/** Looked at once a minute, remembered for ten, ms. */
const lookEvery = 60_000;
const remembered = 600_000;

/** Remembers how often carriers changed, and what counters stood at when it began. */
export class LinkMemory {
  readonly #devices: () => readonly string[];
  readonly #looks: { readonly at: number; readonly changes: ReadonlyMap<string, number> }[] = [];
  readonly #timer: NodeJS.Timeout;
  /** Counters when a device was seen first. */
  readonly #first = new Map<string, LinkState>();

  constructor(devices: () => readonly string[]) {
    this.#devices = devices;
    this.#look();
    void this.#count();
    this.#timer = setInterval(() => this.#look(), lookEvery);
    this.#timer.unref();
  }

  /** How often the carrier of a device changed in the last ten minutes. */
  changesOf(device: string): number {
    const now = carrierChanges(device);
    const since = this.#looks.find(({ changes }) => changes.has(device))?.changes.get(device);
    return now === undefined || since === undefined ? 0 : Math.max(0, now - since);
  }

  /** Counters since the device was seen first. */
  since(device: string, now: LinkState): Pick<LinkState, 'packets' | 'errors' | 'dropped'> {
    const known = this.#first.get(device);
    // A device of the same name that was made anew counts from 0.
    const first = known === undefined || known.packets > now.packets ? undefined : known;
    if (known === undefined) this.#first.set(device, now);
    return {
      packets: now.packets - (first?.packets ?? now.packets),
      errors: now.errors - (first?.errors ?? now.errors),
      dropped: now.dropped - (first?.dropped ?? now.dropped),
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Remembers where the counters stand now. */
  async #count(): Promise<void> {
    const links = await readLinkStates();
    for (const device of this.#devices()) {
      const link = links.get(device);
      if (link !== undefined && !this.#first.has(device)) this.#first.set(device, link);
    }
  }

  #look(): void {
    const at = performance.now();
    while ((this.#looks[0]?.at ?? at) < at - remembered) this.#looks.shift();
    const counts = this.#devices().flatMap((device): [string, number][] => {
      const changes = carrierChanges(device);
      return changes === undefined ? [] : [[device, changes]];
    });
    this.#looks.push({ at, changes: new Map(counts) });
  }
}

/** Undefined where /sys shows another network namespace, or no such device. */
function carrierChanges(device: string): number | undefined {
  try {
    return Number(readFileSync(`/sys/class/net/${device}/carrier_changes`, 'utf8'));
  } catch {
    return undefined;
  }
}
