/** A user of a bench's document, for those who ask the API. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Passwords } from '#api/passwords.ts';

/** The lines of the document. The user's token, which may read everything, is written to a file. */
export async function userWith(file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  writeFileSync(file, token, { mode: 0o600 });
  const hash = createHash('sha256').update(token).digest('hex');
  // A document with users has an administrator with a password; nobody knows this one.
  const made = await new Passwords().hash(randomBytes(32).toString('base64url'));
  if (!made.ok) throw new Error(made.error);
  return `
users:
  admin: { password: ${JSON.stringify(made.value)}, groups: [admins] }
  bench: { privileges: { all: read }, tokens: { load: { hash: ${hash} } } }
`;
}
