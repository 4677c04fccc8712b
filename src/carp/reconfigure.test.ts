import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { type Instant, instant, millis, seconds } from '#base/time.ts';
import { adoptAfter, settleAfter } from './change.ts';
import { CarpGroup } from './group.ts';
import type { CarpEffect, CarpEvent, GroupConfig, VhidConfig } from './types.ts';
import { vhidKey } from './types.ts';

const wan: VhidConfig = {
  key: vhidKey('wan', 10),
  ifname: 'wan',
  vhid: 10 as Vhid,
  advbase: 0,
  advskew: 20,
  key20: new Uint8Array(20),
  ipv4: ['10.0.0.1' as Ipv4],
  ipv6: [],
  ownSources: ['10.0.0.2' as Ipv4],
  peers: [{ node: 'peer', sources: ['10.0.0.3' as Ipv4], advskew: 24 }],
};
const on = (ifname: string, vhid: number): VhidConfig => ({
  ...wan,
  key: vhidKey(ifname, vhid),
  ifname,
  vhid: vhid as Vhid,
});
const lan = on('lan', 20);
const config = (...vhids: VhidConfig[]): GroupConfig => ({
  node: 'self',
  timing: 'quick',
  preempt: true,
  strict: true,
  group: true,
  vhids,
  firstSequence: 0,
  seed: 1,
  listen: millis(250),
});
const link = (ifname: string, up: boolean): CarpEvent => ({ kind: 'link', ifname, up });
const reconfigure = (...vhids: VhidConfig[]): CarpEvent => ({
  kind: 'reconfigure',
  config: config(...vhids),
});

/** A group with the links of its VHIDs up, and the moment at which it has become master of all. */
function masterOf(...vhids: VhidConfig[]): [CarpGroup, Instant] {
  const group = new CarpGroup(config(...vhids), instant(0));
  for (const { ifname } of vhids) group.step(link(ifname, true), instant(0));
  const now = instant(seconds(1));
  run(group, now);
  assert.ok(group.status().vhids.every(({ role }) => role === 'MASTER'));
  return [group, now];
}

/** Lets time pass; what it brought about. */
function run(group: CarpGroup, until: Instant): CarpEffect[] {
  const effects: CarpEffect[] = [];
  for (let due = group.deadline(); due !== undefined && due.at <= until; due = group.deadline())
    effects.push(...group.step({ kind: 'tick' }, due.at));
  return effects;
}
const words = (effects: readonly CarpEffect[]): string[] =>
  effects.map((effect) => {
    if (effect.kind === 'roleChanged')
      return `${effect.key} ${effect.from} -> ${effect.to} (${effect.reason})`;
    if (effect.kind === 'demotionChanged') return `demotion ${effect.total}`;
    if (effect.kind === 'sendAdvert') return `${effect.key} says ${effect.advbase}/${effect.advskew}`;
    return 'key' in effect ? `${effect.kind} ${effect.key}` : effect.kind;
  });
const skews = (effects: readonly CarpEffect[]): number[] =>
  effects.flatMap((effect) => (effect.kind === 'sendAdvert' ? [effect.advskew] : []));

test('the same configuration once more changes nothing', () => {
  const [group, now] = masterOf(wan, lan);
  const { at } = group.deadline() ?? { at: now };
  assert.deepEqual(group.step(reconfigure(wan, lan), now), []);
  assert.equal(group.deadline()?.at, at, 'no beat is lost, and nothing has to settle');
});

test('a VHID that comes begins as backup where the link is up, and may become master', () => {
  const [group, now] = masterOf(wan);
  const second = on('wan', 11);
  assert.deepEqual(words(group.step(reconfigure(wan, second), now)), [
    'wan@11 INIT -> BACKUP (initialization complete)',
  ]);
  const later = words(run(group, instant(now + seconds(1))));
  assert.ok(later.includes('wan@11 BACKUP -> MASTER (master timed out)'));
  assert.ok(!later.some((word) => word.startsWith('wan@10 ') && word.includes('->')));
});

test('a VHID on an interface that was never heard of waits for its link', () => {
  const [group, now] = masterOf(wan);
  assert.deepEqual(group.step(reconfigure(wan, lan), now), []);
  assert.deepEqual(words(group.step(link('lan', true), now)), [
    'lan@20 INIT -> BACKUP (initialization complete)',
  ]);
});

test('a VHID that goes drops its addresses and says nothing: nobody is to take it over', () => {
  const [group, now] = masterOf(wan, lan);
  assert.deepEqual(words(group.step(reconfigure(wan), now)), [
    'lan@20 MASTER -> INIT (removed from the document)',
    'dropAddresses lan@20',
  ]);
  assert.deepEqual(
    group.status().vhids.map(({ key, role }) => `${key} ${role}`),
    ['wan@10 MASTER'],
  );
});

test('the demotion for a lost link counts the VHIDs that are there', () => {
  const [group, now] = masterOf(wan, lan);
  group.step(link('lan', false), now);
  assert.equal(group.status().demotion, 240);
  assert.deepEqual(words(group.step(reconfigure(wan, lan, on('lan', 21)), now)).slice(0, 1), [
    'demotion 480',
  ]);
  group.step(reconfigure(wan), now);
  assert.equal(group.status().demotion, 0);
  assert.deepEqual(group.status().demotionReasons, {});
  group.step(reconfigure(wan, lan), now);
  assert.equal(group.status().demotion, 240, 'the link is still down');
});

