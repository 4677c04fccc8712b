/** How soon the page is usable in a browser that has never seen it, and how many bytes that takes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { somethingMissing } from '#lab/stage.ts';
import { median } from './table.ts';

/** The goals: usable within, ms; scripts of the first view, gzipped bytes. */
const goals = { ms: 1_000, scriptBytes: 350_000 } as const;
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const settleMs = 60_000;
const patienceMs = 15_000;

/** Runs before the page's own scripts: the moment in which both nodes stand on the drawing with their roles. */
const watch = `
new MutationObserver((_, observer) => {
  const roles = document.querySelectorAll('.topology .node-role');
  if (roles.length < 2 || [...roles].some((role) => role.textContent === '')) return;
  observer.disconnect();
  requestAnimationFrame(() => { window.basculeUsable = performance.now(); });
}).observe(document, { subtree: true, childList: true, characterData: true });
`;

interface View {
  /** From the start of the navigation, ms. */
  readonly usableMs: number;
  readonly scriptBytes: number;
  /** Everything that was loaded until then, gzipped. */
  readonly allBytes: number;
  readonly files: number;
}

/** Prints what was measured. 0 when the goals are met. */
export async function benchPage({ runs }: { readonly runs: number }): Promise<number> {
  const executablePath = browsers.find((path) => existsSync(path));
  if (executablePath === undefined) {
    console.error(`a browser is missing: ${browsers.join(', ')} ("apt-get install chromium")`);
    return somethingMissing;
  }
  const lab = spawn(process.execPath, [main, 'lab', 'run', 'd1', '--headless'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  const ended = new Promise<void>((resolve) => lab.on('exit', () => resolve()));
  let browser: Browser | undefined;
  try {
    const address = await addressOf(lab);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
    // The browser itself starts, and the lab's nodes find their roles.
    await look(browser, address, settleMs);
    const views: View[] = [];
    for (let run = 0; run < runs; run += 1) views.push(await look(browser, address, patienceMs));
    return report(views);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    await browser?.close();
    lab.kill('SIGTERM');
    await ended;
  }
}

function report(views: readonly View[]): number {
  const times = views.map(({ usableMs }) => usableMs);
  const [usual, slowest] = [median(times) ?? Number.NaN, Math.max(...times)];
  const scripts = Math.max(...views.map(({ scriptBytes }) => scriptBytes));
  const all = Math.max(...views.map(({ allBytes }) => allBytes));
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
  console.log(
    `the page is usable after: median ${usual.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms (${views.length} times, nothing cached)`,
  );
  console.log(
    `first view: ${kilobytes(scripts)} of scripts, ${kilobytes(all)} in ${views[0]?.files} files, gzipped`,
  );
  const isMet = usual < goals.ms && scripts < goals.scriptBytes;
  console.log(
    `goals: ${goals.ms} ms, ${kilobytes(goals.scriptBytes)} of scripts: ${isMet ? 'met' : 'NOT met'}`,
  );
  return isMet ? 0 : 1;
}

/** Opens the page in a profile that has seen nothing. */
async function look(browser: Browser, address: string, limitMs: number): Promise<View> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    const loaded: { readonly type: string; readonly bytes: Promise<number> }[] = [];
    page.on('response', (response) => {
      const type = response.request().resourceType();
      if (type === 'eventsource' || type === 'fetch') return;
      loaded.push({ type, bytes: response.body().then((body) => gzipSync(body).length) });
    });
    await page.goto(address);
    // A function, not a text: the page's own policy forbids that texts are run.
    const usable = await page.waitForFunction(
      () => (globalThis as { basculeUsable?: number }).basculeUsable,
      undefined,
      { timeout: limitMs },
    );
    const usableMs = Number(await usable.jsonValue());
    const sizes = await Promise.all(loaded.map(async ({ type, bytes }) => ({ type, bytes: await bytes })));
    const sum = (of: typeof sizes): number => of.reduce((all, { bytes }) => all + bytes, 0);
    return {
      usableMs,
      scriptBytes: sum(sizes.filter(({ type }) => type === 'script')),
      allBytes: sum(sizes),
      files: sizes.length,
    };
  } finally {
    await context.close();
  }
}

/** With the token that logs in. */
function addressOf(lab: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (lab.stdout !== null)
      createInterface({ input: lab.stdout }).on('line', (line) => {
        const found = /^The page: (\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    lab.on('exit', (code) => reject(new Error(`the lab ended with ${code}`)));
  });
}
