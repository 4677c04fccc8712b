/** Whether two nodes fit, before and after a push. */
import type { Dialect } from './dialect.ts';
import {
  at,
  isMap,
  isNothing,
  isSame,
  listOf,
  mapOf,
  settled,
  type Tree,
  type TreeMap,
  textOf,
} from './tree.ts';

/** Rules name interfaces by key, so a key must be the same network on both. */
export function misfits(own: TreeMap, peer: Tree | undefined): string[] {
  const theirs = mapOf(at(peer, 'interfaces'));
  const title = (settings: Tree | undefined, key: string): string =>
    textOf(at(settings, 'descr')) || key.toUpperCase();
  return [...mapOf(own.get('interfaces'))].flatMap(([key, settings]) => {
    const other = theirs.get(key);
    if (other === undefined) return [`${key} (${title(settings, key)}) is missing there`];
    const [here, there] = [title(settings, key), title(other, key)];
    return here.toLowerCase() === there.toLowerCase() ? [] : [`${key} is ${here} here and ${there} there`];
  });
}

/** Sections of which a backup holds something else than was sent, as far as it is to hold it. */
export function differences(sent: TreeMap, held: TreeMap, dialect: Dialect): string[] {
  const there = settled(held);
  return [...settled(sent)]
    .filter(([name, part]) => !isHeld(name, part, there.get(name), dialect))
    .map(([name]) => name)
    .concat(
      [...sent.keys()].filter(
        (name) => dialect.whole.has(name) && isLeftOver(sent.get(name), there.get(name)),
      ),
    );
}

function isHeld(name: string, part: Tree, held: Tree | undefined, dialect: Dialect): boolean {
  if (name === 'system') return areAccountsHeld(part, held);
  if (name === 'virtualip') {
    return listOf(at(part, 'vip')).every((vip) =>
      listOf(at(held, 'vip')).some((other) => isSame(vip, other)),
    );
  }
  // Each end has its own names and certificates in these.
  if (['kea', 'kea6', 'captiveportal', 'voucher', 'hasync'].includes(name)) return held !== undefined;
  if (isNothing(part)) return true;
  if (dialect.whole.has(name) || !isMap(part)) return isSame(part, held);
  return [...part].every(([key, value]) => isNothing(value) || isSame(value, mapOf(held).get(key)));
}

/** Something was emptied, and is still there. */
const isLeftOver = (part: Tree | undefined, held: Tree | undefined): boolean =>
  isNothing(part) && !isNothing(held);

/** By name: what is in them may be of the system, and stay as it is. */
function areAccountsHeld(part: Tree, held: Tree | undefined): boolean {
  return ['user', 'group'].every((kind) => {
    const names = new Set(listOf(at(held, kind)).map((account) => textOf(at(account, 'name'))));
    return listOf(at(part, kind)).every((account) => names.has(textOf(at(account, 'name'))));
  });
}
