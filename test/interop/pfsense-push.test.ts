/** `bascule pfsense push` and `bascule doctor` on a cluster of two pfSenses, which PHP plays. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fingerprintOf } from '#api/identity.ts';
import { inNamespace } from '#infra/apply.ts';
import { type Json, missingPhp, PhpBackup, struct } from './pfsense-in-php.ts';
import { Segment, unable, until } from './segment.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const [one, two, admin] = ['one', 'two', 'admin'].map((name) => Segment.unique(`bpp-${name}`)) as [
  string,
  string,
  string,
];
const addresses = { [one]: '10.81.0.2', [two]: '10.81.0.3', [admin]: '10.81.0.9' };
const login = { user: 'admin', password: 'Herse-1347-de-fer' };

/** What a pfSense has after its wizard. */
const wizard = (place: number): Json =>
  struct({
    system: struct({ hostname: `pf${place}`, domain: 'example.org' }),
    interfaces: struct({
      lan: struct({ enable: '', if: 'vtnet0', descr: 'LAN', ipaddr: `10.81.0.${place + 1}`, subnet: '24' }),
    }),
    filter: struct({
      rule: [
        struct({
          type: 'pass',
          interface: 'lan',
          descr: 'Default allow LAN to any rule',
          source: struct({ network: 'lan' }),
          destination: struct({ any: '' }),
        }),
      ],
    }),
    nat: struct({ outbound: struct({ mode: 'automatic' }) }),
    hasync: struct({ synchronizetoip: place === 2 ? '10.81.0.2' : '' }),
  });

