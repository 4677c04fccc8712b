/**
 * The `bascule` command. Each action lives in a file of its own and is loaded when it is called, so that
 * `bascule status` does not wait for the lab.
 *
 * Exit codes: 0 fine; 1 it ran and found something wrong; 2 bad input or nothing to talk to; 3 something is
 * missing on this machine.
 */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { defaultSocket } from '#api/client.ts';
import { addBalanceCommands } from './balance-commands.ts';
import type { BenchOptions } from './bench.ts';
import { addConfigCommands } from './config-commands.ts';
import { addDoctorCommands } from './doctor-commands.ts';
import { addInfraCommands } from './infra-commands.ts';
import { languageOption } from './language.ts';
import { addPfsenseCommands } from './pfsense-commands.ts';

const program = new Command('bascule')
  .description('Turns two Linux machines into one highly available firewall.')
  .version(version())
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const socketOption = () =>
  new Option('--socket <path>', 'control socket of the node').env('BASCULE_SOCKET').default(defaultSocket);
const wholeNumber = (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`"${text}" is not a whole number above 0`);
  process.exit(2);
};

program
  .command('check')
  .argument('<file>', 'the cluster document')
  .description('reads a cluster document and says what is wrong with it')
  .option(...languageOption)
  .option('--json', 'findings as JSON')
  .action(async (file: string, options: { json?: boolean; lang?: string }) => {
    const { check } = await import('./check.ts');
    process.exitCode = await check(file, options);
  });

program
  .command('audit')
  .argument('<primary.xml>', 'config.xml of the primary')
  .argument('<backup.xml>', 'config.xml of the backup')
  .description('says what is wrong with a pair of pfSense or OPNsense firewalls')
  .option('--lang <fr|en>', 'language of the report; that of the environment when left out')
  .addOption(new Option('--json', 'findings as JSON').conflicts('sarif'))
  .option('--sarif', 'findings as SARIF 2.1.0')
  .option('--html <file>', 'the report as one HTML page as well')
  .action(async (first: string, second: string, options: Record<string, never>) => {
    const { audit } = await import('./audit.ts');
    process.exitCode = audit(first, second, options, version());
  });

program
  .command('import')
  .argument('<primary.xml>', 'config.xml of the primary')
  .argument('[backup.xml]', 'config.xml of the backup')
  .description('makes a cluster document of a pfSense or OPNsense, and says what it could not take over')
  .option('-o, --output <file>', 'where the document goes; passwords go beside it', 'cluster.yaml')
  .option('--force', 'overwrite files that are there')
  .option('--lang <fr|en>', 'language of the report; that of the environment when left out')
  .action(async (first: string, second: string | undefined, options: { output: string }) => {
    const { importFiles } = await import('./import.ts');
    process.exitCode = importFiles(first, second, options);
  });

program
  .command('export')
  .description('a cluster document in the form of another firewall')
  .command('pfsense')
  .argument('<file>', 'the cluster document')
  .description('writes a config.xml for each node, and says what a pfSense cannot hold')
  .option('--node <name>', 'of this node alone')
  .option('--out <folder>', 'where the files go', '.')
  .option('--config-version <version>', 'version of the configuration, such as 19.1 or 23.3')
  .option('--force', 'overwrite files that are there')
  .option('--lang <fr|en>', 'language of the report; that of the environment when left out')
  .action(async (file: string, options: { out: string }) => {
    const { exportPfsense } = await import('./export.ts');
    process.exitCode = exportPfsense(file, options);
  });

const node = program.command('node').description('one node of a cluster');
node
  .command('run')
  .description('runs a node in this network namespace until SIGTERM')
  .option('--config <file>', 'the cluster document to begin with; later the newest revision counts')
  .requiredOption('--node <name>', 'which node of the document this is')
  .addOption(socketOption())
  .option('--state <folder>', 'where the node keeps what must survive a restart', '/var/lib/bascule')
  .addOption(new Option('--log <format>', 'log format').choices(['text', 'json']).default('text'))
  .addOption(new Option('--lab-session <token-file>', 'whoever shows this token is logged in').hideHelp())
  .action(
    async ({
      labSession,
      ...options
    }: {
      config?: string;
      node: string;
      socket: string;
      state: string;
      log: 'text' | 'json';
      labSession?: string;
    }) => {
      const { labTokenHash } = await import('./lab-token.ts');
      const lab = labTokenHash(labSession);
      if (!lab.ok) {
        console.error(lab.error);
        process.exit(2);
      }
      const { runNode } = await import('#node/main.ts');
      process.exit(await runNode({ ...options, lab: lab.value, version: version() }));
    },
  );

