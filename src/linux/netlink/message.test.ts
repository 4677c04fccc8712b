import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attributesIn, MessageWriter, messagesIn, NLM_F_ACK, text, textOf, u32 } from './message.ts';
import { parseAddress, parseLink } from './route.ts';

test('what is written is read again, padded to four bytes', () => {
  const writer = new MessageWriter();
  writer.begin(16, 1, 7, Buffer.from([1, 2, 3, 4]));
  writer.attribute(3, text('wan-v20'));
  writer.nested(18, () => {
    writer.attribute(1, text('macvlan'));
    writer.nested(2, () => writer.attribute(1, u32(16)));
  });
  writer.begin(17, 1, 8, Buffer.alloc(16));
  writer.addFlags(NLM_F_ACK);
  assert.equal(writer.count, 2);
  assert.equal(writer.length % 4, 0);

  const [first, second, ...rest] = messagesIn(writer.buffer.subarray(0, writer.length));
  assert.ok(first !== undefined && second !== undefined && rest.length === 0);
  assert.deepEqual([first.type, first.sequence, second.type, second.sequence], [16, 7, 17, 8]);
  const attributes = attributesIn(first.body, 4);
  assert.equal(textOf(attributes.get(3)), 'wan-v20');
  const info = attributesIn(attributes.get(18) ?? Buffer.alloc(0), 0);
  assert.equal(textOf(info.get(1)), 'macvlan');
  assert.equal(
    attributesIn(info.get(2) ?? Buffer.alloc(0), 0)
      .get(1)
      ?.readUInt32LE(0),
    16,
  );
  // struct nlmsghdr: the second message alone asks for an acknowledgement.
  assert.equal(writer.buffer.readUInt16LE(6), 1);
  assert.equal(writer.buffer.readUInt16LE(writer.length - 32 + 6), 1 | NLM_F_ACK);
});

test('no bytes, however wrong, make the reader throw or hang', () => {
  // Half of them start like a message, so that the inside is reached.
  const anything = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const likely = fc
    .tuple(fc.constantFrom(16, 17, 20, 2, 3), fc.nat(400), anything)
    .map(([type, length, rest]) => {
      const header = Buffer.alloc(16);
      header.writeUInt32LE(length, 0);
      header.writeUInt16LE(type, 4);
      return Buffer.concat([header, rest]);
    });
  fc.assert(
    fc.property(fc.oneof(anything, likely), (datagram) => {
      for (const { type, body } of messagesIn(datagram)) {
        parseLink(type, body);
        parseAddress(body);
        for (const value of attributesIn(body, 16).values()) attributesIn(value, 0);
      }
    }),
    { numRuns: 20_000 },
  );
});

test("a bridge's word on its ports is not taken for the end of a link", () => {
  const body = Buffer.alloc(16);
  body.writeInt32LE(3, 4);
  body.writeUInt32LE(0x10041, 8);
  assert.equal(parseLink(16, body)?.up, true);
  assert.equal(parseLink(17, body)?.up, false);
  body.writeUInt8(7, 0);
  assert.equal(parseLink(17, body), undefined);
});
