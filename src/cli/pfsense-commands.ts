/** The words of `bascule pfsense`; what they do is loaded when they are used. */
import type { Command } from 'commander';

export function addPfsenseCommands(program: Command): void {
  program
    .command('pfsense')
    .description('nodes of a document that are pfSenses')
    .command('push')
    .argument('[file]', 'the cluster document', 'cluster.yaml')
    .description('brings virtual IPs, high availability, rules and NAT to each, and reads them back')
    .option('--dry-run', 'say what would be changed, and change nothing')
    .option('--node <name>', 'at this node alone')
    .option('--lang <fr|en>', 'language of the plan; that of the environment when left out')
    .option('--json', 'the plan as JSON')
    .action(async (file: string, options: { dryRun?: boolean; node?: string }) => {
      const { pfsensePush } = await import('./pfsense.ts');
      process.exitCode = await pfsensePush(file, options);
    });
}
