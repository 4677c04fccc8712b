/**
 * What a probing process tells: fixed records of 16 bytes. Times are milliseconds on CLOCK_MONOTONIC, which all
 * namespaces share.
 */

export interface ProbeRecord {
  readonly kind: 'sent' | 'reply';
  /** Index of the flow, in the order in which the process was given them. */
  readonly flow: number;
  readonly sequence: number;
  readonly at: number;
}

export const recordBytes = 16;
const kinds = ['sent', 'reply'] as const;

/** Writes one record at an offset. */
export function writeRecord(into: Buffer, offset: number, record: ProbeRecord): void {
  into.writeUInt8(kinds.indexOf(record.kind), offset);
  into.writeUInt8(record.flow, offset + 1);
  into.writeUInt16LE(0, offset + 2);
  into.writeUInt32LE(record.sequence, offset + 4);
  into.writeDoubleLE(record.at, offset + 8);
}

/** The whole records in a chunk, and the bytes that belong to the next one. */
export function readRecords(chunk: Buffer): { records: ProbeRecord[]; rest: Buffer } {
  const records: ProbeRecord[] = [];
  let offset = 0;
  for (; offset + recordBytes <= chunk.length; offset += recordBytes) {
    records.push({
      kind: chunk.readUInt8(offset) === 0 ? 'sent' : 'reply',
      flow: chunk.readUInt8(offset + 1),
      sequence: chunk.readUInt32LE(offset + 4),
      at: chunk.readDoubleLE(offset + 8),
    });
  }
  return { records, rest: chunk.subarray(offset) };
}

/** Milliseconds on CLOCK_MONOTONIC. */
export function monotonicMs(): number {
  const [s, ns] = process.hrtime();
  return s * 1_000 + ns / 1e6;
}

/** An echo carries 16 bits of its sequence number. */
export const sequenceRange = 65_536;

/** The full sequence number behind the 16 bits on the wire: the newest one sent that ends in them. */
export function fullSequence(low: number, newest: number): number {
  const candidate = newest - (newest % sequenceRange) + low;
  return candidate > newest ? candidate - sequenceRange : candidate;
}
