/**
 * A cluster document as one node's configuration of a pfSense. What a pfSense has no place for can ride along as the
 * document's own text, in an element that no page of pfSense shows and that its writing keeps; `comeBack` finds it.
 */
import type { ClusterDocument } from '#config/document.ts';
import { nothingElse } from '#config/pfsense/whole.ts';
import { documentAt, pathAt } from '#config/sections.ts';
import { aliasesOf, schedulesOf } from './export-aliases.ts';
import { natOf } from './export-nat.ts';
import { dhcpOf, gatewaysOf, hasyncOf, interfacesOf, vipsOf } from './export-network.ts';
import type { ExportNote } from './export-notes.ts';
import { rulesOf } from './export-rules.ts';
import { branch, type Owners, type Scene, sceneOf } from './export-scene.ts';
import type { TreeMap } from './tree.ts';

/** The text that a document was read from, and the passwords that it refers to. */
export interface Source {
  readonly text: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** The same of variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ExportOptions {
  /** As in `<version>`; that of pfSense 2.7.2 when left out. */
  readonly version?: string;
  readonly source?: Source;
}

export interface Exported {
  readonly tree: TreeMap;
  readonly notes: readonly ExportNote[];
  readonly owners: Owners;
}

export const usualVersion = '23.3';

/** Pure: the same document gives the same tree. Throws for a node that the document does not name. */
export function pfsenseTree(cluster: ClusterDocument, node: string, options: ExportOptions = {}): Exported {
  if (!Object.hasOwn(cluster.nodes, node)) throw new Error(`bug: the document has no node "${node}"`);
  const notes: ExportNote[] = [];
  const document = documentAt(cluster, node);
  const scene = sceneOf(document, node, (code, path, what) =>
    notes.push({ code, path: pathAt(cluster, node, path), what }),
  );
  const {
    cluster: domain,
    failover,
    mixed,
    preempt,
    strict,
    nodes,
    interfaces,
    gateways,
    gatewayGroups,
    virtualIps,
    ha,
    ...more
  } = document;
  const { management, dhcp, helpers, aliases, schedules, floatingRules, rules, nat, ...others } = more;
  const { antiLockout, infrastructure, loadBalancer, users, groups, ...rest } = others;
  nothingElse(rest);
  tellSettings(scene);
  const { filter, owners: filterOwners } = rulesOf(scene);
  const translated = natOf(scene);
  const tree = branch({
    version: options.version ?? usualVersion,
    system: branch({
      optimization: 'normal',
      hostname: node,
      domain,
      webgui: branch({ protocol: 'https', noantilockout: antiLockout === false }),
    }),
    interfaces: interfacesOf(scene),
    gateways: gatewaysOf(scene),
    virtualip: vipsOf(scene),
    hasync: hasyncOf(scene),
    aliases: aliasesOf(scene),
    schedules: schedulesOf(scene),
    filter: new Map([['rule', [...filter, ...translated.filter]]]),
    nat: translated.nat,
    dhcpd: dhcpOf(scene, 'ipv4'),
    dhcpdv6: dhcpOf(scene, 'ipv6'),
    bascule: options.source === undefined ? undefined : packed(node, options.source),
  });
  return { tree, notes, owners: { ...filterOwners, ...translated.owners } };
}

function tellSettings({ document, tell }: Scene): void {
  if (document.failover !== 'standard') tell('timers', ['failover'], document.failover);
  if (!document.preempt) tell('setting', ['preempt'], 'preempt: false');
  if (document.strict === true) tell('setting', ['strict'], 'strict: true');
  if (document.helpers.length > 0) tell('setting', ['helpers'], `helpers: ${document.helpers.join(', ')}`);
  if (typeof document.antiLockout === 'string')
    tell('setting', ['antiLockout'], `antiLockout: ${document.antiLockout}`);
  if (document.infrastructure !== undefined) tell('setting', ['infrastructure'], 'infrastructure');
  if (Object.keys(document.loadBalancer.virtualServers).length > 0)
    tell('setting', ['loadBalancer'], 'loadBalancer');
  for (const user of Object.keys(document.users)) tell('administrator', ['users', user], user);
  if (Object.keys(document.groups).length > 0) tell('setting', ['groups'], 'groups');
  if (document.management !== undefined) tell('administrator', ['management'], document.management.user);
}

const packed = (node: string, { text, secrets, env = {} }: Source): TreeMap =>
  branch({
    node,
    document: Buffer.from(text).toString('base64'),
    secrets: Buffer.from(JSON.stringify({ secrets, env })).toString('base64'),
  });
