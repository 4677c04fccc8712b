/** The words of `bascule doctor` and `bascule diag`; what they do is loaded when they are used. */
import { type Command, Option } from 'commander';
import { defaultSocket } from '#api/client.ts';

export function addDoctorCommands(program: Command): void {
  const socketOption = (): Option =>
    new Option('--socket <path>', 'control socket of the node').env('BASCULE_SOCKET').default(defaultSocket);
  program
    .command('doctor')
    .description('examines the running pair, and says what is wrong, why, and what to do')
    .addOption(socketOption())
    .option('--lang <fr|en>', 'language of the findings; that of the environment when left out')
    .option('--json', 'findings as JSON')
    .action(async (options: { socket: string; json?: boolean; lang?: string }) => {
      const { doctor } = await import('./doctor.ts');
      process.exitCode = await doctor(options);
    });
}
