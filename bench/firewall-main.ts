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
import type { Packet } from '#ruleset/packet.ts';
import { questionsOf, transition, transitionProgram } from '#ruleset/transition.ts';
import { frameOf } from './firewall-frames.ts';
import { documentOf, drawRules, packets, plainProgram } from './firewall-rules.ts';
import { median } from './table.ts';

export interface Measured {
  readonly rules: number;
  /** Milliseconds. */
  readonly load: { readonly ours: number; readonly compile: number; readonly plain: number };
  readonly change: { readonly ours: number; readonly plain: number };
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
  const ours: number[] = [];
  const compiling: number[] = [];
  const theirs: number[] = [];
  const change: number[] = [];
  const plainChange: number[] = [];
  const cost = {
    matching: { ours: [] as number[], plain: [] as number[] },
    none: { ours: [] as number[], plain: [] as number[] },
  };
  const bursts = {
    matching: packets(rules, burst, 'matching').map((packet: Packet) => frameOf(packet, mac)),
    none: packets(rules, burst, 'none').map((packet: Packet) => frameOf(packet, mac)),
  };
  for (let round = 0; round < rounds; round += 1) {
    load(empty);
    theirs.push(timed(() => load(plain)));
    plainChange.push(await plainReplace());
    for (const kind of ['matching', 'none'] as const) cost[kind].plain.push(send(bursts[kind]));
    load(empty);
    let program = '';
    const began = performance.now();
    compiling.push(
      timed(() => {
        program = compile(document, 'A').program;
      }),
    );
    load(program);
    ours.push(performance.now() - began);
    change.push(await changeOne(document));
    for (const kind of ['matching', 'none'] as const) cost[kind].ours.push(send(bursts[kind]));
  }
  return {
    rules: size,
    load: { ours: middle(ours), compile: middle(compiling), plain: middle(theirs) },
    change: { ours: middle(change), plain: middle(plainChange) },
    matching: { ours: middle(cost.matching.ours), plain: middle(cost.matching.plain) },
    none: { ours: middle(cost.none.ours), plain: middle(cost.none.plain) },
  };
}

/** The middle rule turned round: from the new document, with what is left of the old one, to the kernel. */
async function changeOne(document: ClusterDocument): Promise<number> {
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
  const began = performance.now();
  const after = compile(other, 'A', {}, memory).ruleset;
  const steps = transition(before, after);
  if (steps === undefined) throw new Error('bug: no way from one rule to the next');
  const questions = questionsOf(steps);
  const [chains, maps] = [nft.lines(questions.chains), nft.elements(questions.maps)];
  if (!chains.ok) throw new Error(chains.error);
  if (!maps.ok) throw new Error(maps.error);
  const done = await nft.apply(transitionProgram(steps, { chains: chains.value, maps: maps.value }));
  if (!done.ok) throw new Error(done.error);
  return performance.now() - began;
}

/** What one does by hand: replace the rule with a handle that is known. */
async function plainReplace(): Promise<number> {
  const lines = nft.lines(['in_lan']);
  const list = lines.ok ? (lines.value.get('in_lan') ?? []) : [];
  const handle = list[list.length >> 1]?.handle;
  const began = performance.now();
  const done = await nft.apply(
    `replace rule inet bascule in_lan handle ${handle} ip daddr 172.16.9.9 counter drop\n`,
  );
  if (!done.ok) throw new Error(done.error);
  return performance.now() - began;
}

function load(program: string): void {
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: program, encoding: 'utf8' });
  if (status !== 0) throw new Error(`nft: ${stderr.slice(0, 500)}`);
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Microseconds a packet. A veth hands a frame to the other end's stack before the call returns, or soon after. */
function send(frames: readonly Buffer[]): number {
  table.flush();
  const began = performance.now();
  for (const frame of frames) if (!socket.send(frame, frame.length)) throw new Error('a frame was not sent');
  return ((performance.now() - began) * 1_000) / frames.length;
}
