/**
 * The measuring side of `bascule bench firewall`, in namespaces of its own. Bascule and the plain list take turns, so
 * that a busy moment of the machine hits both alike. Prints one JSON object.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ClusterDocument } from '#config/document.ts';
import { Conntrack } from '#linux/conntrack.ts';
import { createNft } from '#linux/nft.ts';
import { PacketSocket } from '#linux/packet-socket.ts';
import { compile } from '#ruleset/compile.ts';
import { Memory } from '#ruleset/memory.ts';
import type { Ruleset } from '#ruleset/program.ts';
import { questionsOf, transition, transitionProgram } from '#ruleset/transition.ts';
import { frameOf } from './firewall-frames.ts';
import { documentOf, drawRules, packets, plainProgram } from './firewall-rules.ts';
import { median } from './table.ts';

/** Milliseconds: by the clock, and of processor time, ours and that of the nft that was run. */
export interface Spent {
  readonly clock: number;
  readonly processor: number;
}

export interface Measured {
  readonly rules: number;
  readonly load: { readonly ours: Spent; readonly compile: Spent; readonly plain: Spent };
  readonly change: { readonly ours: Spent; readonly compile: Spent; readonly plain: Spent };
  /** Microseconds a packet, all costs of sending and routing included. */
  readonly matching: { readonly ours: number; readonly plain: number };
  readonly none: { readonly ours: number; readonly plain: number };
}

const [sizes = [], rounds = 3] = (JSON.parse(process.argv[2] ?? '[]') as [number[], number]) ?? [];
/** Packets of one measurement: half a second and more. */
const burst = 60_000;
const nft = createNft();
const middle = (values: readonly number[]): number => median(values) ?? Number.NaN;
const empty = 'table inet bascule {}\ndelete table inet bascule\n';

