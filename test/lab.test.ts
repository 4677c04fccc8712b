/** The whole system on the real kernel: nodes, network, faults and probes, and nothing of it left behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bascule-lab-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

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

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const namespaces = (): string => spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '';

function startDrill(...options: string[]): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [main, 'lab', 'drill', 'd1', ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  return { child, output: () => text, ended };
}

for (const fault of ['host-death', 'lan-pulled', 'graceful-stop']) {
  test(`drill ${fault}: every promise is kept, and nothing is left behind`, {
    timeout: 120_000,
  }, async () => {
    const before = namespaces();
    const json = join(folder, `${fault}.json`);
    const junit = join(folder, `${fault}.xml`);
    const html = join(folder, `${fault}.html`);
    const drill = startDrill('--fault', fault, '--json', json, '--junit', junit, '--html', html);
    assert.equal(await drill.ended, 0, drill.output());
    const report = JSON.parse(readFileSync(json, 'utf8')) as { isKept: boolean; drills: { name: string }[] };
    assert.equal(report.isKept, true);
    assert.doesNotMatch(drill.output(), /left out/, 'all three flows were judged');
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

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} in the middle of a drill leaves nothing behind`, { timeout: 60_000 }, async () => {
    const before = namespaces();
    const drill = startDrill();
    while (!drill.output().includes('are up')) await pause(50);
    assert.ok(survivors().length >= 4, 'stage, nodes and probes run');
    drill.child.kill(signal);
    await drill.ended;
    await noneSurvives();
    assert.equal(namespaces(), before);
  });
}

test('a drill that does not exist is an error that names those that do', async () => {
  const drill = startDrill('--fault', 'earthquake');
  assert.equal(await drill.ended, 2);
  assert.match(drill.output(), /host-death, return, daemon-crash/);
});
