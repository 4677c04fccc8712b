import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { HmacContext, hashedPrefix, keyFromPassword, keyLength } from './auth.ts';
import { AdvertFrame, payloadLength, writePayload } from './wire.ts';

interface Vector {
  name: string;
  key_hex: string;
  vhid: Vhid;
  advbase: number;
  advskew: number;
  pad1: number;
  counter_hex: string;
  vips4: Ipv4[];
  vips6: Ipv6[];
  hmac_message_hex: string;
  md_hex: string;
  freebsd_payload_hex: string;
  openbsd_sent_payload_hex: string;
}
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../test/vectors/${name}`, import.meta.url), 'utf8')) as T;
const { vectors } = read<{ vectors: Vector[] }>('vectors.json');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function payloadOf(vector: Vector, linkLocal: 'with' | 'without'): string {
  const key = new Uint8Array(keyLength);
  key.set(Buffer.from(vector.key_hex, 'hex'));
  const hmac = new HmacContext(key, hashedPrefix(vector.vhid, vector.vips4, vector.vips6, linkLocal));
  const counter = new DataView(Uint8Array.from(Buffer.from(vector.counter_hex, 'hex')).buffer);
  const bytes = new Uint8Array(payloadLength);
  writePayload(
    new DataView(bytes.buffer),
    0,
    vector.vhid,
    {
      advbase: vector.advbase,
      advskew: vector.advskew,
      counterHi: counter.getUint32(0),
      counterLo: counter.getUint32(4),
    },
    hmac,
  );
  return hex(bytes);
}

test('every FreeBSD vector comes out byte for byte', () => {
  assert.equal(vectors.length, 74);
  for (const vector of vectors) {
    if (vector.pad1 !== 0) continue;
    assert.equal(payloadOf(vector, 'with'), vector.freebsd_payload_hex, vector.name);
  }
});

test('what OpenBSD sends is the context without link-local addresses', () => {
  for (const vector of vectors) {
    if (vector.pad1 !== 0) continue;
    assert.equal(payloadOf(vector, 'without'), vector.openbsd_sent_payload_hex, vector.name);
  }
});

test('the hashed bytes are those of the vectors', () => {
  for (const vector of vectors) {
    const prefix = hex(hashedPrefix(vector.vhid, vector.vips4, vector.vips6));
    assert.equal(`${prefix}${vector.counter_hex}`, vector.hmac_message_hex, vector.name);
  }
});

test('every frame captured from ucarp has the digest that its settings give', () => {
  const captured =
    read<{ password: string; vhid: Vhid; counter_hex: string; vips4: Ipv4[]; payload_hex: string }[]>(
      'ucarp-captured.json',
    );
  for (const frame of captured) {
    const hmac = new HmacContext(keyFromPassword(frame.password), hashedPrefix(frame.vhid, frame.vips4, []));
    const payload = Uint8Array.from(Buffer.from(frame.payload_hex, 'hex'));
    const view = new DataView(payload.buffer);
    assert.ok(hmac.verify(view.getUint32(8), view.getUint32(12), view, 16), frame.password);
    payload[20] = (payload[20] as number) ^ 1;
    assert.ok(!hmac.verify(view.getUint32(8), view.getUint32(12), view, 16), 'one bit off');
  }
});

test('our HMAC is HMAC-SHA1 for any key, prefix and counter', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 0, maxLength: 20 }),
      fc.uint8Array({ minLength: 3, maxLength: 300 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      (key, prefix, counter) => {
        const hmac = new HmacContext(key, prefix);
        const out = new DataView(new ArrayBuffer(20));
        const view = new DataView(counter.buffer, counter.byteOffset);
        hmac.sign(view.getUint32(0), view.getUint32(4), out, 0);
        const expected = createHmac('sha1', key).update(prefix).update(counter).digest('hex');
        assert.equal(hex(new Uint8Array(out.buffer)), expected);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a frame is that of FreeBSD 14: group, virtual MAC, TTL 255, DF, TOS 0xe0', () => {
  const frames = read<{ name: string; frame_hex: string }[]>('frames.json');
  const hmac = new HmacContext(
    keyFromPassword('pfsense'),
    hashedPrefix(1 as Vhid, ['192.168.1.1' as Ipv4], []),
  );
  const expected = frames.find((frame) => frame.name === 'freebsd-v4')?.frame_hex ?? '';
  const ours = new AdvertFrame(1 as Vhid, '192.168.1.2' as Ipv4, hmac).fill({
    advbase: 1,
    advskew: 0,
    counterHi: 1,
    counterLo: 0xaa,
  });
  // The sample has IP identification 1 and its checksum; ours has none, as RFC 6864 lets an atomic datagram.
  const anonymous = (frame: string): string =>
    `${frame.slice(0, 36)}0000${frame.slice(40, 48)}0000${frame.slice(52)}`;
  assert.equal(anonymous(hex(ours)), anonymous(expected));
});
