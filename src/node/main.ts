/**
 * The daemon's composition root: reads the document, loads the ruleset, starts the guard thread, serves the
 * control socket, and takes everything back at the end.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadDocument } from '#config/load.ts';
import { groupConfigOf, vipDevicesOf } from '#config/wiring.ts';
import { createNft } from '#linux/nft.ts';
import { createWaker } from '#linux/redundancy-kernel.ts';
import { reserveSequences } from '#linux/sequence-store.ts';
import { createVipProvisioner } from '#linux/vips.ts';
import { compile, removal } from '#ruleset/compile.ts';
import { makeLog } from './log.ts';
import { NodeRuntime } from './runtime.ts';
import { readSecrets } from './secrets.ts';
import { openStateStore } from './state-store.ts';

export interface RunOptions {
  readonly config: string;
  readonly node: string;
  readonly socket: string;
  readonly state: string;
  readonly log: 'text' | 'json';
}

/** Sequence numbers set aside at a time; an hour at the fastest rate uses about two million. */
const sequencesAhead = 2 ** 24;
const sequencesAgainMs = 3_600_000;

/** Runs a node until SIGTERM or SIGINT. Exit codes: 0 left cleanly, 1 a failure while running, 2 bad input. */
export async function runNode(options: RunOptions): Promise<number> {
  const log = makeLog(
    options.log,
    (line) => process.stdout.write(line),
    () => new Date(),
  );
}
