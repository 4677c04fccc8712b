/** One switched segment in throw-away namespaces, for tests against other people's daemons. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { applySteps, inNamespace } from '#infra/apply.ts';
import type { Host } from '#infra/network.ts';
import { planNamespaces, withoutIpv6 } from '#infra/plan.ts';

/** Why such a test cannot run here, or false when it can. */
export function unable(tools: readonly string[]): string | false {
  if (process.getuid?.() !== 0) return 'needs root: it makes network namespaces';
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = tools.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  return missing.length === 0 ? false : `not installed: ${missing.join(', ')}`;
}

export class Segment {
  /** For documents, scripts, sockets and logs; gone after `remove`. */
  readonly folder: string;
  readonly #namespaces: readonly string[];

  /** Builds the segment: each name becomes a host with one address on `eth0`. Throws when it cannot. */
  constructor(addresses: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'bascule-interop-'));
    const switchName = Segment.unique('switch');
    this.#namespaces = [switchName, ...Object.keys(addresses)];
    const hosts = Object.entries(addresses).map(
      ([name, address]): Host => ({
        name,
        ports: [{ device: 'eth0', segment: 'segment', addresses: [address] }],
        loopback: [],
        routes: [],
        sysctls: withoutIpv6,
      }),
    );
    const plan = planNamespaces({ switchName, segments: [{ name: 'segment' }], hosts });
    if (!plan.ok) throw new Error(plan.error);
    const applied = applySteps(plan.value);
    if (applied.ok) return;
    this.remove();
    throw new Error(applied.error);
  }

  /** A host's name that no other run of the tests has. */
  static unique(name: string): string {
    return `${name}-${process.pid}`;
  }

  /** Whether a host gets an answer to one ping within a second. */
  pings(from: string, target: string): boolean {
    const [command = '', ...args] = inNamespace(from, ['ping', '-c', '1', '-W', '1', target]);
    return spawnSync(command, args).status === 0;
  }

  /** Takes the namespaces down with everything in them. Processes must have been ended before. */
  remove(): void {
    for (const name of this.#namespaces) spawnSync('ip', ['netns', 'del', name]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something holds; throws what was waited for when it does not in time. */
export async function until(
  what: string,
  limitMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
