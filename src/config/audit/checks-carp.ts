/** CARP VIPs of the two nodes against each other. */
import type { PfVip } from '../pfsense/model.ts';
import { lineOf } from '../pfsense/xml.ts';
import type { AuditPlace, Report } from './finding.ts';
import { nameOf, other, type Pair, type Side, sameText, sides, type VipPair } from './pair.ts';

const place = (side: Side, vip: PfVip, ...path: string[]): AuditPlace => ({
  side,
  line: lineOf(vip.element, ...path),
});

export function checkCarp(pair: Pair, report: Report): void {
  const { names } = pair;
  if (pair.vips.length === 0)
    report(
      'carp-none',
      { side: 'primary', line: lineOf(pair.primary.element, 'virtualip') },
      { node: names.primary },
    );
  for (const vips of pair.vips) {
    const { primary, backup } = vips;
    if (primary !== undefined && backup !== undefined) {
      checkIdentity(pair, primary, backup, report);
      checkRank(pair, primary, backup, report);
    } else reportMissing(pair, vips, report);
  }
  for (const side of sides) checkNode(pair, side, report);
}

function reportMissing({ names, ...pair }: Pair, vips: VipPair, report: Report): void {
  const side = vips.primary === undefined ? 'backup' : 'primary';
  const vip = vips[side];
  if (vip === undefined) return;
  report('vip-missing', place(side, vip), {
    address: vip.address,
    interface: nameOf(pair[side], vip.interface),
    vhid: vip.vhid ?? '?',
    node: names[side],
    peer: names[other(side)],
  });
}

function checkIdentity({ names, ...pair }: Pair, ours: PfVip, theirs: PfVip, report: Report): void {
  const nodes = { address: ours.address, node: names.primary, peer: names.backup };
  const both = (...path: string[]) =>
    [place('primary', ours, ...path), place('backup', theirs, ...path)] as const;
  const tell = <C extends 'vhid-differs' | 'advbase-differs'>(
    code: C,
    field: string,
    [a, b]: readonly [number | string, number | string],
  ) => {
    const [at, also] = both(field);
    report(code as 'vhid-differs', at, { ...nodes, ours: a, theirs: b }, also);
  };
  if (ours.vhid !== theirs.vhid) tell('vhid-differs', 'vhid', [ours.vhid ?? '?', theirs.vhid ?? '?']);
  if (ours.advbase !== theirs.advbase) tell('advbase-differs', 'advbase', [ours.advbase, theirs.advbase]);
  if (ours.password !== theirs.password) {
    const [at, also] = both('password');
    report('vip-password-differs', at, nodes, also);
  }
  if (!sameText(ours.address, theirs.address)) {
    const [at, also] = both('subnet');
    report(
      'vip-address-differs',
      at,
      {
        vhid: ours.vhid ?? '?',
        interface: nameOf(pair.primary, ours.interface),
        ours: ours.address,
        theirs: theirs.address,
        node: names.primary,
        peer: names.backup,
      },
      also,
    );
  } else if (ours.prefix !== theirs.prefix) {
    const [at, also] = both('subnet_bits');
    report(
      'vip-mask-differs',
      at,
      { ...nodes, ours: ours.prefix ?? '?', theirs: theirs.prefix ?? '?' },
      also,
    );
  }
  if (ours.interface !== theirs.interface) {
    const [at, also] = both('interface');
    report(
      'vip-interface-differs',
      at,
      { ...nodes, ours: nameOf(pair.primary, ours.interface), theirs: nameOf(pair.backup, theirs.interface) },
      also,
    );
  }
}

/** What synchronisation adds on the way. */
const syncedSkew = (skew: number): number => Math.min(254, skew + 100);
/** Above this a master is told late of by 0.25 s, and little room is left below 254. */
const highSkew = 64;

function checkRank(pair: Pair, ours: PfVip, theirs: PfVip, report: Report): void {
  const nodes = { address: ours.address, node: pair.names.primary, peer: pair.names.backup };
  const [at, also] = [place('primary', ours, 'advskew'), place('backup', theirs, 'advskew')];
  // In maintenance a node shows a skew of 254 that is not its own.
  if (pair.primary.maintenance !== undefined || pair.backup.maintenance !== undefined) return;
  if (ours.advskew === theirs.advskew) report('skew-equal', also, { ...nodes, skew: ours.advskew }, at);
  else if (ours.advskew > theirs.advskew)
    report('skew-reversed', also, { ...nodes, ours: ours.advskew, theirs: theirs.advskew }, at);
  else if (isSynced(pair) && theirs.advskew !== syncedSkew(ours.advskew)) {
    const values = { ours: ours.advskew, theirs: theirs.advskew, expected: syncedSkew(ours.advskew) };
    report('skew-not-synced', also, { ...nodes, ...values }, at);
  }
  if (ours.advskew >= highSkew && ours.advskew < theirs.advskew)
    report('skew-high-primary', at, { address: ours.address, node: nodes.node, ours: ours.advskew });
}

const isSynced = ({ primary }: Pair): boolean =>
  primary.sync.target !== '' && primary.sync.sections.has('virtualip');

/** Tunables that keep CARP from its work unless they have this value. */
const carpTunables: Readonly<Record<string, string>> = {
  'net.inet.carp.allow': '1',
  'net.inet.carp.preempt': '1',
  'net.inet.carp.demotion': '0',
};

function checkNode({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  const node = names[side];
  if (config.maintenance !== undefined)
    report('carp-maintenance', { side, line: config.maintenance.line }, { node });
  for (const { name, value, element } of config.tunables) {
    const normal = Object.hasOwn(carpTunables, name) ? carpTunables[name] : undefined;
    if (normal === undefined || value === normal || value === '' || value === 'default') continue;
    report('carp-tunable', { side, line: lineOf(element, 'value') }, { tunable: name, value, node, normal });
  }
  if (!config.sync.preempt)
    report('preempt-off', { side, line: lineOf(config.sync.element, 'disablepreempt') }, { node });
}
