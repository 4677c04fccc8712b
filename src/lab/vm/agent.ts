/**
 * The lab's hand inside a guest: starts and ends the daemon, passes its log on, asks its control socket, runs tools. It
 * speaks over a virtio console port, so that the guest needs no network card that a firewall would not have.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, read, readdirSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { controlSocket, type FromAgent, lineCutter, type ToAgent } from './agent-wire.ts';

/** There is one console device with one port, whose name has the device's number in it. */
const [portName = ''] = readdirSync('/sys/class/virtio-ports');
const port = openSync(`/dev/${portName}`, 'r+');
const answerLimitMs = 30_000;
const outputLimit = 16 * 1_024 * 1_024;

let daemon: ChildProcess | undefined;

function say(message: FromAgent): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(port, bytes, sent);
}

function hear(message: ToAgent): void {
  if ('tell' in message) {
    if (message.tell === 'start') start(message.argv);
    else daemon?.kill(message.name);
    return;
  }
  if (message.ask === 'run') run(message);
  else control(message);
}

function start([command = '', ...args]: readonly string[]): void {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  daemon = child;
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => say({ kind: 'log', line, at: Date.now() }));
  child.on('error', (error) => say({ kind: 'log', line: error.message, at: Date.now() }));
  child.on('close', (code, signal) => say({ kind: 'ended', outcome: code ?? signal ?? 1 }));
}

function run({ id, argv: [command = '', ...args], input }: Extract<ToAgent, { ask: 'run' }>): void {
  const child = execFile(command, args, { maxBuffer: outputLimit }, (error, stdout, stderr) =>
    say({
      kind: 'ran',
      id,
      status: error === null ? 0 : Number(error.code) || 1,
      output: error === null ? stdout : stdout + stderr,
    }),
  );
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
}

function control({ id, line }: Extract<ToAgent, { ask: 'control' }>): void {
  let isAnswered = false;
  const answer = (reply?: string): void => {
    if (!isAnswered) say({ kind: 'control', id, line: reply });
    isAnswered = true;
    connection.destroy();
  };
  const connection = createConnection(controlSocket, () => connection.write(`${line}\n`));
  connection.setEncoding('utf8').on('data', lineCutter(answer));
  connection.setTimeout(answerLimitMs, () => answer());
  connection.on('error', () => answer());
  connection.on('close', () => answer());
}

/** A read of a port waits in the kernel; it returns nothing while nobody listens at the other end. */
function listen(cut: (text: string) => void): void {
  const buffer = Buffer.alloc(65_536);
  read(port, buffer, 0, buffer.length, null, (error, count) => {
    if (error !== null || count === 0) {
      closeSync(port);
      process.exit(1);
    }
    cut(buffer.toString('utf8', 0, count));
    listen(cut);
  });
}

/** The cache that came with the program, under the names that Node looks for on this processor, by user. */
const compiled = getCompileCacheDir();
if (compiled !== undefined) {
  rmSync(compiled, { recursive: true });
  for (const user of [0, 900]) symlinkSync('/opt/compiled', compiled.replace(/-\d+$/, `-${user}`));
}
listen(lineCutter((line) => hear(JSON.parse(line) as ToAgent)));
say({ kind: 'up' });
