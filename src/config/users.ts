/** What users may, when groups, privileges and read-only are taken together. */
import { adminGroup, type Grants, type Level } from './privileges.ts';
import type { Groups, User } from './users-document.ts';

const everything: Grants = { all: 'write' };

/** What a user may do. A user who is disabled may nothing. */
export function grantsOf(user: User, groups: Groups): Grants {
  if (user.disabled) return {};
  const held = [
    user.privileges,
    ...user.groups.map((name) => (name === adminGroup ? everything : (groups[name]?.privileges ?? {}))),
  ];
  const sum: Partial<Record<keyof Grants, Level>> = {};
  for (const part of held)
    for (const [area, has] of Object.entries(part) as [keyof Grants, Level][])
      if (sum[area] !== 'write') sum[area] = user.readOnly ? 'read' : has;
  return sum;
}

/** What is left of some grants under others: a token's under its user's. */
export function within(wanted: Grants, limit: Grants): Grants {
  const left: Partial<Record<keyof Grants, Level>> = {};
  const names = new Set([...Object.keys(wanted), ...(wanted.all === undefined ? [] : Object.keys(limit))]);
  for (const name of names as Set<keyof Grants>) {
    const both = [
      [wanted.all, wanted[name]],
      [limit.all, limit[name]],
    ];
    if (both.every((has) => has.includes('write'))) left[name] = 'write';
    else if (both.every((has) => has.some((one) => one !== undefined))) left[name] = 'read';
  }
  return left;
}

/** Whether somebody who holds `limit` holds everything in `wanted`. */
export const holds = (limit: Grants, wanted: Grants): boolean =>
  (Object.entries(wanted) as [keyof Grants, Level][]).every(([name, has]) =>
    [limit.all, limit[name]].some((own) => own === 'write' || own === has),
  );
