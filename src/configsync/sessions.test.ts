import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { after, type Instant, instant, seconds } from '#base/time.ts';
import { decodeCall, decodeResponse, encodeAnswer, encodeCall, encodeFault } from './codec.ts';
import { dialectOf } from './dialect.ts';
import { type PushConfig, type PushEffect, type PushOutcome, SyncClient, usualAttempts } from './push.ts';
import { type Credentials, type ServeConfig, type ServeEffect, SyncServer } from './serve.ts';
import { at, type Tree, type TreeMap, treeOfValue } from './tree.ts';
import { Tries, usualTries } from './tries.ts';
import { isStruct, type Response, usualLimits, type Value } from './value.ts';

const dialect = dialectOf('23.3');
const start = instant(1_000_000_000);
const one = '10.0.0.1';
const two = '10.0.0.2';
const struct = (entries: Record<string, Value>): Value => new Map(Object.entries(entries));
const treeFrom = (entries: Record<string, Value>): TreeMap => {
  const tree = treeOfValue(struct(entries), '', []);
  assert.ok(tree instanceof Map);
  return tree;
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const rules = (...names: string[]): Value =>
  struct({ rule: names.map((descr) => struct({ type: 'pass', descr })) });
const interfaces = struct({ wan: struct({ descr: 'WAN' }), lan: struct({ descr: 'LAN' }) });
const primary = treeFrom({
  hasync: struct({ synchronizetoip: two, synchronizerules: 'on', synchronizevirtualip: 'on' }),
  interfaces,
  filter: rules('first', 'second'),
  virtualip: struct({
    vip: [struct({ mode: 'carp', interface: 'lan', vhid: '1', advskew: '0', subnet: '10.0.0.9' })],
  }),
});
const backup = treeFrom({ hasync: struct({ pfsyncenabled: 'on' }), interfaces, filter: rules('old') });

const pushing = (more: Partial<PushConfig> = {}): SyncClient =>
  new SyncClient({
    dialect,
    target: two,
    own: [one],
    looks: false,
    complete: false,
    ...usualAttempts,
    limits: usualLimits,
    ...more,
  });
const serving = (more: Partial<ServeConfig> = {}, config = backup): SyncServer =>
  new SyncServer(
    {
      dialect,
      firmware: '2.7.2-RELEASE',
      peers: [one],
      repairs: false,
      limits: usualLimits,
      tries: usualTries,
      ...more,
    },
    config,
  );

const bodyOf = (effects: readonly (PushEffect | ServeEffect)[]): string => {
  const found = effects.find((effect) => effect.kind === 'call' || effect.kind === 'answer');
  assert.ok(
    found !== undefined && 'body' in found,
    `no body in ${JSON.stringify(effects.map(({ kind }) => kind))}`,
  );
  return found.body;
};
const responseOf = (effects: readonly ServeEffect[]): Response => {
  const response = decodeResponse(bytes(bodyOf(effects)));
  assert.ok(response.ok);
  return response.value;
};
const codeOf = (effects: readonly ServeEffect[]): number | undefined => {
  const response = responseOf(effects);
  return response.kind === 'fault' ? response.code : undefined;
};
const notices = (effects: readonly ServeEffect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'notice' ? [effect.code] : []));

let ids = 0;
/** A request from its arrival to its answer; an application succeeds unless it is refused. */
function ask(
  server: SyncServer,
  body: string,
  {
    source = one,
    credentials = 'right' as Credentials,
    now = start,
    refusal = undefined as string | undefined,
  } = {},
): ServeEffect[] {
  ids += 1;
  const id = ids;
  const effects = server.step({ kind: 'request', id, source, body: bytes(body) }, now);
  if (!effects.some(({ kind }) => kind === 'authenticate')) return effects;
  const more = server.step({ kind: 'authenticated', id, credentials }, now);
  if (!more.some(({ kind }) => kind === 'apply' || kind === 'reload')) return more;
  return [
    ...more,
    ...server.step({ kind: 'applied', id, ...(refusal === undefined ? {} : { refusal }) }, now),
  ];
}
const call = (method: string, ...params: Value[]): string => {
  const body = encodeCall({ method: `pfsense.${method}`, params });
  assert.ok(body.ok);
  return body.value;
};

