/** Transfer of the configuration from the primary to the backup. */
import type { PfConfig } from '../pfsense/model.ts';
import { at as elementAt, lineOf } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import { isAddress, other, ownerOf, type Pair, type Side, sameText, sides, webPort } from './pair.ts';
import { admits } from './rules.ts';

export function checkTransfer(pair: Pair, report: Report): void {
  const { primary, backup, names } = pair;
  const at = (side: Side, field: string) => ({ side, line: lineOf(pair[side].sync.element, field) });
  const sends = sides.filter((side) => pair[side].sync.target !== '');
  if (sends.length === 0) report('xmlrpc-off', at('primary', 'synchronizetoip'), { node: names.primary });
  if (sends.length === 2) {
    const values = { node: names.backup, target: backup.sync.target };
    report('xmlrpc-loop', at('backup', 'synchronizetoip'), values, at('primary', 'synchronizetoip'));
  }
  if (sends.length === 1 && sends[0] === 'backup')
    report('xmlrpc-from-backup', at('backup', 'synchronizetoip'), {
      node: names.backup,
      peer: names.primary,
    });
  const sender = sends[0];
  if (sender !== undefined) {
    checkTarget(pair, sender, report);
    checkAccount(pair, sender, report);
    checkSections(pair, sender, report);
  }
  checkWeb(pair, report);
  if (primary.product !== backup.product) {
    const values = { node: names.primary, peer: names.backup, ours: primary.product, theirs: backup.product };
    report('product-differs', { side: 'primary', line: 1 }, values, { side: 'backup', line: 1 });
  } else if (primary.version !== backup.version) {
    const values = { node: names.primary, peer: names.backup, ours: primary.version, theirs: backup.version };
    const line = (config: PfConfig) => lineOf(config.element, 'version');
    report('version-differs', { side: 'primary', line: line(primary) }, values, {
      side: 'backup',
      line: line(backup),
    });
  }
}

function checkTarget({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  const { target } = config.sync;
  const values = { node: names[side], peer: names[other(side)], target };
  const at = { side, line: lineOf(config.sync.element, 'synchronizetoip') };
  // OPNsense takes a URL as well.
  const host = config.product === 'opnsense' ? hostOf(target) : target;
  if (!isAddress(host)) {
    if (config.product === 'pfsense') report('xmlrpc-target-name', at, values);
    return;
  }
  const home = ownerOf(pair[other(side)], host);
  if (ownerOf(config, host) !== undefined || /^127\./.test(host)) report('xmlrpc-target-own', at, values);
  else if (sides.some((one) => pair[one].vips.some(({ address }) => sameText(address, host))))
    report('xmlrpc-target-vip', at, values);
  else if (home === undefined) report('xmlrpc-target-wrong', at, values);
  else {
    const there = pair[other(side)];
    const port = webPort(config);
    if (isSparedFromLockout(there, home.key) || admits(there, home.key, { protocol: 'tcp', port })) return;
    report(
      'rule-xmlrpc-missing',
      { side: other(side), line: lineOf(there.element, 'filter') },
      { node: names[other(side)], peer: names[side], port, interface: home.name },
      at,
    );
  }
}

/** pfSense itself lets the web interface in on LAN, unless told otherwise. */
const isSparedFromLockout = ({ product, webgui }: PfConfig, key: string): boolean =>
  product === 'pfsense' && key === 'lan' && elementAt(webgui.element, 'noantilockout') === undefined;

const hostOf = (target: string): string =>
  target.replace(/^https?:\/\//, '').replace(/^\[([^\]]*)\].*$|^([^:/]*)(?::\d+)?(?:\/.*)?$/, '$1$2');

function checkAccount({ names, ...pair }: Pair, side: Side, report: Report): void {
  const { sync } = pair[side];
  const there = pair[other(side)];
  const nodes = { node: names[side], peer: names[other(side)], user: sync.user };
  const at = (field: string) => ({ side, line: lineOf(sync.element, field) });
  if (sync.password === '') report('xmlrpc-password-missing', at('password'), nodes);
  const user = there.users.find(({ name }) => name === sync.user);
  if (user === undefined || user.disabled) {
    const also = user && { side: other(side), line: user.element.line };
    report('xmlrpc-user-missing', at('username'), nodes, also);
    return;
  }
  if (user.uid === '0') return;
  const privileges = new Set([
    ...user.privileges,
    ...there.groups.filter(({ members }) => members.includes(user.uid)).flatMap((group) => group.privileges),
  ]);
  if (['system-xmlrpc-ha-sync', 'page-all', 'page-xmlrpc'].some((name) => privileges.has(name))) return;
  report(
    'xmlrpc-user-privilege',
    { side: other(side), line: user.element.line },
    { user: sync.user, peer: names[other(side)], node: names[side] },
    at('username'),
  );
}

/** Sections by the name of their box, and whether a node uses them. */
const sections: readonly (readonly [string, string, (config: PfConfig) => boolean])[] = [
  ['virtualip', 'Virtual IPs', ({ vips }) => vips.length > 0],
  ['rules', 'Firewall rules', ({ rules }) => rules.length > 0],
  ['nat', 'NAT', ({ nat }) => nat.outbound.length + nat.forwards.length + nat.oneToOne.length > 0],
  ['aliases', 'Aliases', ({ aliases }) => aliases.length > 0],
  ['staticroutes', 'Static routes', ({ routes, gateways }) => routes.length + gateways.length > 0],
  ['dhcpd', 'DHCP server', ({ dhcp }) => dhcp.some(({ enabled }) => enabled)],
  ['dnsforwarder', 'DNS', ({ listeners }) => listeners.some(({ service }) => service !== 'ntp')],
  ['ipsec', 'IPsec', ({ vpns }) => vpns.some(({ kind }) => kind === 'ipsec')],
  ['openvpn', 'OpenVPN', ({ vpns }) => vpns.some(({ kind }) => kind !== 'ipsec')],
];

function checkSections({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  const missing = sections.filter(
    ([name, , isUsed]) =>
      isUsed(config) &&
      ![...config.sync.sections].some(
        (one) => one === name || (name === 'dnsforwarder' && one === 'dnsresolver'),
      ),
  );
  if (missing.length === 0) return;
  report(
    'sections-missing',
    { side, line: config.sync.element.line },
    { node: names[side], peer: names[other(side)], sections: missing.map(([, title]) => title).join(', ') },
  );
}

function checkWeb({ names, ...pair }: Pair, report: Report): void {
  const [ours, theirs] = [pair.primary.webgui, pair.backup.webgui];
  const nodes = { node: names.primary, peer: names.backup };
  const places = (field: string) =>
    [
      { side: 'primary', line: lineOf(ours.element, field) },
      { side: 'backup', line: lineOf(theirs.element, field) },
    ] as const;
  if (ours.protocol !== theirs.protocol) {
    const [at, also] = places('protocol');
    report('webgui-protocol-differs', at, { ...nodes, ours: ours.protocol, theirs: theirs.protocol }, also);
  } else if (webPort(pair.primary) !== webPort(pair.backup)) {
    const [at, also] = places('port');
    report(
      'webgui-port-differs',
      at,
      { ...nodes, ours: webPort(pair.primary), theirs: webPort(pair.backup) },
      also,
    );
  }
  for (const side of sides) {
    const { protocol, element } = pair[side].webgui;
    if (protocol === 'http')
      report('webgui-http', { side, line: lineOf(element, 'protocol') }, { node: names[side] });
  }
}
