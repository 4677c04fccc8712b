import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail } from '#base/result.ts';
import type { Member } from '#commit/coordinator.ts';
import { type MemberReply, memberReply, protocol } from '#commit/messages.ts';
import type { DoctorReport } from './contract/doctor.ts';
import { DoctorDesk } from './doctor-desk.ts';
import { metricsText } from './metrics.ts';

/** A node that measured that it has no carrier on its LAN. */
const evidence = (node: string): object => ({
  ...{
    cluster: 'c',
    node,
    version: '1',
    wallMs: 0,
    uptimeMs: 60_000,
    listenedMs: 1_200,
    listenedAgoMs: 1_200,
  },
  ...{ ready: true, carp: 'enabled', maintenance: false, demotion: 0, demotionReasons: {}, vips: [] },
  ...{ refused: {}, findings: [], api: true, drift: [], heard: [], arp: [], pings: [], routes: [] },
  ...{ gateways: [], resolvers: [], settings: [], lacking: [] },
  interfaces: [
    {
      ...{ name: 'lan', title: 'LAN', device: 'eth1', addresses: [], carrierChanges: 0 },
      link: { up: node !== 'PF1', mac: '02:00:00:00:00:01', mtu: 1_500, packets: 0, errors: 0, dropped: 0 },
    },
  ],
});

/** Members that answer when the test lets them. */
function cluster(...names: readonly string[]) {
  const open = new Map<string, (reply: MemberReply | undefined) => void>();
  const members = names.map(
    (node): Member => ({
      node,
      ask: () =>
        new Promise((resolve) =>
          open.set(node, (value) =>
            resolve(value === undefined ? { ok: false, error: 'no answer' } : { ok: true, value }),
          ),
        ),
    }),
  );
  const told: unknown[] = [];
  let now = 0;
  const [self, ...peers] = members;
  assert.ok(self);
  const desk = new DoctorDesk({
    self,
    peers: () => peers,
    clock: () => now,
    wallClock: () => 1_000_000 + now,
    tell: (progress) => told.push(progress),
  });
  return {
    desk,
    told,
    asked: () => [...open.keys()],
    pass: (ms: number) => {
      now += ms;
    },
    answer: (node: string) =>
      open.get(node)?.(
        memberReply.parse({ ok: true, node, version: '1', protocol, evidence: evidence(node) }),
      ),
    hang: (node: string) => open.get(node)?.(undefined),
  };
}

test('all nodes are asked at once; who asks meanwhile gets the same answer, and sees how far it is', async () => {
  const { desk, told, asked, pass, answer } = cluster('PF1', 'PF2');
  assert.deepEqual(desk.report('en'), { node: 'PF1' });
  const done = [desk.examine(), desk.examine()];
  assert.deepEqual(asked(), ['PF1', 'PF2']);
  answer('PF2');
  await new Promise(setImmediate);
  pass(1_500);
  assert.deepEqual(desk.report('en').running, {
    sinceMs: 1_500,
    nodes: { PF1: 'measuring', PF2: 'answered' },
  });
  answer('PF1');
  for (const one of done) assert.deepEqual(await one, { ok: true, value: undefined });
  assert.deepEqual(told, [
    { PF1: 'measuring', PF2: 'measuring' },
    { PF1: 'measuring', PF2: 'answered' },
    { PF1: 'answered', PF2: 'answered' },
    undefined,
  ]);
  const { running, last } = desk.report('en');
  assert.equal(running, undefined);
  assert.deepEqual(
    [last?.time, last?.tookMs, last?.nodes],
    [1_001_500, 1_500, [{ node: 'PF1' }, { node: 'PF2' }]],
  );
});

test('what was found is told in both languages, and to Prometheus', async () => {
  const { desk, answer } = cluster('PF1', 'PF2');
  const done = desk.examine();
  for (const node of ['PF1', 'PF2']) answer(node);
  await done;
  const [english, french] = (['en', 'fr'] as const).map((language) =>
    desk.report(language).last?.findings.find(({ code }) => code === 'link-down'),
  );
  assert.equal(english?.severity, 'error');
  assert.match(english.remedy, /Check cable/);
  assert.match(french?.remedy ?? '', /câble/);
  const lines = (last: DoctorReport['last']): string => metricsText(fail('not asked'), '1', last);
  assert.match(
    lines(desk.report('en').last),
    /^bascule_doctor_finding\{code="link-down",severity="error",subject=/m,
  );
  assert.match(lines(desk.report('en').last), /^bascule_doctor_examined_timestamp_seconds 1000$/m);
  assert.doesNotMatch(lines(undefined), /doctor/);
});

test('a peer that does not answer is named; a node that cannot examine itself finds nothing', async () => {
  const one = cluster('PF1', 'PF2');
  const first = one.desk.examine();
  one.answer('PF1');
  one.hang('PF2');
  assert.equal((await first).ok, true);
  assert.match(one.desk.report('en').last?.nodes[1]?.away ?? '', /no answer/);

  const two = cluster('PF1', 'PF2');
  const second = two.desk.examine();
  two.hang('PF1');
  two.answer('PF2');
  assert.equal((await second).ok, false);
  assert.deepEqual(two.desk.report('en'), { node: 'PF1' });
});
