/** Secrets that a document names and does not hold: they go with a change to the nodes that lack them. */
import { z } from 'zod';

/** More than any document names; and how long one may be. */
const mostSecrets = 1_000;
const longest = 10_000;

export const secretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'not a name of a secret');
export const secretNames = z.array(secretName).max(mostSecrets);

/** Values by name. */
export const secrets = z
  .record(secretName, z.string().max(longest))
  .refine((map) => Object.keys(map).length <= mostSecrets, 'too many secrets');
export type Secrets = Readonly<z.infer<typeof secrets>>;

/** The names behind `secret:` in a text. One too many does no harm: nobody has a secret of that name. */
export const secretNamesIn = (text: string): string[] => {
  const found = text.matchAll(/\bsecret["']?\s*:\s*["']?([A-Za-z_][A-Za-z0-9_.-]{0,63})/g);
  return [...new Set([...found].map(([, name = '']) => name))].slice(0, mostSecrets);
};
