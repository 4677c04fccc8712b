import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Mac } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { type Instant, instant, millis } from '#base/time.ts';
import type { CarpEffect, CarpEvent, Deadline, GroupConfig, GroupStatus, VhidKey } from '#carp/types.ts';
import { vhidKey } from '#carp/types.ts';
import type { RedundancyKernel, VipDevice } from '#ports/kernel.ts';
import { GuardLoop, type GuardParts } from './guard-loop.ts';
import type { FromGuard, GuardWorld, ToGuard } from './guard-protocol.ts';

const wan = vhidKey('wan', 10);
const lan = vhidKey('lan', 20);
const device = (name: string): VipDevice => ({
  name,
  parent: name.slice(0, 3),
  mac: '00:00:5e:00:01:0a' as Mac,
  ipv4: [],
  ipv6: [],
});

/** "wan-v10" on the interface wan, and so on. */
const worldOf = (...devices: VipDevice[]): GuardWorld => ({
  group: { vhids: [] } as unknown as GroupConfig,
  vips: devices.map((one) => ({
    key: vhidKey(one.parent, Number(one.name.slice(5))),
    device: one,
    source4: undefined,
    source6: undefined,
  })),
  devices: { wan: 'wan', lan: 'lan', ...Object.fromEntries(devices.map(({ parent }) => [parent, parent])) },
});

/** A world of which the test sets every part, and in which everything that happens is written down. */
class World {
  time = 0;
  deadline: Deadline | undefined;
  frames: string[] = [];
  linkEvents: [string, boolean][] = [];
  inbox: ToGuard[] = [];
  beat = 0;
  dropped = 0;
  readonly replaced = new Set<string>();
  masters: readonly VhidKey[] = [];
  followed: Result<void> = ok(undefined);
  readonly done: string[] = [];
  readonly told: FromGuard[] = [];
  effects: (event: CarpEvent) => readonly CarpEffect[] = () => [];

  parts(): GuardParts {
    const kernel: RedundancyKernel = {
      now: () => instant(this.time),
      wait: () => undefined,
      receive: (limit, handle) => {
        const batch = this.frames.splice(0, limit);
        for (const frame of batch) handle('wan', Buffer.from(frame), frame.length);
        return batch.length;
      },
      linkChanges: (handle) => {
        for (const [parent, up] of this.linkEvents.splice(0)) handle(parent, up);
      },
      linkIsUp: () => true,
      wasReplaced: (parent) => this.replaced.delete(parent),
      send: (parent, frame) => {
        this.done.push(`send ${parent} ${Buffer.from(frame).toString()}`);
        return true;
      },
      dropped: () => this.dropped,
      cutBufferBytes: undefined,
      follow: (parents, watched) => {
        this.done.push(`follow ${parents} watching ${watched}`);
        return this.followed;
      },
      setDevices: (changes) => {
        this.done.push(
          changes.map((change) => `${change.device.name} ${change.up ? 'up' : 'down'}`).join(', '),
        );
        return ok(undefined);
      },
      close: () => undefined,
    };
    return {
      kernel,
      group: {
        step: (event) => {
          if (event.kind !== 'sent') this.done.push(describe(event));
          return this.effects(event);
        },
        deadline: () => this.deadline,
        status: () =>
          ({
            vhids: this.masters.map((key) => ({ key, role: 'MASTER', holds: true })),
          }) as unknown as GroupStatus,
      },
      adverts: {
        read: (_parent, frame) => ({ kind: 'demote', reason: Buffer.from(frame).toString(), amount: 1 }),
        frameOf: (effect) => Buffer.from(`advert ${effect.key} ${effect.advskew}`),
        findings: () => [],
        counters: () => ({ hmac: 3 }),
        replay: () => undefined,
        reconfigure: () => this.done.push('codec'),
      },
      world: worldOf(device('wan-v10'), device('lan-v20')),
      vipsOf: ({ vips }) =>
        new Map(
          vips.map((vip) => [
            vip.key,
            { device: vip.device, announcements: vip.key === wan ? [Buffer.from('arp')] : [] },
          ]),
        ),
      restore: () => {
        this.done.push('restore');
        return ok(undefined);
      },
      inbox: () => this.inbox.shift(),
      tell: (message) => this.told.push(message),
      mainBeat: () => this.beat,
      stallLimit: millis(5_000),
    };
  }
}

