/** What was ordered for members by hand survives a restart: one file of the node's state folder. */
import { givenOrders } from '#api/contract/balancer.ts';
import type { GivenOrders } from '#balance/orders.ts';
import type { Result } from '#base/result.ts';
import { DurableFolder } from './durable-files.ts';

const file = 'balancer.json';

export interface OrderStore {
  /** A missing or unreadable file is no orders. */
  read(): GivenOrders;
  write(orders: GivenOrders): Result<void>;
}

export function openOrderStore(folder: string): OrderStore {
  const durable = new DurableFolder(folder);
  return {
    read: () => {
      const text = durable.read(file);
      if (!text.ok) return {};
      try {
        return givenOrders.parse(JSON.parse(text.value));
      } catch {
        return {};
      }
    },
    write: (orders) => durable.write(file, `${JSON.stringify(orders, undefined, 2)}\n`),
  };
}
