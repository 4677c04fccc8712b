/** The packet filter by way of `nft`: each program is one netlink transaction of the kernel. */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import type { Nft } from '#ports/nft.ts';

export function createNft(): Nft {
  return {
    check: (program) => run(['-c', '-f', '-'], program),
    apply: (program) => run(['-f', '-'], program),
  };
}

function run(args: readonly string[], program: string): Promise<Result<void>> {
  return new Promise((resolve) => {
    // The PATH of `su` and of ordinary users on Debian lacks the folders where nft is.
    const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
    const child = spawn('nft', args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, PATH: path },
    });
    let complaint = '';
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
    child.on('close', (code) => resolve(code === 0 ? ok(undefined) : fail(`nft: ${complaint.trim()}`)));
    // nft may end before it has read all; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(program);
  });
}
