/** Where packets come from and go to, as rules and NAT of a pfSense write it. */
import { asList } from '#config/context.ts';
import type { Rule } from '#config/document.ts';
import { vipAddresses } from '#config/model.ts';
import { keyOf, type Scene } from './export-scene.ts';
import type { Tree, TreeMap } from './tree.ts';

export type Place = Readonly<{ any?: true; network?: string; address?: string; not?: true }>;

/**
 * The places that a side of a rule may be, one of them for each rule. A list with exceptions, or with more than one,
 * is none of them: pf would take each for itself.
 */
export function placesOf(scene: Scene, value: Rule['source']): Place[] | undefined {
  const list = asList(value).flatMap((text) => withoutVips(scene, text));
  const barred = list.filter((text) => text.startsWith('not '));
  if (list.length === 0 || (barred.length > 0 && list.length > 1)) return undefined;
  return list.includes('any') ? [{ any: true }] : list.map((text) => placeOf(scene, text));
}

/** "lan vip" as the addresses that it means, since a pfSense has no word for it. */
function withoutVips({ document }: Scene, text: string): string[] {
  const [, not = '', ifname] = /^(not )?(\S+) vip$/.exec(text) ?? [];
  if (ifname === undefined) return [text];
  return document.virtualIps
    .filter((vip) => vip.interface === ifname)
    .flatMap(vipAddresses)
    .map(({ address }) => `${not}${address}`);
}

function placeOf(scene: Scene, text: string): Place {
  if (text.startsWith('not ')) return { ...placeOf(scene, text.slice(4)), not: true };
  if (text === 'any') return { any: true };
  if (text === 'self') return { network: '(self)' };
  const [, ifname, what] = /^(\S+) (net|address)$/.exec(text) ?? [];
  if (ifname === undefined) return { address: text };
  return { network: `${keyOf(scene, ifname)}${what === 'net' ? '' : 'ip'}` };
}

export const portsOf = (value: Rule['ports']): (string | undefined)[] =>
  value === undefined ? [undefined] : asList(value).map((port) => `${port}`);

/** By its content, so that it is the same at every export; pf shows it in the log (32 bits, FNV-1a). */
export function withTracker(rule: TreeMap, taken: Set<number>): TreeMap {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(plain(rule))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // pfSense's own rules have small numbers.
  let tracker = 1_000_000_000 + (hash % 1_000_000_000);
  while (taken.has(tracker)) tracker += 1;
  taken.add(tracker);
  return new Map<string, Tree>([['id', ''], ['tracker', `${tracker}`], ...rule]);
}

const plain = (tree: Tree): string =>
  JSON.stringify(tree, (_, part: unknown) => (part instanceof Map ? [...part] : part));