test('another skew is said after two seconds, not before, and at once then', () => {
  const [group, now] = masterOf(wan);
  group.step(reconfigure({ ...wan, advskew: 60 }), now);
  const adoption = instant(now + adoptAfter);
  const before = run(group, instant(adoption - 1));
  assert.ok(skews(before).length > 20);
  assert.deepEqual([...new Set(skews(before))], [20]);
  assert.deepEqual(words(group.step({ kind: 'tick' }, adoption)), ['wan@10 says 0/60']);
});

test('a backup takes nobody for slower before all have settled, but follows a farewell', () => {
  const hear = (advskew: number, advbase = 0): CarpEvent => ({
    kind: 'advert',
    key: wan.key,
    family: 'ipv4',
    source: '10.0.0.3' as Ipv4,
    advbase,
    advskew,
    counterHi: 0,
    counterLo: 1,
  });
  const backup = (): CarpGroup => {
    const group = new CarpGroup(config({ ...wan, advskew: 30 }), instant(0));
    group.step(link('wan', true), instant(0));
    group.step(hear(24), instant(1_000));
    // Preferred from now on.
    group.step(reconfigure(wan), instant(2_000));
    return group;
  };
  const group = backup();
  const settled = 2_000 + settleAfter;
  for (let at = 50_000; at < settled; at += 50_000) {
    const effects = [...run(group, instant(at)), ...group.step(hear(24), instant(at))];
    assert.deepEqual(words(effects), [], `after ${at} us`);
  }
  run(group, instant(settled));
  assert.match(words(group.step(hear(24), instant(settled + 1))).join(), /BACKUP -> MASTER \(preempting/);
  assert.match(
    words(backup().step(hear(255, 255), instant(50_000))).join(),
    /BACKUP -> MASTER \(master bowed/,
  );
});

test('addresses that a master gets are announced, and no others', () => {
  const [group, now] = masterOf(wan, lan);
  const more = { ...wan, ipv4: [...wan.ipv4, '10.0.0.7' as Ipv4] };
  assert.deepEqual(words(group.step(reconfigure(more, lan), now)), ['announce wan@10']);
  assert.deepEqual(words(group.step(reconfigure(wan, lan), now)), [], 'fewer need no word');
});

test('a family that comes is no silent one', () => {
  const [group, now] = masterOf(wan);
  group.step({ kind: 'allow', on: false }, now);
  group.step({ kind: 'allow', on: true }, now);
  const both = { ...wan, ipv6: ['fd00::1' as Ipv6] };
  group.step(reconfigure(both), now);
  const hear = (at: number): CarpEvent => ({
    kind: 'advert',
    key: wan.key,
    family: 'ipv4',
    source: '10.0.0.3' as Ipv4,
    advbase: 0,
    advskew: 10,
    counterHi: 0,
    counterLo: at,
  });
  for (let at = now + 10_000; at < now + adoptAfter + seconds(2); at += 50_000) {
    const effects = [...run(group, instant(at)), ...group.step(hear(at), instant(at))];
    assert.ok(!effects.some(({ kind }) => kind === 'finding'), `after ${at - now} us`);
  }
});

test('a VHID given up here is held until a peer speaks, and comes back only by another configuration', () => {
  const [group, now] = masterOf(wan, lan);
  const retire: CarpEvent = { kind: 'retire', keys: [lan.key], patience: seconds(3) };
  assert.deepEqual(words(group.step(retire, now)), ['lan@20 MASTER -> INIT (given up here)']);
  assert.deepEqual(
    group.status().vhids.map(({ holds }) => holds),
    [true, true],
  );
  assert.deepEqual(words(group.step(link('lan', true), now)), []);
  const heard: CarpEvent = {
    kind: 'advert',
    key: lan.key,
    family: 'ipv4',
    source: '10.0.0.3' as Ipv4,
    advbase: 0,
    advskew: 24,
    counterHi: 0,
    counterLo: 1,
  };
  assert.deepEqual(words(group.step(heard, now)), ['dropAddresses lan@20']);
  assert.deepEqual(words(group.step(reconfigure(wan, lan), now)), [
    'lan@20 INIT -> BACKUP (initialization complete)',
  ]);
});

test('given up, and no peer is there: the addresses go when patience ends', () => {
  const [group, now] = masterOf(lan);
  group.step({ kind: 'retire', keys: [lan.key], patience: seconds(3) }, now);
  assert.deepEqual(words(run(group, instant(now + seconds(3) - 1))), []);
  assert.deepEqual(words(run(group, instant(now + seconds(3)))), ['dropAddresses lan@20']);
});

test('a node that leaves follows nothing any more', () => {
  const [group, now] = masterOf(wan);
  group.step({ kind: 'leave', patience: seconds(1) }, now);
  assert.deepEqual(group.step(reconfigure(wan, lan), now), []);
});
