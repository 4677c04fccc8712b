/** The kinds of field that every part of the document is made of. Each says in words what it wants. */
import { z } from 'zod';
import { parseAddress, parseCidr } from './network.ts';

export const nodeName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9-]{0,62}$/,
    'a node name is letters, digits and hyphens, letter first, at most 63',
  );
export const interfaceName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,31}$/,
    'an interface name is lower-case letters, digits and underscores, letter first',
  );
export const name = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,30}$/,
    'a name is letters, digits and underscores, at most 31, no digit first',
  );
/** Kernel names hold 15 bytes (IFNAMSIZ); the characters are those that need no quoting anywhere. */
export const deviceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/,
    'a device name is 1 to 15 letters, digits, dots, hyphens, underscores',
  );
export const text = z.string().max(200, 'at most 200 characters');

export const address = z.string().superRefine((value, context) => {
  const parsed = parseAddress(value);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});
export const addressWithPrefix = z.string().superRefine((value, context) => {
  const parsed = parseCidr(value);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});
export const addressOrNetwork = z.string().superRefine((value, context) => {
  const parsed = parseCidr(value, 'bare');
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});

export const perNode = <T extends z.ZodType>(value: T) => z.record(nodeName, value);
export const orPerNode = <T extends z.ZodType>(value: T, expected: string) =>
  z.union([value, perNode(value)], { error: `${expected}, or a map of node names to them` });
export const whole = (low: number, high: number, what: string) => {
  const error = `${what} is a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
};

/** `any`, `self`, `lan net`, `lan address`, `lan vip`, an alias, an address or a network; `not` in front turns it round. */
export const endpoint = z
  .string()
  .regex(
    /^(not )?[^\s"'\\;{}]+( net| address| vip)?$/,
    'any, self, "IF net", "IF address", "IF vip", an alias, an address or a network',
  );
export const endpoints = z
  .union([endpoint, z.array(endpoint).min(1, 'at least one is due')], {
    error:
      'any, self, "IF net", "IF address", "IF vip", an alias, an address or a network, or a list of these',
  })
  .default('any');
/** A port, a range `LOW-HIGH`, or the name of a port alias. */
export const port = z.union(
  [
    whole(0, 65535, 'a port'),
    z.string().superRefine((value, context) => {
      const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
      if (match === null && name.safeParse(value).success) return;
      const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (!(low <= high && high <= 65535))
        context.addIssue({
          code: 'custom',
          message: `"${value}" is not a port, a range such as 8000-8010, or an alias`,
        });
    }),
  ],
  { error: 'a port (0 to 65535), a range such as 8000-8010, or an alias' },
);
export const ports = z.union([port, z.array(port).min(1, 'at least one is due')], {
  error: 'a port (0 to 65535), a range such as 8000-8010, an alias, or a list of these',
});

/** What the document is made of does not change once it is read. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
