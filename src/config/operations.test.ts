import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked, type Operation, operated, plainDocument, secretMask } from './operations.ts';

const sample = `# The pair of the office
cluster: office   # ours

nodes: { A: {}, B: {} }
virtualIps:
  - { interface: lan, vhid: 1, addresses: [10.0.0.1/24], password: 'a-good-password' } # the gateway
aliases:
  # Who serves the web
  web: { type: host, entries: [10.0.0.11] }
rules:
  # First the web
  - { action: pass, interface: wan, ports: 443 }
  - { action: block, interface: wan } # and nothing else
  - action: pass
    interface: lan
`;

const after = (...operations: Operation[]): string => {
  const done = operated(sample, operations);
  assert.ok(done.ok, done.ok ? '' : done.error);
  return done.value;
};
const errorOf = (...operations: Operation[]): string => {
  const done = operated(sample, operations);
  assert.ok(!done.ok, 'it was done');
  return done.error;
};
/** Lines that are not in the other text. */
const fresh = (text: string, other: string): string[] => {
  const lines = new Set(other.split('\n'));
  return text.split('\n').filter((line) => !lines.has(line));
};

test('a field is set, and nothing else is touched', () => {
  const text = after({ op: 'set', path: ['rules', 0, 'ports'], value: 8443 });
  assert.equal(text, sample.replace('443', '8443'));
});

test('setting what is there already leaves every byte', () => {
  assert.equal(after({ op: 'set', path: ['virtualIps', 0, 'addresses'], value: ['10.0.0.1/24'] }), sample);
});

test('a rule is inserted where it is wanted, and looks like its neighbours', () => {
  const text = after({ op: 'insert', path: ['rules'], at: 1, value: { action: 'pass', interface: 'wan' } });
  assert.deepEqual(fresh(text, sample), ['  - { action: pass, interface: wan }']);
  assert.deepEqual(fresh(sample, text), []);
  assert.ok(text.indexOf('action: pass, interface: wan }') < text.indexOf('block'));
});

test('a list that is not there is made', () => {
  const text = after({ op: 'insert', path: ['dhcp'], value: { interface: 'lan' } });
  const plain = plainDocument(text);
  assert.ok(plain.ok);
  assert.deepEqual(plain.value.dhcp, [{ interface: 'lan' }]);
});

test('a rule moves with its comment', () => {
  const text = after({ op: 'move', path: ['rules'], from: 1, to: 2 });
  const lines = text.split('\n').filter((line) => line.includes('action'));
  assert.deepEqual(
    lines.map((line) => line.trim()),
    [
      '- { action: pass, interface: wan, ports: 443 }',
      '- action: pass',
      '- { action: block, interface: wan } # and nothing else',
    ],
  );
});

test('operations see what those before them have left', () => {
  const text = after(
    { op: 'remove', path: ['rules', 0] },
    { op: 'set', path: ['rules', 0, 'description'], value: 'last' },
    { op: 'rename', path: ['aliases', 'web'], to: 'servers' },
  );
  const plain = plainDocument(text);
  assert.ok(plain.ok);
  assert.deepEqual(plain.value.rules, [
    { action: 'block', interface: 'wan', description: 'last' },
    { action: 'pass', interface: 'lan' },
  ]);
  assert.deepEqual(Object.keys(plain.value.aliases as object), ['servers']);
  assert.match(text, /# Who serves the web/);
});

test('a masked secret that is sent back keeps its value', () => {
  const vip = { interface: 'lan', vhid: 2, addresses: ['10.0.0.1/24'], password: secretMask };
  const text = after({ op: 'set', path: ['virtualIps', 0], value: vip });
  assert.match(text, /vhid: 2,.*a-good-password/);
});

test('a masked secret that could be the wrong one is refused', () => {
  const vip = { interface: 'lan', vhid: 2, password: secretMask };
  assert.match(errorOf({ op: 'insert', path: ['virtualIps'], value: vip }), /write it anew/);
  assert.match(
    errorOf({ op: 'set', path: ['virtualIps'], value: [vip] }),
    /set, insert, move or remove its entries/,
  );
});

test('what is not there is named', () => {
  assert.match(
    errorOf({ op: 'remove', path: ['rules', 9] }),
    /^operation 1 \(remove rules\.9\): there is nothing/,
  );
  assert.match(errorOf({ op: 'move', path: ['rules'], from: 0, to: 3 }), /the list has 3 entries/);
  assert.match(errorOf({ op: 'insert', path: ['cluster'], value: 1 }), /there is no list/);
  assert.match(errorOf({ op: 'rename', path: ['aliases', 'nobody'], to: 'web' }), /nothing of that name/);
  assert.match(errorOf({ op: 'set', path: ['cluster', 'x', 'y'], value: 1 }), /operation 1/);
});

test('no secret is shown, whatever holds it; references to secrets are', () => {
  const shown = masked({
    virtualIps: [{ password: 'x', vhid: 1 }],
    ha: { sync: { keys: ['a', { secret: 'K' }], config: { password: { env: 'P' } } } },
    users: { anna: { password: '$argon2id$', tokens: { t: { hash: 'ff' } } }, password: { groups: [] } },
  });
  assert.deepEqual(shown, {
    virtualIps: [{ password: secretMask, vhid: 1 }],
    ha: { sync: { keys: [secretMask, { secret: 'K' }], config: { password: { env: 'P' } } } },
    users: {
      anna: { password: secretMask, tokens: { t: { hash: secretMask } } },
      password: { groups: [] },
    },
  });
});
