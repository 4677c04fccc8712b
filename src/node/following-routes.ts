/** Policy routing follows the document: the ways of rules with a gateway. */
import { ok } from '#base/result.ts';
import type { PolicyRouting } from '#ports/policy-routes.ts';
import { policyRoutes } from '#ruleset/routing.ts';
import type { Part } from './following.ts';

export const routesOf = (routing: PolicyRouting, node: string): Part => ({
  tryOut: async (from, to) => {
    const [before, after] = [policyRoutes(from, node), policyRoutes(to, node)];
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    return ok(isSame ? [] : [`policy routes: ${after.map(({ gateway }) => gateway).join(', ') || 'none'}`]);
  },
  follow: async (_from, to) => routing.set(policyRoutes(to, node)),
});
