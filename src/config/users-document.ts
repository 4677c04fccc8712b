/** The part of the document about people and scripts: users, groups, and what they may. */
import { z } from 'zod';
import { type DeepReadonly, text } from './fields.ts';
import { grants } from './privileges.ts';

const mostMemory = 262_144;
const mostPasses = 10;
const mostLanes = 4;

/**
 * A password as argon2id has it (RFC 9106, in the PHC string format): whoever writes one that takes a gigabyte to
 * check would stop the page.
 */
const passwordHash = z.string().superRefine((value, context) => {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/.exec(
      value,
    );
  const [memory, passes, lanes] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
  if (
    !(
      memory >= 8 * lanes &&
      memory <= mostMemory &&
      passes >= 1 &&
      passes <= mostPasses &&
      lanes >= 1 &&
      lanes <= mostLanes
    )
  )
    context.addIssue({
      code: 'custom',
      message:
        'a password is written as its argon2id hash ($argon2id$v=19$m=19456,t=2,p=1$SALT$HASH); the page and the API make it',
    });
});

const accountName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/,
    'a name of a user or group is letters, digits, dots, hyphens and underscores, letter first, at most 32',
  );

const tokenDocument = z.strictObject({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'the SHA-256 hash of a token')
    .describe('SHA-256 of the token.'),
  created: z.int().min(0).optional().describe('Milliseconds since 1970.'),
  expires: z.int().min(0).optional().describe('Milliseconds since 1970.'),
  privileges: grants.optional().describe("Less than the user's; all of these when left out."),
});

const userDocument = z.strictObject({
  description: text.default(''),
  password: passwordHash.optional().describe('argon2id; without one nobody logs in under this name.'),
  disabled: z.boolean().default(false),
  readOnly: z.boolean().default(false).describe('May read what its privileges name, and write nothing.'),
  groups: z.array(accountName).max(50).default([]),
  privileges: grants.default({}),
  tokens: z.record(accountName, tokenDocument).default({}),
});

const groupDocument = z.strictObject({ description: text.default(''), privileges: grants.default({}) });

export const usersDocument = z.record(accountName, userDocument).default({});
export const groupsDocument = z.record(accountName, groupDocument).default({});

export type Users = DeepReadonly<z.infer<typeof usersDocument>>;
export type User = Users[string];
export type Groups = DeepReadonly<z.infer<typeof groupsDocument>>;
