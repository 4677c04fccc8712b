/** The part of the document that names things for rules: aliases and schedules. */
import { z } from 'zod';
import { address, addressOrNetwork, type DeepReadonly, name, port, text, whole } from './fields.ts';

const orAlias = <T extends z.ZodType>(value: T, expected: string) =>
  z.union([value, name], { error: `${expected}, or the name of an alias` });

export const aliasDocument = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('hosts'),
      entries: z.array(orAlias(address, 'an address')),
      description: text.optional(),
    }),
    z.strictObject({
      type: z.literal('networks'),
      entries: z.array(orAlias(addressOrNetwork, 'an address or a network')),
      description: text.optional(),
    }),
    z.strictObject({
      type: z.literal('ports'),
      entries: z.array(port),
      description: text.optional(),
    }),
    z.strictObject({
      type: z.literal('urltable'),
      url: z
        .string()
        .regex(/^https?:\/\/[^\s"'\\]+$/, 'a URL that begins with http:// or https://')
        .describe('A text with one address or network a line; # begins a remark.'),
      refreshHours: whole(1, 8760, 'refreshHours').default(24),
      description: text.optional(),
    }),
  ],
  { error: 'the type of an alias is hosts, networks, ports or urltable' },
);

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Midnight at the end of the day is 24:00. */
const clockTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time is HH:MM, from 00:00 to 24:00');
const date = z
  .string()
  .regex(
    /^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
    'a date is YYYY-MM-DD, or MM-DD for every year',
  );

export const scheduleDocument = z.strictObject({
  times: z
    .array(
      z.strictObject({
        days: z
          .array(z.enum(weekdays, { error: `a day is one of ${weekdays.join(', ')}` }))
          .optional()
          .describe('Days of the week; every day when neither days nor dates are given.'),
        dates: z.array(date).optional(),
        from: clockTime.default('00:00'),
        to: clockTime.default('24:00').describe('The first minute that is outside again.'),
      }),
    )
    .min(1, 'a schedule has at least one time'),
  description: text.optional(),
});

export type Alias = DeepReadonly<z.infer<typeof aliasDocument>>;
export type Schedule = DeepReadonly<z.infer<typeof scheduleDocument>>;
