import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checksText, groundText, infraPlan, infraVerify } from './infra.ts';
import { infraExport } from './infra-export.ts';

const sound = `cluster: small
nodes: { A: , B: }
interfaces:
  lan: { addresses: { A: [10.0.0.2/24], B: [10.0.0.3/24] } }
  sync: { addresses: { A: [10.0.1.1/30], B: [10.0.1.2/30] } }
virtualIps: [{ interface: lan, vhid: 1, addresses: [10.0.0.1/24], password: a-good-password }]
ha: { sync: { interface: sync } }
rules: [{ action: pass, interface: sync, protocol: pfsync }]
`;
const ground = `infrastructure:
  hypervisors: { hv1: { address: 10.99.0.1 }, hv2: { address: 10.99.0.2 } }
  bridges: { vmbr1: { kind: ovs, mtu: 1450 } }
  tunnels: { vxlan-lan: { bridge: vmbr1, between: [hv1, hv2], key: 2000 } }
`;

/** A folder with the document, and what is printed to it. */
function stage(context: TestContext, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'infra-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'cluster.yaml');
  writeFileSync(file, text);
  const told: string[] = [];
  const note = (...words: unknown[]) => {
    told.push(words.join(' ').replaceAll(folder, 'FOLDER'));
  };
  context.mock.method(console, 'log', note);
  context.mock.method(console, 'error', note);
  return { folder, file, told };
}

test('export prints, writes with a backup, and then has nothing to write', (context) => {
  const { folder, file, told } = stage(context, sound + ground);
  const interfaces = join(folder, 'interfaces');
  writeFileSync(interfaces, 'auto lo\niface lo inet loopback\n');
  assert.equal(infraExport(file, { on: 'hv1', interfaces }), 0);
  assert.match(told.join('\n'), /^auto lo\niface lo inet loopback\n\nauto vmbr1\n/);
  assert.equal(readFileSync(interfaces, 'utf8'), 'auto lo\niface lo inet loopback\n');
  assert.equal(infraExport(file, { on: 'hv1', interfaces, write: true }), 0);
  assert.match(readFileSync(interfaces, 'utf8'), /ovs_tunnel_options options:remote_ip=10\.99\.0\.2/);
  assert.equal(readdirSync(folder).filter((name) => name.startsWith('interfaces.bascule-')).length, 1);
  assert.equal(infraExport(file, { on: 'hv1', interfaces, write: true }), 0);
  assert.equal(told.at(-1), 'FOLDER/interfaces is as the document says.');
});

test('bad input: 2, with what is missing', async (context) => {
  const { file, told } = stage(context, sound + ground);
  assert.equal(await infraPlan(file, {}), 2);
  assert.equal(told.at(-1), 'say which hypervisor this machine is: --on, one of hv1, hv2');
  assert.equal(await infraVerify(file, { on: 'hv3' }), 2);
  assert.equal(told.at(-1), 'the document has no hypervisor "hv3"; it has hv1, hv2');
  writeFileSync(file, sound);
  assert.equal(await infraPlan(file, { on: 'hv1' }), 2);
  assert.match(told.at(-1) ?? '', /has no "infrastructure" part/);
  assert.equal(await infraPlan('/nowhere', { on: 'hv1' }), 2);
});

test('an error in the ground ends it before anything is looked at; a warning is told', async (context) => {
  const { folder, file, told } = stage(context, (sound + ground).replace('bridge: vmbr1', 'bridge: vmbr2'));
  assert.equal(await infraPlan(file, { on: 'hv1' }), 2);
  assert.match(told.join('\n'), /error infra-unknown-bridge: there is no bridge "vmbr2" on hv1/);
  writeFileSync(file, (sound + ground).replace('hv1: { address: 10.99.0.1', 'hv1: { address: 10.0.0.1'));
  const interfaces = join(folder, 'interfaces');
  assert.equal(infraExport(file, { on: 'hv1', interfaces }), 0);
  assert.match(told.join('\n'), /warning infra-address-taken/);
});

test('a token that is nowhere to be found is told by its name', async (context) => {
  const proxmox = `proxmox: { fingerprint: "${'AA:'.repeat(31)}AA", token: { secret: pve } }`;
  const { file, told } = stage(context, sound + ground.replace('10.99.0.1 }', `10.99.0.1, ${proxmox} }`));
  assert.equal(await infraPlan(file, { proxmox: true }), 2);
  assert.equal(told.at(-1), 'the secrets have no entry pve, the token of hv1');
});

test('a plan and a list of checks as people read them', () => {
  const plan = {
    steps: [
      { tool: 'ovs', words: 'make the bridge vmbr1', command: ['add-br', 'vmbr1'] },
      { tool: 'ip', words: 'switch vmbr1 on', line: 'link set dev vmbr1 up' },
    ],
    notes: ['tap1 is not there'],
    problems: ['eno1 bears 10.0.0.5/24'],
  } as const;
  const text = groundText(plan, 'en');
  assert.equal(
    text,
    '- make the bridge vmbr1\n    ovs-vsctl add-br vmbr1\n- switch vmbr1 on\n    ip link set dev vmbr1 up\n' +
      'Note: tap1 is not there\nIn the way: eno1 bears 10.0.0.5/24',
  );
  assert.match(
    groundText(plan, 'fr'),
    /^- créer le pont vmbr1\n.*\n- activer vmbr1\n.*\nNote\u00a0: tap1 is not there\nObstacle\u00a0: eno1/,
  );
  assert.equal(groundText({ steps: [], notes: [], problems: [] }, 'en'), 'All is as the document says.');
  const fr = { message: 'fm', cause: 'fc.', remedy: 'fr.' };
  const fault = {
    code: 'bfd-off',
    severity: 'warning',
    message: 'm',
    cause: 'c.',
    remedy: 'r.',
    fr,
  } as const;
  const checks = [
    { subject: 'vxlan-lan', title: 'way', evidence: 'by br-phy', fault: undefined },
    { subject: 'vxlan-lan', title: 'BFD', evidence: 'off', fault },
  ];
  const lines = checksText(checks, 'en').split('\n');
  assert.match(lines[2] ?? '', /^ok +vxlan-lan +way +by br-phy$/);
  assert.deepEqual(lines.slice(-3), ['warning bfd-off: m', '    c.', '    Remedy: r.']);
  const french = checksText(checks, 'fr').split('\n');
  assert.match(french[2] ?? '', /^ok +vxlan-lan +trajet +par br-phy$/);
  assert.deepEqual(french.slice(-3), ['avertissement bfd-off\u00a0: fm', '    fc.', '    Remède\u00a0: fr.']);
});
