/** A user of a bench's document, for those who ask the API. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** The lines of the document. The user's token, which may read everything, is written to a file. */
export function userWith(file: string): string {
  const token = randomBytes(32).toString('base64url');
  writeFileSync(file, token, { mode: 0o600 });
  const hash = createHash('sha256').update(token).digest('hex');
  return `\nusers: { bench: { privileges: { all: read }, tokens: { load: { hash: ${hash} } } } }\n`;
}
