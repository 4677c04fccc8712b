/** The packet filter: each program is, by way of `nft`, one netlink transaction of the kernel. */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import type { Nft } from '#ports/nft.ts';
import { elementsIn, rulesIn } from './netlink/tables.ts';

export function createNft(): Nft {
  return {
    check: async (program) => nothing(await run(['-c', '-f', '-'], program)),
    apply: async (program) => nothing(await run(['-f', '-'], program)),
    list: async () => {
      const listed = await run(['--stateless', 'list', 'table', 'inet', 'bascule'], '');
      return listed.ok || !listed.error.includes('No such file or directory') ? listed : ok('');
    },
    lines: (chains) => read(chains, (chain) => rulesIn(table, chain)),
    elements: (maps) => read(maps, (map) => elementsIn(table, map)),
  };
}

const table = 'bascule';

/** By name; the first failure ends it. */
function read<T>(names: readonly string[], from: (name: string) => Result<T>): Result<Map<string, T>> {
  const found = new Map<string, T>();
  for (const name of names) {
    const one = from(name);
    if (!one.ok) return one;
    found.set(name, one.value);
  }
  return ok(found);
}

const nothing = (done: Result<string>): Result<void> => (done.ok ? ok(undefined) : done);

function run(args: readonly string[], program: string): Promise<Result<string>> {
  return new Promise((resolve) => {
    // The PATH of `su` and of ordinary users on Debian lacks the folders where nft is.
    const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
    const child = spawn('nft', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path },
    });
    let complaint = '';
    let listing = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      listing += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaint += String(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve(
        fail(
          error.code === 'ENOENT'
            ? 'nft is missing: install it with "apt-get install nftables"'
            : error.message,
        ),
      ),
    );
    child.on('close', (code) => resolve(code === 0 ? ok(listing) : fail(`nft: ${complaint.trim()}`)));
    // nft may end before it has read all; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(program);
  });
}
