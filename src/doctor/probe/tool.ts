/** Tools of the machine, called by argv without waiting for them: the node goes on meanwhile. */
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';

/** A tool that takes longer hangs, ms. */
const patienceMs = 2_500;
const outputLimit = 16 * 1_024 * 1_024;

export interface ToolAnswer {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a tool; what it wrote, also when it failed. */
export function tool(argv: readonly string[]): Promise<ToolAnswer> {
  const [command = '', ...args] = argv;
  // The PATH of ordinary users on Debian lacks the folder of `ip`.
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const env = { ...process.env, PATH: path, LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { env, timeout: patienceMs, maxBuffer: outputLimit, encoding: 'utf8' },
      (error, output) => resolve({ ok: error === null, output }),
    );
  });
}

/** The JSON that a tool writes, or undefined. */
export async function jsonOf(argv: readonly string[]): Promise<unknown> {
  const { ok, output } = await tool(argv);
  if (!ok) return undefined;
  try {
    return JSON.parse(output === '' ? '[]' : output);
  } catch {
    return undefined;
  }
}
