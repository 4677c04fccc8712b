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

test('for 10 s after a change the old password is still accepted, and the new one is used at once', () => {
  const here = new Authenticator(one);
  const behind = new Authenticator(one);
  here.change(other, instant(0));
  assert.ok(takes(here.contexts, new Authenticator(other).signing));
  assert.ok(takes(here.contexts, behind.signing));
  assert.ok(!takes(behind.contexts, here.signing));
  here.expire(instant(seconds(9.9)));
  assert.ok(takes(here.contexts, behind.signing));
  here.expire(instant(seconds(10)));
  assert.ok(!takes(here.contexts, behind.signing));
});

test('a key is the first 19 bytes of a password, not characters, and a zero', () => {
  assert.equal(Buffer.from(keyFromPassword('ä'.repeat(12))).toString('hex'), `${'c3a4'.repeat(9)}c300`);
  assert.deepEqual(keyFromPassword(''), new Uint8Array(20));
});

test('pfSense takes blanks out of a password and puts backslashes in', () => {
  assert.equal(pfsensePassword(`a b'c"d\\e\0`), `ab\\'c\\"d\\\\e\\0`);
});