/** Our primary and our backup, with nothing between them; the methods called, and how it ended. */
function together(
  client: SyncClient,
  server: SyncServer,
  credentials: Credentials = 'right',
): [string[], PushOutcome | undefined] {
  const methods: string[] = [];
  let now: Instant = start;
  let effects = client.step({ kind: 'push', config: primary }, now);
  for (let turn = 0; turn < 20; turn += 1) {
    const ended = effects.find((effect) => effect.kind === 'ended');
    if (ended !== undefined) return [methods, ended.outcome];
    if (effects.length === 0) {
      now = client.deadline() ?? now;
      effects = client.tick(now);
      continue;
    }
    const body = bodyOf(effects);
    const read = decodeCall(bytes(body));
    methods.push(read.ok ? read.value.method.replace('pfsense.', '') : 'malformed');
    const answer = bodyOf(ask(server, body, { credentials, now }));
    effects = client.step({ kind: 'answered', status: 200, body: bytes(answer) }, now);
  }
  return [methods, undefined];
}

describe('a push', () => {
  test('asks for the version and sends everything in one call', () => {
    const server = serving();
    const [methods, outcome] = together(pushing(), server);
    assert.deepEqual(methods, ['host_firmware_version', 'restore_config_section']);
    assert.deepEqual(outcome, { kind: 'done', sections: ['filter', 'virtualip', 'schedules'] });
    const held = responseOf(ask(server, call('backup_config_section', ['filter', 'virtualip', 'nothing'])));
    assert.ok(held.kind === 'value' && isStruct(held.value));
    assert.deepEqual([...held.value.keys()], ['filter', 'virtualip']);
    const tree = treeOfValue(held.value, '', []) as Tree;
    const [vip] = at(tree, 'virtualip/vip') as readonly Tree[];
    assert.equal(at(vip, 'advskew'), '100');
    assert.deepEqual(at(tree, 'filter'), primary.get('filter'));
  });

  test('can look before and after', () => {
    const [methods, outcome] = together(pushing({ looks: true }), serving());
    assert.deepEqual(methods, [
      ...[
        'host_firmware_version',
        'backup_config_section',
        'restore_config_section',
        'backup_config_section',
      ],
    ]);
    assert.deepEqual(outcome, {
      kind: 'done',
      sections: ['filter', 'virtualip', 'schedules'],
      differing: [],
    });
  });

  test('has the parameters that every pfSense takes', () => {
    const client = pushing();
    const version = decodeCall(bytes(bodyOf(client.step({ kind: 'push', config: primary }, start))));
    assert.deepEqual(version.ok && version.value.params, ['', 240]);
    const answer = encodeAnswer(struct({ config_version: '23.3' }));
    assert.ok(answer.ok);
    const effects = client.step({ kind: 'answered', status: 200, body: bytes(answer.value) }, start);
    const restore = decodeCall(bytes(bodyOf(effects)));
    assert.deepEqual(restore.ok && restore.value.params[1], 900);
    assert.ok(effects[0]?.kind === 'call' && effects[0].timeout === seconds(900));
  });

  test('ends where nothing is to be sent', () => {
    const effects = pushing().step({ kind: 'push', config: treeFrom({}) }, start);
    assert.deepEqual(effects, [{ kind: 'ended', outcome: { kind: 'nothing' } }]);
  });

  test('is refused by another version, by none, and by itself', () => {
    const [methods, outcome] = together(pushing(), serving({ dialect: dialectOf('22.9') }));
    assert.deepEqual(methods, ['host_firmware_version']);
    assert.deepEqual(outcome, {
      ...{ kind: 'refused', code: 'version-differs', detail: '22.9 there, 23.3 here', theirs: '22.9' },
    });
    const client = pushing();
    client.step({ kind: 'push', config: primary }, start);
    const answer = encodeAnswer(true);
    assert.ok(answer.ok);
    const [none] = client.step({ kind: 'answered', status: 200, body: bytes(answer.value) }, start);
    assert.ok(
      none?.kind === 'ended' && none.outcome.kind === 'refused' && none.outcome.code === 'version-unknown',
    );
    const [self] = pushing({ own: [one, two] }).step({ kind: 'push', config: primary }, start);
    assert.ok(self?.kind === 'ended' && self.outcome.kind === 'refused' && self.outcome.code === 'loop');
  });

  test('finds a loop and unlike interfaces when it looks', () => {
    const looped = treeFrom({ hasync: struct({ synchronizetoip: one }), interfaces });
    assert.deepEqual(together(pushing({ looks: true }), serving({}, looped))[1], {
      ...{ kind: 'refused', code: 'loop', detail: 'it sends its configuration to 10.0.0.1' },
    });
    const other = treeFrom({
      interfaces: struct({ wan: struct({ descr: 'WAN' }), lan: struct({ descr: 'DMZ' }) }),
    });
    assert.deepEqual(together(pushing({ looks: true }), serving({}, other))[1], {
      ...{ kind: 'refused', code: 'interfaces-differ', detail: 'lan is LAN here and DMZ there' },
    });
  });

  test('sees that a pfSense in a loop took nothing, though it said it did', () => {
    const client = pushing({ looks: true });
    let effects = client.step({ kind: 'push', config: primary }, start);
    for (const value of [
      struct({ config_version: '23.3' }),
      struct({ interfaces }),
      true,
      struct({ filter: rules('old') }),
    ]) {
      const answer = encodeAnswer(value);
      assert.ok(answer.ok);
      effects = client.step({ kind: 'answered', status: 200, body: bytes(answer.value) }, start);
    }
    assert.ok(effects[0]?.kind === 'ended' && effects[0].outcome.kind === 'done');
    assert.deepEqual(effects[0].outcome.differing, ['filter', 'virtualip']);
  });

  test('tries four times, a second apart, but a password once', () => {
    const client = pushing();
    let now = start;
    let effects = client.step({ kind: 'push', config: primary }, now);
    let calls = 0;
    while (effects.some(({ kind }) => kind === 'call')) {
      calls += 1;
      effects = client.step({ kind: 'failed', cause: 'Connection refused' }, now);
      if (effects.length > 0) break;
      assert.equal(client.deadline(), after(now, seconds(1)));
      assert.deepEqual(client.tick(now), []);
      now = client.deadline() ?? now;
      effects = client.tick(now);
    }
    assert.equal(calls, 4);
    assert.deepEqual(effects, [
      { kind: 'ended', outcome: { kind: 'refused', code: 'unreachable', detail: 'Connection refused' } },
    ]);
    const [methods, outcome] = together(pushing(), serving(), 'wrong');
    assert.deepEqual(methods, ['host_firmware_version']);
    assert.ok(outcome?.kind === 'refused' && outcome.code === 'password');
  });

  test('is followed by one more for all that changed meanwhile', () => {
    const client = pushing();
    client.step({ kind: 'push', config: primary }, start);
    assert.deepEqual(client.step({ kind: 'push', config: primary }, start), []);
    assert.deepEqual(client.step({ kind: 'push', config: primary }, start), []);
    const fault = bytes(encodeFault({ code: -1, text: 'Authentication failed' }));
    const effects = client.step({ kind: 'answered', status: 200, body: fault }, start);
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ['ended', 'call'],
    );
  });

  test('never throws, whatever is answered', () => {
    const value = fc.constantFrom<Value>(
      true,
      '',
      null,
      [],
      struct({ config_version: '23.3' }),
      struct({ interfaces }),
      [1],
    );
    const answer = fc.oneof(
      fc.string().map(bytes),
      value.map((sent) => {
        const body = encodeAnswer(sent);
        return bytes(body.ok ? body.value : '');
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(200, 200, 200, 301, 401), answer)), (answers) => {
        const client = pushing({ looks: true });
        client.step({ kind: 'push', config: primary }, start);
        for (const [status, body] of answers) {
          client.step({ kind: 'answered', status, body }, start);
          client.tick(after(start, seconds(10)));
        }
      }),
    );
  });
});

