/** Has the other nodes measure themselves and their segments, all at once. */
import { type Member, yes } from '#commit/coordinator.ts';
import type { PeersExamined } from './contract/inside.ts';

/** `now`: milliseconds since 1970; the difference to a peer's own tells how far the clocks are apart. */
export async function askedToExamine(members: readonly Member[], now: () => number): Promise<PeersExamined> {
  const asked = members.map(async (member): Promise<[string, PeersExamined[string]]> => {
    const sentMs = now();
    const reply = await yes(member, { kind: 'examine' });
    if (!reply.ok) return [member.node, reply];
    const { evidence } = reply.value;
    if (evidence === undefined) return [member.node, { ok: false, error: 'it sent no evidence' }];
    return [member.node, { ok: true, evidence, sentMs, gotMs: now() }];
  });
  return Object.fromEntries(await Promise.all(asked));
}