describe('a cluster of pfSenses', { skip: unable(['ip']) || missingPhp, timeout: 120_000 }, () => {
  let segment: Segment;
  const peers = new Map<string, PhpBackup>();

  before(async () => {
    segment = new Segment(
      Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, `${address}/24`])),
    );
    for (const [i, node] of [one, two].entries()) {
      const folder = join(segment.folder, node);
      mkdirSync(folder);
      const peer = await PhpBackup.make(node, folder, login, wizard(i + 1));
      peers.set(node, peer);
      peer.start();
    }
    writeFileSync(join(segment.folder, 'cluster.secrets.yaml'), `sync: ${login.password}\n`);
    write();
    await until(
      'both answer',
      10_000,
      () => !/could not/.test(bascule(['pfsense', 'push', '--dry-run']).stderr),
    );
    for (const peer of peers.values()) peer.forget();
  });
  after(async () => {
    for (const peer of peers.values()) await peer.stop();
    segment?.remove();
  });

  const peer = (node: string): PhpBackup => peers.get(node) ?? assert.fail();
  const printOf = (node: string): string => {
    const print = fingerprintOf(peer(node).certificate);
    return print.ok ? print.value : assert.fail();
  };
  /** Writes the document; `secondPrint` is the fingerprint of the second node's certificate. */
  function write(changes: { secondPrint?: string; address?: string } = {}): void {
    const node = (name: string, print: string): string =>
      `  ${name}: { kind: pfsense, pfsense: { address: ${addresses[name]}, password: { secret: sync }, fingerprint: "${print}" } }`;
    writeFileSync(
      join(segment.folder, 'cluster.yaml'),
      `cluster: pair
failover: standard
nodes:
${node(one, printOf(one))}
${node(two, changes.secondPrint ?? printOf(two))}
interfaces:
  lan: { device: vtnet0, addresses: { ${one}: [${changes.address ?? addresses[one]}/24], ${two}: [${addresses[two]}/24] } }
ha: { sync: { interface: lan, states: true, peers: { ${one}: 10.81.0.3, ${two}: ${changes.address ?? addresses[one]} }, config: { password: { secret: sync }, sections: [rules] } } }
virtualIps:
  - { interface: lan, vhid: 20, addresses: [10.81.0.1/24], password: Pont-levis-1789 }
rules:
  - { action: pass, interface: lan, protocol: tcp, source: lan net, ports: 443, description: nodes and people }
nat: { outbound: { mode: hybrid, rules: [{ interface: lan, source: 10.82.0.0/24, translateTo: 10.81.0.1, description: by the VIP }] } }
`,
    );
  }
  function bascule(
    words: readonly string[],
    ...files: readonly string[]
  ): { status: number | null; stdout: string; stderr: string } {
    const argv = [process.execPath, '--no-warnings', main, ...words, join(segment.folder, 'cluster.yaml')];
    const [command = '', ...args] = inNamespace(admin, [...argv, ...files, '--lang', 'en']);
    return spawnSync(command, args, { encoding: 'utf8' });
  }
  const methods = (node: string): string[] =>
    peer(node)
      .asked()
      .map(({ method }) => method.replace('pfsense.', ''));

  test('a dry run says per node what would be sent, and sends nothing', () => {
    const { status, stdout } = bascule(['pfsense', 'push', '--dry-run']);
    assert.equal(status, 1);
    for (const node of [one, two])
      assert.match(stdout, new RegExp(`^${node}:\\n {2}\\+ virtualip: lan@20 10\\.81\\.0\\.1/24$`, 'm'));
    assert.match(stdout, /^ {2}- filter: Default allow LAN to any rule$/m);
    assert.match(stdout, /^ {2}~ nat: outbound\/mode: automatic -> hybrid$/m);
    assert.match(stdout, /^ {2}- hasync: synchronizetoip$/m);
    assert.match(stdout, /Nothing was sent \(--dry-run\)\.$/m);
    assert.ok(!stdout.includes(login.password) && !stdout.includes('Pont-levis'), 'passwords are not shown');
    for (const node of [one, two])
      assert.deepEqual(methods(node), ['host_firmware_version', 'backup_config_section']);
  });

  test('another certificate gets no login, and then nobody is sent anything', () => {
    for (const one of peers.values()) one.forget();
    write({ secondPrint: '00'.repeat(32) });
    const { status, stderr } = bascule(['pfsense', 'push']);
    write();
    assert.equal(status, 2);
    assert.match(
      stderr,
      new RegExp(`its certificate is not the one of nodes\\.${two}\\.pfsense\\.fingerprint`),
    );
    assert.match(stderr, /^Nothing was sent to any node\.$/m);
    assert.deepEqual(methods(two), []);
    assert.ok(!methods(one).includes('restore_config_section'));
  });

  test('both are sent what differs, the backup first and each with its own priority, and it is read back', () => {
    for (const one of peers.values()) one.forget();
    const { status, stdout, stderr } = bascule(['pfsense', 'push']);
    assert.equal(status, 0, `${stdout}${stderr}`);
    const sent = `sent and read back \\(virtualip, hasync, filter, nat\\)`;
    assert.match(stdout, new RegExp(`${two}: ${sent}\\n${one}: ${sent}\\n$`));
    for (const [node, skew] of [
      [one, 0],
      [two, 100],
    ] as const) {
      assert.deepEqual(methods(node).slice(2), ['restore_config_section', 'backup_config_section']);
      assert.match(JSON.stringify(peer(node).asked()[2]), new RegExp(`\\["advskew","${skew}"\\]`));
    }
  });

  test('a second time there is nothing to do', () => {
    for (const one of peers.values()) one.forget();
    const { status, stdout } = bascule(['pfsense', 'push']);
    assert.equal(status, 0);
    assert.equal(stdout.match(/: all is as the document says$/gm)?.length, 2);
    for (const node of [one, two])
      assert.deepEqual(methods(node), ['host_firmware_version', 'backup_config_section']);
  });

  test('an address that XML-RPC cannot change is listed', () => {
    write({ address: '10.81.0.22' });
    const { status, stdout } = bascule(['pfsense', 'push', '--dry-run', '--node', one]);
    assert.equal(status, 0);
    assert.match(
      stdout,
      / {4}interface lan: the address is 10\.81\.0\.2\/24 there, 10\.81\.0\.22\/24 in the document/,
    );
    const doctor = bascule(['doctor']);
    write();
    assert.match(
      doctor.stdout,
      /^WARNING pfsense-interface \(lan\)\n {2}lan of \S+ is 10\.81\.0\.2\/24 there/m,
    );
  });

  test('the doctor audits both as it reads them, and finds what somebody changed', async () => {
    const { stdout } = bascule(['doctor']);
    assert.match(stdout, new RegExp(`^Examined: ${one}, ${two}$`, 'm'));
    assert.doesNotMatch(stdout, /pfsense-(differs|silent|interface)/);
    // The wizard's system has no time server, which the audit of a pair tells.
    assert.match(stdout, /^\w+ [a-z-]+ \(bpp-/m);
    await peer(two).stop();
    const away = bascule(['doctor']);
    assert.equal(away.status, 1);
    assert.match(away.stdout, new RegExp(`^ERROR pfsense-silent \\(${two}\\)\n.*ECONNREFUSED`, 'm'));
    // It begins anew with what the wizard made.
    peer(two).start();
    await until('it answers', 10_000, () => !bascule(['doctor']).stdout.includes('pfsense-silent'));
    assert.match(bascule(['doctor']).stdout, new RegExp(`^WARNING pfsense-differs \\(${two}\\)`, 'm'));
  });

  test('or from exported files, whichever comes first', () => {
    const out = join(segment.folder, 'out');
    assert.equal(bascule(['export', 'pfsense', '--out', out]).status, 0);
    const files = [two, one].map((node) => join(out, `${node}.config.xml`));
    const { stdout } = bascule(['doctor'], ...files);
    assert.match(stdout, new RegExp(`^Examined: ${one}, ${two}$`, 'm'));
    assert.doesNotMatch(stdout, /pfsense-/);
  });

  test('one that is away keeps the other from being changed', async () => {
    await peer(two).stop();
    peer(one).forget();
    const { status, stderr } = bascule(['pfsense', 'push']);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`^${two} could not be looked at: .*ECONNREFUSED`, 'm'));
    assert.ok(!methods(one).includes('restore_config_section'));
    assert.equal(bascule(['pfsense', 'push', '--node', one]).status, 0);
    peer(two).start();
  });
});
