/** `bascule diag`: looks at frames, ways and tables of this machine. */

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { delimiter } from 'node:path';
import { ask } from '#api/client.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { type CaptureKind, captureKinds, lineOf } from '#doctor/capture/decode.ts';
import { listen } from '#doctor/capture/listen.ts';
import { pcapHeader, pcapRecord } from '#doctor/capture/pcap.ts';
import { openShell } from '#infra/shell.ts';

export interface CaptureOptions {
  readonly socket: string;
  readonly seconds: number;
  readonly write?: string;
  readonly interface?: string;
}

/** Prints a line for each frame, and writes them to a file. Returns the exit code: 0 something came, 1 nothing, 2 not possible. */
export async function capture(word: string, options: CaptureOptions): Promise<number> {
  const kind = captureKinds.find((one): one is CaptureKind => one === word);
  if (kind === undefined) {
    console.error(`"${word}" is not one of: ${captureKinds.join(', ')}`);
    return 2;
  }
  const devices = await devicesFor(options);
  if (!devices.ok) {
    console.error(devices.error);
    return 2;
  }
  const file = options.write === undefined ? undefined : openSync(options.write, 'w', 0o600);
  if (file !== undefined) writeSync(file, pcapHeader());
  const done = await listen(kind, devices.value, options.seconds * 1_000, (device, frame) => {
    const now = Date.now();
    console.log(`${new Date(now).toISOString().slice(11, 23)} ${device} ${lineOf(frame)}`);
    if (file !== undefined) writeSync(file, pcapRecord(frame, now));
  });
  if (file !== undefined) closeSync(file);
  if (!done.ok) {
    console.error(done.error);
    return 2;
  }
  console.error(`${done.value} frames in ${options.seconds} s on ${devices.value.join(', ')}`);
  return done.value === 0 ? 1 : 0;
}

/** The interface that was named, or all that the running node uses. */
async function devicesFor(options: CaptureOptions): Promise<Result<readonly string[]>> {
  if (options.interface !== undefined) return ok([options.interface]);
  const reply = await ask(options.socket, { command: 'status' });
  if (!reply.ok) return fail(`${reply.error}; or name an interface with --interface`);
  return ok((reply.value.status?.links ?? []).map(({ device }) => device));
}

/** Runs a tool of the system in this terminal; its exit code, or 2 when it is missing. */
function run(argv: readonly string[]): number {
  const [command = '', ...args] = argv;
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (error === undefined) return status ?? 1;
  console.error(`${command} is missing on this machine`);
  return 2;
}

/** Pings an address, perhaps with whole packets of `bytes` that may not be fragmented. */
export function ping(address: string, options: { readonly count: number; readonly bytes?: number }): number {
  const overhead = address.includes(':') ? 48 : 28;
  const size =
    options.bytes === undefined ? [] : ['-M', 'do', '-s', `${Math.max(0, options.bytes - overhead)}`];
  return run(['ping', '-n', '-c', `${options.count}`, ...size, '--', address]);
}

/** The way to an address: its first step, then every router on it. */
export function trace(address: string): number {
  const first = run(['ip', 'route', 'get', address]);
  return first === 0 ? run(['tracepath', '-n', address]) : first;
}

const tables = {
  bridge: [
    ['ip', '-d', 'link', 'show', 'type', 'bridge'],
    ['bridge', 'link', 'show'],
    ['bridge', 'vlan', 'show'],
    ['ovs-vsctl', 'show'],
  ],
  flows: [['ovs-appctl', 'dpctl/dump-flows']],
  'mac-table': [['bridge', 'fdb', 'show']],
} as const;
export type Table = keyof typeof tables;

/** Shows a table of Linux' bridges and of Open vSwitch, where there is one. 1 when there is none. */
export function show(table: Table): number {
  const shell = openShell();
  const bridges = shell.run(['ovs-vsctl', 'list-br']);
  const names = bridges.ok ? bridges.value.split('\n').filter((name) => name !== '') : [];
  const perBridge = names.map((name) =>
    table === 'flows' ? ['ovs-ofctl', 'dump-flows', name] : ['ovs-appctl', 'fdb/show', name],
  );
  const wanted = [...tables[table], ...(table === 'bridge' ? [] : perBridge)];
  const shown = wanted.filter((argv) => {
    const answer = shell.run(argv);
    if (!answer.ok || answer.value.trim() === '') return false;
    console.log(`# ${argv.join(' ')}\n${answer.value.trimEnd()}\n`);
    return true;
  });
  if (shown.length > 0) return 0;
  console.error('this machine has no such table: neither a bridge of Linux nor Open vSwitch answers');
  return 1;
}
