/** Names of the document that a form offers while one types. */
import { mapAt, useDocument } from '../data/document.ts';

export interface Names {
  readonly interfaces: readonly { readonly value: string; readonly label: string }[];
  readonly endpoints: readonly string[];
  readonly ports: readonly string[];
  readonly gateways: readonly string[];
  readonly schedules: readonly string[];
  readonly virtualAddresses: readonly string[];
}

export function useNames(): Names {
  const { shown } = useDocument();
  const interfaces = mapAt(shown, ['interfaces']);
  const aliases = mapAt(shown, ['aliases']);
  const isPorts = ([, value]: (typeof aliases)[number]) => value.type === 'ports';
  return {
    interfaces: interfaces.map(([value, { description }]) => ({
      value,
      label: String(description ?? value.toUpperCase()),
    })),
    endpoints: [
      'any',
      'self',
      ...interfaces.flatMap(([name]) => [`${name} net`, `${name} address`, `${name} vip`]),
      ...aliases.filter((one) => !isPorts(one)).map(([name]) => name),
    ],
    ports: aliases.filter(isPorts).map(([name]) => name),
    gateways: (['gateways', 'gatewayGroups'] as const).flatMap((part) =>
      mapAt(shown, [part]).map(([name]) => name),
    ),
    schedules: mapAt(shown, ['schedules']).map(([name]) => name),
    virtualAddresses: virtualAddresses(shown),
  };
}

function virtualAddresses(shown: Parameters<typeof mapAt>[0]): readonly string[] {
  const list =
    typeof shown === 'object' && shown !== null && !Array.isArray(shown) ? shown.virtualIps : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((vip) => {
    const addresses =
      typeof vip === 'object' && vip !== null && !Array.isArray(vip) ? vip.addresses : undefined;
    return Array.isArray(addresses) ? addresses.map((address) => String(address).split('/')[0] ?? '') : [];
  });
}
