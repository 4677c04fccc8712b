import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { countersText, packetOf } from './firewall.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const bascule = (...args: string[]) => spawnSync(at('bascule'), args, { encoding: 'utf8', cwd: at('.') });
const d1 = ['--config', 'scenarios/d1.yaml'];

test('explain names the rule, its line, the way and the NAT', () => {
  const told = bascule(
    'firewall',
    'explain',
    'tcp',
    '192.168.1.100',
    '203.0.113.10:443',
    '--in',
    'lan',
    ...d1,
  );
  assert.match(told.stdout, /^pass: by rule 1: Default allow LAN to any \(scenarios\/d1\.yaml:\d+\)$/m);
  assert.match(told.stdout, /^way: leaves by WAN$/m);
  assert.match(told.stdout, /^source: 172\.17\.1\.40, by outbound NAT 1: LAN leaves by the WAN VIP/m);
  assert.equal(told.status, 0);
});

test('what does not pass is told by the exit code, too', () => {
  const told = bascule('firewall', 'explain', 'tcp', '203.0.113.9', '172.17.1.40:22', '--in', 'wan', ...d1);
  assert.equal(told.stdout, 'block: by default deny (always there)\n');
  assert.equal(told.status, 1);
});

test('a wrong word is refused with what would be right', () => {
  const told = bascule(
    'firewall',
    'explain',
    'tcp',
    '192.168.1.9',
    '203.0.113.10:443',
    '--in',
    'office',
    ...d1,
  );
  assert.equal(told.stderr, 'there is no interface "office"; there are wan, lan, sync\n');
  assert.equal(told.status, 2);
  assert.equal(bascule('firewall', 'show', ...d1, '--node', 'PF9').status, 2);
});

test('show leads from a line of the kernel to the line of the document', () => {
  const told = bascule('firewall', 'show', ...d1, '--node', 'PF2');
  assert.match(told.stdout, /comment "rule [0-9a-f]{8}: Ping of the WAN VIP" # scenarios\/d1\.yaml:\d+$/m);
  assert.equal(told.status, 0);
});

test('packets from words', () => {
  assert.deepEqual(packetOf('udp', '[2001:db8::1]:53', '[2001:db8::2]:53'), {
    family: 'ipv6',
    protocol: 17,
    source: '2001:db8::1',
    destination: '2001:db8::2',
    port: 53,
    sourcePort: 53,
  });
  for (const [protocol, source, destination, why] of [
    ['tcp', '192.0.2.1', '192.0.2.2', /needs a port/],
    ['tcp', '192.0.2.1', '2001:db8::2', /different families/],
    ['smtp', '192.0.2.1', '192.0.2.2', /is no protocol/],
    ['tcp', '192.0.2.1', '192.0.2.2:70000', /not a port/],
    ['tcp', 'host', '192.0.2.2:70', /not an IP address/],
  ] as const)
    assert.match(String(packetOf(protocol, source, destination)), why);
});

test('states and bytes stand beside the rule; what lets nothing in has no states', () => {
  const figures = { path: ['rules', 0], bytes: 1_200, packets: 10, matched: 3 };
  const text = countersText([
    { ...figures, title: 'rule 1: Mail', states: 2 },
    { ...figures, title: 'rule 2', packets: 4, matched: 4 },
  ]);
  assert.deepEqual(text.split('\n').slice(2), [
    'rule 1: Mail  2       1200   10       3',
    'rule 2                1200   4        4',
  ]);
});