const ip = (line: string): void => void execFileSync('ip', line.split(' '));
for (const name of ['lan', 'wan']) {
  ip(`link add ${name} type veth peer name ${name}0`);
  ip(`link set ${name} up`);
  ip(`link set ${name}0 up`);
  ip(`link set ${name} arp off`);
}
ip('addr add 10.0.0.1/8 dev lan');
ip('addr add 172.16.0.1/12 dev wan');
execFileSync('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
execFileSync('mount', ['-t', 'sysfs', 'none', '/sys']);
const opened = PacketSocket.open('lan0');
if (!opened.ok) throw new Error(opened.error);
const socket = opened.value;
const connections = Conntrack.open();
if (!connections.ok) throw new Error(connections.error);
const table = connections.value;
const mac = Uint8Array.from(
  readFileSync('/sys/class/net/lan/address', 'utf8')
    .trim()
    .split(':')
    .map((byte) => Number.parseInt(byte, 16)),
);

const found: Measured[] = [];
for (const size of sizes) found.push(await measure(size));
console.log(JSON.stringify(found));

async function measure(size: number): Promise<Measured> {
  const rules = drawRules(size);
  const document = documentOf(rules);
  const around = compile({ ...document, rules: [] }, 'A').program;
  const plain = plainProgram(rules, around);
  const spent = {
    load: { ours: [] as Spent[], compile: [] as Spent[], plain: [] as Spent[] },
    change: { ours: [] as Spent[], compile: [] as Spent[], plain: [] as Spent[] },
  };
  const cost = {
    matching: { ours: [] as number[], plain: [] as number[] },
    none: { ours: [] as number[], plain: [] as number[] },
  };
  for (let round = 0; round < rounds; round += 1) {
    load(empty);
    spent.load.plain.push(await timed(() => load(plain)));
    spent.change.plain.push(await plainReplace());
    load(empty);
    let program = '';
    const compiled = await timed(() => {
      program = compile(document, 'A').program;
    });
    spent.load.compile.push(compiled);
    spent.load.ours.push(sumOf(compiled, await timed(() => load(program))));
    const change = await changeOne(document);
    spent.change.compile.push(change.compile);
    spent.change.ours.push(change.ours);
  }
  // Only now, since so many frames are a burden to all that is measured beside them.
  const bursts = { matching: burstOf(rules, 'matching'), none: burstOf(rules, 'none') };
  const programs = { ours: compile(document, 'A').program, plain };
  for (let round = 0; round < rounds; round += 1)
    for (const whose of ['plain', 'ours'] as const) {
      load(empty);
      load(programs[whose]);
      for (const kind of ['matching', 'none'] as const) cost[kind][whose].push(send(bursts[kind]));
    }
  const middleOf = (list: readonly Spent[]): Spent => ({
    clock: middle(list.map(({ clock }) => clock)),
    processor: middle(list.map(({ processor }) => processor)),
  });
  const middles = ({ ours, compile: compiling, plain: theirs }: typeof spent.load) => ({
    ours: middleOf(ours),
    compile: middleOf(compiling),
    plain: middleOf(theirs),
  });
  return {
    rules: size,
    load: middles(spent.load),
    change: middles(spent.change),
    matching: { ours: middle(cost.matching.ours), plain: middle(cost.matching.plain) },
    none: { ours: middle(cost.none.ours), plain: middle(cost.none.plain) },
  };
}

function burstOf(rules: Parameters<typeof packets>[0], kind: 'matching' | 'none'): Buffer[] {
  return packets(rules, burst, kind).map((packet) => frameOf(packet, mac));
}

/** The middle rule turned round: from the new document, with what is left of the old one, to the kernel. */
async function changeOne(
  document: ClusterDocument,
): Promise<{ readonly ours: Spent; readonly compile: Spent }> {
  const place = document.rules.length >> 1;
  const other = {
    // A document that was just read has nothing in common with the one before but what it says.
    ...structuredClone(document),
    rules: document.rules.map((rule, i) => ({
      ...rule,
      action: i === place ? ('reject' as const) : rule.action,
    })),
  };
  const memory = new Memory();
  const before = compile(document, 'A', {}, memory).ruleset;
  let after = before;
  const compiling = await timed(() => {
    after = compile(other, 'A', {}, memory).ruleset;
  });
  const loading = await timed(() => follow(before, after));
  return { ours: sumOf(compiling, loading), compile: compiling };
}

async function follow(before: Ruleset, after: Ruleset): Promise<void> {
  const steps = transition(before, after);
  if (steps === undefined) throw new Error('bug: no way from one rule to the next');
  const questions = questionsOf(steps);
  const [chains, maps] = [nft.lines(questions.chains), nft.elements(questions.maps)];
  if (!chains.ok) throw new Error(chains.error);
  if (!maps.ok) throw new Error(maps.error);
  const done = await nft.apply(transitionProgram(steps, { chains: chains.value, maps: maps.value }));
  if (!done.ok) throw new Error(done.error);
}

/** What one does by hand: replace the rule with a handle that is known. */
function plainReplace(): Promise<Spent> {
  const lines = nft.lines(['in_lan']);
  const list = lines.ok ? (lines.value.get('in_lan') ?? []) : [];
  const handle = list[list.length >> 1]?.handle;
  return timed(async () => {
    const done = await nft.apply(
      `replace rule inet bascule in_lan handle ${handle} ip daddr 172.16.9.9 counter drop\n`,
    );
    if (!done.ok) throw new Error(done.error);
  });
}

function load(program: string): void {
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: program, encoding: 'utf8' });
  if (status !== 0) throw new Error(`nft: ${stderr.slice(0, 500)}`);
}

async function timed(work: () => void | Promise<void>): Promise<Spent> {
  const [began, used] = [performance.now(), processorTime()];
  await work();
  return { clock: performance.now() - began, processor: processorTime() - used };
}

/** Of this process, and of its children that have ended: fields 16 and 17 of /proc/PID/stat, in hundredths of a second. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (user + system) / 1_000 + 10 * (Number(fields[13]) + Number(fields[14]));
}

function sumOf(one: Spent, other: Spent): Spent {
  return { clock: one.clock + other.clock, processor: one.processor + other.processor };
}

/** Microseconds a packet. A veth hands a frame to the other end's stack before the call returns, or soon after. */
function send(frames: readonly Buffer[]): number {
  table.flush();
  const began = performance.now();
  for (const frame of frames) if (!socket.send(frame, frame.length)) throw new Error('a frame was not sent');
  return ((performance.now() - began) * 1_000) / frames.length;
}
