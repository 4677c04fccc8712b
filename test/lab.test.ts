/** The whole system on the real kernel: nodes, network, faults and probes, and nothing of it left behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bascule-lab-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A drill that a test gave up on would keep the next ones from passing, and the run from ending. */
let running: { readonly child: ChildProcess; readonly output: () => string } | undefined;
afterEach(() => {
  if (running?.child.exitCode === null && running.child.signalCode === null) {
    console.error(`a drill was given up; what it had printed:\n${running.output()}`);
    running.child.kill('SIGKILL');
  }
  running = undefined;
});

/** Marks the processes of this test in their environment, so that other labs on the machine do not disturb it. */
const mark = `lab-test-${process.pid}`;
const env = { ...process.env, BASCULE_TEST: mark, CI: 'true' };

/** Processes of ours that still run; a process that is just ending has no environment any more. */
function survivors(): string[] {
  const { stdout } = spawnSync('sh', ['-c', `grep -lsz BASCULE_TEST=${mark} /proc/[0-9]*/environ || true`], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '');
}

async function noneSurvives(): Promise<void> {
  for (let tries = 0; tries < 50 && survivors().length > 0; tries += 1) await pause(100);
  assert.deepEqual(survivors(), []);
}

interface JsonReport {
  readonly isKept: boolean;
  readonly leftOut: readonly { readonly name: string; readonly target: string; readonly reason: string }[];
  readonly tests: readonly {
    readonly name: string;
    readonly checks: readonly {
      readonly expected: { readonly en: string };
      readonly measured: { readonly en: string };
      readonly isKept: boolean;
    }[];
    readonly problems: readonly string[];
  }[];
  readonly drills: readonly {
    readonly name: string;
    readonly connections: Readonly<
      Record<string, readonly { readonly name: string; readonly alive: number }[]>
    >;
    readonly figures: { readonly fault: { readonly flows: readonly object[] } };
    readonly verdicts: readonly {
      readonly promise: string;
      readonly isKept: boolean;
      readonly measured: string;
      readonly limit?: number;
    }[];
    readonly problems: readonly string[];
  }[];
}

/** The report of a drill that has ended well; else the failure names each broken promise, what was measured, and the limit. */
async function keptReport(drill: ReturnType<typeof startDrill>, json: string): Promise<JsonReport> {
  const code = await drill.ended;
  const report = existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as JsonReport) : undefined;
  const broken = (report?.drills ?? []).flatMap(({ name, verdicts, problems }) => [
    ...verdicts
      .filter(({ isKept }) => !isKept)
      .map(({ promise, measured, limit }) => {
        const most = limit === undefined ? '' : `, limit ${limit}`;
        return `${name}: ${promise}: ${measured}${most}`;
      }),
    ...problems.map((problem) => `${name}: ${problem}`),
  ]);
  const failed = (report?.tests ?? []).flatMap(({ name, checks, problems }) => [
    ...checks
      .filter(({ isKept }) => !isKept)
      .map(({ expected, measured }) => `${name}: ${expected.en}: ${measured.en}`),
    ...problems.map((problem) => `${name}: ${problem}`),
  ]);
  const said = [`exit code ${code}`, ...failed, ...broken, drill.output()].join('\n');
  assert.equal(code, 0, said);
  assert.ok(report, said);
  return report;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const namespaces = (): string => spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '';

function startDrill(
  scenario: string,
  ...options: string[]
): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [main, 'lab', 'drill', scenario, ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  running = { child, output: () => text };
  return { child, output: running.output, ended };
}

const everyKind = {
  'TCP streams': 200,
  'idle TCP connections': 100,
  'server-first TCP connections': 100,
  'UDP flows': 20,
  'FTP sessions': 1,
};

test('all drills and tests of d1: every promise is kept, and every connection goes on through every fault', {
  timeout: 300_000,
}, async () => {
  const json = join(folder, 'd1.json');
  const report = await keptReport(startDrill('d1', '--json', json), json);
  assert.equal(report.drills.length, 12);
  assert.equal(report.tests.length, 7);
  for (const { name, connections } of report.drills) {
    const phases = Object.entries(connections);
    assert.ok(phases.length > 0, name);
    for (const [phase, groups] of phases) {
      const alive = Object.fromEntries(groups.map((group) => [group.name, group.alive]));
      assert.deepEqual(alive, everyKind, `${name}, ${phase}`);
    }
  }
});

for (const [scenario, count] of [
  ['d0', 5],
  ['d2', 5],
  ['d3', 5],
  ['d4', 7],
] as const) {
  test(`the tests of ${scenario}, as its document lists them: all pass, and the report is in French`, {
    timeout: 240_000,
  }, async () => {
    const [json, html] = [join(folder, `${scenario}-own.json`), join(folder, `${scenario}-own.html`)];
    const report = await keptReport(
      startDrill(scenario, '--own', '--json', json, '--html', html, '--lang', 'fr'),
      json,
    );
    assert.equal(report.tests.length, count);
    assert.ok(report.tests.every(({ checks }) => checks.length > 0));
    assert.match(readFileSync(html, 'utf8'), /Toutes les promesses ont été tenues\./);
    await noneSurvives();
  });
}

for (const [scenario, fault, flows] of [
  ['d1', 'host-death', 3],
  ['d5', 'host-death', 6],
] as const) {
  test(`drill ${fault} of ${scenario}: every promise is kept, and nothing is left behind`, {
    timeout: 120_000,
  }, async () => {
    const before = namespaces();
    const json = join(folder, `${scenario}-${fault}.json`);
    const junit = join(folder, `${scenario}-${fault}.xml`);
    const html = join(folder, `${scenario}-${fault}.html`);
    const drill = startDrill(scenario, '--fault', fault, '--json', json, '--junit', junit, '--html', html);
    const report = await keptReport(drill, json);
    assert.equal(report.isKept, true);
    assert.deepEqual(report.leftOut, []);
    assert.equal(report.drills[0]?.figures.fault.flows.length, flows);
    assert.deepEqual(
      report.drills.map((one) => one.name),
      [fault],
    );
    assert.match(readFileSync(junit, 'utf8'), /<testsuite name="[a-z-]+" tests="\d+" failures="0"/);
    assert.match(readFileSync(html, 'utf8'), /Every promise was kept\./);
    await noneSurvives();
    assert.equal(namespaces(), before);
  });
}

test('a flow that the rules block is named in the report, and a shared sync link is not cut', {
  timeout: 60_000,
}, async () => {
  const json = join(folder, 'd4.json');
  const report = await keptReport(startDrill('d4', '--fault', 'maintenance', '--json', json), json);
  assert.deepEqual(
    report.leftOut.map(({ name, target }) => `${name} ${target}`),
    ['internet to WAN VIP 192.168.1.110'],
  );
  assert.match(report.leftOut[0]?.reason ?? '', /no rule lets it pass/);
});

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} in the middle of a drill leaves nothing behind`, { timeout: 60_000 }, async () => {
    const before = namespaces();
    const drill = startDrill('d1');
    while (!drill.output().includes('are up') && drill.child.exitCode === null) await pause(50);
    assert.ok(survivors().length >= 4, `stage, nodes and probes run: ${drill.output()}`);
    drill.child.kill(signal);
    await drill.ended;
    await noneSurvives();
    assert.equal(namespaces(), before);
  });
}

test('a drill that does not exist is an error that names those that do', async () => {
  const drill = startDrill('d1', '--fault', 'earthquake');
  assert.equal(await drill.ended, 2);
  assert.match(drill.output(), /host-death, return, daemon-crash/);
});
