/** Gateways and their groups, as the document has them. */
import { parseAddress } from '../network.ts';
import type { PfConfig } from './model.ts';
import type { Tell } from './notes.ts';
import { all, textAt } from './xml.ts';

type Json = Readonly<Record<string, unknown>>;
const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,30}$/.test(name);

export function importGateways(
  { gateways }: PfConfig,
  interfaces: ReadonlyMap<string, Json>,
  tell: Tell,
): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const gateway of gateways) {
    const { name, interface: home, address, description, disabled, element } = gateway;
    const fits = isName(name) && parseAddress(address).ok && interfaces.has(home);
    if (!fits || disabled) tell('gateway', element, name);
    else
      found.set(name, {
        interface: home,
        address,
        ...monitorOf(gateway),
        ...(description === '' ? {} : { description: description.slice(0, 200) }),
      });
  }
  return found;
}

const monitorOf = ({ monitored, monitor, address }: PfConfig['gateways'][number]): Json => {
  if (!monitored) return { monitor: 'none' };
  return parseAddress(monitor).ok && monitor !== address ? { monitor } : {};
};

/** An item is "WANGW|1|address": gateway, tier, and which address of the node it uses. */
export function importGatewayGroups(
  { gatewayGroups }: PfConfig,
  gateways: ReadonlyMap<string, Json>,
  tell: Tell,
): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const element of gatewayGroups) {
    const name = textAt(element, 'name');
    const items = all(element, 'item').map(({ text }) => text.split('|'));
    const ranks = [...new Set(items.map(([, tier]) => Number(tier)))].sort((a, b) => a - b);
    const tiers = ranks.map((rank) =>
      items.flatMap(([gateway = '', tier]) =>
        Number(tier) === rank && gateways.has(gateway) ? [gateway] : [],
      ),
    );
    const isWhole = tiers.length > 0 && tiers.flat().length === items.length;
    if (!isWhole || !isName(name)) {
      tell('gateway', element, name);
      continue;
    }
    const description = textAt(element, 'descr');
    found.set(name, { tiers, ...(description === '' ? {} : { description: description.slice(0, 200) }) });
  }
  return found;
}
