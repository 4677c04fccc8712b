/** Who is master of what, and what keeps the election from being one. Pure. */
import { addressesAt, type Case, firstOf, interfaceAt, pairs, vipAt } from './case.ts';
import type { NodeEvidence, VipEvidence } from './evidence.ts';
import type { Fault, Value } from './finding.ts';

/** What the nodes do not agree on: passwords, addresses, VHIDs. */
export function judgeAgreement(found: Case): Fault[] {
  return pairs(found).flatMap(([one, other]) => [
    ...one.vips.flatMap((vip) => {
      const twin = vipAt(other, vip.key);
      return twin === undefined ? differentVhid(one, other, vip) : differentVip(one, other, vip, twin);
    }),
  ]);
}

function differentVip(one: NodeEvidence, other: NodeEvidence, vip: VipEvidence, twin: VipEvidence): Fault[] {
  const { key, title } = vip;
  const who = { title, node: one.node, peer: other.node };
  if (vip.passwordPrint !== twin.passwordPrint) {
    const count = (one.refused.hmac ?? 0) + (other.refused.hmac ?? 0);
    return [{ code: 'password-differs', subject: key, values: { ...who, count } }];
  }
  const [ours, theirs] = [vip, twin].map(({ addresses }) => [...addresses].sort().join(', '));
  if (ours === undefined || theirs === undefined || ours === theirs) return [];
  return [{ code: 'vip-addresses-differ', subject: key, values: { ...who, ours, theirs } }];
}

function differentVhid(one: NodeEvidence, other: NodeEvidence, vip: VipEvidence): Fault[] {
  const twin = other.vips.find(
    (candidate) =>
      candidate.interface === vip.interface &&
      candidate.addresses.some((address) => vip.addresses.includes(address)),
  );
  const [address = ''] = vip.addresses;
  if (twin === undefined) return [];
  const title = interfaceAt(one, vip.interface)?.title ?? vip.interface;
  const values = { address, interface: title, ours: vip.vhid, theirs: twin.vhid };
  return [
    { code: 'vhid-differs', subject: vip.key, values: { ...values, node: one.node, peer: other.node } },
  ];
}

/** Masters that are too many or too few. `explained`: interfaces and virtual IPs of which the cause is known. */
export function judgeRoles({ nodes, isWhole }: Case, explained: ReadonlySet<string>): Fault[] {
  const vips = firstOf(
    nodes.flatMap((node) => node.vips),
    ({ key }) => key,
  );
  const mastersOf = (key: string): string[] =>
    nodes.filter((node) => vipAt(node, key)?.status === 'MASTER').map(({ node }) => node);
  const unexplained = vips.filter((vip) => !explained.has(vip.key) && !explained.has(vip.interface));
  const faults = unexplained.flatMap(({ key, title }): Fault[] => {
    const masters = mastersOf(key);
    if (masters.length > 1)
      return [{ code: 'both-master', subject: key, values: { title, masters: masters.join(', ') } }];
    if (masters.length > 0 || !isWhole) return [];
    const roles = nodes.map((node) => `${node.node} ${vipAt(node, key)?.status ?? '-'}`).join(', ');
    return [{ code: 'no-master', subject: key, values: { title, roles } }];
  });
  const places = new Set(vips.flatMap(({ key }) => mastersOf(key)));
  const isClear = unexplained.length === vips.length && vips.every(({ key }) => mastersOf(key).length === 1);
  if (places.size < 2 || !isClear) return faults;
  const masters = vips.map(({ key, title }) => `${title} ${mastersOf(key).join()}`).join(', ');
  return [...faults, { code: 'split-roles', subject: [...places].sort().join(' '), values: { masters } }];
}

/** Nodes that keep themselves from becoming master. */
export function judgeReadiness({ nodes }: Case): Fault[] {
  return nodes.flatMap((node): Fault[] => {
    // A lost link demotes; it is told by itself.
    const isCut = node.interfaces.some(({ link }) => link?.up !== true);
    const reason = reasonOf(node, isCut);
    if (reason === undefined) return [];
    const [why, todo] = reason;
    return [{ code: 'cannot-take-over', subject: node.node, values: { node: node.node, why, todo } }];
  });
}

function reasonOf(node: NodeEvidence, isCut: boolean): readonly [why: Value, todo: Value] | undefined {
  if (node.carp === 'disabled')
    return [
      { en: 'CARP is temporarily disabled', fr: 'CARP est désactivé temporairement' },
      { en: 'Run "bascule carp enable" there.', fr: 'Lancez-y « bascule carp enable ».' },
    ];
  if (node.maintenance)
    return [
      { en: 'it is in persistent maintenance mode', fr: 'il est en mode maintenance permanent' },
      {
        en: 'Run "bascule maintenance off" there when the work is done.',
        fr: 'Lancez-y « bascule maintenance off » une fois les travaux finis.',
      },
    ];
  if (!node.ready)
    return [
      {
        en: 'it is not ready: the states of its peers are not here yet',
        fr: 'il n’est pas prêt : les états de ses pairs ne sont pas encore là',
      },
      { en: 'Wait; then look at the sync link.', fr: 'Patientez ; puis voyez le lien de synchronisation.' },
    ];
  if (node.demotion === 0 || isCut) return undefined;
  const reasons = Object.entries(node.demotionReasons)
    .map(([name, amount]) => `${name} +${amount}`)
    .join(', ');
  return [
    {
      en: `it is demoted by ${node.demotion} (${reasons})`,
      fr: `il est rétrogradé de ${node.demotion} (${reasons})`,
    },
    {
      en: 'Remove the reason; "bascule demotion reset" forgets one that does not hold any more.',
      fr: 'Supprimez la raison ; « bascule demotion reset » oublie celle qui ne tient plus.',
    },
  ];
}

