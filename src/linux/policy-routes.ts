/** Policy routing by way of `ip`: a rule per mark that leads to a table with one default route (ip-rule(8)). */
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import type { MarkedRoute, PolicyRouting } from '#ports/policy-routes.ts';

const flags = { ipv4: '-4', ipv6: '-6' } as const;
const families = ['ipv4', 'ipv6'] as const;

/** Rules of the kernel with a priority from `first` to `last` are ours; others are left alone. */
export function createPolicyRouting(first: number, last: number): PolicyRouting {
  return {
    set(routes) {
      for (const family of families) {
        const there = ownRules(family, first, last);
        if (!there.ok) return there;
        const wanted = routes.filter((route) => route.family === family);
        const gone = there.value.filter((table) => !wanted.some((route) => route.table === table));
        const lines = [
          ...wanted.flatMap((route) => [
            `route replace default via ${route.gateway} dev ${route.device} table ${route.table} onlink`,
            ...(there.value.includes(route.table)
              ? []
              : [`rule add pref ${route.table} fwmark ${route.mark} lookup ${route.table}`]),
          ]),
          ...gone.flatMap((table) => [`rule del pref ${table}`, `route flush table ${table}`]),
        ];
        const done =
          lines.length === 0 ? ok('') : ip([flags[family], '-batch', '-'], `${lines.join('\n')}\n`);
        if (!done.ok) return done;
      }
      return ok(undefined);
    },
  };
}

/** The priorities, which are the tables' numbers, too. */
function ownRules(family: MarkedRoute['family'], first: number, last: number): Result<number[]> {
  const listed = ip([flags[family], '-json', 'rule', 'show'], '');
  if (!listed.ok) return listed;
  const rules = JSON.parse(listed.value || '[]') as readonly { readonly priority: number }[];
  return ok(rules.map(({ priority }) => priority).filter((one) => first <= one && one <= last));
}

function ip(args: readonly string[], input: string): Result<string> {
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const done = spawnSync('ip', args, { input, encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (done.error !== undefined) return fail(`ip cannot be run: ${done.error.message}`);
  return done.status === 0 ? ok(done.stdout) : fail(`ip: ${done.stderr.trim()}`);
}
