/** The words after `bascule balance`. */
import { type Command, Option } from 'commander';
import { defaultSocket } from '#api/client.ts';
import type { MemberOrder } from '#api/contract/balancer.ts';

const socketOption = () =>
  new Option('--socket <path>', 'control socket of the node').env('BASCULE_SOCKET').default(defaultSocket);

const orders: Readonly<Record<MemberOrder, string>> = {
  drain: 'gives a member no new connections; those that it has go on',
  disable: 'takes a member out and ends its connections',
  enable: 'takes a drained or disabled member back',
};

export function addBalanceCommands(program: Command): void {
  const balance = program.command('balance').alias('balancer').description('the load balancer of the node');
  balance
    .command('status', { isDefault: true })
    .description('pools, members and virtual servers: who serves, since when and why')
    .addOption(socketOption())
    .option('--json', 'as JSON')
    .action(async (options: { socket: string; json?: boolean }) => {
      const { balanceStatus } = await import('./balance.ts');
      process.exitCode = await balanceStatus(options);
    });
  for (const [order, description] of Object.entries(orders))
    balance
      .command(order)
      .argument('<member>', 'ADDRESS:PORT, or an address for all its ports')
      .description(description)
      .option('--pool <name>', 'in this pool alone')
      .addOption(socketOption())
      .action(async (member: string, options: { socket: string; pool?: string }) => {
        const { balanceOrder } = await import('./balance.ts');
        process.exitCode = await balanceOrder(order as MemberOrder, member, options);
      });
}
