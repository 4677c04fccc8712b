/** Passwords as argon2id hashes in the PHC string format, and tokens as SHA-256 hashes: a token is random enough. */
import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { fail, ok, type Result } from '#base/result.ts';

const derive = promisify(argon2);

/** OWASP's password storage cheat sheet: at least 19 MiB, 2 passes, 1 lane. KiB. */
const memory = 19_456;
const passes = 2;
const lanes = 1;
const saltBytes = 16;
const hashBytes = 32;
/** Each takes 19 MB and a tenth of a second of one processor: at one time, and waiting. */
const mostAtOnce = 2;
const mostWaiting = 16;

const tokenBytes = 32;

export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #decoy: Promise<Result<string>> | undefined;

  /** Fails when too many are at it. */
  hash(password: string): Promise<Result<string>> {
    return this.#inTurn(async () => {
      const salt = randomBytes(saltBytes);
      const tag = await hashOf(password, salt, { memory, passes, lanes, length: hashBytes });
      return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${encoded(salt)}$${encoded(tag)}`;
    });
  }

  /** Takes as long for a user who is not there, or has no password. Fails when too many are at it. */
  async matches(password: string, hash: string | undefined): Promise<Result<boolean>> {
    this.#decoy ??= this.hash(randomBytes(saltBytes).toString('hex'));
    const decoy = await this.#decoy;
    if (!decoy.ok) {
      this.#decoy = undefined;
      return decoy;
    }
    const [, , , parameters = '', salt = '', tag = ''] = (hash ?? decoy.value).split('$');
    const [m, t, p] = parameters.split(',').map((part) => Number(part.slice(2)));
    const wanted = Buffer.from(tag, 'base64');
    return this.#inTurn(async () => {
      const cost = { memory: m ?? memory, passes: t ?? passes, lanes: p ?? lanes, length: wanted.length };
      const found = await hashOf(password, Buffer.from(salt, 'base64'), cost);
      return timingSafeEqual(found, wanted) && hash !== undefined;
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<Result<T>> {
    if (this.#running >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting) return fail('too many passwords are being checked');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return ok(await work());
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  /** Bytes of the hash. */
  readonly length: number;
}

const hashOf = (password: string, nonce: Buffer, cost: Cost): Promise<Buffer> =>
  derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    memory: cost.memory,
    passes: cost.passes,
    parallelism: cost.lanes,
    tagLength: cost.length,
  });

const encoded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** 256 random bits, as text. */
export const randomToken = (): string => randomBytes(tokenBytes).toString('base64url');

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