describe('a backup', () => {
  const restore = call('restore_config_section', struct({ filter: rules('new') }), 900);

  test('answers what pfSense answers', () => {
    const server = serving();
    const version = responseOf(ask(server, call('host_firmware_version', '', 240)));
    assert.ok(version.kind === 'value' && isStruct(version.value));
    assert.equal(version.value.get('config_version'), '23.3');
    assert.equal(version.value.get('platform'), 'pfSense');
    assert.deepEqual(responseOf(ask(server, restore)), { kind: 'value', value: true });
    assert.deepEqual(responseOf(ask(server, call('filter_configure'))), { kind: 'value', value: true });
    assert.deepEqual(responseOf(ask(server, call('captive_portal_sync', []))), {
      kind: 'value',
      value: false,
    });
    assert.deepEqual(responseOf(ask(server, call('merge_config_section', [], 240))), {
      kind: 'value',
      value: true,
    });
    assert.deepEqual(responseOf(ask(server, call('merge_installedpackages_section', struct({ a: 'b' })))), {
      kind: 'value',
      value: true,
    });
    assert.equal(codeOf(ask(server, call('no_such_thing'))), -32601);
    assert.equal(codeOf(ask(server, call('restore_config_section', 'text', 900))), -32602);
    assert.equal(codeOf(ask(server, '<methodCall>')), 0);
  });

  test('runs nothing', () => {
    for (const method of ['exec_php', 'exec_shell']) {
      const effects = ask(serving(), call(method, 'halt'));
      assert.equal(codeOf(effects), -32601);
      assert.deepEqual(notices(effects), ['sync-execution-refused']);
    }
  });

  test('lets nobody change who it is', () => {
    for (const section of ['version', 'interfaces', 'revision']) {
      assert.equal(
        codeOf(ask(serving(), call('restore_config_section', struct({ [section]: 'x' }), 900))),
        1,
      );
    }
  });

  test('reads nothing before it knows who asks', () => {
    const effects = ask(serving(), '<methodCall>', { credentials: 'wrong' });
    assert.equal(codeOf(effects), -1);
    assert.deepEqual(notices(effects), ['sync-password-wrong']);
    assert.deepEqual(notices(ask(serving(), restore, { credentials: 'wrong', source: '10.0.0.7' })), [
      'sync-login-refused',
    ]);
    assert.equal(codeOf(ask(serving(), restore, { credentials: 'unprivileged' })), -2);
  });

  test('stops listening to a source after five failures, for a while', () => {
    const server = serving();
    for (let i = 0; i < 5; i += 1) ask(server, restore, { credentials: 'wrong' });
    ids += 1;
    const blocked = server.step({ kind: 'request', id: ids, source: one, body: bytes(restore) }, start);
    assert.deepEqual(
      blocked.map(({ kind }) => kind),
      ['answer'],
    );
    assert.match(bodyOf(blocked), /too many tries, the next one in 60 s/);
    assert.deepEqual(responseOf(ask(server, restore, { source: two })), { kind: 'value', value: true });
    const later = { now: after(start, seconds(60)) };
    assert.deepEqual(responseOf(ask(server, restore, later)), { kind: 'value', value: true });
  });

  test('refuses a loop aloud', () => {
    const effects = ask(serving({ target: one }), restore);
    assert.equal(codeOf(effects), -3);
    assert.deepEqual(notices(effects), ['sync-loop']);
  });

  test('keeps what it had when the new configuration is not accepted', () => {
    const server = serving();
    const effects = ask(server, restore, { refusal: 'a rule names an interface that is not there' });
    assert.equal(codeOf(effects), 1);
    assert.deepEqual(notices(effects), ['sync-refused']);
    const held = responseOf(ask(server, call('backup_config_section', ['filter'])));
    assert.deepEqual(held, { kind: 'value', value: struct({ filter: rules('old') }) });
  });

  test('makes one change after the other', () => {
    const server = serving();
    const begin = (id: number, body: string): ServeEffect[] => {
      server.step({ kind: 'request', id, source: one, body: bytes(body) }, start);
      return server.step({ kind: 'authenticated', id, credentials: 'right' }, start);
    };
    assert.deepEqual(
      begin(9001, restore).map(({ kind }) => kind),
      ['apply'],
    );
    assert.deepEqual(
      begin(9002, call('restore_config_section', struct({ wol: struct({ wolentry: ['x'] }) }))),
      [],
    );
    const effects = server.step({ kind: 'applied', id: 9001 }, start);
    const next = effects.find(({ kind }) => kind === 'apply');
    assert.ok(next?.kind === 'apply' && next.id === 9002);
    assert.deepEqual(next.config.get('filter'), treeOfValue(rules('new'), '', []));
  });

  test('says when only the version was asked for', () => {
    const server = serving();
    ask(server, call('host_firmware_version', '', 240));
    assert.equal(server.deadline(), after(start, seconds(30)));
    assert.deepEqual(notices(server.tick(after(start, seconds(30)))), ['sync-version-only']);
    ask(server, call('host_firmware_version', '', 240));
    ask(server, restore);
    assert.equal(server.deadline(), undefined);
  });
});

