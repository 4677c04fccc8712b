/** A lab with its page, and a browser before it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const chromiumPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Why the tests cannot run here, or undefined. */
export function withoutBrowser(): string | undefined {
  return chromiumPaths.some((path) => existsSync(path)) ? undefined : 'there is no chromium';
}

export interface LabWithPage {
  /** With the token that logs in. */
  readonly address: string;
  /** The ruleset in the kernel of a node. */
  rulesetOf(node: string): string;
  stop(): Promise<void>;
}

/** Starts the lab as `npm start` does, without a terminal. */
export async function startLab(scenario: string): Promise<LabWithPage> {
  const child = spawn(process.execPath, [main, 'lab', 'run', scenario, '--headless'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const found = /^The page: (\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    child.on('exit', (code) => reject(new Error(`the lab ended with ${code}:\n${said.join('\n')}`)));
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return {
    address,
    rulesetOf: (node) => {
      const enter = [
        '--target',
        String(innermost(child)),
        '--user',
        '--preserve-credentials',
        '--mount',
        '--net',
      ];
      const argv = [...enter, 'ip', 'netns', 'exec', node, 'nft', 'list', 'table', 'inet', 'bascule'];
      // Root has no user namespace of its own on the stage; to enter the one it is in already is refused.
      const own = process.getuid?.() === 0 ? argv.filter((word) => !/^--(user|preserve)/.test(word)) : argv;
      const { stdout, stderr, status } = spawnSync('nsenter', own, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The process on the stage: the last only child of only children. */
function innermost(child: ChildProcess): number {
  let pid = child.pid ?? 0;
  for (;;) {
    const { stdout } = spawnSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' });
    const next = Number.parseInt(stdout, 10);
    const name = spawnSync('cat', [`/proc/${pid}/comm`], { encoding: 'utf8' }).stdout.trim();
    const isStage = pid !== child.pid && /^(node|MainThread)/.test(name);
    if (isStage || !Number.isInteger(next)) return pid;
    pid = next;
  }
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPaths.find((path) => existsSync(path)) ?? '',
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** What the tests of the page share: a lab, a browser, and the page of the lab's own user in it. */
export interface Stage {
  readonly lab: LabWithPage;
  readonly browser: Browser;
  readonly page: Page;
}

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser's console complained of. */
  readonly complaints: string[];
}

/** Opens an address in a browser that has seen nothing yet. */
export async function open(
  browser: Browser,
  address: string,
  { locale = 'en-GB', dark = false, width = 1_280 }: { locale?: string; dark?: boolean; width?: number } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    locale,
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  return { page, context, complaints };
}

/** Goes to a page of the menu. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(new URL(`#${path}`, page.url()).href);
  await page.locator('main h1').first().waitFor();
}
