/** Names, accounts, certificates, packages and settings that nothing synchronises. */
import { createHash, X509Certificate } from 'node:crypto';
import type { PfCertificate, PfUser } from '../pfsense/model.ts';
import { lineOf } from '../pfsense/xml.ts';
import { statePolicyOf } from './checks-network.ts';
import type { Report } from './finding.ts';
import { other, type Pair, type Side, sides } from './pair.ts';

/** `today` in whole seconds since 1970. */
export function checkUpkeep(pair: Pair, today: number, report: Report): void {
  const { names, primary, backup } = pair;
  const system = (side: Side, field: string) => ({ side, line: lineOf(pair[side].element, 'system', field) });
  const nodes = { node: names.primary, peer: names.backup };
  if (primary.hostname === backup.hostname && primary.domain === backup.domain)
    report(
      'hostname-equal',
      system('backup', 'hostname'),
      { name: primary.hostname },
      system('primary', 'hostname'),
    );
  const [ours, theirs] = [statePolicyOf(primary), statePolicyOf(backup)];
  if (ours !== theirs && primary.version === backup.version)
    report(
      'state-policy-differs',
      system('primary', 'statepolicy'),
      { ...nodes, ours, theirs },
      system('backup', 'statepolicy'),
    );
  if (primary.maximumStates !== backup.maximumStates) {
    const values = {
      ...nodes,
      ours: primary.maximumStates || 'auto',
      theirs: backup.maximumStates || 'auto',
    };
    report(
      'maximum-states-differ',
      system('primary', 'maximumstates'),
      values,
      system('backup', 'maximumstates'),
    );
  }
  for (const side of sides) {
    for (const user of pair[side].users) {
      if (!isFactory(user) || user.disabled) continue;
      report('password-default', { side, line: user.element.line }, { user: user.name, node: names[side] });
    }
    for (const certificate of pair[side].certificates)
      checkCertificate(pair, certificate, side, today, report);
    for (const name of pair[side].packages) {
      if (name === '' || pair[other(side)].packages.includes(name)) continue;
      const at = { side, line: lineOf(pair[side].element, 'installedpackages') };
      report('packages-differ', at, { name, node: names[side], peer: names[other(side)] });
    }
  }
  checkTunables(pair, report);
}

/** The hashes of "pfsense" and "opnsense" that fresh installations come with. */
const factoryHashes = new Set([
  '$2b$10$13u6qwCOwODv34GyCMgdWub6oQF3RX0rG7c3d3X4JvzuEmAXLYDd2',
  '$2y$10$13u6qwCOwODv34GyCMgdWub6oQF3RX0rG7c3d3X4JvzuEmAXLYDd2',
  '$2b$10$YRVoF4SgskIsrXOvOQjGieB9XqHPRra9R7d80B3BZdbY/j21TwBfS',
  '$2y$10$YRVoF4SgskIsrXOvOQjGieB9XqHPRra9R7d80B3BZdbY/j21TwBfS',
  '$1$dSJImFph$GvZ7.1UbuWu.Yb8etC0re.',
  ...['pfsense', 'opnsense'].map((word) => createHash('md5').update(word).digest('hex')),
]);

/** Other salts of the same password cannot be told without trying it. */
const isFactory = ({ hashes }: PfUser): boolean => hashes.some((hash) => factoryHashes.has(hash));

const secondsPerDay = 86_400;
/** A month is enough to renew anything. */
const earlyDays = 30;

function checkCertificate(
  { names }: Pair,
  certificate: PfCertificate,
  side: Side,
  today: number,
  report: Report,
): void {
  const until = endOf(certificate);
  if (until === undefined) return;
  const [date = ''] = until.toISOString().split('T');
  const days = Math.floor((until.getTime() / 1_000 - today) / secondsPerDay);
  const at = { side, line: lineOf(certificate.element, 'crt') };
  const values = { name: certificate.name || certificate.id, node: names[side], date };
  if (days < 0) report('certificate-expired', at, values);
  else if (days < earlyDays) report('certificate-expires', at, { ...values, days });
}

function endOf({ data }: PfCertificate): Date | undefined {
  if (data === '') return undefined;
  try {
    return new X509Certificate(Buffer.from(data, 'base64')).validToDate;
  } catch {
    return undefined;
  }
}

function checkTunables({ names, ...pair }: Pair, report: Report): void {
  const nodes = { node: names.primary, peer: names.backup };
  const theirs = new Map(pair.backup.tunables.map((one) => [one.name, one]));
  for (const one of pair.primary.tunables) {
    const twin = theirs.get(one.name);
    theirs.delete(one.name);
    if (twin?.value === one.value || one.name.startsWith('net.inet.carp.')) continue;
    const at = { side: 'primary', line: lineOf(one.element, 'value') } as const;
    const also = twin && ({ side: 'backup', line: lineOf(twin.element, 'value') } as const);
    report(
      'tunables-differ',
      at,
      { ...nodes, name: one.name, ours: one.value, theirs: twin?.value ?? '-' },
      also,
    );
  }
  for (const [name, { element, value }] of theirs) {
    if (name.startsWith('net.inet.carp.')) continue;
    const at = { side: 'backup', line: lineOf(element, 'value') } as const;
    report('tunables-differ', at, { ...nodes, name, ours: '-', theirs: value });
  }
}
