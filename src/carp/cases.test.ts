/**
 * Data cases: events in, effects out. An end state cannot show that an advert or an announcement is missing; these
 * do. BASCULE_REWRITE=1 writes the effects down anew; the difference is then to be read, line by line.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { instant, millis } from '#base/time.ts';
import { CarpGroup } from './group.ts';
import type { CarpEffect, CarpEvent, GroupConfig, Timing, VhidConfig } from './types.ts';
import { vhidKey } from './types.ts';

interface Case {
  readonly promise: string;
  readonly timing: Timing;
  readonly preempt?: boolean;
  readonly group?: boolean;
  /** Of this node and of its one peer. */
  readonly advbase: number;
  readonly skews: readonly [number, number];
  readonly families?: readonly ('ipv4' | 'ipv6')[];
  /** Our addresses are the higher ones; otherwise the peer's are. */
  readonly higher?: true;
  /** VHIDs on "wan" (10) and "lan" (20), or on "wan" alone. */
  readonly vhids: 1 | 2;
  readonly steps: readonly Step[];
}
interface Step {
  readonly ms: number;
  /** `tick*` ticks at every deadline until `ms`. */
  readonly event: CarpEvent | { readonly kind: 'tick*' } | Heard;
  effects?: readonly string[];
}
/** An advert of the peer, short. */
interface Heard {
  readonly kind: 'hear';
  readonly on: 'wan' | 'lan';
  readonly advbase: number;
  readonly advskew: number;
  readonly family?: 'ipv4' | 'ipv6';
  readonly stranger?: true;
}

const folder = new URL('./cases/', import.meta.url);
const names = { wan: 10, lan: 20 } as const;

function vhidOf(ifname: 'wan' | 'lan', one: Case): VhidConfig {
  const families = one.families ?? ['ipv4'];
  return {
    key: vhidKey(ifname, names[ifname]),
    ifname,
    vhid: names[ifname] as Vhid,
    advbase: one.advbase,
    advskew: one.skews[0],
    key20: new Uint8Array(20),
    ipv4: families.includes('ipv4') ? ['10.0.0.1' as Ipv4] : [],
    ipv6: families.includes('ipv6') ? ['fd00::1' as Ipv6] : [],
    ownSources: one.higher
      ? ['10.0.0.4' as Ipv4, 'fd00::4' as Ipv6]
      : ['10.0.0.2' as Ipv4, 'fd00::2' as Ipv6],
    peers: [{ node: 'peer', sources: ['10.0.0.3' as Ipv4, 'fd00::3' as Ipv6], advskew: one.skews[1] }],
  };
}

function configOf(one: Case): GroupConfig {
  return {
    node: 'self',
    timing: one.timing,
    preempt: one.preempt ?? true,
    strict: one.timing === 'quick',
    group: one.group ?? true,
    vhids: (one.vhids === 2 ? (['wan', 'lan'] as const) : (['wan'] as const)).map((name) =>
      vhidOf(name, one),
    ),
    firstSequence: 0,
    seed: 1,
    listen: millis(250),
  };
}

function eventOf(step: Step): CarpEvent {
  const { event } = step;
  if (event.kind === 'tick*') return { kind: 'tick' };
  if (event.kind !== 'hear') return event;
  const family = event.family ?? 'ipv4';
  const source = event.stranger ? '10.0.0.9' : family === 'ipv4' ? '10.0.0.3' : 'fd00::3';
  return {
    kind: 'advert',
    key: vhidKey(event.on, names[event.on]),
    family,
    source: source as Ipv4,
    advbase: event.advbase,
    advskew: event.advskew,
    counterHi: 0,
    counterLo: 7,
  };
}

/** One effect as one line, without the counter (strict.test.ts and wire.test.ts look after it). */
function line(effect: CarpEffect, ms: number): string {
  const at = `${ms} ms: `;
  switch (effect.kind) {
    case 'sendAdvert':
      return `${at}send ${effect.key} ${effect.family} ${effect.advbase}/${effect.advskew}`;
    case 'roleChanged':
      return `${at}${effect.key} ${effect.from} -> ${effect.to} (${effect.reason})`;
    case 'demotionChanged':
      return `${at}demotion ${effect.total} ${JSON.stringify(effect.reasons)}`;
    case 'finding':
      return `${at}finding ${effect.code} ${effect.subject}${effect.cleared === true ? ' over' : ''}`;
    case 'left':
      return `${at}left`;
    default:
      return `${at}${effect.kind} ${effect.key}`;
  }
}

/** Runs a case; the effects of each step. */
function run(one: Case): string[][] {
  const group = new CarpGroup(configOf(one), instant(0));
  return one.steps.map((step) => {
    const until = instant(step.ms * 1_000);
    if (step.event.kind !== 'tick*')
      return group.step(eventOf(step), until).map((effect) => line(effect, step.ms));
    const lines: string[] = [];
    for (let due = group.deadline(); due !== undefined && due.at <= until; due = group.deadline()) {
      const at = due.at;
      lines.push(
        ...group.step({ kind: 'tick' }, at).map((effect) => line(effect, Math.round(at / 100) / 10)),
      );
    }
    return lines;
  });
}

const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are cases', () => assert.ok(files.length >= 15, `${files.length}`));

for (const file of files) {
  const one = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case;
  test(`${file.replace('.json', '')}: ${one.promise}`, () => {
    const effects = run(one);
    if (process.env.BASCULE_REWRITE === '1') {
      const steps = one.steps.map((step, i) => ({ ...step, effects: effects[i] }));
      writeFileSync(new URL(file, folder), `${JSON.stringify({ ...one, steps }, undefined, 2)}\n`);
      return;
    }
    for (const [i, step] of one.steps.entries()) {
      assert.deepEqual(effects[i], step.effects, `step ${i}: ${JSON.stringify(step.event)} at ${step.ms} ms`);
    }
  });
}
