/** A node's own addresses: connections that begin or end with them end with the node, and are told to nobody. */
import { addressBytes, type Ipv4, type Ipv6 } from '#base/address.ts';
import { attribute, find, lengthAt, typeAt } from './record.ts';

const loopback = 127;
const loopback6 = '::1' as Ipv6;

export class LocalAddresses {
  readonly #v4: ReadonlySet<number>;
  readonly #v6: ReadonlySet<string>;

  constructor(addresses: readonly (Ipv4 | Ipv6)[]) {
    const bytes = [...addresses, loopback6].map((address) => Buffer.from(addressBytes(address)));
    this.#v4 = new Set(bytes.filter(({ length }) => length === 4).map((four) => four.readUInt32BE(0)));
    this.#v6 = new Set(bytes.filter(({ length }) => length === 16).map((all) => all.toString('latin1')));
  }

  /** Whether the original tuple of an entry, whose attributes are `bytes[from..end)`, has one of them. */
  has(bytes: Buffer, from: number, end: number): boolean {
    const tuple = find(bytes, attribute.tupleOrig, from, end);
    if (tuple < 0) return false;
    // The kernel puts CTA_TUPLE_IP first, with source and destination one after the other.
    const source = tuple + 8;
    const destination = source + lengthAt(bytes, source);
    return this.#isLocal(bytes, source, end) || this.#isLocal(bytes, destination, end);
  }

  #isLocal(bytes: Buffer, at: number, end: number): boolean {
    if (at + lengthAt(bytes, at) > end) return false;
    // CTA_IP_V4_SRC 1 and V4_DST 2, V6_SRC 3 and V6_DST 4
    if (typeAt(bytes, at) <= 2) return bytes[at + 4] === loopback || this.#v4.has(bytes.readUInt32BE(at + 4));
    return this.#v6.has(bytes.toString('latin1', at + 4, at + 20));
  }
}
