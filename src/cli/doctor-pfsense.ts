/**
 * `bascule doctor` for a document whose nodes are pfSenses: each is read through XML-RPC, or from its exported
 * config.xml; the pair is audited, and each node is held to the document.
 */
import { readFileSync } from 'node:fs';
import type { Language } from '#base/language.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { audit, isSwapped } from '#config/audit/audit.ts';
import { textsOf } from '#config/audit/finding.ts';
import { faultText } from '#config/audit/words.ts';
import type { ClusterDocument } from '#config/document.ts';
import { addressesOf } from '#config/model.ts';
import type { PfConfig } from '#config/pfsense/model.ts';
import { readConfig } from '#config/pfsense/read.ts';
import { readXml } from '#config/pfsense/xml.ts';
import { configFile } from '#configsync/config-file.ts';
import { nodePlan } from '#configsync/node-plan.ts';
import { settled, type TreeMap, textOf, treeOf } from '#configsync/tree.ts';
import { type DoctorFinding, type Fault, inWords, type WordedFault } from '#doctor/finding.ts';
import { heldBy, pfsensesOf, readDocument, remoteOf } from './pfsense-nodes.ts';

/** What the audit reads of a configuration, besides its version. */
// biome-ignore format: one list
const auditedSections = [
  'system', 'interfaces', 'vlans', 'laggs', 'virtualip', 'virtualip_carp_maintenancemode', 'hasync', 'filter', 'nat',
  'aliases', 'gateways', 'staticroutes', 'schedules', 'dhcpd', 'dhcpdv6', 'kea', 'unbound', 'dnsmasq', 'ntpd', 'openvpn',
  'ipsec', 'cert', 'sysctl', 'installedpackages',
];
/** Differences that are named; the rest is counted. */
const mostShown = 6;

/** A node's configuration, and where it is from. */
interface Read {
  readonly node: string;
  readonly tree: TreeMap;
  readonly config: PfConfig;
  /** For places of findings; undefined when it was read from the node. */
  readonly file: string | undefined;
}

export interface PfsenseExamination {
  readonly nodes: readonly string[];
  readonly findings: readonly DoctorFinding[];
}

/** `exports` are config.xml files, in any order; nodes without one are asked. Undefined after saying what is wrong. */
export async function examinePfsenses(
  file: string,
  exports: readonly string[],
  language: Language,
): Promise<PfsenseExamination | undefined> {
  const document = readDocument(file, language)?.document;
  if (document === undefined) return undefined;
  const nodes = pfsensesOf(document);
  if (nodes.length === 0) {
    console.error(`${file}: no node of the document has kind: pfsense`);
    return undefined;
  }
  const files = exports.map((path) => ({ path, read: fromFile(path, language) }));
  for (const { read } of files) if (!read.ok) console.error(read.error);
  if (files.some(({ read }) => !read.ok)) return undefined;
  const parsed = files.flatMap(({ path, read }) => (read.ok ? [{ ...read.value, file: path }] : []));
  const owners = ownersOf(
    document,
    nodes,
    parsed.map(({ config }) => config),
  );
  const reads = await Promise.all(
    nodes.map(async (node): Promise<Result<Read>> => {
      const own = parsed[owners.indexOf(node)];
      return own === undefined ? fromNode(document, node, language) : ok({ node, ...own });
    }),
  );
  const read = reads.flatMap((one) => (one.ok ? [one.value] : []));
  const faults = [
    ...reads.flatMap((one, i): Fault[] => {
      const node = nodes[i] ?? '';
      return one.ok ? [] : [{ code: 'pfsense-silent', subject: node, values: { node, why: one.error } }];
    }),
    ...read.flatMap((one) => againstDocument(document, one)),
  ];
  const [one, two] = read;
  const audited = one === undefined || two === undefined ? [] : auditOf(one, two, language);
  return { nodes: read.map(({ node }) => node), findings: inWords([...faults, ...audited], language) };
}

function fromFile(path: string, language: Language): Result<{ tree: TreeMap; config: PfConfig }> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [xml, config] = [readXml(text), readConfig(text)];
  if (!config.ok) return fail(`${path}:${config.error.line}: ${faultText(config.error, language)}`);
  return ok({ tree: xml.ok ? settled(treeOf(xml.value)) : new Map(), config: config.value });
}

async function fromNode(document: ClusterDocument, node: string, language: Language): Promise<Result<Read>> {
  const remote = remoteOf(document, node);
  if (!remote.ok) return remote;
  const held = await heldBy(remote.value, auditedSections);
  if (!held.ok) return held;
  const tree = settled(new Map([['version', held.value.version], ...held.value.sections]));
  const config = readConfig(configFile(tree));
  if (!config.ok) return fail(faultText(config.error, language));
  return ok({ node, tree, config: config.value, file: undefined });
}

/** Whose each configuration is: by an address of its interfaces, else by its name, else by its place. */
function ownersOf(
  document: ClusterDocument,
  nodes: readonly string[],
  configs: readonly PfConfig[],
): (string | undefined)[] {
  const owns = (node: string, config: PfConfig): boolean =>
    Object.values(document.interfaces).some((face) =>
      addressesOf(face, node).some(({ address }) =>
        config.interfaces.some((own) => own.address === `${address}` || own.address6 === `${address}`),
      ),
    );
  const left = new Set(nodes);
  const take = (node: string | undefined): string | undefined => {
    if (node !== undefined) left.delete(node);
    return node;
  };
  const found = configs.map((config) =>
    take(
      [...left].find((node) => owns(node, config)) ??
        [...left].find((node) => node.toLowerCase() === config.hostname.toLowerCase()),
    ),
  );
  return found.map((node) => node ?? take([...left][0]));
}

function againstDocument(document: ClusterDocument, { node, tree }: Read): Fault[] {
  const plan = nodePlan(document, node, textOf(tree.get('version')), tree);
  const { changes, misfits, byHand } = plan;
  const shown = changes.slice(0, mostShown).map(({ section, what }) => `${section} ${what}`);
  const more = changes.length > mostShown ? [`+${changes.length - mostShown}`] : [];
  const list = [...shown, ...more].join(', ');
  return [
    ...misfits.map(
      (words): Fault => ({ code: 'pfsense-other-network', subject: node, values: { node, words } }),
    ),
    ...byHand
      .filter(({ code }) => code === 'address')
      .map(
        ({ what, wanted = '', found = '' }): Fault => ({
          code: 'pfsense-interface',
          subject: what,
          values: { node, interface: what, wanted, found },
        }),
      ),
    ...(changes.length === 0
      ? []
      : [{ code: 'pfsense-differs', subject: node, values: { node, count: changes.length, list } } as const]),
  ];
}

/** The audit's findings, in the doctor's form. */
function auditOf(one: Read, two: Read, language: Language): WordedFault[] {
  const swapped = isSwapped(one.config, two.config);
  const [primary, backup] = swapped ? [two, one] : [one, two];
  const sides = { primary, backup };
  return audit(primary.config, backup.config, Math.floor(Date.now() / 1_000)).map((finding) => {
    const { cause, effect, remedy } = textsOf(finding, language);
    const { node, file } = sides[finding.side];
    const place = file === undefined ? node : `${node}, ${file}:${finding.line}`;
    return {
      code: finding.code,
      severity: finding.severity,
      subject: node,
      evidence: `${cause} (${place})`,
      cause: effect,
      remedy,
    };
  });
}
