/** Users whose groups are not there, and a cluster that nobody may change. */
import type { CheckContext } from './context.ts';
import { adminGroup } from './privileges.ts';
import { grantsOf } from './users.ts';

export function checkUsers(context: CheckContext): void {
  const { users, groups } = context.document;
  if (Object.hasOwn(groups, adminGroup))
    context.report('group-built-in', ['groups', adminGroup], { name: adminGroup }, 'key');
  for (const [name, user] of Object.entries(users))
    user.groups.forEach((group, i) => {
      if (group !== adminGroup && !Object.hasOwn(groups, group))
        context.report('group-unknown', ['users', name, 'groups', i], { name: group });
    });
  const all = Object.values(users);
  const isAdmin = (user: (typeof all)[number]): boolean =>
    user.password !== undefined && grantsOf(user, groups).all === 'write';
  if (all.length > 0 && !all.some(isAdmin)) context.report('users-without-admin', ['users'], {}, 'key');
}
