/** A node's configuration as a pfSense's: what its document says, and what once came and a document cannot hold. */
import type { ClusterDocument } from '#config/document.ts';
import { importedFrom } from './come-back.ts';
import { pfsenseTree } from './export.ts';
import { isNothing, isSame, listOf, mapOf, settled, type Tree, type TreeMap, withAt } from './tree.ts';

/** Sections that documents have too. */
const shared = ['aliases', 'schedules', 'filter', 'nat', 'virtualip', 'gateways', 'dhcpd', 'dhcpdv6'];
/** Each node's own, whatever came. */
const own = ['version', 'system', 'interfaces', 'hasync', 'bascule'];

/**
 * `kept` is the tree after the last push. Of it stays what no document holds, and of the others each section that
 * still means what the document says, with its ids and everything else that a pfSense wrote into it.
 */
export function heldTree(
  document: ClusterDocument,
  node: string,
  version: string,
  kept: TreeMap | undefined,
): TreeMap {
  const derived = settled(pfsenseTree(document, node, { version }).tree);
  if (kept === undefined) return derived;
  let tree: TreeMap = derived;
  for (const [name, part] of kept)
    if (!shared.includes(name) && !own.includes(name)) tree = withAt(tree, name, part);
  // Accounts and the like came inside of sections that are the node's own.
  for (const name of ['user', 'group', 'authserver', 'nextuid', 'nextgid']) {
    const part = mapOf(kept.get('system')).get(name);
    if (!isNothing(part)) tree = withAt(tree, `system/${name}`, part);
  }
  const meaning = meaningOf(derived, node);
  const whole = shared.reduce((all, name) => withAt(all, name, kept.get(name)), tree);
  if (meaningOf(whole, node) === meaning) return whole;
  for (const name of shared) {
    if (isSame(kept.get(name), derived.get(name))) continue;
    const swapped = withAt(tree, name, kept.get(name));
    if (meaningOf(swapped, node) === meaning) tree = swapped;
  }
  return tree;
}

/** What a document would say of it; priorities are not the sender's matter. */
function meaningOf(tree: TreeMap, node: string): string {
  const vips = listOf(mapOf(tree.get('virtualip')).get('vip')).map(
    (vip): Tree => withAt(withAt(mapOf(vip), 'advskew', '0'), 'advbase', '1'),
  );
  return JSON.stringify(importedFrom([withAt(tree, 'virtualip/vip', vips)], [node])?.value);
}
