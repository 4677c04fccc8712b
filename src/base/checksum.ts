/** The Internet checksum (RFC 1071) of `length` bytes at `offset`: what to store where zero stands, 0 if correct. */
export function checksum(view: DataView, offset: number, length: number, start = 0): number {
  let sum = start;
  const even = length - (length % 2);
  for (let i = 0; i < even; i += 2) sum += view.getUint16(offset + i);
  if (even < length) sum += view.getUint8(offset + even) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
