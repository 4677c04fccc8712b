/** `bascule lab drill all`: the five scenarios, one after the other, each in a lab of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { somethingMissing } from '#lab/stage.ts';
import { duration, table } from './text.ts';

export interface AllOptions {
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
  readonly lang?: string;
  /** After these, the drills with virtual machines. */
  readonly vm?: boolean;
}

interface Wanted {
  readonly name: string;
  readonly faults: string | undefined;
  readonly vm?: true;
}

/**
 * All drills run where the timers are those of most clusters; elsewhere those in which the scenario differs, for its
 * own tests break the rest.
 */
const scenarios: readonly Wanted[] = [
  { name: 'd0', faults: 'host-death,return,daemon-crash,sync-cut' },
  { name: 'd1', faults: undefined },
  { name: 'd2', faults: 'lan-pulled,graceful-stop,adverts-blocked' },
  { name: 'd3', faults: 'host-death,maintenance' },
  { name: 'd4', faults: 'daemon-crash,lan-pulled,carp-disabled' },
];

/** What only real machines show: a power cut, a freeze, cards unplugged, a trunk. */
const machineFaults = 'host-death,return,freeze,lan-pulled,wan-pulled';
const withMachines = [
  { name: 'd1', faults: machineFaults, vm: true },
  { name: 'd2', faults: machineFaults, vm: true },
] as const;

/** An advert that an emulated processor sends late is no failure of its node: the profile with seconds to spare. */
const emulated = ['--vm', '--failover', 'standard'];

/** Runs them all, also after a failure; file options are folders here. Returns the exit code: 0 when all is kept. */
export async function drillAll(options: AllOptions): Promise<number> {
  const rows: string[][] = [];
  let worst = 0;
  const wanted: readonly Wanted[] = [...scenarios, ...(options.vm === true ? withMachines : [])];
  for (const one of wanted) {
    const title = one.vm === true ? `${one.name} on virtual machines` : one.name;
    process.stdout.write(`== ${title} (${rows.length + 1} of ${wanted.length})\n`);
    const startedAt = performance.now();
    const code = await drill(one, options);
    const isSkipped = one.vm === true && code === somethingMissing;
    if (!isSkipped) worst = Math.max(worst, code);
    const outcome = isSkipped ? 'skipped' : code === 0 ? 'kept' : `FAILED (${code})`;
    rows.push([title, outcome, duration(performance.now() - startedAt)]);
  }
  process.stdout.write(`\n${table(['Scenario', 'Promises', 'Took'], rows)}\n`);
  return worst;
}

function drill({ name, faults, vm }: Wanted, options: AllOptions): Promise<number> {
  const files = (['json', 'junit', 'html'] as const).flatMap((kind) => {
    const folder = options[kind];
    if (folder === undefined) return [];
    mkdirSync(folder, { recursive: true });
    const file = vm === true ? `${name}-vm` : name;
    return [`--${kind}`, join(folder, `${file}.${kind === 'junit' ? 'xml' : kind}`)];
  });
  // On emulated processors only the faults: the document's own tests have been through it.
  const chosen = faults === undefined ? [] : ['--fault', faults, ...(vm === true ? emulated : ['--own'])];
  const language = options.lang === undefined ? [] : ['--lang', options.lang];
  const program = [...process.execArgv, process.argv[1] ?? '', 'lab', 'drill', name];
  const child = spawn(process.execPath, [...program, ...chosen, ...files, ...language], { stdio: 'inherit' });
  // Each of them takes its stage down; this process only waits for it.
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, forward);
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
