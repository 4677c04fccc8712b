/** Synchronisation of states: both ends, the link, and the rules on it. */
import type { PfConfig } from '../pfsense/model.ts';
import { lineOf } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import {
  interfaceOf,
  nameOf,
  other,
  ownerOf,
  type Pair,
  type Side,
  sameText,
  sides,
  syncInterface,
  vipsOn,
} from './pair.ts';
import { admits } from './rules.ts';

export function checkSync(pair: Pair, report: Report): void {
  const { primary, backup, names } = pair;
  const line = (side: Side, field: string) => ({ side, line: lineOf(pair[side].sync.element, field) });
  const off = sides.filter((side) => !pair[side].sync.states);
  if (off.length === 2) report('pfsync-none', line('primary', 'pfsyncenabled'), {});
  else if (off[0] !== undefined)
    report('pfsync-off', line(off[0], 'pfsyncenabled'), { node: names[off[0]], peer: names[other(off[0])] });
  if (off.length === 0) {
    if (primary.sync.interface !== backup.sync.interface) {
      const ours = nameOf(primary, primary.sync.interface);
      const theirs = nameOf(backup, backup.sync.interface);
      const values = { ours, theirs, node: names.primary, peer: names.backup };
      const field = 'pfsyncinterface';
      report('pfsync-interface-differs', line('primary', field), values, line('backup', field));
    }
    checkHostIds(pair, report);
    const silent = sides.find((side) => pair[side].sync.peer === '');
    const speaking = sides.find((side) => pair[side].sync.peer !== '');
    if (silent !== undefined && speaking !== undefined) {
      const values = { node: names[speaking], peer: names[silent] };
      report('pfsync-peer-one-sided', line(silent, 'pfsyncpeerip'), values, line(speaking, 'pfsyncpeerip'));
    }
  }
  for (const side of sides) if (pair[side].sync.states) checkLink(pair, side, report);
  for (const side of sides) checkCarpRules(pair, side, report);
}

function checkLink(pair: Pair, side: Side, report: Report): void {
  const config = pair[side];
  const { sync } = config;
  const node = pair.names[side];
  const peer = pair.names[other(side)];
  const at = (field: string) => ({ side, line: lineOf(sync.element, field) });
  const link = syncInterface(config);
  if (link === undefined || !link.enabled) {
    if (sync.interface !== 'lo0')
      report('pfsync-interface-missing', at('pfsyncinterface'), { node, interface: sync.interface });
    return;
  }
  const isShared = vipsOn(config, link.key).length > 0;
  if (isShared && side === 'primary')
    report('pfsync-interface-shared', at('pfsyncinterface'), { interface: link.name });
  const gateway = link.gateway || link.gateway6;
  if (gateway !== '' && !isShared) {
    const field = link.gateway === '' ? 'gatewayv6' : 'gateway';
    report(
      'sync-gateway',
      { side, line: lineOf(link.element, field) },
      { node, interface: link.name, gateway },
    );
  }
  const expected = interfaceOf(pair[other(side)], pair[other(side)].sync.interface)?.address || '?';
  if (sync.peer !== '' && ownerOf(config, sync.peer) !== undefined)
    report('pfsync-peer-own', at('pfsyncpeerip'), { node, peer, address: sync.peer, expected });
  else if (sync.peer !== '' && expected !== '?' && !sameText(sync.peer, expected))
    report('pfsync-peer-wrong', at('pfsyncpeerip'), { node, peer, address: sync.peer, expected });
  if (!admits(config, link.key, { protocol: 'pfsync' }))
    report(
      'rule-pfsync-missing',
      { side, line: lineOf(config.element, 'filter') },
      { node, interface: link.name },
    );
}

function checkHostIds({ primary, backup, names }: Pair, report: Report): void {
  const ids = { primary: primary.sync.hostId, backup: backup.sync.hostId };
  const at = (side: Side, config: PfConfig) => ({ side, line: lineOf(config.sync.element, 'pfhostid') });
  for (const side of sides) {
    const id = ids[side];
    if (id !== '' && (!/^[0-9a-f]{1,8}$/.test(id) || /^0+$/.test(id)))
      report('hostid-invalid', at(side, side === 'primary' ? primary : backup), { id, node: names[side] });
  }
  const value = (id: string) => id.replace(/^0+/, '');
  if (ids.primary !== '' && value(ids.primary) === value(ids.backup))
    report('hostid-equal', at('backup', backup), { id: ids.primary }, at('primary', primary));
}

function checkCarpRules({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  for (const rule of config.rules) {
    if (rule.disabled || rule.type === 'pass' || rule.type === 'match' || rule.protocol !== 'carp') continue;
    const name = rule.interfaces.map((key) => nameOf(config, key)).join(', ') || '*';
    report('rule-carp-blocked', { side, line: rule.element.line }, { node: names[side], interface: name });
  }
}
