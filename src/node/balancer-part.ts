/** The load balancer as a part of a node: it follows the document, and answers over the control socket. */
import type { BalancerRequest, ControlReply, ControlRequest } from '#api/contract/control.ts';
import { ok } from '#base/result.ts';
import { balancerOf } from '#config/balancer.ts';
import type { BalancerHandle } from './balancer.ts';
import type { Part } from './following.ts';

export const isBalancerRequest = (request: ControlRequest): request is BalancerRequest =>
  request.command === 'balancer' ||
  request.command === 'balancerOrder' ||
  request.command === 'balancerOrders';

export async function answerBalancer(
  balancer: BalancerHandle,
  request: BalancerRequest,
): Promise<ControlReply> {
  if (request.command === 'balancer') return { ok: true, balancer: await balancer.status() };
  if (request.command === 'balancerOrders') {
    const taken = balancer.exchange(request.orders);
    return taken.ok ? { ok: true, orders: taken.value } : { ok: false, error: taken.error };
  }
  const { order, member, pool } = request;
  const done = balancer.command({ order, member, pool });
  return done.ok ? { ok: true, ordered: [...done.value] } : { ok: false, error: done.error };
}

export const balancerPart = (balancer: BalancerHandle): Part => ({
  tryOut: async (from, to) => {
    const [before, after] = [balancerOf(from), balancerOf(to)];
    if (JSON.stringify(before) === JSON.stringify(after)) return ok([]);
    const tried = await balancer.tryOut(to);
    return tried.ok
      ? ok([`load balancer: ${after.pools.length} pools, ${after.servers.length} virtual servers`])
      : tried;
  },
  follow: (_, to) => balancer.follow(to),
});
