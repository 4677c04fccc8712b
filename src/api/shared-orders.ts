/** Orders for members of pools, drained and disabled, are the same on all nodes: each tells the others what it has. */
import type { NodeDoor } from './handlers.ts';

const by = { user: 'the cluster', from: 'the cluster' } as const;

export class SharedOrders {
  readonly #busy = new Set<string>();

  /** Both have the newest of both then. A node without orders asks nobody: whoever has some comes by himself. */
  async with(peer: NodeDoor, self: NodeDoor): Promise<void> {
    if (this.#busy.has(peer.node)) return;
    this.#busy.add(peer.node);
    try {
      const own = await self.ask({ command: 'balancerOrders', orders: {} }, by);
      const orders = own.ok && own.value.ok ? own.value.orders : undefined;
      if (orders === undefined || Object.keys(orders).length === 0) return;
      const theirs = await peer.ask({ command: 'balancerOrders', orders }, by);
      if (!theirs.ok || !theirs.value.ok || theirs.value.orders === undefined) return;
      await self.ask({ command: 'balancerOrders', orders: theirs.value.orders }, by);
    } finally {
      this.#busy.delete(peer.node);
    }
  }
}
