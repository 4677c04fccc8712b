import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Opener, Sealer } from './seal.ts';
import { datagramType, headerBytes, readHeader, tagBytes } from './wire.ts';

const self = { node: 0x01020304, session: 0x1122334455667788n };
const contents = Buffer.from('what one node tells the other');

function sealed(secret: string, counter = 1, type: number = datagramType.data, of = self): Buffer {
  const out = Buffer.alloc(headerBytes + contents.length + tagBytes);
  assert.equal(new Sealer(of, secret).seal(type, counter, contents, contents.length, out), out.length);
  return out;
}
function opened(opener: Opener, datagram: Buffer): string | undefined {
  const header = readHeader(datagram);
  return header === undefined ? undefined : opener.open(header, datagram)?.toString();
}

test('what was sealed opens, whatever the length, and nothing of it is readable on the way', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_500 }), fc.integer({ min: 1 }), (bytes, counter) => {
      const out = Buffer.alloc(headerBytes + bytes.length + tagBytes);
      const length = new Sealer(self, 's').seal(1, counter, Buffer.from(bytes), bytes.length, out);
      const header = readHeader(out.subarray(0, length));
      assert.ok(header);
      assert.deepEqual(new Opener(['s']).open(header, out), Buffer.from(bytes));
      if (bytes.length > 8) assert.equal(out.includes(Buffer.from(bytes)), false);
    }),
  );
});

test('every truncation and every flipped bit is refused', () => {
  const datagram = sealed('secret');
  const opener = new Opener(['secret']);
  assert.equal(opened(opener, datagram), contents.toString());
  for (let length = 0; length < datagram.length; length++)
    assert.equal(opened(opener, datagram.subarray(0, length)), undefined, `${length} bytes`);
  assert.equal(opened(opener, Buffer.concat([datagram, Buffer.alloc(1)])), undefined);
  for (let bit = 0; bit < datagram.length * 8; bit++) {
    const changed = Buffer.from(datagram);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    assert.equal(opened(opener, changed), undefined, `bit ${bit}`);
  }
});

test('a secret changes without loss: any opens, the first seals', () => {
  const before = new Opener(['old']);
  const during = new Opener(['old', 'new']);
  const after = new Opener(['new', 'old']);
  for (const opener of [during, after])
    for (const secret of ['old', 'new']) assert.equal(opened(opener, sealed(secret)), contents.toString());
  assert.equal(opened(before, sealed('new')), undefined);
  assert.equal(opened(new Opener(['new']), sealed('old')), undefined);
  assert.equal(opened(new Opener([]), sealed('old')), undefined);
});

test('sessions, nodes and kinds of datagrams have keys or nonces of their own', () => {
  const bodies = [
    sealed('s'),
    sealed('s', 2),
    sealed('s', 1, datagramType.hello),
    sealed('s', 1, datagramType.data, { ...self, node: 5 }),
    sealed('s', 1, datagramType.data, { ...self, session: 5n }),
    sealed('t'),
  ].map((datagram) => datagram.toString('hex', headerBytes));
  assert.equal(new Set(bodies).size, bodies.length);
});

test('a flood of strange sessions does not make it forget how to open', () => {
  const opener = new Opener(['s']);
  for (let session = 0n; session < 300n; session++)
    assert.equal(
      opened(opener, sealed('s', 1, datagramType.data, { node: 9, session })),
      contents.toString(),
    );
  assert.equal(opened(opener, sealed('s')), contents.toString());
});
