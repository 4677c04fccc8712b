import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Dialect, decide } from './decide.ts';
import type { Role } from './types.ts';

interface Row {
  impl: Dialect;
  state: Role;
  preempt: boolean;
  my_advbase: number;
  my_advskew: number;
  my_effective_skew?: number;
  my_demote?: number;
  their_advbase: number;
  their_advskew: number;
  their_demote?: number;
  their_ip_lower?: boolean;
  action: string;
}
const rows = JSON.parse(
  readFileSync(new URL('../../test/vectors/decisions.json', import.meta.url), 'utf8'),
) as Row[];

for (const [dialect, count] of [
  ['freebsd', 1_200],
  ['ucarp', 252],
  ['openbsd', 72],
] as const) {
  test(`every ${dialect} decision is the one of its own code`, () => {
    const own = rows.filter((row) => row.impl === dialect);
    assert.equal(own.length, count);
    for (const row of own) {
      const decision = decide(
        dialect,
        row.state,
        row.preempt,
        {
          advbase: row.my_advbase,
          advskew: row.my_effective_skew ?? row.my_advskew,
          demote: row.my_demote ?? 0,
        },
        { advbase: row.their_advbase, advskew: row.their_advskew, demote: row.their_demote ?? 0 },
        row.their_ip_lower ?? false,
      );
      assert.equal(decision.action, row.action, JSON.stringify(row));
    }
  });
}