const reasonOption = () => new Option('--reason <text>', 'why; it stands in the history');
const confirmOption = () =>
  new Option('--confirm <seconds>', 'undo it on all nodes unless "bascule confirm" is run in time').argParser(
    wholeNumber,
  );

program
  .command('plan')
  .argument('<file>', 'the cluster document')
  .description('says what a document would change on each node, and changes nothing')
  .addOption(socketOption())
  .option(...languageOption)
  .action(async (file: string, options: { socket: string; lang?: string }) => {
    const { plan } = await import('./apply.ts');
    process.exitCode = await plan(file, options);
  });

program
  .command('apply')
  .argument('<file>', 'the cluster document')
  .description("makes a document the cluster's, on every node or on none")
  .addOption(socketOption())
  .addOption(reasonOption())
  .addOption(confirmOption())
  .option('--base <n>', 'refuse if the newest revision is another than this', wholeNumber)
  .option(...languageOption)
  .action(async (file: string, options: { socket: string; lang?: string }) => {
    const { apply } = await import('./apply.ts');
    process.exitCode = await apply(file, options);
  });

program
  .command('confirm')
  .description('keeps a change that was applied with --confirm')
  .addOption(socketOption())
  .option(...languageOption)
  .action(async (options: { socket: string; lang?: string }) => {
    const { confirm } = await import('./apply.ts');
    process.exitCode = await confirm(options);
  });

program
  .command('invite')
  .argument('<node>', 'a node of the document that is not here yet')
  .description('shows the command by which a node joins this one')
  .addOption(socketOption())
  .action(async (node: string, options: { socket: string }) => {
    const { invite } = await import('./join.ts');
    process.exitCode = await invite(node, options);
  });

program
  .command('join')
  .argument('<address>', 'of the node that invites')
  .argument('<code>', 'that "bascule invite" has shown there')
  .description('takes the document from another node; both know each other by certificate from then on')
  .requiredOption('--node <name>', 'which node of the document this is')
  .option('--state <folder>', 'where the node keeps what must survive a restart', '/var/lib/bascule')
  .option('--replace', 'put the document that is here aside')
  .addOption(socketOption())
  .action(async (address: string, code: string, options: Record<string, never>) => {
    const { join } = await import('./join.ts');
    process.exitCode = await join(address, code, options as never);
  });

addConfigCommands(program, { wholeNumber, socketOption, reasonOption, confirmOption });

program
  .command('status')
  .description('shows roles, links, demotion and findings of the node')
  .addOption(socketOption())
  .option(...languageOption)
  .option('--json', 'the whole status as JSON')
  .action(async (options: { socket: string; json?: boolean; lang?: string }) => {
    const { status } = await import('./status.ts');
    process.exitCode = await status(options);
  });

program
  .command('maintenance')
  .argument('<on|off>', 'enter or leave persistent CARP maintenance mode')
  .description('hands the virtual IPs over and keeps them away, also across a restart')
  .addOption(socketOption())
  .action(async (word: string, options: { socket: string }) => {
    const { command, oneOf } = await import('./command.ts');
    const on = oneOf(word, { on: true, off: false });
    process.exitCode = on === undefined ? 2 : await command(options.socket, { command: 'maintenance', on });
  });

program
  .command('carp')
  .argument('<disable|enable>', 'disable CARP until it is enabled again or the node restarts')
  .description('temporarily disables CARP on the node, or enables it')
  .addOption(socketOption())
  .action(async (word: string, options: { socket: string }) => {
    const { command, oneOf } = await import('./command.ts');
    const on = oneOf(word, { enable: true, disable: false });
    process.exitCode = on === undefined ? 2 : await command(options.socket, { command: 'carp', on });
  });

program
  .command('demotion')
  .argument('<reset>', 'forget every reason for demotion that does not hold any more')
  .description('resets the CARP demotion status')
  .addOption(socketOption())
  .action(async (word: string, options: { socket: string }) => {
    const { command, oneOf } = await import('./command.ts');
    process.exitCode =
      oneOf(word, { reset: true }) === undefined
        ? 2
        : await command(options.socket, { command: 'resetDemotion' });
  });

const states = program.command('states').description('the connections through the node');
const words = 'address, network, :port, protocol, state, creator=NODE or rule=NAME; all must fit';
states
  .command('list', { isDefault: true })
  .argument('[filter...]', words)
  .description('lists connections: source -> translated -> destination')
  .addOption(socketOption())
  .option('--json', 'as JSON')
  .option('--limit <n>', 'at most so many', wholeNumber, 1_000)
  .action(async (filter: string[], options: { socket: string; json?: boolean; limit: number }) => {
    const { states: list } = await import('./states.ts');
    process.exitCode = await list(filter, options);
  });
