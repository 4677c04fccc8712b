/** The words of `bascule doctor` and `bascule diag`; what they do is loaded when they are used. */
import { type Command, Option } from 'commander';
import { defaultSocket } from '#api/client.ts';
import type { BundleOptions } from './support-bundle.ts';

/** `wholeNumber` refuses what is none; `version` is the program's. */
export function addDoctorCommands(
  program: Command,
  wholeNumber: (text: string) => number,
  version: () => string,
): void {
  const socketOption = (): Option =>
    new Option('--socket <path>', 'control socket of the node').env('BASCULE_SOCKET').default(defaultSocket);
  program
    .command('doctor')
    .argument('[files...]', 'a document whose nodes are pfSenses, and their config.xml; else they are asked')
    .description('examines the running pair, and says what is wrong, why, and what to do')
    .addOption(socketOption())
    .option('--lang <fr|en>', 'language of the findings; that of the environment when left out')
    .option('--json', 'findings as JSON')
    .action(async (files: string[], options: { socket: string; json?: boolean; lang?: string }) => {
      const { doctor } = await import('./doctor.ts');
      process.exitCode = await doctor({ ...options, files });
    });

  const diag = program.command('diag').description('looks at frames, ways and tables of this machine');
  diag
    .command('capture')
    .argument('<what>', 'carp, pfsync (state synchronisation) or vxlan')
    .description('prints a line for every frame, and writes them for Wireshark')
    .addOption(socketOption())
    .option('--seconds <n>', 'for so long', wholeNumber, 10)
    .option('--write <file>', 'the frames in the format of libpcap')
    .option('--interface <device>', 'on this one; all that the node uses when left out')
    .action(async (what: string, options: { socket: string; seconds: number; write?: string }) => {
      const { capture } = await import('./diag.ts');
      process.exitCode = await capture(what, options);
    });
  diag
    .command('ping')
    .argument('<address>')
    .description('pings from this node')
    .option('--count <n>', 'so many', wholeNumber, 4)
    .option('--bytes <n>', 'whole packets of so many bytes, not to be fragmented', wholeNumber)
    .action(async (address: string, options: { count: number; bytes?: number }) => {
      const { ping } = await import('./diag.ts');
      process.exitCode = ping(address, options);
    });
  diag
    .command('trace')
    .argument('<address>')
    .description('the way to an address, with its MTU')
    .action(async (address: string) => {
      const { trace } = await import('./diag.ts');
      process.exitCode = trace(address);
    });
  for (const [name, what] of [
    ['bridge', 'bridges, their ports and VLANs, of Linux and of Open vSwitch'],
    ['flows', 'flows of Open vSwitch'],
    ['mac-table', 'which MAC was learnt at which port'],
  ] as const)
    diag
      .command(name)
      .description(what)
      .action(async () => {
        const { show } = await import('./diag.ts');
        process.exitCode = show(name);
      });
  diag
    .command('support-bundle')
    .description('writes status, findings, document, log and tables into one archive, without secrets')
    .addOption(socketOption())
    .option('-o, --output <file>', 'the archive', 'bascule-support.tar.gz')
    .option('--config <file>', 'the cluster document, whose secrets lie beside it')
    .option('--state <folder>', 'where the node keeps the secrets that came to it', '/var/lib/bascule')
    .option('--log <file>', "the node's log, where the journal does not have it")
    .action(async (options: BundleOptions) => {
      const { supportBundle } = await import('./support-bundle.ts');
      process.exitCode = await supportBundle(options, version());
    });
}
