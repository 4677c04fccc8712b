/** Takes secrets out of what leaves the house: by the names of fields, and wherever a known one stands. Pure. */

/** Fields of the document whose text is a secret, or something from which one can be guessed. */
const secretField = /pass|secret|token|credential|hash|community|^keys?$|privatekey|presharedkey/i;
export const removed = '(removed)';
/** A shorter text would be found in words that have nothing to do with it. */
const shortest = 4;

/** A document without its secrets, and the texts that were taken out. References to secrets stay: they are names. */
export function withoutSecrets(document: unknown): {
  readonly document: unknown;
  readonly secrets: string[];
} {
  const secrets: string[] = [];
  const walk = (value: unknown, isSecret: boolean): unknown => {
    if (typeof value === 'string') {
      if (!isSecret) return value;
      secrets.push(value);
      return removed;
    }
    if (Array.isArray(value)) return value.map((one) => walk(one, isSecret));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    if (isReference(entries)) return value;
    return Object.fromEntries(
      entries.map(([name, one]) => [name, walk(one, isSecret || secretField.test(name))]),
    );
  };
  return { document: walk(document, false), secrets };
}

const isReference = (entries: readonly (readonly [string, unknown])[]): boolean =>
  entries.length === 1 &&
  entries.every(([name, value]) => (name === 'env' || name === 'secret') && typeof value === 'string');

/** A text without any of the secrets, and without private keys. */
export function clean(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= shortest).sort((a, b) => b.length - a.length);
  return known
    .reduce((rest, secret) => rest.replaceAll(secret, removed), text)
    .replace(/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?-----END \1-----/g, removed);
}
