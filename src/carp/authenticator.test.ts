import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { instant, seconds } from '#base/time.ts';
import { type HmacContext, keyFromPassword, pfsensePassword } from './auth.ts';
import { Authenticator, type Credentials } from './authenticator.ts';

const one: Credentials = {
  vhid: 1 as Vhid,
  key20: keyFromPassword('old'),
  ipv4: ['10.0.0.1' as Ipv4],
  ipv6: ['fe80::1' as Ipv6],
};
const other: Credentials = { ...one, key20: keyFromPassword('new') };

/** Whether `judge` takes what `signer` signed. */
function takes(judge: readonly HmacContext[], signer: HmacContext): boolean {
  const digest = new DataView(new ArrayBuffer(20));
  signer.sign(7, 9, digest, 0);
  return judge.some((context) => context.verify(7, 9, digest, 0));
}

test("both of the forms that OpenBSD knows are accepted, and ours is FreeBSD's", () => {
  const here = new Authenticator(one);
  const withoutLinkLocal = new Authenticator({ ...one, ipv6: [] });
  assert.equal(here.contexts.length, 2);
  assert.ok(takes(here.contexts, here.signing));
  assert.ok(takes(here.contexts, withoutLinkLocal.signing));
  assert.ok(!takes(withoutLinkLocal.contexts, here.signing));
});

/** Whether adverts of each get through to the other. */
const understand = (a: Authenticator, b: Authenticator): boolean =>
  takes(a.contexts, b.signing) && takes(b.contexts, a.signing);

test('a password that the nodes get up to two seconds apart never keeps them from understanding each other', () => {
  for (const apart of [0, 0.1, 0.9, 1.9]) {
    const here = new Authenticator(one);
    const there = new Authenticator(one);
    for (let ms = 0; ms < 15_000; ms += 50) {
      const now = instant(ms * 1_000);
      if (ms === 0) here.change(other, now);
      if (ms === apart * 1_000) there.change(other, now);
      for (const node of [here, there]) node.expire(now);
      assert.ok(understand(here, there), `${apart} s apart, after ${ms} ms`);
    }
    const stranger = new Authenticator(one);
    assert.ok(!takes(here.contexts, stranger.signing), 'the old password is over');
    assert.ok(takes(here.contexts, new Authenticator(other).signing));
  }
});

test('a change that is taken back at once, on one node after the other, keeps them together, too', () => {
  const nodes = [new Authenticator(one), new Authenticator(one)] as const;
  const changes = [0, 700, 1_400, 2_500, 3_000, 4_200, 5_000];
  for (let ms = 0; ms < 25_000; ms += 50) {
    const now = instant(ms * 1_000);
    for (const [late, node] of [0, 900].map((late, i) => [late, nodes[i] as Authenticator] as const)) {
      const nth = changes.indexOf(ms - late);
      if (nth >= 0) node.change(nth % 2 === 0 ? other : one, now);
      node.expire(now);
    }
    assert.ok(understand(...nodes), `after ${ms} ms`);
  }
  assert.ok(takes(nodes[0].contexts, new Authenticator(other).signing));
  assert.ok(!takes(nodes[0].contexts, new Authenticator(one).signing));
});

test('the same credentials once more are no change', () => {
  const here = new Authenticator(one);
  const { signing } = here;
  here.change({ ...one }, instant(0));
  here.expire(instant(seconds(60)));
  assert.equal(here.signing, signing);
  assert.equal(here.contexts.length, 2);
});

test('a key is the first 19 bytes of a password, not characters, and a zero', () => {
  assert.equal(Buffer.from(keyFromPassword('ä'.repeat(12))).toString('hex'), `${'c3a4'.repeat(9)}c300`);
  assert.deepEqual(keyFromPassword(''), new Uint8Array(20));
});

test('pfSense takes blanks out of a password and puts backslashes in', () => {
  assert.equal(pfsensePassword(`a b'c"d\\e\0`), `ab\\'c\\"d\\\\e\\0`);
});