describe('tries', () => {
  test('wait twice as long after every further failure, and a success forgives', () => {
    const tries = new Tries(usualTries);
    const blocks = Array.from({ length: 7 }, () => tries.failed(one, start) / 1e6);
    assert.deepEqual(blocks, [0, 0, 0, 0, 60, 120, 240]);
    for (let i = 0; i < 100; i += 1) assert.ok(tries.failed(one, start) <= seconds(3600));
    tries.succeeded(one);
    assert.equal(tries.waitOf(one, start), 0);
  });

  test('count networks of IPv6, and mapped addresses as what they are', () => {
    const tries = new Tries({ ...usualTries, free: 2 });
    tries.failed('2001:db8::1', start);
    assert.ok(tries.failed('2001:db8:0:0:5::2', start) > 0);
    assert.equal(tries.waitOf('2001:db8:0:1::1', start), 0);
    tries.failed('::ffff:10.0.0.1', start);
    assert.ok(tries.failed(one, start) > 0);
  });

  test('remember only so many sources', () => {
    const tries = new Tries({ ...usualTries, free: 1, sources: 2 });
    for (const source of [one, two, '10.0.0.3']) tries.failed(source, start);
    assert.equal(tries.waitOf(one, start), 0);
    assert.ok(tries.waitOf(two, start) > 0);
  });
});
