/** What the rules of a node let in from its peer, as far as one can say without addresses of packets. */
import type { PfConfig, PfEndpoint, PfRule } from '../pfsense/model.ts';

interface Wanted {
  readonly protocol: 'pfsync' | 'tcp';
  readonly port?: string;
}

/** Goes through the rules as pf does: floating ones with quick first, then those of the interface; first match wins. */
export function admits(config: PfConfig, key: string, wanted: Wanted): boolean {
  const active = config.rules.filter(
    (rule) => !rule.disabled && rule.type !== 'match' && rule.direction !== 'out',
  );
  const floating = active.filter(
    (rule) =>
      rule.floating &&
      (rule.interfaces.length === 0 || rule.interfaces.some((one) => one === key || one === 'any')),
  );
  const own = active.filter((rule) => !rule.floating && rule.interfaces.includes(key));
  const hit = [...floating.filter(({ quick }) => quick), ...own].find((rule) => fits(config, rule, wanted));
  // Without quick the last one decides, and only where nothing else did.
  const last = hit ?? floating.filter(({ quick }) => !quick).findLast((rule) => fits(config, rule, wanted));
  return last?.type === 'pass';
}

function fits(config: PfConfig, rule: PfRule, wanted: Wanted): boolean {
  const protocols = wanted.protocol === 'tcp' ? ['any', 'tcp', 'tcp/udp'] : ['any', 'pfsync'];
  if (!protocols.includes(rule.protocol) || rule.family === 'inet6') return false;
  // A block that is narrower than everything may well spare the peer.
  if (rule.type !== 'pass' && !(rule.source.any && rule.destination.any)) return false;
  return wanted.port === undefined || holdsPort(config, rule.destination, wanted.port);
}

function holdsPort(config: PfConfig, { port }: PfEndpoint, wanted: string): boolean {
  if (port === '' || port === 'any' || port === wanted) return true;
  const [low, high] = port.split(/[-:]/).map(Number);
  if (low !== undefined && high !== undefined) return low <= Number(wanted) && Number(wanted) <= high;
  const alias = config.aliases.find(({ name }) => name === port);
  return (
    alias?.entries.some((entry) => holdsPort({ ...config, aliases: [] }, portOf(entry), wanted)) === true
  );
}

const portOf = (port: string): PfEndpoint => ({ any: true, not: false, network: '', address: '', port });
