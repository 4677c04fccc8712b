/** What is remembered about confirmations across a restart. */
import { z } from 'zod';

const trust = z.strictObject({
  /** A revision that is undone at `confirmBy` (ms since 1970) unless it is confirmed. */
  trial: z.strictObject({ hash: z.string(), confirmBy: z.int() }).optional(),
  /** The revision that was confirmed last. */
  confirmed: z.string().optional(),
});
export type Trust = Readonly<z.infer<typeof trust>>;

/** What a store recalls; anything else is no memory. */
export function readTrust(recalled: unknown): Trust {
  const parsed = trust.safeParse(recalled);
  return parsed.success ? parsed.data : {};
}