states
  .command('kill')
  .argument('<filter...>', words)
  .description('ends connections on all nodes')
  .addOption(socketOption())
  .option('--json', 'as JSON')
  .option('--limit <n>', 'show at most so many', wholeNumber, 1_000)
  .action(async (filter: string[], options: { socket: string; json?: boolean; limit: number }) => {
    const { killStates } = await import('./states.ts');
    process.exitCode = await killStates(filter, options);
  });

const firewall = program
  .command('firewall')
  .description('the rules of a cluster document as the kernel gets them');
firewall
  .command('show')
  .description('prints the compiled ruleset; comments name the rule and its line in the document')
  .option('--config <file>', 'the cluster document', 'cluster.yaml')
  .option('--node <name>', 'which node of the document; the first when left out')
  .option('--counters', 'with states and bytes of the node that runs here')
  .addOption(socketOption())
  .action(async ({ counters, socket, ...options }: { config: string; socket: string; counters?: true }) => {
    const { show } = await import('./firewall.ts');
    process.exitCode = await show({ ...options, ...(counters === true ? { counters: socket } : {}) });
  });
firewall
  .command('counters')
  .description('states and bytes of each rule, as the node that runs here has counted them')
  .addOption(socketOption())
  .option('--json', 'as JSON')
  .action(async (options: { socket: string; json?: boolean }) => {
    const { counters } = await import('./firewall.ts');
    process.exitCode = await counters(options);
  });
firewall
  .command('explain')
  .argument('<protocol>', 'tcp, udp, icmp, esp ... or a number')
  .argument('<source>', 'an address, with a port if that matters')
  .argument('<destination>', 'an address, with :PORT for tcp and udp')
  .requiredOption('--in <interface>', 'where the packet comes in')
  .description('names the rule and the NAT that decide about a packet')
  .option('--config <file>', 'the cluster document', 'cluster.yaml')
  .option('--node <name>', 'which node of the document; the first when left out')
  .option('--json', 'as JSON')
  .action(
    async (
      protocol: string,
      source: string,
      destination: string,
      options: { config: string; node?: string; in: string; json?: boolean },
    ) => {
      const { explainPacket } = await import('./firewall.ts');
      process.exitCode = explainPacket(protocol, source, destination, options);
    },
  );

addDoctorCommands(program, wholeNumber, version);
addInfraCommands(program);
addPfsenseCommands(program);
addBalanceCommands(program);

const lab = program.command('lab').description('a whole network in private namespaces');
lab
  .command('run')
  .argument('[scenario]', 'a name in scenarios/ or a cluster document', 'd1')
  .description('builds the network, starts the nodes and shows them; drills without a terminal')
  .option('--headless', 'only the page for the browser, nothing on the terminal')
  .action(async (scenario: string, options: Record<string, never>) => {
    const { labRun } = await import('./lab.ts');
    process.exitCode = await labRun(scenario, options);
  });
lab
  .command('drill')
  .argument(
    '[scenario]',
    'a name in scenarios/, a cluster document, or "all": d0 to d4, files being folders',
    'd1',
  )
  .description('breaks things on purpose and says whether every promise was kept')
  .option('--fault <names>', 'only these drills and tests, with commas')
  .option('--own', 'the tests that the document itself lists, and no drill but those of --fault')
  .option('--vm', 'the nodes are virtual machines with a kernel of their own (QEMU, emulated)')
  .addOption(
    new Option('--failover <profile>', "in place of the document's").choices(['standard', 'fast', 'fastest']),
  )
  .option('--repeat <n>', 'each drill so many times', wholeNumber, 1)
  .option('--json <file>', 'the report as JSON')
  .option('--junit <file>', 'the report as JUnit XML')
  .option('--html <file>', 'the report as one HTML page')
  .option('--lang <fr|en>', 'language of the HTML report; that of the environment when left out')
  .action(async (scenario: string, options: Record<string, never>) => {
    const { labDrill } = await import('./lab.ts');
    process.exitCode = await labDrill(scenario, options);
  });

program
  .command('bench')
  .argument('<what>', 'failover, states, apply ...; a wrong name lists them')
  .description('measures, side by side with the peers where there are any, and prints the ratio')
  .option('--runs <n>', 'runs of each', wholeNumber, 5)
  .option('--profiles <list>', 'failover profiles, with commas', 'fastest,standard')
  .option('--quick', 'fewer rounds')
  .option('--api-load <n>', 'failover with so many requests a second at each node, beside none', wholeNumber)
  .action(async (what: string, options: BenchOptions) => {
    const { bench } = await import('./bench.ts');
    process.exitCode = await bench(what, options);
  });

await program.parseAsync();

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
