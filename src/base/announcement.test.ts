import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Ipv6, Mac } from './address.ts';
import { announcement } from './announcement.ts';
import { checksum } from './checksum.ts';

const mac = '00:00:5e:00:01:14' as Mac;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('IPv4: a broadcast ARP reply from the virtual MAC, which nobody answers', () => {
  assert.equal(
    hex(announcement('192.168.1.1' as Ipv4, mac)),
    'ffffffffffff00005e000114080600010800060400020' + '0005e000114c0a8010100005e000114c0a80101',
  );
});

test('IPv6: an unsolicited advertisement to all nodes with override flag, target MAC and a right checksum', () => {
  const frame = announcement('fd00::1' as Ipv6, mac);
  const view = new DataView(frame.buffer);
  assert.equal(hex(frame.subarray(0, 14)), '33330000000100005e00011486dd');
  assert.equal(view.getUint8(21), 255, 'hop limit');
  assert.equal(view.getUint8(54), 136, 'neighbour advertisement');
  assert.equal(view.getUint8(58) & 0x20, 0x20, 'override');
  assert.equal(hex(frame.subarray(78)), '020100005e000114');
  const pseudo = 32 + 58 + (~checksum(view, 22, 32) & 0xffff);
  assert.equal(checksum(view, 54, 32, pseudo), 0);
});
