/** Synchronisation between the nodes. */
import { portsBehind } from './aliases.ts';
import { asList, type CheckContext } from './context.ts';
import type { ClusterDocument, Rule } from './document.ts';
import { gatewayAddress } from './model.ts';
import { cidr } from './network.ts';

type Sync = NonNullable<ClusterDocument['ha']['sync']>;

export function checkHa(context: CheckContext): void {
  checkHostIds(context);
  checkAccess(context);
  const { sync } = context.document.ha;
  if (sync === undefined) {
    if (context.nodes.length > 1) context.report('sync-missing', ['ha'], {});
    return;
  }
  if (context.face(sync.interface) === undefined) return;
  checkLink(context, sync);
  checkPeers(context, sync);
  checkConfig(context, sync);
  checkSyncRules(context, sync);
}

function checkHostIds(context: CheckContext): void {
  const seen = new Map<string, string>();
  for (const [node, id] of Object.entries(context.document.ha.hostId ?? {})) {
    const path = ['ha', 'hostId', node];
    // Zero means "none" to pf, which then picks one at random.
    if (!/^[0-9a-f]{8}$/i.test(id) || /^0+$/.test(id)) context.report('host-id-invalid', path, { id, node });
    const other = seen.get(id.toLowerCase());
    if (other !== undefined) context.report('host-id-equal', path, { node, other, id });
    seen.set(id.toLowerCase(), node);
  }
}

/** How pfSenses are reached. */
function checkAccess(context: CheckContext): void {
  for (const [node, { pfsense }] of Object.entries(context.document.nodes))
    if (pfsense?.verifyCertificate === false && pfsense.fingerprint === undefined)
      context.report('config-certificate-unchecked', ['nodes', node, 'pfsense', 'verifyCertificate'], {});
}

/** A passphrase of so many characters withstands guessing from a recording. */
const shortestKey = 16;
const keysPath = ['ha', 'sync', 'keys'];

function checkLink(context: CheckContext, sync: Sync): void {
  const { document } = context;
  const ifname = sync.interface;
  const title = context.title(ifname);
  const face = context.face(ifname);
  const path = ['ha', 'sync', 'interface'];
  const vips = document.virtualIps
    .map((vip, i) => ({ vip, i }))
    .filter(({ vip }) => vip.interface === ifname);
  const isOther = face?.role !== undefined && face.role !== 'sync';
  // A link that serves clients is a LAN, whatever it is called; then its VIP is not the mistake.
  if (isOther || vips.length > 0) context.report('sync-not-dedicated', path, { interface: title });
  if (!isOther)
    for (const { vip, i } of vips)
      context.report('sync-vip', ['virtualIps', i, 'interface'], { vhid: vip.vhid, interface: title });
  sync.keys?.forEach((key, i) => {
    if (key.length < shortestKey) context.report('sync-key-short', [...keysPath, i], { length: key.length });
  });
  if (gatewayAddress(document, face?.gateway) !== undefined && !isOther)
    context.report('sync-gateway', ['interfaces', ifname, 'gateway'], { interface: title });
  if (!isOther)
    document.dhcp.forEach((entry, i) => {
      if (entry.interface === ifname)
        context.report('sync-dhcp', ['dhcp', i, 'interface'], { interface: title });
    });
}

function checkPeers(context: CheckContext, sync: Sync): void {
  if (sync.peers === undefined) return;
  const { nodes } = context;
  for (const [node, text] of Object.entries(sync.peers)) {
    if (!nodes.includes(node)) continue;
    const path = ['ha', 'sync', 'peers', node];
    const peer = cidr(text);
    const owner = context.ownerOf(peer);
    if (owner?.node === node) context.report('sync-peer-self', path, { node, address: text });
    else if (owner?.ifname !== sync.interface)
      context.report('sync-peer-foreign', path, {
        node,
        address: text,
        interface: context.title(sync.interface),
      });
  }
  const without = nodes.filter((node) => !Object.hasOwn(sync.peers ?? {}, node));
  const having = nodes.find((node) => !without.includes(node));
  if (having !== undefined)
    for (const node of without)
      context.report('sync-peer-missing', ['ha', 'sync', 'peers'], { node, other: having });
}

function checkConfig(context: CheckContext, sync: Sync): void {
  const { config } = sync;
  if (config === undefined) return;
  const path = ['ha', 'sync', 'config'];
  if (!config.verifyCertificate && config.fingerprint === undefined)
    context.report('config-certificate-unchecked', [...path, 'verifyCertificate'], {});
  const from = config.from ?? context.nodes[0];
  if (config.peer === undefined || from === undefined) return;
  const owner = context.ownerOf(cidr(config.peer));
  if (owner?.node === from)
    context.report('config-peer-self', [...path, 'peer'], { address: config.peer, node: from });
}

/** What the synchronisation itself needs to get through. */
function checkSyncRules(context: CheckContext, sync: Sync): void {
  const title = context.title(sync.interface);
  const passing = context.document.rules.filter(
    (rule) => rule.interface === sync.interface && rule.action === 'pass' && !rule.disabled,
  );
  const lets = (protocol: Rule['protocol'], also: (rule: Rule) => boolean): boolean =>
    passing.some((rule) => (rule.protocol === 'any' || rule.protocol === protocol) && also(rule));
  if (sync.states && !lets('pfsync', () => true))
    context.report('sync-rule-missing', ['ha', 'sync', 'interface'], { interface: title });
  const https = (rule: Rule): boolean =>
    rule.ports === undefined || asList(rule.ports).some((port) => covers443(context, port));
  if (sync.config !== undefined && !lets('tcp', https) && !lets('tcp/udp', https))
    context.report('config-rule-missing', ['ha', 'sync', 'config'], { interface: title });
}

function covers443(context: CheckContext, port: string | number): boolean {
  const [low, high] = String(port).split('-').map(Number);
  if (low !== undefined && !Number.isNaN(low)) return low <= 443 && 443 <= (high ?? low);
  return portsBehind(context.document, String(port)).some(([from, to]) => from <= 443 && 443 <= to);
}
