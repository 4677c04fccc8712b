/** `bascule lab`: a whole network in private namespaces, to look at or to put through its drills. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ClusterDocument } from '#config/document.ts';
import { isOfMachines, possibleStories, stories } from '#lab/drills/stories.ts';
import { groundPackages, isGroundPossible } from '#lab/ground.ts';
import { type Ground, groundOf } from '#lab/hypervisors.ts';
import { Lab } from '#lab/lab.ts';
import { basculeCommand } from '#lab/node-handle.ts';
import { Operator } from '#lab/operator.ts';
import { LabPage } from '#lab/page.ts';
import { doorOf } from '#lab/page-door.ts';
import { isKept, jsonReport, junitReport, type Report, textReport } from '#lab/report.ts';
import { htmlReport } from '#lab/report-html.ts';
import { runDrills } from '#lab/run-drills.ts';
import { loadScenario, type Scenario } from '#lab/scenario.ts';
import { enterStage, onStage, setStage, somethingMissing, stageFolder } from '#lab/stage.ts';
import type { Story } from '#lab/story.ts';
import { showLab } from '#lab/view/live.ts';
import { type Kernel, kernelForGuests } from '#lab/vm/possible.ts';
import { drillAll } from './lab-all.ts';
import { languageOf } from './language.ts';
import { duration } from './text.ts';

export interface DrillOptions {
  /** Names of drills and of the document's tests, with commas; all when left out. */
  readonly fault?: string;
  readonly repeat?: number;
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
  /** The tests that the scenario's document lists, and of the drills only those that `fault` names. */
  readonly own?: boolean;
  readonly lang?: string;
  /** The nodes are virtual machines. */
  readonly vm?: boolean;
  /** In place of the document's profile. */
  readonly failover?: ClusterDocument['failover'];
}

/** The nodes of a fresh lab take over within this time, in any profile. */
const startLimitMs = 20_000;
/** Emulated processors take longer to boot a kernel and to start a daemon. */
const machineStartLimitMs = 120_000;

/** After the first election the switches know where each address is by then. */
const electionMs = 300;

/** How often the nodes are asked how they are, ms. */
const refreshEveryMs = 200;

/** Logs in at the page without typing; a new one for every lab. */
const labToken = randomBytes(24).toString('base64url');

const say = (line: string) => process.stdout.write(`${line}\n`);

export interface RunOptions {
  /** Only the page, until SIGINT or SIGTERM. */
  readonly headless?: boolean;
}

/** Shows a running lab, with a page for the browser; without a terminal it drills once and ends. Returns the exit code. */
export async function labRun(scenario: string, { headless = false }: RunOptions = {}): Promise<number> {
  const isSeen = process.stdout.isTTY && process.stdin.isTTY && process.env.CI !== 'true';
  if (!headless && !isSeen) return labDrill(scenario, {});
  const use = async (lab: Lab, { name }: Scenario) => {
    // What the first election cost is no figure of interest.
    await new Promise((resolve) => setTimeout(resolve, electionMs));
    await lab.leaveOutSilent();
    const operator = new Operator(lab);
    const door = doorOf(process.env);
    const page = door && new LabPage({ operator, scenario: name, folder: stageFolder, door });
    const address = door && `http://127.0.0.1:${door.port}/#lab=${labToken}`;
    await page?.ready;
    const code = headless
      ? await serve(operator, address)
      : await showLab(operator, name, address, languageOf(undefined) ?? 'en');
    page?.close();
    return code;
  };
  return onLab(scenario, use, { page: 'with a page' });
}

/** Keeps the figures for the page, until a signal ends this process and the stage with it. */
async function serve(operator: Operator, address: string | undefined): Promise<number> {
  if (address === undefined) {
    console.error('No port from 8443 on is free for the page.');
    return 1;
  }
  say(`The page: ${address}`);
  for (;;) {
    await operator.refresh();
    await new Promise((resolve) => setTimeout(resolve, refreshEveryMs));
  }
}

