import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { checksum } from '#base/checksum.ts';
import { HmacContext, hashedPrefix, keyFromPassword } from './auth.ts';
import { type Listener, Receiver } from './receive.ts';
import { boundCounter } from './strict.ts';
import { vhidKey } from './types.ts';
import { AdvertFrame } from './wire.ts';

const vhid = 1 as Vhid;
const key20 = keyFromPassword('pfsense');
const peer = { node: 'PF1', sources: ['192.168.1.2' as Ipv4], advskew: 1 };
const listener = (ipv4: string[], ipv6: string[] = []): Listener => ({
  key: vhidKey('lan', vhid),
  vhid,
  contexts: [new HmacContext(key20, hashedPrefix(vhid, ipv4 as Ipv4[], ipv6 as Ipv6[]))],
  ownSources: ['192.168.1.3' as Ipv4],
  peers: [peer],
});
const open = new Receiver([listener(['192.168.1.1'])], false, {});
const open6 = new Receiver([listener([], ['2001:db8::1'])], false, {});

interface Sample {
  name: string;
  frame_hex: string;
  verdict: string;
  reason: string;
}
const samples = JSON.parse(
  readFileSync(new URL('../../test/vectors/frames.json', import.meta.url), 'utf8'),
) as Sample[];

/** Where we know better than the reference's first failing check, or say more. */
const ourReason: Readonly<Record<string, string>> = {
  'vrrp2-same-vrid': 'vrrp',
  'vrrp2-5-addresses': 'vrrp',
  'vrrp3-same-vrid': 'vrrp',
  'short-35': 'length',
  // No unicast peer is set, so the group is missing before the TTL is looked at.
  unicast: 'destination',
};

test('every sample frame gets the verdict that a receiver must reach, for the right reason', () => {
  assert.equal(samples.length, 28);
  for (const sample of samples) {
    const frame = Uint8Array.from(Buffer.from(sample.frame_hex, 'hex'));
    const verdict = (sample.name.includes('v6') ? open6 : open).judge(frame, frame.length);
    // authlen 8 is what tells VRRP apart here; no CARP sender uses it.
    if (sample.name === 'authlen-8') assert.deepEqual(verdict, { ok: false, reason: 'length' });
    else if (sample.verdict.startsWith('accept') && sample.name !== 'unicast')
      assert.ok(verdict.ok, sample.name);
    else
      assert.deepEqual(verdict, { ok: false, reason: ourReason[sample.name] ?? sample.reason }, sample.name);
  }
});

const frameOf = (
  sequence: number,
  advskew: number,
  claimed = advskew,
  source = '192.168.1.2',
): Uint8Array => {
  const hmac = new HmacContext(key20, hashedPrefix(vhid, ['192.168.1.1' as Ipv4], []));
  const { hi, lo } = boundCounter(sequence, 0, advskew);
  return Uint8Array.from(
    new AdvertFrame(vhid, source as Ipv4, hmac).fill({
      advbase: 0,
      advskew: claimed,
      counterHi: hi,
      counterLo: lo,
    }),
  );
};
test('VRRPv2 is told apart whatever its number of addresses', () => {
  for (const addresses of [1, 4, 5, 7, 20]) {
    const frame = new Uint8Array(34 + 16 + 4 * addresses);
    const carp = samples.find((sample) => sample.name === 'freebsd-v4')?.frame_hex ?? '';
    frame.set(Buffer.from(carp, 'hex').subarray(0, frame.length));
    new DataView(frame.buffer).setUint16(16, frame.length - 14);
    frame[34 + 3] = addresses;
    assert.equal(reasonOf(open, frame), 'vrrp', `${addresses} addresses`);
  }
});

test('frames side by side in one buffer are judged as if alone, and none reads into the next', () => {
  const good = frameOf(1, 1);
  const ring = new Uint8Array(4 * 128).fill(0xff);
  ring.set(good, 128);
  ring.set(good.subarray(0, 60), 256);
  const slot = (i: number): Uint8Array => ring.subarray(i * 128, (i + 1) * 128);
  assert.equal(open.judge(slot(1), good.length).ok, true);
  assert.equal(open.lastSource(), '192.168.1.2');
  assert.deepEqual(open.judge(slot(2), 60), { ok: false, reason: 'truncated' });
  assert.deepEqual(open.judge(slot(0), 20), { ok: false, reason: 'truncated' });
  assert.equal(open.lastSource(), '');
});

const reasonOf = (receiver: Receiver, frame: Uint8Array): string => {
  const verdict = receiver.judge(frame, frame.length);
  return verdict.ok ? 'accepted' : verdict.reason;
};

test('strict: a recorded advert is refused, also after a restart of the receiver', () => {
  const receiver = new Receiver([listener(['192.168.1.1'])], true, {});
  assert.equal(reasonOf(receiver, frameOf(1_000, 1)), 'accepted');
  assert.equal(reasonOf(receiver, frameOf(1_000, 1)), 'replay');
  assert.equal(reasonOf(receiver, frameOf(999, 1)), 'replay');
  const restarted = new Receiver([listener(['192.168.1.1'])], true, receiver.replayMarks());
  assert.equal(reasonOf(restarted, frameOf(1_000, 1)), 'replay');
  assert.equal(reasonOf(restarted, frameOf(1_001, 1)), 'accepted');
});

test('strict: a priority that the sender did not hash, or better than documented, is refused', () => {
  const receiver = new Receiver([listener(['192.168.1.1'])], true, {});
  assert.equal(reasonOf(receiver, frameOf(1, 1, 255)), 'priority');
  assert.equal(reasonOf(receiver, frameOf(2, 0)), 'priority');
  assert.equal(reasonOf(receiver, frameOf(3, 240)), 'accepted');
});

test('strict: a node that the document does not name is refused although it knows the password', () => {
  const receiver = new Receiver([listener(['192.168.1.1'])], true, {});
  assert.equal(reasonOf(receiver, frameOf(1, 1, 1, '192.168.1.66')), 'unknown-sender');
});

test("no number of forged adverts with the master's own address keeps its next advert from being accepted", () => {
  const receiver = new Receiver([listener(['192.168.1.1'])], true, {});
  const forged = frameOf(1, 1);
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  new DataView(forged.buffer).setUint16(40, 0);
  new DataView(forged.buffer).setUint16(40, checksum(new DataView(forged.buffer), 34, 36));
  for (let i = 0; i < 20_000; i++) assert.equal(reasonOf(receiver, forged), 'hmac');
  assert.equal(reasonOf(receiver, frameOf(1, 1)), 'accepted');
});

test('no bytes at all, whatever they are, make the receiver throw', () => {
  const valid = frameOf(1, 1);
  const mutated = fc
    .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
    .map(([at, byte, length]) => {
      const copy = Uint8Array.from(valid);
      copy[at] = byte;
      return copy.subarray(0, length);
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (frame) => {
      open.judge(frame, frame.length);
    }),
    { numRuns: 20_000 },
  );
});
