/** Changes of the document by path. They are made on the text, so that comments and order stay. */
import { z } from 'zod';

const step = z.union([z.string().min(1).max(100), z.int().min(0).max(1_000_000)]);
/** Steps from the top of the document: ["rules", 3, "ports"]. The first is a section. */
const path = z.array(step).min(1).max(16);
const index = z.int().min(0).max(1_000_000);
const value = z.json();

/**
 * One after the other, each on what the one before has left. A secret that is sent back as it is shown (`secretMask`)
 * keeps its value.
 */
export const editOperation = z.discriminatedUnion('op', [
  /** Sets a value; the maps above it are made if they are missing. */
  z.strictObject({ op: z.literal('set'), path, value }),
  z.strictObject({ op: z.literal('remove'), path }),
  /** Puts an entry into a list, before the one at `at`; at the end without it. A list that is missing is made. */
  z.strictObject({ op: z.literal('insert'), path, at: index.optional(), value }),
  /** Takes the entry at `from` out of a list and puts it back so that it stands at `to`. */
  z.strictObject({ op: z.literal('move'), path, from: index, to: index }),
  /** Gives an entry of a map, such as an alias, another name. Who refers to it is not changed. */
  z.strictObject({ op: z.literal('rename'), path, to: z.string().min(1).max(100) }),
]);
export type EditOperation = z.infer<typeof editOperation>;

export const editOperations = z.array(editOperation).min(1).max(1_000);

/** Shown in place of passwords, keys and hashes. */
export const secretMask = '********';
