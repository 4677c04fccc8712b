/**
 * A thousand schedules of faults, each from a seed, for two to four nodes that synchronise their states. Promises: once
 * the faults end, every node has the entries of the active one, with the same translation, and no others for its sake;
 * nobody is out of step; what is repeated or forged changes no table; who takes over has every connection.
 *
 * BASCULE_SEED=n replays one schedule; BASCULE_SCHEDULES=n sets how many.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runStatesSchedule } from './states-schedule.ts';

const schedules = Number(process.env.BASCULE_SCHEDULES ?? 1_000);

test(`${schedules} schedules of faults: every node has what the active one has`, () => {
  const only = process.env.BASCULE_SEED;
  const seeds = only === undefined ? Array.from({ length: schedules }, (_, i) => i) : [Number(only)];
  for (const seed of seeds) {
    const broken = runStatesSchedule(seed);
    assert.equal(broken, undefined, `seed ${seed}: ${broken}; replay with BASCULE_SEED=${seed}`);
  }
});
