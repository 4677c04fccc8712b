/** The virtual IPs of each node by themselves, and networks that have none. */
import { type Cidr, networkText, sameNetwork } from '../network.ts';
import type { PfVip } from '../pfsense/model.ts';
import { lineOf, textAt } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import {
  carpVips,
  cidrOfParts,
  interfaceOf,
  isDynamic,
  nameOf,
  networksOf,
  other,
  type Pair,
  type Side,
  sameText,
  shareNetwork,
  sides,
  vipsOn,
} from './pair.ts';

export function checkVips(pair: Pair, report: Report): void {
  for (const side of sides) {
    const first = new Map<string, PfVip>();
    for (const vip of carpVips(pair[side])) {
      checkPassword(pair, vip, side, report);
      checkVhid(pair, vip, side, first, report);
      checkPlace(pair, vip, side, report);
      checkUnicast(pair, vip, side, report);
    }
    checkAliases(pair, side, report);
  }
  for (const { primary } of pair.vips) {
    if (primary === undefined || primary.advbase <= 1) continue;
    const values = { address: primary.address, ours: primary.advbase, seconds: 3 * primary.advbase };
    report('advbase-slow', { side: 'primary', line: lineOf(primary.element, 'advbase') }, values);
  }
  checkNetworks(pair, report);
}

const commonPasswords = new Set(['password', 'pfsense', 'opnsense', 'changeme', '12345678']);
/** As for cluster documents: shorter ones can be guessed from one recorded advert. */
const shortPassword = 8;

function checkPassword({ names }: Pair, vip: PfVip, side: Side, report: Report): void {
  const at = { side, line: lineOf(vip.element, 'password') };
  const { address, password } = vip;
  if (password === '') report('vip-password-empty', at, { address, node: names[side] });
  else if (
    side === 'primary' &&
    (password.length < shortPassword || commonPasswords.has(password.toLowerCase()))
  )
    report('vip-password-weak', at, { address, length: password.length });
}

function checkVhid(
  { names, ...pair }: Pair,
  vip: PfVip,
  side: Side,
  first: Map<string, PfVip>,
  report: Report,
): void {
  const node = names[side];
  const at = { side, line: lineOf(vip.element, 'vhid') };
  if (vip.vhid === undefined || vip.vhid < 1 || vip.vhid > 255) {
    report('vhid-invalid', at, { address: vip.address, node, vhid: textAt(vip.element, 'vhid') });
    return;
  }
  const key = `${vip.interface} ${vip.vhid}`;
  const earlier = first.get(key);
  if (earlier === undefined) {
    first.set(key, vip);
    return;
  }
  report(
    'vhid-duplicate',
    at,
    {
      vhid: vip.vhid,
      interface: nameOf(pair[side], vip.interface),
      node,
      address: earlier.address,
      other: vip.address,
    },
    { side, line: lineOf(earlier.element, 'vhid') },
  );
}

function checkPlace({ names, ...pair }: Pair, vip: PfVip, side: Side, report: Report): void {
  const config = pair[side];
  const at = (field: string) => ({ side, line: lineOf(vip.element, field) });
  const values = { address: vip.address, node: names[side], interface: nameOf(config, vip.interface) };
  const home = interfaceOf(config, vip.interface);
  if (home === undefined || !home.enabled) {
    report('vip-interface-missing', at('interface'), values);
    return;
  }
  const own = cidrOfParts(vip.address, vip.prefix);
  if (own === undefined) return;
  const networks = networksOf(home).filter(({ family }) => family === own.family);
  if (networks.length === 0) {
    report('vip-no-address', at('interface'), { ...values, found: home.address || 'none' });
    return;
  }
  const network = networks.find((net) => net.first <= own.value && own.value <= net.last);
  if (network === undefined) {
    report('vip-outside', at('subnet'), { ...values, networks: networks.map(networkText).join(', ') });
    return;
  }
  if (networks.some(({ value }) => value === own.value)) report('vip-is-node', at('subnet'), values);
  if (isReserved(own, network))
    report('vip-reserved', at('subnet'), { address: vip.address, network: networkText(network) });
  if (own.prefix !== network.prefix) {
    const found = { ours: own.prefix, theirs: network.prefix };
    report('vip-mask-interface', at('subnet_bits'), { ...values, ...found });
  }
}

const isReserved = (one: Cidr, network: Cidr): boolean =>
  network.family === 'ipv4' &&
  network.prefix < 31 &&
  (one.value === network.first || one.value === network.last);

function checkUnicast({ names, ...pair }: Pair, vip: PfVip, side: Side, report: Report): void {
  if (vip.peer === '' || vip.peer === '224.0.0.18') return;
  const there = interfaceOf(pair[other(side)], vip.interface);
  if (there !== undefined && sameText(there.address, vip.peer)) return;
  report(
    'vip-unicast-differs',
    { side, line: lineOf(vip.element, 'peer') },
    { address: vip.address, ours: vip.peer, node: names[side], peer: names[other(side)] },
  );
}

function checkAliases({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  const ids = new Set(carpVips(config).map(({ id }) => `_vip${id}`));
  const key = ({ mode, interface: home, address }: PfVip) => `${mode} ${home} ${address.toLowerCase()}`;
  const theirs = new Map(pair.backup.vips.map((vip) => [key(vip), vip]));
  for (const vip of config.vips) {
    const at = { side, line: lineOf(vip.element, 'interface') };
    if (vip.mode === 'ipalias' && vip.interface.startsWith('_vip') && !ids.has(vip.interface)) {
      const values = { address: vip.address, node: names[side], parent: vip.interface };
      report('alias-parent-missing', at, values);
    }
    if (side === 'backup' || vip.interface.startsWith('_vip') || vip.interface === 'lo0') continue;
    // OPNsense gives an alias the VHID that it follows.
    if (vip.vhid !== undefined) continue;
    const twin = theirs.get(key(vip));
    if (twin === undefined) continue;
    const values = { address: vip.address, interface: nameOf(config, vip.interface) };
    const also = { side: 'backup' as const, line: lineOf(twin.element, 'interface') };
    if (vip.mode === 'ipalias') report('alias-not-on-carp', at, values, also);
    if (vip.mode === 'proxyarp') report('proxy-arp', at, values, also);
  }
}

/** Networks that both nodes are on and nobody takes over. */
function checkNetworks(pair: Pair, report: Report): void {
  if (pair.vips.length === 0) return;
  for (const { primary, backup } of pair.interfaces) {
    const at = { side: 'primary' as const, line: primary.element.line };
    if (!primary.enabled || !backup.enabled || isSyncOf(pair, primary.key)) continue;
    const vips = vipsOn(pair.primary, primary.key);
    const [network] = networksOf(primary);
    if (
      vips.length === 0 &&
      network !== undefined &&
      shareNetwork(primary, backup) &&
      !isDynamic(primary.address)
    )
      report('network-without-vip', at, { interface: primary.name, network: networkText(network) });
    const six = cidrOfParts(primary.address6, primary.prefix6);
    const theirs = cidrOfParts(backup.address6, backup.prefix6);
    const both = six !== undefined && theirs !== undefined && sameNetwork(six, theirs);
    if (both && vips.length > 0 && !vips.some(({ address }) => address.includes(':')))
      report(
        'vip-no-ipv6',
        { side: 'primary', line: lineOf(primary.element, 'ipaddrv6') },
        { interface: primary.name },
      );
  }
}

const isSyncOf = ({ primary, backup }: Pair, key: string): boolean =>
  primary.sync.interface === key || backup.sync.interface === key;
