/** The token that logs in at the page of a lab: the node keeps its hash alone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '#base/result.ts';

/** Shorter ones could be guessed. */
const leastLength = 20;

/** SHA-256 of the token in a file, in hexadecimal digits; undefined without a file. */
export function labTokenHash(file: string | undefined): Result<string | undefined> {
  if (file === undefined) return ok(undefined);
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (token.length < leastLength)
      return fail(`--lab-session: ${file} has no token of at least ${leastLength} characters`);
    return ok(createHash('sha256').update(token).digest('hex'));
  } catch (error) {
    return fail(
      `--lab-session: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); "bascule lab run" makes such a file, a node outside a lab needs none`,
    );
  }
}
