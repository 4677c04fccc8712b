/** Nodes of a lab know each other's certificates from the start, as "bascule join" leaves it. */
import { join } from 'node:path';
import { ok, type Result } from '#base/result.ts';
import { openIdentity } from '#node/identity-store.ts';
import { stateOf } from './node-handle.ts';

export async function introduce(folder: string, nodes: readonly string[]): Promise<Result<void>> {
  const stores = nodes.map((node) => ({
    node,
    store: openIdentity(join(stateOf(folder, node), node), node),
  }));
  for (const { node, store } of stores) {
    const identity = await store.own(Date.now());
    if (!identity.ok) return identity;
    for (const other of stores) {
      if (other.node === node) continue;
      const trusted = other.store.trust(node, identity.value.certificate);
      if (!trusted.ok) return trusted;
    }
  }
  return ok(undefined);
}
