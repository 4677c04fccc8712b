/**
 * Ten thousand schedules of faults, each from a seed, for two to five nodes on one to three segments, some of them
 * UCarp or OpenBSD hosts. Promises: in a connected, undisturbed segment there are never two masters for longer than
 * the timers allow; a master always holds the addresses before it says so; and when the faults end there is exactly
 * one master, the preferred one, and it alone holds the addresses.
 *
 * BASCULE_SEED=n replays one schedule; BASCULE_SCHEDULES=n sets how many.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSchedule } from './schedule.ts';

const schedules = Number(process.env.BASCULE_SCHEDULES ?? 10_000);

test(`${schedules} schedules of faults: one master per connected segment, always one in the end`, () => {
  const only = process.env.BASCULE_SEED;
  const seeds = only === undefined ? Array.from({ length: schedules }, (_, i) => i) : [Number(only)];
  for (const seed of seeds) {
    const broken = runSchedule(seed);
    assert.equal(broken, undefined, `seed ${seed}: ${broken}; replay with BASCULE_SEED=${seed}`);
  }
});
