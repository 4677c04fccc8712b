/** Logging in, users and tokens. */
import { z } from 'zod';
import { grants } from './access.ts';

/** Who came by the address of a lab, which has its token: no user of the document. */
export const labUser = 'lab';

export const userName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/,
    'a user name is letters, digits, dots, hyphens and underscores, letter first, at most 32',
  );
export const newPassword = z
  .string()
  .min(12, 'a password has at least 12 characters')
  .max(200, 'a password has at most 200 characters');

/** Asked without a login: what a page needs in order to begin. */
export const sessionStand = z.object({
  node: z.string(),
  version: z.string(),
  /** There are no users yet: only POST /setup works. */
  setUp: z.boolean(),
  /** A lab with buttons: /lab/ is answered. */
  lab: z.boolean(),
  user: z
    .object({
      name: z.string(),
      grants,
      readOnly: z.boolean(),
      /** ms since 1970. */
      expires: z.int(),
      /** Where the session is without work for so long it ends, seconds. */
      idleSeconds: z.int(),
    })
    .optional(),
});
export type SessionStand = z.infer<typeof sessionStand>;

export const login = z.strictObject({ user: z.string().max(100), password: z.string().max(200) });
export const setUp = z.strictObject({
  /** Stands in the node's log and in the file setup-code of its state folder. */
  code: z.string().max(100),
  user: userName.default('admin'),
  password: newPassword,
});

export const tokenShown = z.object({
  name: z.string(),
  created: z.int().optional(),
  /** ms since 1970; without it the token does not end by itself. */
  expires: z.int().optional(),
  /** Less than what its user may; everything of the user's without it. */
  privileges: grants.optional(),
});

export const userShown = z.object({
  name: z.string(),
  description: z.string(),
  disabled: z.boolean(),
  readOnly: z.boolean(),
  groups: z.array(z.string()),
  privileges: grants,
  /** What groups and privileges add up to. */
  effective: grants,
  hasPassword: z.boolean(),
  tokens: z.array(tokenShown),
});
export type UserShown = z.infer<typeof userShown>;

export const groupShown = z.object({
  name: z.string(),
  description: z.string(),
  privileges: grants,
  /** It is there without being written down, and cannot be changed. */
  builtIn: z.boolean(),
});

/** Fields that are left out stay as they are; a new user begins with none. */
export const userChange = z.strictObject({
  description: z.string().max(200).optional(),
  disabled: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  groups: z.array(userName).max(50).optional(),
  privileges: grants.optional(),
  password: newPassword.optional(),
});

export const passwordChange = z.strictObject({ old: z.string().max(200), password: newPassword });

export const newToken = z.strictObject({
  name: userName,
  expires: z.int().min(0).optional(),
  privileges: grants.optional(),
});
/** The only time that the token is shown. */
export const tokenMade = tokenShown.extend({ token: z.string() });