/** Strangers on the segments, own adverts that come back, and addresses that two machines have. */
export function judgeSegments(found: Case): Fault[] {
  const faults = found.nodes.flatMap((node) => [
    ...strangers(found, node),
    ...loops(node),
    ...duplicates(found, node),
  ]);
  return firstOf(faults, ({ code, subject, values }) => `${code} ${subject} ${values.source ?? ''}`);
}

function strangers(found: Case, node: NodeEvidence): Fault[] {
  const { nodes } = found;
  return node.heard.flatMap((one): Fault[] => {
    const { interface: at, kind, source, mac, id: vhid } = one;
    if ((kind !== 'carp' && kind !== 'vrrp') || vhid === undefined || isOfCluster(found, node, at, source))
      return [];
    const isOurs = nodes.some(({ vips }) => vips.some((vip) => vip.interface === at && vip.vhid === vhid));
    const [other, same] = (
      { carp: ['foreign-vhid', 'vhid-taken'], vrrp: ['vrrp-router', 'vrrp-same-id'] } as const
    )[kind];
    const title = interfaceAt(node, at)?.title ?? at;
    return [
      {
        code: isOurs ? same : other,
        subject: `${at}@${vhid}`,
        values: { interface: title, source, vhid, mac },
      },
    ];
  });
}

/** Documents do not list link-local addresses: of a node that was not examined they are not known. */
const isOfCluster = ({ nodes, isWhole }: Case, node: NodeEvidence, at: string, source: string): boolean =>
  (source.startsWith('fe80:') && (!isWhole || nodes.some((one) => linkLocalsAt(one, at) === undefined))) ||
  nodes.some((one) => addressesAt(one, at).includes(source)) ||
  nodes.some((one) => linkLocalsAt(one, at)?.includes(source) === true) ||
  node.arp.some(
    ({ interface: where, purpose, address }) => where === at && purpose === 'peer' && address === source,
  );

const linkLocalsAt = (node: NodeEvidence, at: string): readonly string[] | undefined =>
  interfaceAt(node, at)?.linkLocals;

function loops(node: NodeEvidence): Fault[] {
  const isOwn = (at: string, source: string): boolean =>
    addressesAt(node, at).includes(source) || linkLocalsAt(node, at)?.includes(source) === true;
  return node.heard
    .filter(({ interface: at, kind, source }) => kind === 'carp' && isOwn(at, source))
    .map(({ interface: at, count }) => ({
      code: 'adverts-looped',
      subject: at,
      values: {
        interface: interfaceAt(node, at)?.title ?? at,
        node: node.node,
        count,
        seconds: (node.listenedMs / 1_000).toFixed(1),
      },
    }));
}

function duplicates({ nodes }: Case, node: NodeEvidence): Fault[] {
  return node.arp.flatMap(({ interface: at, address, purpose, of, answers }): Fault[] => {
    const others = answers.filter((mac) => !expected(nodes, node, at, purpose, of).includes(mac));
    const isDuplicate = purpose === 'own' || purpose === 'vip' ? others.length > 0 : answers.length > 1;
    if (!isDuplicate) return [];
    const owner = purpose === 'vip' ? (vipAt(node, of ?? '')?.title ?? '') : (of ?? node.node);
    const macs = (others.length > 0 ? others : answers).join(', ');
    const interfaceTitle = interfaceAt(node, at)?.title ?? at;
    return [
      {
        code: 'duplicate-address',
        subject: address,
        values: { interface: interfaceTitle, macs, address, owner },
      },
    ];
  });
}

function expected(
  nodes: readonly NodeEvidence[],
  node: NodeEvidence,
  at: string,
  purpose: string,
  of: string | undefined,
): string[] {
  const present = (mac: string | undefined): string[] => (mac === undefined ? [] : [mac]);
  if (purpose === 'own') return present(interfaceAt(node, at)?.link?.mac);
  // While the nodes do not agree on the VHID, the other's virtual MAC is no stranger.
  if (purpose === 'vip')
    return nodes.flatMap(({ vips }) => vips.filter((vip) => vip.interface === at).map(({ mac }) => mac));
  const peer = nodes.find((one) => one.node === of);
  return peer === undefined ? [] : present(interfaceAt(peer, at)?.link?.mac);
}
