/** NAT: what leaves must carry a virtual IP, and what is published must be reached by one. */
import type { PfConfig, PfInterface, PfOutbound, PfVip } from '../pfsense/model.ts';
import { at as elementAt, lineOf } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import {
  interfaceOf,
  isAddress,
  isOutside,
  ownerOf,
  type Pair,
  type Side,
  sameText,
  sides,
  vipsOn,
} from './pair.ts';

export function checkNat(pair: Pair, report: Report): void {
  const { primary, backup, names } = pair;
  const modeLine = (config: PfConfig) =>
    elementAt(config.nat.element, 'outbound', 'mode')?.line ?? lineOf(config.nat.element, 'outbound');
  const differs = primary.nat.mode !== backup.nat.mode;
  if (differs) {
    const values = {
      ours: primary.nat.mode,
      theirs: backup.nat.mode,
      node: names.primary,
      peer: names.backup,
    };
    const also = { side: 'backup' as const, line: modeLine(backup) };
    report('nat-mode-differs', { side: 'primary', line: modeLine(primary) }, values, also);
  }
  for (const side of sides) {
    const config = pair[side];
    // A section that is the same on both nodes is told of once.
    if (side === 'backup' && !differs && sameOutbound(primary, backup)) continue;
    for (const outside of config.interfaces.filter((one) => one.enabled && isOutside(one))) {
      const vip = vipsOn(config, outside.key).find(({ address }) => !address.includes(':'));
      if (vip !== undefined) checkOutbound(pair, side, outside, vip, modeLine(config), report);
    }
  }
  for (const side of sides) checkForwards(pair, side, report);
}

const sameOutbound = (a: PfConfig, b: PfConfig): boolean => {
  const text = ({ nat }: PfConfig) =>
    nat.outbound
      .map((one) => [one.interface, one.target, one.disabled, one.nonat, one.source.network].join('|'))
      .join();
  return text(a) === text(b);
};

function checkOutbound(
  { names, ...pair }: Pair,
  side: Side,
  outside: PfInterface,
  vip: PfVip,
  line: number,
  report: Report,
): void {
  const config = pair[side];
  const values = { node: names[side], interface: outside.name, address: vip.address };
  const { mode } = config.nat;
  if (mode === 'disabled') return;
  if (mode === 'automatic') {
    report('nat-automatic', { side, line }, values);
    return;
  }
  const rules = config.nat.outbound.filter(
    (rule) =>
      rule.interface === outside.key && !rule.disabled && !rule.nonat && rule.target !== 'other-subnet',
  );
  for (const rule of rules) {
    const at = { side, line: lineOf(rule.element, 'target') };
    const title = rule.description || outside.name;
    const isOwn = isOwnTraffic(rule);
    if (leavesAsNode(config, outside, rule)) {
      // The nodes' own traffic is better off with their own addresses.
      if (!isOwn)
        report('nat-not-vip', at, { ...values, rule: title, target: rule.target || outside.address });
    } else if (isOwn || rule.source.any) {
      report('nat-self', at, { node: names[side], rule: title, target: rule.target });
    }
  }
  const covers = rules.some((rule) => !leavesAsNode(config, outside, rule));
  if (!covers) report('nat-no-rule', { side, line }, { ...values, mode });
}

const isOwnTraffic = ({ source }: PfOutbound): boolean =>
  source.network === '(self)' || source.network.startsWith('127.') || source.network === '::1/128';

/** An empty target means the interface's own address. */
function leavesAsNode(config: PfConfig, outside: PfInterface, { target }: PfOutbound): boolean {
  return (
    target === '' ||
    target === 'wanip' ||
    target === `${outside.key}ip` ||
    ownerOf(config, target) !== undefined
  );
}

function checkForwards({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  for (const forward of config.nat.forwards) {
    const outside = interfaceOf(config, forward.interface);
    if (forward.disabled || outside === undefined || !isOutside(outside)) continue;
    const vip = vipsOn(config, forward.interface).find(({ address }) => !address.includes(':'));
    if (vip === undefined) continue;
    const { network, address } = forward.destination;
    const found = network || address;
    const isNode =
      found === `${forward.interface}ip` || (isAddress(found) && ownerOf(config, found) !== undefined);
    if (!isNode || sameText(found, vip.address)) continue;
    report(
      'forward-not-vip',
      { side, line: lineOf(forward.element, 'destination') },
      {
        rule: forward.description || forward.target,
        node: names[side],
        destination: found,
        interface: outside.name,
        address: vip.address,
      },
    );
  }
}
