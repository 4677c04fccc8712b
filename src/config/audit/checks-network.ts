/** Interfaces of the two nodes against each other. */
import { bogonRanges, cidr, contains, networkText, privateRanges } from '../network.ts';
import type { PfConfig, PfInterface } from '../pfsense/model.ts';
import { lineOf } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import {
  hasStatePolicy,
  interfaceOf,
  isDynamic,
  isOutside,
  networksOf,
  other,
  type Pair,
  type Side,
  sameText,
  shareNetwork,
  sides,
} from './pair.ts';

interface Both {
  readonly primary: PfInterface;
  readonly backup: PfInterface;
}

export function checkNetwork(pair: Pair, report: Report): void {
  for (const side of sides) {
    reportMissing(pair, side, report);
    for (const one of pair[side].interfaces) if (one.enabled) checkOutside(pair, one, side, report);
  }
  for (const both of pair.interfaces) {
    checkNames(pair, both, report);
    checkEnabled(pair, both, report);
    if (!both.primary.enabled || !both.backup.enabled) continue;
    checkAddresses(pair, both, report);
    checkDevices(pair, both, report);
    checkMtu(pair, both, report);
  }
  checkVlans(pair, report);
  checkLaggs(pair, report);
}

function reportMissing({ names, ...pair }: Pair, side: Side, report: Report): void {
  for (const one of pair[side].interfaces) {
    if (interfaceOf(pair[other(side)], one.key) !== undefined) continue;
    const values = { interface: one.name, key: one.key, node: names[side], peer: names[other(side)] };
    report('interface-missing', { side, line: one.element.line }, values);
  }
}

/** The values and places of something that differs. */
function difference(pair: Pair, { primary, backup }: Both, field: string) {
  return {
    nodes: { node: pair.names.primary, peer: pair.names.backup },
    at: { side: 'primary', line: lineOf(primary.element, field) },
    also: { side: 'backup', line: lineOf(backup.element, field) },
  } as const;
}

function checkNames(pair: Pair, both: Both, report: Report): void {
  const { primary, backup } = both;
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  if (same(primary.name, backup.name)) return;
  const { nodes, at, also } = difference(pair, both, 'descr');
  const values = { ...nodes, key: primary.key, ours: primary.name, theirs: backup.name };
  const elsewhere = pair.backup.interfaces.some(({ name }) => same(name, primary.name));
  report(elsewhere ? 'interface-order-differs' : 'interface-name-differs', at, values, also);
}

function checkEnabled({ names }: Pair, { primary, backup }: Both, report: Report): void {
  if (primary.enabled === backup.enabled) return;
  const off: Side = primary.enabled ? 'backup' : 'primary';
  const element = off === 'primary' ? primary.element : backup.element;
  const values = { interface: primary.name, node: names[other(off)], peer: names[off] };
  report('interface-disabled', { side: off, line: element.line }, values);
}

function checkAddresses(pair: Pair, both: Both, report: Report): void {
  const { primary, backup } = both;
  const { nodes, at, also } = difference(pair, both, 'ipaddr');
  if (networksOf(primary).length === 0 || networksOf(backup).length === 0) return;
  for (const [ours, theirs, field] of [
    [primary.address, backup.address, 'ipaddr'],
    [primary.address6, backup.address6, 'ipaddrv6'],
  ] as const) {
    if (ours === '' || isDynamic(ours) || !sameText(ours, theirs)) continue;
    const found = difference(pair, both, field);
    report('node-address-equal', found.at, { ...nodes, address: ours, interface: primary.name }, found.also);
  }
  if (shareNetwork(primary, backup)) return;
  const [ours, theirs] = [primary, backup].map((one) => networksOf(one).map(networkText).join(', '));
  report(
    'network-differs',
    at,
    { ...nodes, interface: primary.name, ours: ours ?? '', theirs: theirs ?? '' },
    also,
  );
}

