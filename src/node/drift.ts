/** What somebody changed in the kernel behind the node's back: the rulesets, and the addresses of virtual IPs. */
import type { ClusterDocument } from '#config/document.ts';
import { vipDevicesOf } from '#config/wiring.ts';
import type { VipProvisioner } from '#ports/kernel.ts';
import type { Nft } from '#ports/nft.ts';

export interface Drift {
  /** The kernel is now as it should be. */
  settle(): Promise<void>;
  /** How it differs from then, one line each. */
  inspect(): Promise<readonly string[]>;
}

/** `document` is the one in force at the time of the call. */
export function watchDrift(
  nft: Nft,
  provisioner: Pick<VipProvisioner, 'describe'>,
  document: () => ClusterDocument,
  node: string,
  balancer: () => Promise<readonly string[]>,
): Drift {
  let settled: string | undefined;
  return {
    settle: async () => {
      const listed = await nft.list();
      settled = listed.ok ? listed.value : undefined;
    },
    inspect: async () => {
      const listed = await nft.list();
      if (!listed.ok) return [`rules: cannot be read: ${listed.error}`];
      const rules = settled === undefined ? [] : ruleDrift(settled, listed.value);
      return [
        ...rules,
        ...vipDevicesOf(document(), node).flatMap(({ device }) => addressDrift(provisioner, device)),
        ...(await balancer()).map((line) => `load balancer: ${line}`),
      ];
    },
  };
}

/** Lines that came and went, each with its chain. */
function ruleDrift(before: string, after: string): string[] {
  if (after === '') return ['rules: the table "inet bascule" is gone'];
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const gone = [...old]
    .filter((line) => !fresh.has(line))
    .map((line) => `rules: removed from the kernel: ${line}`);
  const come = [...fresh]
    .filter((line) => !old.has(line))
    .map((line) => `rules: added in the kernel: ${line}`);
  return [...gone, ...come];
}

/** What stands around an element depends on its neighbours. */
const elementEnds = /^elements = \{ |,$| \}$/g;

function linesOf(listing: string): Set<string> {
  let chain = '';
  const lines = new Set<string>();
  for (const line of listing.split('\n').map((text) => text.trim())) {
    if (/^(chain|set|map) /.test(line)) chain = line.replace(/ \{$/, '');
    // Sources that limits count come and go by themselves.
    else if (/^set (states|rate)_/.test(chain)) continue;
    else if (line !== '' && line !== '}') lines.add(`${chain}: ${line.replace(elementEnds, '')}`);
  }
  return lines;
}

function addressDrift(
  provisioner: Pick<VipProvisioner, 'describe'>,
  device: ReturnType<typeof vipDevicesOf>[number]['device'],
): string[] {
  const there = provisioner.describe(device.name);
  if (!there.ok) return [`virtual IPs: the device ${device.name} is gone`];
  const wanted: readonly string[] = [...device.ipv4, ...device.ipv6];
  const present: readonly string[] = [...there.value.ipv4, ...there.value.ipv6];
  return [
    ...wanted
      .filter((address) => !present.includes(address))
      .map((address) => `virtual IPs: ${address} is gone from ${device.name}`),
    ...present
      .filter((address) => !wanted.includes(address))
      .map((address) => `virtual IPs: ${address} was added to ${device.name}`),
  ];
}
