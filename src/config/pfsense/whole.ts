/**
 * A new field of the schema must not get lost between a pfSense and a document without anybody noticing: what is built
 * of all fields does not compile until the new one is decided about.
 */

/** Every field of T, undefined where it is left out. */
export type Every<T> = { readonly [K in keyof T]-?: T[K] | undefined };

/** Of all fields those that have a value, as a document writes them. */
export function given<T extends object>(all: Every<T>): Partial<T> {
  const fields = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as Partial<T>;
}

/** Compiles where a destructured object has no field left that nobody asked about. */
export const nothingElse = (_rest: Readonly<Record<string, never>>): void => {};
