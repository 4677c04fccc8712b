/** Frames of first packets, as a host would send them: right lengths, right checksums. */
import { addressBytes } from '#base/address.ts';
import { checksum } from '#base/checksum.ts';
import type { Packet } from '#ruleset/packet.ts';

/** Ethernet (14) with IPv4 (20) or IPv6 (40) and the head of the next protocol, zero where nothing is to be said. */
export function frameOf(packet: Packet, toMac: Uint8Array): Buffer {
  const body = bodyOf(packet);
  const isFour = packet.family === 'ipv4';
  const head = isFour ? 20 : 40;
  const frame = Buffer.alloc(14 + head + body.length);
  frame.set(toMac, 0);
  // A locally administered MAC that nobody has.
  frame.set([0x02, 0, 0, 0, 0, 0x99], 6);
  frame.writeUInt16BE(isFour ? 0x0800 : 0x86dd, 12);
  const [source, destination] = [addressBytes(packet.source), addressBytes(packet.destination)];
  if (isFour) {
    frame.set([0x45, 0], 14);
    frame.writeUInt16BE(head + body.length, 16);
    frame.set([64, packet.protocol], 22);
    frame.set(source, 26);
    frame.set(destination, 30);
    frame.writeUInt16BE(checksum(viewOf(frame), 14, 20), 24);
  } else {
    frame[14] = 0x60;
    frame.writeUInt16BE(body.length, 18);
    frame.set([packet.protocol, 64], 20);
    frame.set(source, 22);
    frame.set(destination, 38);
  }
  frame.set(body, 14 + head);
  // RFC 9260 section 6.8: of the whole packet, the least significant byte first.
  if (packet.protocol === 132) frame.writeUInt32LE(crc32c(body), 14 + head + 8);
  const at = checksumAt[packet.protocol];
  if (at !== undefined) {
    // The pseudo-header of RFC 793 and RFC 8200; ICMP (1) has none.
    const pseudo = Buffer.from([...source, ...destination, 0, packet.protocol]);
    const start = packet.protocol === 1 ? 0 : sumOf(pseudo) + body.length;
    frame.writeUInt16BE(checksum(viewOf(frame), 14 + head, body.length, start), 14 + head + at);
  }
  return frame;
}

const checksumAt: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6, 58: 2 };

/** Castagnoli's polynomial, bits reversed. */
function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0x82f63b78);
  }
  return ~crc >>> 0;
}

const lengths: Readonly<Record<number, number>> = { 6: 20, 51: 20, 132: 32 };

function bodyOf({ protocol, sourcePort = 0, port = 0, icmpType = 0 }: Packet): Buffer {
  // Neighbour discovery without its target (RFC 4861) would be malformed.
  const body = Buffer.alloc(lengths[protocol] ?? (protocol === 58 && icmpType >= 130 ? 24 : 8));
  if (protocol === 6 || protocol === 17) {
    body.writeUInt16BE(sourcePort, 0);
    body.writeUInt16BE(port, 2);
    // TCP: five words of head, SYN, a window. UDP: its length.
    if (protocol === 6) body.set([0x50, 0x02, 0xff, 0xff], 12);
    else body.writeUInt16BE(8, 4);
  } else if (protocol === 51) {
    // AH is 12 bytes without a check value, and ESP in it (RFC 4302 section 2): IPv6 looks at what comes next.
    body.set([50, 1], 0);
  } else if (protocol === 132) {
    // SCTP: ports, no verification tag, and one INIT chunk of 20 bytes with its own tag (RFC 9260 section 3.3.2).
    body.writeUInt16BE(sourcePort, 0);
    body.writeUInt16BE(port, 2);
    body.set([1, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0, 1, 0, 1, 0, 0, 0, 1], 12);
  } else if (protocol === 1 || protocol === 58) {
    body[0] = icmpType;
    body.writeUInt16BE(sourcePort, 4);
  }
  return body;
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  return sum;
}