const describe = (event: CarpEvent): string => {
  if (event.kind === 'link') return `link ${event.ifname} ${event.up ? 'up' : 'down'}`;
  if (event.kind === 'demote' || event.kind === 'undemote') return `${event.kind} ${event.reason}`;
  return event.kind;
};
const at = (us: number): Instant => instant(us);

test('what has arrived is read before a timer may speak of silence', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.time = 2_000;
  world.deadline = { at: at(1_000), why: 'master down' };
  world.frames = ['first', 'second'];
  loop.turn();
  assert.deepEqual(world.done, ['demote first', 'demote second', 'tick']);
});

test("a master's advert behind a flood of forged ones is read before its silence is believed", () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.time = 2_000;
  world.deadline = { at: at(1_000), why: 'master down' };
  world.frames = [...Array.from({ length: 10_000 }, () => 'forged'), 'of the master'];
  loop.turn();
  assert.deepEqual(world.done.slice(-2), ['demote of the master', 'tick']);
});

test('a flood without end cannot keep the loop from its timers', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.time = 2_000;
  world.deadline = { at: at(1_000), why: 'advert due' };
  world.frames = Array.from({ length: 100_000 }, () => 'forged');
  loop.turn();
  assert.equal(world.done.at(-1), 'tick');
  assert.ok(world.frames.length > 70_000, 'the rest waits for the next turn');
});

test('no link is up for CARP before the ruleset is loaded', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.linkEvents = [['wan', true]];
  loop.turn();
  assert.deepEqual(world.done, []);
  world.inbox = [{ kind: 'start' }];
  loop.turn();
  assert.deepEqual(world.done, ['link wan up', 'link lan up']);
});

test('the addresses of a group are taken in one netlink transmission, before the first advert', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  const advert = { family: 'ipv4', advbase: 0, counterHi: 0, counterLo: 0 } as const;
  world.effects = (event) =>
    event.kind === 'tick'
      ? [
          { kind: 'takeAddresses', key: lan },
          { kind: 'takeAddresses', key: wan },
          { kind: 'sendAdvert', key: lan, advskew: 1, ...advert },
          { kind: 'sendAdvert', key: wan, advskew: 2, ...advert },
          { kind: 'announce', key: wan },
        ]
      : [];
  world.time = 2_000;
  world.deadline = { at: at(1_000), why: 'master down' };
  loop.turn();
  assert.deepEqual(world.done, [
    'tick',
    'lan-v20 up, wan-v10 up',
    'send lan advert lan@20 1',
    'send wan advert wan@10 2',
    'send wan arp',
  ]);
});

test('addresses behind a cut cable go later than the adverts and other drops', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.inbox = [{ kind: 'start' }];
  loop.turn();
  world.effects = (event) =>
    event.kind === 'link'
      ? [
          { kind: 'dropAddresses', key: lan },
          { kind: 'dropAddresses', key: wan },
        ]
      : [];
  world.linkEvents = [['lan', false]];
  loop.turn();
  assert.equal(world.done.at(-1), 'wan-v10 down');
  world.time = 99_000;
  loop.turn();
  assert.equal(world.done.at(-1), 'wan-v10 down');
  world.time = 100_000;
  loop.turn();
  assert.equal(world.done.at(-1), 'lan-v20 down');
});

test('the devices of a replaced interface are made anew before its link is up for CARP', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.inbox = [{ kind: 'start' }];
  loop.turn();
  world.done.length = 0;
  world.replaced.add('lan');
  world.masters = [wan];
  world.linkEvents = [
    ['lan', false],
    ['lan', true],
  ];
  loop.turn();
  // Making them anew sets all links down, also of those that are held.
  assert.deepEqual(world.done, ['link lan down', 'restore', 'wan-v10 up', 'link lan up']);
  assert.match(JSON.stringify(world.told), /lan is another interface than before/);
  world.linkEvents = [
    ['lan', false],
    ['lan', true],
  ];
  loop.turn();
  assert.equal(world.done.filter((what) => what === 'restore').length, 1, 'once');
});

