import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterSchema } from '#config/document.ts';
import { drillTimersOf } from './timers.ts';

const timersOf = (failover: string, vip: object = {}) =>
  drillTimersOf(
    clusterSchema(() => '').parse({
      cluster: 'test',
      failover,
      nodes: { a: {}, b: {} },
      interfaces: { lan: { addresses: { a: ['10.0.0.2/24'], b: ['10.0.0.3/24'] } } },
      virtualIps: [
        { interface: 'lan', vhid: 1, addresses: ['10.0.0.1/24'], password: 'Pont-levis-1789', ...vip },
      ],
    }),
  );

test('quick profiles take over after three adverts of the first node', () => {
  assert.deepEqual(timersOf('fast'), {
    masterDownMs: 234.375,
    firstIntervalMs: 78.125,
    secondIntervalMs: 93.75,
  });
  assert.equal(timersOf('fastest').masterDownMs, 11.71875);
});

test('standard takes over by the timers of the second node', () => {
  assert.deepEqual(timersOf('standard'), {
    masterDownMs: 3_390.625,
    firstIntervalMs: 1_000,
    secondIntervalMs: 1_390.625,
  });
  assert.equal(timersOf('standard', { advbase: 2, advskew: { a: 0, b: 128 } }).masterDownMs, 6_500);
});
