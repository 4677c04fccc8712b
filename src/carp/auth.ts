/**
 * CARP's HMAC-SHA1 (FreeBSD ip_carp.c `carp_hmac_prepare`, `carp_hmac_generate`): over version, type, VHID, the
 * VHID's addresses in ascending order and the counter. Not over advbase and advskew: see strict.ts.
 */
import { addressBytes, type Ipv4, type Ipv6, type Vhid } from '#base/address.ts';
import { compress, initialState } from './sha1.ts';

/** Bytes of a CARP key. */
export const keyLength = 20;
export const digestLength = 20;

/** A password as a key: its first 19 bytes, zero padded to 20 (FreeBSD ifconfig `setcarp_callback`: strlcpy). */
export function keyFromPassword(password: string): Uint8Array {
  const key = new Uint8Array(keyLength);
  key.set(new TextEncoder().encode(password).subarray(0, keyLength - 1));
  return key;
}

/** What pfSense makes of a password before ifconfig sees it (`interface_carp_configure`): no blanks, PHP addslashes. */
export function pfsensePassword(password: string): string {
  return password
    .replaceAll(' ', '')
    .replace(/['"\\]/g, '\\$&')
    .replaceAll('\0', '\\0');
}

/** The bytes that are hashed before the counter. `linkLocal`: OpenBSD's NOV6LL context leaves link-local out. */
export function hashedPrefix(
  vhid: Vhid,
  ipv4: readonly Ipv4[],
  ipv6: readonly Ipv6[],
  linkLocal: 'with' | 'without' = 'with',
): Uint8Array {
  const addresses4 = inOrder(ipv4.map(addressBytes));
  const addresses6 = inOrder(
    ipv6
      .map(addressBytes)
      .filter((bytes) => linkLocal === 'with' || !isLinkLocal(bytes))
      .map(withoutScope),
  );
  return Uint8Array.from([
    2,
    1,
    vhid,
    ...addresses4.flatMap((a) => [...a]),
    ...addresses6.flatMap((a) => [...a]),
  ]);
}

/** Ascending, each once, without the all-zero and all-one addresses ("smallest strictly above the last"). */
function inOrder(addresses: readonly Uint8Array[]): Uint8Array[] {
  const sorted = addresses
    .filter((bytes) => !bytes.every((byte) => byte === 0) && !bytes.every((byte) => byte === 255))
    .sort((a, b) => Buffer.compare(a, b));
  return sorted.filter((bytes, i) => i === 0 || Buffer.compare(bytes, sorted[i - 1] as Uint8Array) !== 0);
}

const isLinkLocal = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xfe && ((bytes[1] as number) & 0xc0) === 0x80;

/** The kernel keeps a scope id in bytes 2 and 3 of scoped addresses; the hash has zeros there. */
function withoutScope(bytes: Uint8Array): Uint8Array {
  const scoped = isLinkLocal(bytes) || (bytes[0] === 0xff && ((bytes[1] as number) & 0x0f) <= 2);
  if (!scoped) return bytes;
  const copy = Uint8Array.from(bytes);
  copy[2] = 0;
  copy[3] = 0;
  return copy;
}

/**
 * One key and one address list, ready to hash counters: the key's blocks and all whole blocks of the prefix are
 * done once, so that an advert costs two or three compressions and no allocation.
 */
export class HmacContext {
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  /** The end of the inner message with room for the counter, padded (FIPS 180-4 section 5.1.1). */
  readonly #tail: DataView;
  readonly #counterAt: number;
  readonly #state = new Int32Array(5);
  readonly #block = new Int32Array(16);
  /** The result of the last `compute`, 5 words. */
  readonly digest = new Int32Array(5);

  constructor(key: Uint8Array, prefix: Uint8Array) {
    this.#inner = keyState(key, 0x36);
    this.#outer = keyState(key, 0x5c);
    const whole = prefix.length - (prefix.length % 64);
    for (let at = 0; at < whole; at += 64) compress(this.#inner, words(view(prefix), at, this.#block));
    const rest = prefix.subarray(whole);
    this.#counterAt = rest.length;
    const used = rest.length + 8;
    const tail = new Uint8Array(used + 9 <= 64 ? 64 : 128);
    tail.set(rest);
    tail[used] = 0x80;
    this.#tail = view(tail);
    this.#tail.setUint32(tail.length - 4, (64 + prefix.length + 8) * 8);
  }

  /** Leaves HMAC(key, prefix | counter) in `digest`. */
  compute(counterHi: number, counterLo: number): void {
    this.#tail.setUint32(this.#counterAt, counterHi);
    this.#tail.setUint32(this.#counterAt + 4, counterLo);
    const state = this.#state;
    state.set(this.#inner);
    for (let at = 0; at < this.#tail.byteLength; at += 64)
      compress(state, words(this.#tail, at, this.#block));
    const block = this.#block;
    block.fill(0);
    block.set(state);
    block[5] = 0x80000000 | 0;
    block[15] = (64 + digestLength) * 8;
    this.digest.set(this.#outer);
    compress(this.digest, block);
  }

  /** Writes the digest of a counter at `offset`, network order. */
  sign(counterHi: number, counterLo: number, target: DataView, offset: number): void {
    this.compute(counterHi, counterLo);
    for (let i = 0; i < 5; i++) target.setInt32(offset + 4 * i, this.digest[i] as number);
  }

  /** Compares in constant time. */
  verify(counterHi: number, counterLo: number, source: DataView, offset: number): boolean {
    this.compute(counterHi, counterLo);
    let difference = 0;
    for (let i = 0; i < 5; i++) difference |= (this.digest[i] as number) ^ source.getInt32(offset + 4 * i);
    return difference === 0;
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function words(source: DataView, at: number, block: Int32Array): Int32Array {
  for (let i = 0; i < 16; i++) block[i] = source.getInt32(at + 4 * i);
  return block;
}

function keyState(key: Uint8Array, pad: number): Int32Array {
  const padded = new Uint8Array(64).fill(pad);
  for (let i = 0; i < key.length; i++) padded[i] = (key[i] as number) ^ pad;
  const state = Int32Array.from(initialState);
  compress(state, words(view(padded), 0, new Int32Array(16)));
  return state;
}
