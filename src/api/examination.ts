/** Has the nodes measure themselves and their segments, all at once. */
import { type Member, yes } from '#commit/coordinator.ts';
import type { PeersExamined } from './contract/inside.ts';

type Examined = PeersExamined[string];

/** `now`: milliseconds since 1970; the difference to a peer's own tells how far the clocks are apart. */
export async function askedToExamine(members: readonly Member[], now: () => number): Promise<PeersExamined> {
  const asked = members.map(async (member) => [member.node, await examinedMember(member, now)] as const);
  return Object.fromEntries(await Promise.all(asked));
}

/** What one node measured, or why it did not. */
export async function examinedMember(member: Member, now: () => number): Promise<Examined> {
  const sentMs = now();
  const reply = await yes(member, { kind: 'examine' });
  if (!reply.ok) return reply;
  const { evidence } = reply.value;
  if (evidence === undefined) return { ok: false, error: 'it sent no evidence' };
  return { ok: true, evidence, sentMs, gotMs: now() };
}
