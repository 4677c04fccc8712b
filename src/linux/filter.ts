/** Classic BPF: what the kernel keeps back from a socket (socket(7), SO_ATTACH_FILTER; linux/filter.h). */
import { addressOf, fixedBuffer, libc, SOL_SOCKET } from './libc.ts';

const SO_ATTACH_FILTER = 26;
/** struct sock_filter { code, jump if true, jump if false, constant } */
const rowBytes = 8;

/** A program, row by row: code, jump if true, jump if false, constant. */
export type FilterRows = readonly (readonly [
  code: number,
  ifTrue: number,
  ifFalse: number,
  constant: number,
])[];

/** Lets a socket hear only what the program passes; false when the kernel refuses. */
export function attachFilter(fd: number, rows: FilterRows): boolean {
  const code = fixedBuffer(rows.length * rowBytes);
  for (const [i, [operation, yes, no, constant]] of rows.entries()) {
    code.writeUInt16LE(operation, i * rowBytes);
    code.writeUInt8(yes, i * rowBytes + 2);
    code.writeUInt8(no, i * rowBytes + 3);
    code.writeUInt32LE(constant, i * rowBytes + 4);
  }
  // struct sock_fprog { count, rows }; the kernel copies both.
  const program = fixedBuffer(16);
  program.writeUInt16LE(rows.length, 0);
  program.writeBigUInt64LE(addressOf(code), 8);
  return libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, 16) === 0;
}
