/** The words of `bascule infra`; what they do is loaded when they are used. */
import type { Command } from 'commander';
import type { InfraOptions } from './infra.ts';
import type { InfraExportOptions } from './infra-export.ts';
import { languageOption } from './language.ts';

export function addInfraCommands(program: Command): void {
  const infra = program
    .command('infra')
    .description('what lies under the cluster: bridges, tunnels, machines');
  const on = ['--on <hypervisor>', 'which hypervisor of the document this machine is'] as const;
  infra
    .command('plan')
    .argument('<file>', 'the cluster document')
    .description('says what would be changed at this hypervisor, or at its Proxmox, and why')
    .option(...on)
    .option('--proxmox', 'by the API of Proxmox VE, from anywhere, for all hypervisors')
    .option(...languageOption)
    .option('--json', 'as JSON')
    .action(async (file: string, options: InfraOptions) => {
      const { infraPlan } = await import('./infra.ts');
      process.exitCode = await infraPlan(file, options);
    });
  infra
    .command('apply')
    .argument('<file>', 'the cluster document')
    .description('makes it so; a second time there is nothing to do')
    .option(...on)
    .option('--proxmox', 'by the API of Proxmox VE, from anywhere, for all hypervisors')
    .option(...languageOption)
    .action(async (file: string, options: InfraOptions) => {
      const { infraApply } = await import('./infra.ts');
      process.exitCode = await infraApply(file, options);
    });
  infra
    .command('verify')
    .argument('<file>', 'the cluster document')
    .description('measures bridges and tunnels of this hypervisor, and names what is wrong')
    .option(...on)
    .option(...languageOption)
    .option('--json', 'as JSON')
    .action(async (file: string, options: InfraOptions) => {
      const { infraVerify } = await import('./infra.ts');
      process.exitCode = await infraVerify(file, options);
    });
  infra
    .command('export')
    .argument('<file>', 'the cluster document')
    .description('prints /etc/network/interfaces as it should be, or writes it and keeps the old one')
    .option(...on)
    .option('--interfaces <file>', 'the file', '/etc/network/interfaces')
    .option('--write', 'write it')
    .option(...languageOption)
    .action(async (file: string, options: InfraExportOptions) => {
      const { infraExport } = await import('./infra-export.ts');
      process.exitCode = infraExport(file, options);
    });
}
