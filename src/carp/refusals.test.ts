import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, seconds } from '#base/time.ts';
import { Refusals } from './refusals.ts';

const at = (s: number) => instant(seconds(s));

test('a flood is one finding, told once, over when it has been quiet for 10 s', () => {
  const refusals = new Refusals();
  let asked = 0;
  const source = (): string => {
    asked += 1;
    return '10.0.0.66';
  };
  for (let i = 0; i < 100_000; i++) refusals.count('hmac', 'wan', source, at(1));
  assert.equal(asked, 1);
  assert.deepEqual(
    refusals.findings(at(1)).map(({ code, subject, cleared }) => ({ code, subject, cleared })),
    [{ code: 'advert-hmac-mismatch', subject: 'wan', cleared: undefined }],
  );
  assert.deepEqual(refusals.findings(at(11)), []);
  assert.equal(refusals.findings(at(11.1))[0]?.cleared, true);
  assert.deepEqual(refusals.findings(at(12)), []);
  assert.deepEqual(refusals.counts(), { hmac: 100_000 });
});

test('what means nothing by itself is only counted', () => {
  const refusals = new Refusals();
  refusals.count('ttl', 'wan', () => '', at(1));
  refusals.accepted();
  assert.deepEqual(refusals.findings(at(1)), []);
  assert.deepEqual(refusals.counts(), { ttl: 1, accepted: 1 });
});
