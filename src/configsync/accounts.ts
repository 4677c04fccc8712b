/** Users and groups of the primary at the backup: matched by name; those of the system stay what they are here. */
import { at, isSame, listOf, type Tree, type TreeMap, textOf, withAt } from './tree.ts';

export interface Accounts {
  readonly users: readonly Tree[];
  readonly groups: readonly Tree[];
}

const nameOf = (account: Tree): string => textOf(at(account, 'name'));
const idOf = (account: Tree, id: string): number => Number(textOf(at(account, id))) || 0;

interface Change {
  readonly added: Tree[];
  readonly removed: Tree[];
}

function changeOf(
  local: readonly Tree[],
  received: readonly Tree[],
  isSystem: (account: Tree) => boolean,
): Change {
  const added: Tree[] = [];
  const removed: Tree[] = [];
  const known = new Set<string>();
  for (const account of received) {
    const own = local.find((other) => nameOf(other) === nameOf(account));
    known.add(nameOf(account));
    if (own === undefined) added.push(account);
    else if (!isSystem(account) && !isSame(account, own)) {
      added.push(account);
      removed.push(account);
    }
  }
  removed.push(...local.filter((account) => !known.has(nameOf(account))));
  return { added, removed };
}

export interface AccountOptions {
  /** The primary also sends the accounts below 2000, admin among them. */
  readonly takesAdmin: boolean;
  readonly repairs: boolean;
}

export function accountsAfter(config: TreeMap, received: Accounts, options: AccountOptions): TreeMap {
  const users = listOf(at(config, 'system/user'));
  const groups = listOf(at(config, 'system/group'));
  const user = changeOf(
    users,
    received.users,
    (account) => idOf(account, 'uid') < 2000 && !options.takesAdmin,
  );
  const group = changeOf(groups, received.groups, (account) => idOf(account, 'gid') < 1999);
  const changes = [user.added, user.removed, group.added, group.removed];
  if (changes.every((list) => list.length === 0)) return config;

  const replaced = new Set(user.added.map(nameOf));
  const userGoes = (account: Tree): boolean =>
    idOf(account, 'uid') <= 65_000 && (idOf(account, 'uid') >= 2000 || replaced.has(nameOf(account)));
  const groupGoes = (account: Tree): boolean =>
    idOf(account, 'gid') >= 1999 && idOf(account, 'gid') <= 65_000;
  const after = (
    list: readonly Tree[],
    { added, removed }: Change,
    goes: (account: Tree) => boolean,
  ): Tree[] => [...without(list, removed.filter(goes), options.repairs), ...added].sort(byName);
  const withUsers = withAt(config, 'system/user', after(users, user, userGoes));
  return withAt(withUsers, 'system/group', after(groups, group, groupGoes));
}

/**
 * pfSense looks for each at as many places as are still taken, though those that went have left holes, so that some at
 * the end stay, or are there twice.
 */
function without(list: readonly Tree[], gone: readonly Tree[], repairs: boolean): Tree[] {
  const places: (Tree | undefined)[] = [...list];
  let taken = places.length;
  for (const account of gone) {
    const reach = repairs ? places.length : taken;
    const place = places.findIndex(
      (other, i) => i < reach && other !== undefined && nameOf(other) === nameOf(account),
    );
    if (place < 0) continue;
    places[place] = undefined;
    taken -= 1;
  }
  return places.filter((account) => account !== undefined);
}

const byName = (one: Tree, other: Tree): number =>
  Buffer.compare(Buffer.from(nameOf(one)), Buffer.from(nameOf(other)));
