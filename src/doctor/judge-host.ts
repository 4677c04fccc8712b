/** What is wrong with one node by itself. Pure. */
import type { InterfaceEvidence, NodeEvidence, VipEvidence } from './evidence.ts';
import type { Fault, Value } from './finding.ts';

/** A carrier that changed so often within ten minutes flaps; a cable pulled and plugged changes it twice. */
const flaps = 6;
/** Fewer are the noise of starting; then the share counts. */
const fewErrors = 10;
const errorShare = 0.001;
const fewDrops = 100;
const dropShare = 0.01;
/** Revisions are small, but a whole document must fit several times. */
const leastFreeBytes = 32_000_000;
const nearlyFull = 0.85;
/** Lines of a drift that are shown. */
const shownLines = 3;

export function judgeHost(node: NodeEvidence): Fault[] {
  const name = node.node;
  return [
    ...node.interfaces.flatMap((one) => judgeInterface(node, one)),
    ...node.vips.flatMap((vip) => judgeDevice(node, vip)),
    ...node.settings.map(({ name: path, wanted, found }): Fault => {
      const setting = path.replaceAll('/', '.');
      const values = { name: setting, node: name, wanted, found, why: meaningOf(path) };
      return { code: 'setting-wrong', subject: setting, values };
    }),
    ...node.lacking.map(
      (feature): Fault => ({
        code: 'kernel-feature-missing',
        subject: name,
        values: { node: name, feature },
      }),
    ),
    ...judgeStores(node),
    ...judgeWaysOut(node),
    ...(node.api ? [] : [{ code: 'api-not-running', subject: name, values: { node: name } } as const]),
  ];
}

const howWords = {
  known: { en: 'one that everybody tries first', fr: 'de ceux que chacun essaie d’abord' },
  short: { en: 'shorter than 8 characters', fr: 'de moins de 8 caractères' },
  empty: { en: 'empty', fr: 'vide' },
} as const;

/** Nodes have the same document, so each password is told once. */
export function judgePasswords(nodes: readonly NodeEvidence[]): Fault[] {
  const weak = new Map(
    nodes.flatMap(({ passwords = [] }) => passwords.map(({ where, how }) => [where, how] as const)),
  );
  return [...weak].map(([where, how]) => ({
    code: 'password-weak',
    subject: where,
    values: { where, how: howWords[how] },
  }));
}

function judgeInterface(node: NodeEvidence, one: InterfaceEvidence): Fault[] {
  const { name, title, device, link, carrierChanges } = one;
  const values = { interface: title, device, node: node.node };
  if (link === undefined) return [{ code: 'interface-missing', subject: name, values }];
  const faults: Fault[] = [];
  if (!link.up) faults.push({ code: 'link-down', subject: name, values });
  if (carrierChanges >= flaps)
    faults.push({ code: 'carrier-flapping', subject: name, values: { ...values, count: carrierChanges } });
  const { packets, errors, dropped } = link;
  const isDamaged = errors >= fewErrors && errors > packets * errorShare;
  const isDropping = dropped >= fewDrops && dropped > packets * dropShare;
  if (isDamaged || isDropping)
    faults.push({ code: 'interface-errors', subject: name, values: { ...values, errors, dropped, packets } });
  return faults;
}

function judgeDevice(node: NodeEvidence, vip: VipEvidence): Fault[] {
  const { key, title, device, mac, found, status } = vip;
  const values = { title, node: node.node, device };
  const parent = node.interfaces.find(({ name }) => name === vip.interface);
  if (parent?.link === undefined) return [];
  if (found === undefined) return [{ code: 'vip-device-missing', subject: key, values }];
  const wrong = (what: Value): Fault[] => [
    { code: 'vip-device-wrong', subject: key, values: { ...values, what } },
  ];
  if (found.mac !== mac)
    return wrong({ en: `has the MAC ${found.mac}, not ${mac}`, fr: `a la MAC ${found.mac}, et non ${mac}` });
  if (status === 'MASTER' && !found.up)
    return wrong({
      en: 'is down, though the node is master',
      fr: 'est désactivé, alors que le nœud est maître',
    });
  return [];
}

/** What a setting does, by the end of its path. */
function meaningOf(path: string): Value {
  const meanings: Readonly<Record<string, Value>> = {
    ip_forward: { en: 'The node routes nothing any more.', fr: 'Le nœud ne route plus rien.' },
    forwarding: { en: 'The node routes no IPv6 any more.', fr: 'Le nœud ne route plus l’IPv6.' },
    rp_filter: {
      en: 'Packets that arrive by the device of a virtual IP and leave by its parent are dropped.',
      fr: 'Les paquets qui arrivent par le périphérique d’une IP virtuelle et repartent par son parent sont rejetés.',
    },
    arp_ignore: {
      en: 'The node answers ARP for addresses of its other devices, with the wrong MAC.',
      fr: 'Le nœud répond à l’ARP pour les adresses de ses autres périphériques, avec la mauvaise MAC.',
    },
    arp_announce: {
      en: 'Its own ARP questions teach neighbours the wrong MAC for a virtual IP.',
      fr: 'Ses propres questions ARP apprennent aux voisins une fausse MAC pour une IP virtuelle.',
    },
    accept_local: {
      en: 'Packets between the nodes of the pair are dropped as spoofed.',
      fr: 'Les paquets entre les nœuds de la paire sont rejetés comme usurpés.',
    },
    nf_conntrack_tcp_be_liberal: {
      en: 'Connections that come back after a failover are dropped as out of window.',
      fr: 'Les connexions qui reviennent après une bascule sont rejetées, car hors fenêtre.',
    },
  };
  return meanings[path.split('/').at(-1) ?? ''] ?? '';
}

function judgeStores({ node, connections, disk, drift }: NodeEvidence): Fault[] {
  const faults: Fault[] = [];
  if (connections !== undefined && connections.entries > connections.most * nearlyFull) {
    const { entries, most } = connections;
    faults.push({
      code: 'connections-nearly-full',
      subject: node,
      values: { node, entries, most, more: 2 * most },
    });
  }
  if (disk !== undefined && disk.freeBytes < leastFreeBytes) {
    const [free, total] = [disk.freeBytes, disk.totalBytes].map((bytes) => Math.round(bytes / 1_000_000));
    faults.push({
      code: 'disk-full',
      subject: node,
      values: { node, folder: disk.folder, free: free ?? 0, total: total ?? 0 },
    });
  }
  if (drift.length > 0) {
    const more = drift.length > shownLines ? ` (+${drift.length - shownLines})` : '';
    const lines = `${drift.slice(0, shownLines).join('; ')}${more}`;
    faults.push({ code: 'ruleset-drift', subject: node, values: { node, lines } });
  }
  return faults;
}

function judgeWaysOut(node: NodeEvidence): Fault[] {
  const isUp = (name: string): boolean =>
    node.interfaces.some((one) => one.name === name && one.link?.up === true);
  const silent = node.gateways.filter((gateway) => !gateway.answered && isUp(gateway.interface));
  const faults = silent.map(
    ({ interface: name, address }): Fault => ({
      code: 'gateway-unreachable',
      subject: name,
      values: {
        node: node.node,
        address,
        interface: node.interfaces.find((one) => one.name === name)?.title ?? name,
      },
    }),
  );
  const { resolvers } = node;
  if (faults.length > 0 || resolvers.length === 0 || resolvers.some(({ answered }) => answered))
    return faults;
  const addresses = resolvers.map(({ address }) => address).join(', ');
  return [{ code: 'resolver-unreachable', subject: node.node, values: { node: node.node, addresses } }];
}
