/**
 * Sealing of datagrams: AES-256-GCM, a key per sender and session, derived from the cluster's secret. A counter never
 * repeats within a session, so no nonce does. A node seals with the first secret and opens with any, so that secrets
 * can be changed without loss: add the new one everywhere, put it first, then take the old one away.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { type Header, headerBytes, type Incarnation, tagBytes, writeHeader } from './wire.ts';

const algorithm = 'aes-256-gcm';
const purpose = 'bascule state synchronisation 1';

interface Secret {
  /** Tells receivers which secret it is; 16 bits of a one-way function of it. */
  readonly key: number;
  readonly material: Buffer;
}

function secretOf(text: string): Secret {
  const material = createHash('sha256').update(purpose).update('\0').update(text).digest();
  return { key: createHash('sha256').update(material).digest().readUInt16BE(0), material };
}

/** A key object: of a mere buffer one would be made for every datagram, which takes six times as long as the sealing. */
function sessionKey(secret: Secret, of: Incarnation): KeyObject {
  const salt = Buffer.alloc(12);
  salt.writeUInt32BE(of.node, 0);
  salt.writeBigUInt64BE(of.session, 4);
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret.material, salt, purpose, 32)));
}

/** 12 bytes: the type, so that counters of different types do not meet, and the counter as on the wire. */
function writeNonce(nonce: Buffer, type: number, counterAt: Buffer): void {
  nonce.writeUInt8(type, 0);
  counterAt.copy(nonce, 4, 16, 24);
}

/** Seals what one session of this node sends. */
export class Sealer {
  readonly #of: Incarnation;
  readonly #keyId: number;
  readonly #key: KeyObject;
  readonly #nonce = Buffer.alloc(12);

  constructor(of: Incarnation, secret: string) {
    const { key, material } = secretOf(secret);
    this.#of = of;
    this.#keyId = key;
    this.#key = sessionKey({ key, material }, of);
  }

  /** Writes the datagram of `length` bytes of `contents` into `out`; its length. */
  seal(type: number, counter: number, contents: Buffer, length: number, out: Buffer): number {
    writeHeader(out, { ...this.#of, type, key: this.#keyId, counter });
    writeNonce(this.#nonce, type, out);
    const cipher = createCipheriv(algorithm, this.#key, this.#nonce);
    cipher.setAAD(out.subarray(0, headerBytes));
    cipher.update(contents.subarray(0, length)).copy(out, headerBytes);
    cipher.final();
    cipher.getAuthTag().copy(out, headerBytes + length);
    return headerBytes + length + tagBytes;
  }
}

/** Opens what others sent. Remembers the derived keys of few sessions: strangers cannot fill its memory. */
export class Opener {
  readonly #secrets: readonly Secret[];
  readonly #keys = new Map<string, KeyObject>();
  readonly #nonce = Buffer.alloc(12);

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map(secretOf);
  }

  /** The contents, or undefined when the datagram is none of the cluster's. */
  open(header: Header, datagram: Buffer): Buffer | undefined {
    const key = this.#keyOf(header);
    if (key === undefined) return undefined;
    writeNonce(this.#nonce, header.type, datagram);
    const decipher = createDecipheriv(algorithm, key, this.#nonce);
    decipher.setAAD(datagram.subarray(0, headerBytes));
    decipher.setAuthTag(datagram.subarray(datagram.length - tagBytes));
    const contents = decipher.update(datagram.subarray(headerBytes, datagram.length - tagBytes));
    try {
      decipher.final();
      return contents;
    } catch {
      return undefined;
    }
  }

  #keyOf(header: Header): KeyObject | undefined {
    const name = `${header.key} ${header.node} ${header.session}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const secret = this.#secrets.find(({ key }) => key === header.key);
    if (secret === undefined) return undefined;
    if (this.#keys.size >= keysKept) this.#keys.clear();
    const key = sessionKey(secret, header);
    this.#keys.set(name, key);
    return key;
  }
}

const keysKept = 64;
