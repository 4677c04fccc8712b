import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archive, type Entry } from './cpio.ts';

const text = (value: string) => new TextEncoder().encode(value);
const entries: readonly Entry[] = [
  { path: 'etc', kind: 'folder', mode: 0o755, bytes: new Uint8Array() },
  { path: 'etc/hostname', kind: 'file', mode: 0o644, bytes: text('pf1\n!') },
  { path: 'sbin', kind: 'link', mode: 0o777, bytes: text('bin') },
];

interface Member {
  readonly name: string;
  readonly mode: string;
  readonly links: number;
  readonly bytes: string;
}

/** Reads an archive as cpio(5) describes it. */
function read(bytes: Buffer): Member[] {
  const members: Member[] = [];
  for (let at = 0; at < bytes.length; ) {
    const field = (place: number) =>
      Number.parseInt(bytes.toString('ascii', at + 6 + 8 * place, at + 14 + 8 * place), 16);
    assert.equal(bytes.toString('ascii', at, at + 6), '070701', `no magic at ${at}`);
    const [size, nameSize] = [field(6), field(11)];
    const start = Math.ceil((at + 110 + nameSize) / 4) * 4;
    members.push({
      name: bytes.toString('utf8', at + 110, at + 109 + nameSize),
      mode: field(1).toString(8),
      links: field(4),
      bytes: bytes.toString('utf8', start, start + size),
    });
    at = Math.ceil((start + size) / 4) * 4;
  }
  return members;
}

test('what is written is read again, types and permissions with it', () => {
  assert.deepEqual(read(Buffer.concat([...archive(entries)])), [
    { name: 'etc', mode: '40755', links: 2, bytes: '' },
    { name: 'etc/hostname', mode: '100644', links: 1, bytes: 'pf1\n!' },
    { name: 'sbin', mode: '120777', links: 1, bytes: 'bin' },
    { name: 'TRAILER!!!', mode: '0', links: 1, bytes: '' },
  ]);
});