test('a main thread that hangs demotes the node until it beats again', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  loop.turn();
  world.time = 5_100_000;
  loop.turn();
  world.beat = 1;
  loop.turn();
  assert.deepEqual(world.done, ['demote main thread stalled', 'undemote main thread stalled']);
});

test('frames that the kernel dropped stand among the counters', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.inbox = [{ kind: 'report', id: 1 }];
  loop.turn();
  world.dropped = 7;
  world.inbox = [{ kind: 'report', id: 2 }];
  loop.turn();
  const counters = world.told.map((message) => message.kind === 'report' && message.report.counters);
  assert.deepEqual(counters, [{ hmac: 3 }, { hmac: 3, dropped: 7 }]);
});

test('the loop ends when the group has left', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.effects = (event) => (event.kind === 'leave' ? [{ kind: 'left' }] : []);
  world.inbox = [{ kind: 'event', event: { kind: 'leave', patience: millis(1_000) } }];
  loop.run();
  assert.deepEqual(
    world.told.map((message) => (message.kind === 'effect' ? message.effect.kind : message.kind)),
    ['left'],
  );
});

test('a new document: the devices that it changes are as they were held, others are not touched', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.inbox = [{ kind: 'start' }];
  loop.turn();
  world.done.length = 0;
  world.masters = [wan, lan];
  const changed = { ...device('lan-v20'), ipv4: ['10.0.0.9' as Ipv4] };
  world.inbox = [
    { kind: 'reconfigure', id: 7, world: worldOf(device('wan-v10'), changed, device('dmz-v30')) },
  ];
  world.effects = (event) => (event.kind === 'reconfigure' ? [{ kind: 'announce', key: wan }] : []);
  loop.turn();
  assert.deepEqual(world.done, [
    'follow wan,lan,dmz watching wan,lan,dmz',
    'codec',
    'link dmz up',
    'lan-v20 up',
    'reconfigure',
    'send wan arp',
  ]);
  assert.deepEqual(world.told.at(-1), { kind: 'answer', id: 7, outcome: ok(undefined) });
  world.done.length = 0;
  world.masters = [wan];
  world.inbox = [{ kind: 'reconfigure', id: 8, world: worldOf(device('wan-v10'), device('lan-v20')) }];
  loop.turn();
  assert.ok(world.done.includes('lan-v20 down'), 'what is not held owns none of its new addresses');
});

test('a VHID that goes is dropped before the answer, by the device that it had', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.inbox = [{ kind: 'start' }];
  loop.turn();
  world.done.length = 0;
  world.effects = (event) => (event.kind === 'reconfigure' ? [{ kind: 'dropAddresses', key: lan }] : []);
  world.inbox = [{ kind: 'reconfigure', id: 1, world: worldOf(device('wan-v10')) }];
  loop.turn();
  assert.deepEqual(world.done.slice(-2), ['reconfigure', 'lan-v20 down']);
});

test('when the kernel refuses a new document, nobody has heard of it', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  loop.turn();
  world.followed = fail('no interface dmz');
  world.inbox = [{ kind: 'reconfigure', id: 3, world: worldOf(device('dmz-v30')) }];
  loop.turn();
  assert.deepEqual(world.done, ['follow dmz watching wan,lan,dmz']);
  assert.deepEqual(world.told, [{ kind: 'answer', id: 3, outcome: fail('no interface dmz') }]);
});

test('giving up is answered when nothing is held any more', () => {
  const world = new World();
  const loop = new GuardLoop(world.parts());
  world.masters = [wan];
  world.inbox = [{ kind: 'retire', id: 5, keys: [wan], patience: millis(1_000) }];
  loop.turn();
  assert.deepEqual(world.told, []);
  world.masters = [];
  loop.turn();
  assert.deepEqual(world.told, [{ kind: 'answer', id: 5, outcome: ok(undefined) }]);
});