/** Drills a scenario and reports; 0 only when every promise held. Returns the exit code. */
export async function labDrill(scenario: string, options: DrillOptions): Promise<number> {
  if (scenario === 'all') return drillAll(options);
  if (options.lang !== undefined && languageOf(options.lang) === undefined) {
    console.error(`there is no language "${options.lang}"; there are fr and en`);
    return 2;
  }
  const wanted = options.fault?.split(',');
  const loaded = loadScenario(scenario);
  const ownNames = (loaded.ok ? loaded.value.acceptance?.tests : undefined)?.map(({ name }) => name) ?? [];
  const names = [...stories.map(({ name }) => name), ...ownNames];
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no drill "${unknown}". There are: ${names.join(', ')}`);
    return 2;
  }
  const isUsual = ({ fault }: Story) => options.own !== true && (options.vm === true || !isOfMachines(fault));
  const chosen = stories.filter((story) => wanted?.includes(story.name) ?? isUsual(story));
  const kernel = options.vm === true ? kernelForGuests() : undefined;
  if (kernel?.ok === false) {
    console.error(`Skipped: no virtual machines on this machine; ${kernel.error}.`);
    return somethingMissing;
  }
  const use = async (lab: Lab, found: Scenario): Promise<number> => {
    const acceptance = testsOf(found, options);
    const report = await drill(lab, { ...found, acceptance }, chosen, options.repeat ?? 1);
    say('');
    say(textReport(report));
    write(report, found, options);
    return isKept(report) ? 0 : 1;
  };
  return onLab(scenario, use, { kernel: kernel?.value, failover: options.failover });
}

/** The document's own tests: with `--own` all, else with `--fault` those that it names. */
function testsOf({ acceptance }: Scenario, { fault, own }: DrillOptions): Scenario['acceptance'] {
  if (acceptance === undefined || fault === undefined || own) return acceptance;
  const wanted = fault.split(',');
  const tests = acceptance.tests.filter(({ name }) => wanted.includes(name));
  return tests.length === 0 ? undefined : { ...acceptance, tests };
}

interface LabNeeds {
  readonly page?: 'with a page' | 'without a page';
  /** For nodes that are virtual machines. */
  readonly kernel?: Kernel | undefined;
  readonly failover?: ClusterDocument['failover'] | undefined;
}

/** Builds the lab on a stage of its own, uses it, and takes it down. */
async function onLab(
  wanted: string,
  use: (lab: Lab, scenario: Scenario) => Promise<number>,
  { page = 'without a page', kernel, failover }: LabNeeds = {},
): Promise<number> {
  const scenario = loadScenario(wanted, failover);
  if (!scenario.ok) {
    console.error(scenario.error);
    return 2;
  }
  if (!onStage()) return enterStage(say, page);
  // Whatever ends this process ends the stage with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  const { document, text, acceptance } = scenario.value;
  const file = failover === undefined ? scenario.value.file : `${stageFolder}/cluster.yaml`;
  const session = page === 'with a page' ? `${stageFolder}/page-token` : undefined;
  const lab = new Lab({
    document,
    folder: stageFolder,
    commandOf: basculeCommand(file, stageFolder, session),
    guests: acceptance?.guests ?? [],
    ground: kernel === undefined ? groundFor(scenario.value) : undefined,
    machines: kernel && { kernel, documentFile: file },
  });
  const stage = setStage();
  if (failover !== undefined && stage.ok) writeFileSync(file, text);
  if (session !== undefined && stage.ok) writeFileSync(session, labToken, { mode: 0o600 });
  const startedAt = performance.now();
  const built = stage.ok ? await lab.build() : stage;
  if (!built.ok) {
    console.error(`The lab could not be built: ${built.error}`);
    return 1;
  }
  say(`${scenario.value.name}: the network was built in ${duration(performance.now() - startedAt)}`);
  for (const host of acceptance?.web ?? []) await lab.web.start(host);
  lab.startNodes();
  lab.startProbes();
  const first = lab.topology.nodes[0] ?? '';
  const settled = await lab.settled(first, kernel === undefined ? startLimitMs : machineStartLimitMs);
  if (!settled.ok) {
    console.error(`The nodes did not get going: ${settled.error}`);
    for (const node of lab.nodes)
      console.error([`--- log of ${node.name}`, ...node.lastLines.slice(-15)].join('\n'));
    await lab.close();
    return 1;
  }
  // Only now is there a way that they can take.
  await lab.startSessions();
  const code = await use(lab, scenario.value);
  await lab.close();
  return code;
}

/** The hypervisors of the document, where this machine has what they take. */
function groundFor({ document, acceptance, name }: Scenario): Ground | undefined {
  const ground = groundOf(document, acceptance?.guests ?? []);
  if (ground === undefined || isGroundPossible()) return ground;
  say(
    `${name}: a plain switch stands for the hypervisors; for Open vSwitch and the tunnel install ${groundPackages}`,
  );
  return undefined;
}

async function drill(
  lab: Lab,
  scenario: Scenario,
  chosen: readonly Story[],
  repeat: number,
): Promise<Report> {
  const all = possibleStories(lab);
  const possible = chosen.filter((story) => all.includes(story));
  const nodes = lab.topology.nodes.join(' and ');
  say(
    `${scenario.name}: ${nodes} are up, failover ${scenario.document.failover}. Breaking things on purpose ...`,
  );
  for (const story of chosen) {
    const why = isOfMachines(story.fault)
      ? 'only virtual machines can: --vm'
      : 'the document has no such link';
    if (!possible.includes(story)) say(`        left out: ${story.title} (${why})`);
  }
  for (const flow of await lab.leaveOutSilent()) {
    say(
      `        left out: the flow ${flow.name} (${flow.target}), which nobody answers even now; the rules decide that`,
    );
  }
  const groups = await lab.checkSessions();
  const kinds = groups.map(({ total, name }) => `${total} ${name}`).join(', ');
  if (groups.length > 0) say(`        connections through the cluster: ${kinds}`);
  const report = await runDrills(lab, {
    scenario: scenario.name,
    stories: possible,
    repeat,
    acceptance: scenario.acceptance,
    say,
  });
  for (const trouble of lab.troubles) console.error(`lab: ${trouble}`);
  return report;
}

function write(
  report: Report,
  { document, text, findings, acceptance }: Scenario,
  options: DrillOptions,
): void {
  const language = languageOf(options.lang) ?? 'en';
  const dossier = { document, text, findings, plan: acceptance };
  for (const [file, render] of [
    [options.json, jsonReport],
    [options.junit, junitReport],
    [options.html, (one: Report) => htmlReport(one, language, dossier)],
  ] as const) {
    if (file === undefined) continue;
    writeFileSync(resolve(file), render(report));
    say(`Written: ${file}`);
  }
}
