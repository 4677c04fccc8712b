/** The words after `bascule config`. */
import type { Command, Option } from 'commander';

/** Options that other commands have, too. */
export interface SharedOptions {
  readonly wholeNumber: (text: string) => number;
  readonly socketOption: () => Option;
  readonly reasonOption: () => Option;
  readonly confirmOption: () => Option;
}

export function addConfigCommands(
  program: Command,
  { wholeNumber, socketOption, reasonOption, confirmOption }: SharedOptions,
): void {
  const config = program.command('config').description("the cluster's document and its history");
  config
    .command('show')
    .argument('[revision]', 'number; the newest when left out', wholeNumber)
    .description('prints the document')
    .addOption(socketOption())
    .action(async (number: number | undefined, options: { socket: string }) => {
      const { show } = await import('./config.ts');
      process.exitCode = await show(number, options);
    });
  config
    .command('history')
    .description('lists the revisions, the newest first')
    .addOption(socketOption())
    .option('--limit <n>', 'at most so many', wholeNumber, 20)
    .option('--json', 'as JSON')
    .action(async (options: { socket: string; limit: number; json?: boolean }) => {
      const { history } = await import('./config.ts');
      process.exitCode = await history(options);
    });
  config
    .command('diff')
    .argument('[from]', 'revision; the one before when left out', wholeNumber)
    .argument('[to]', 'revision; the newest when left out', wholeNumber)
    .description('shows the difference of two revisions, in words and as a diff')
    .addOption(socketOption())
    .action(async (from: number | undefined, to: number | undefined, options: { socket: string }) => {
      const { diff } = await import('./config.ts');
      process.exitCode = await diff(from, to, options);
    });
  config
    .command('rollback')
    .argument('<revision>', 'number', wholeNumber)
    .description('makes an old revision the newest again')
    .addOption(socketOption())
    .addOption(reasonOption())
    .addOption(confirmOption())
    .action(async (number: number, options: { socket: string }) => {
      const { rollback } = await import('./apply.ts');
      process.exitCode = await rollback(number, options);
    });
  config
    .command('edit')
    .description('opens the document in $EDITOR and applies what you write')
    .addOption(socketOption())
    .addOption(reasonOption())
    .addOption(confirmOption())
    .action(async (options: { socket: string }) => {
      const { edit } = await import('./config.ts');
      process.exitCode = await edit(options);
    });
  config
    .command('compare')
    .description('reads all nodes back, documents and kernels, and shows any difference')
    .addOption(socketOption())
    .option('--json', 'as JSON')
    .action(async (options: { socket: string; json?: boolean }) => {
      const { compare } = await import('./config.ts');
      process.exitCode = await compare(options);
    });
  config
    .command('sections')
    .description('shows which sections the nodes share, or changes it')
    .addOption(socketOption())
    .option(
      '--own <section...>',
      'each node is to have its own, beginning with what all had; "all" for all sections',
    )
    .option('--shared <section...>', 'all nodes are to have the same again; "all" for all sections')
    .option('--all', 'as --shared all')
    .option('--take <node>', 'where the nodes differ, this node has it right')
    .addOption(reasonOption())
    .addOption(confirmOption())
    .action(async (options: { socket: string }) => {
      const { sections } = await import('./sections.ts');
      process.exitCode = await sections(options);
    });
}
