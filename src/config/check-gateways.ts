/** Groups of gateways: names that lead somewhere, and gateways that can stand in for each other. */
import { familyOf } from '#base/address.ts';
import { type CheckContext, familyTitle } from './context.ts';
import { entryOf } from './model.ts';
import { parseAddress } from './network.ts';

export function checkGatewayGroups(context: CheckContext): void {
  const { gateways, gatewayGroups } = context.document;
  for (const [name, { tiers }] of Object.entries(gatewayGroups)) {
    const path = ['gatewayGroups', name];
    if (entryOf(gateways, name) !== undefined) context.report('gateway-group-name', path, { name }, 'key');
    const seen = new Set<string>();
    let first: { readonly name: string; readonly family: string } | undefined;
    tiers.forEach((tier, i) => {
      tier.forEach((member, j) => {
        const at = [...path, 'tiers', i, j];
        const gateway = entryOf(gateways, member);
        if (gateway === undefined) {
          context.report('unknown-gateway', at, { name: member });
          return;
        }
        if (seen.has(member)) context.report('gateway-group-twice', at, { name: member, group: name });
        seen.add(member);
        const address = parseAddress(gateway.address);
        if (!address.ok) return;
        const family = familyTitle(familyOf(address.value));
        first ??= { name: member, family };
        if (first.family !== family)
          context.report('gateway-group-mixed', at, {
            name: member,
            family,
            other: first.name,
            otherFamily: first.family,
          });
      });
    });
  }
}
