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
        const rules = wanted.flatMap(({ table, mark, monitor }) => [
          `pref ${table} fwmark ${mark}`,
          ...(monitor === undefined ? [] : [`pref ${table} to ${monitor}`]),
        ]);
        const gone = there.value.filter(({ text }) => !rules.includes(text));
        const known = new Set(there.value.map(({ text }) => text));
        const tables = new Set(gone.map(({ table }) => table));
        for (const { table } of wanted) tables.delete(table);
        const lines = [
          ...wanted.map(
            ({ gateway, device, table }) =>
              `route replace default via ${gateway} dev ${device} table ${table} onlink`,
          ),
          ...rules
            .filter((text) => !known.has(text))
            .map((text) => `rule add ${text} lookup ${/\d+/.exec(text)?.[0]}`),
          ...gone.map(({ text }) => `rule del ${text}`),
          ...[...tables].map((table) => `route flush table ${table}`),
        ];
        const done =
          lines.length === 0 ? ok('') : ip([flags[family], '-batch', '-'], `${lines.join('\n')}\n`);
        if (!done.ok) return done;
      }
      return ok(undefined);
    },
  };
}

/** Our rules as they are told to `ip`; the priority is the table's number, too. */
function ownRules(
  family: MarkedRoute['family'],
  first: number,
  last: number,
): Result<{ readonly table: number; readonly text: string }[]> {
  const listed = ip([flags[family], '-json', 'rule', 'show'], '');
  if (!listed.ok) return listed;
  const rules = JSON.parse(listed.value || '[]') as readonly {
    readonly priority: number;
    readonly fwmark?: string;
    readonly dst?: string;
  }[];
  return ok(
    rules
      .filter(({ priority }) => first <= priority && priority <= last)
      .map(({ priority, fwmark, dst }) => ({
        table: priority,
        text: `pref ${priority} ${dst === undefined ? `fwmark ${Number(fwmark)}` : `to ${dst}`}`,
      })),
  );
}

function ip(args: readonly string[], input: string): Result<string> {
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const done = spawnSync('ip', args, { input, encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (done.error !== undefined) return fail(`ip cannot be run: ${done.error.message}`);
  return done.status === 0 ? ok(done.stdout) : fail(`ip: ${done.stderr.trim()}`);
}