/** What states of a node say of their interface. */
export function statePolicyOf(config: PfConfig): string {
  if (config.statePolicy !== '') return config.statePolicy;
  return hasStatePolicy(config) ? 'if-bound' : 'floating';
}

function checkDevices(pair: Pair, both: Both, report: Report): void {
  const { primary, backup } = both;
  if (primary.device === backup.device || pair.primary.product !== 'pfsense') return;
  const { nodes, at, also } = difference(pair, both, 'if');
  const values = { ...nodes, interface: primary.name, ours: primary.device, theirs: backup.device };
  const bound = sides.some((side) => statePolicyOf(pair[side]) === 'if-bound');
  report(bound && pair.primary.sync.states ? 'states-bound' : 'device-differs', at, values, also);
}

function checkMtu(pair: Pair, both: Both, report: Report): void {
  const [ours, theirs] = [both.primary.mtu || '1500', both.backup.mtu || '1500'];
  if (ours === theirs) return;
  const { nodes, at, also } = difference(pair, both, 'mtu');
  report('mtu-differs', at, { ...nodes, interface: both.primary.name, ours, theirs }, also);
}

function checkOutside({ names }: Pair, one: PfInterface, side: Side, report: Report): void {
  const node = names[side];
  const at = (field: string) => ({ side, line: lineOf(one.element, field) });
  if (isDynamic(one.address) && isOutside(one))
    report('wan-dynamic', at('ipaddr'), { interface: one.name, node, method: one.address.toUpperCase() });
  const isIn = (ranges: readonly string[]) =>
    networksOf(one).find((net) => ranges.some((range) => contains(cidr(range), net)));
  const hidden = one.blockPrivate ? isIn(privateRanges) : undefined;
  if (hidden !== undefined)
    report('wan-block-private', at('blockpriv'), { interface: one.name, node, address: hidden.address });
  const reserved = one.blockBogons ? isIn(bogonRanges) : undefined;
  if (reserved !== undefined)
    report('wan-block-bogons', at('blockbogons'), { interface: one.name, node, address: reserved.address });
}

function checkVlans(pair: Pair, report: Report): void {
  const nodes = { node: pair.names.primary, peer: pair.names.backup };
  for (const { primary, backup } of pair.interfaces) {
    const ours = pair.primary.vlans.find(({ device }) => device === primary.device);
    const theirs = pair.backup.vlans.find(({ device }) => device === backup.device);
    if (ours === undefined || theirs === undefined) continue;
    const places = (field: string) =>
      [
        { side: 'primary', line: lineOf(ours.element, field) },
        { side: 'backup', line: lineOf(theirs.element, field) },
      ] as const;
    if (ours.tag !== theirs.tag) {
      const [at, also] = places('tag');
      const values = { ...nodes, interface: primary.name, ours: ours.tag, theirs: theirs.tag };
      report('vlan-differs', at, values, also);
    } else if (ours.parent !== theirs.parent) {
      const [at, also] = places('if');
      report(
        'vlan-parent-differs',
        at,
        { ...nodes, tag: ours.tag, ours: ours.parent, theirs: theirs.parent },
        also,
      );
    }
  }
}

function checkLaggs(pair: Pair, report: Report): void {
  const nodes = { node: pair.names.primary, peer: pair.names.backup };
  const text = (one: Pair['primary']['laggs'][number]) => `${one.protocol} (${one.members.join(', ')})`;
  for (const ours of pair.primary.laggs) {
    const theirs = pair.backup.laggs.find(({ device }) => device === ours.device);
    const differs = theirs === undefined || text(theirs) !== text(ours);
    if (!differs) continue;
    report(
      'lagg-differs',
      { side: 'primary', line: ours.element.line },
      { ...nodes, device: ours.device, ours: text(ours), theirs: theirs === undefined ? '-' : text(theirs) },
      theirs && { side: 'backup', line: theirs.element.line },
    );
  }
}
