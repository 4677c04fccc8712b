/** The packet filter by way of `nft`: each program is one netlink transaction of the kernel. */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import type { Nft, NftLine } from '#ports/nft.ts';

export function createNft(): Nft {
  return {
    check: async (program) => nothing(await run(['-c', '-f', '-'], program)),
    apply: async (program) => nothing(await run(['-f', '-'], program)),
    list: async () => {
      const listed = await run(['--stateless', 'list', 'table', 'inet', 'bascule'], '');
      return listed.ok || !listed.error.includes('No such file or directory') ? listed : ok('');
    },
    lines: async (chains) => {
      if (chains.length === 0) return ok(new Map());
      const listed = await run(
        ['-a', '-f', '-'],
        chains.map((chain) => `list chain inet bascule ${chain}\n`).join(''),
      );
      if (listed.ok) return ok(linesOf(listed.value));
      return listed.error.includes('No such file or directory') ? ok(new Map()) : listed;
    },
  };
}

/** Every rule is one line that ends with its handle; so is the head of a chain, which ends its name with a brace. */
function linesOf(listing: string): Map<string, NftLine[]> {
  const found = new Map<string, NftLine[]>();
  let chain: NftLine[] = [];
  for (const line of listing.split('\n')) {
    const head = /^\tchain (\S+) \{/.exec(line)?.[1];
    const handle = /# handle (\d+)$/.exec(line)?.[1];
    if (head !== undefined) {
      chain = [];
      found.set(head, chain);
    } else if (handle !== undefined) {
      const [, packets, bytes] = /\bcounter packets (\d+) bytes (\d+)/.exec(line) ?? [];
      chain.push({ handle: Number(handle), packets: Number(packets ?? 0), bytes: Number(bytes ?? 0) });
    }
  }
  return found;
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
