/** Captured frames as a file that tcpdump and Wireshark read (libpcap's format, version 2.4, microseconds). Pure. */

/** Bytes kept of a frame: jumbo frames fit. */
export const snapLength = 9_216;
const ethernet = 1;

export function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snapLength, 16);
  header.writeUInt32LE(ethernet, 20);
  return header;
}

/** `atMs`: milliseconds since 1970. */
export function pcapRecord(frame: Uint8Array, atMs: number): Buffer {
  const record = Buffer.alloc(16 + frame.length);
  record.writeUInt32LE(Math.floor(atMs / 1_000), 0);
  record.writeUInt32LE(Math.floor((atMs % 1_000) * 1_000), 4);
  record.writeUInt32LE(frame.length, 8);
  record.writeUInt32LE(frame.length, 12);
  record.set(frame, 16);
  return record;
}
