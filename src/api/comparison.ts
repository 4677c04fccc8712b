/** Reads back what every node has: its document, and how its kernel differs from it. */
import { type Member, yes } from '#commit/coordinator.ts';
import type { Compared } from './contract/inside.ts';

export async function comparison(members: readonly Member[]): Promise<Compared> {
  const stands = members.map(async (member) => {
    const reply = await yes(member, { kind: 'inspect' });
    if (!reply.ok) return [member.node, { away: reply.error }] as const;
    const { version, head, words } = reply.value;
    return [member.node, { version, head, drift: words ?? [] }] as const;
  });
  return Object.fromEntries(await Promise.all(stands));
}
