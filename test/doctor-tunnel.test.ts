/** The doctor at a node that is a hypervisor, too: faults of the tunnel under it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inNamespace } from '#infra/apply.ts';
import { DoctorRig } from './doctor-rig.ts';
import { unable } from './interop/segment.ts';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

describe('the doctor and a tunnel', { skip: unable(['ip', 'nft', 'ping']), timeout: 300_000 }, () => {
  let rig: DoctorRig;
  const bascule = (node: string, ...args: readonly string[]): string => {
    const env = ['env', 'VIP_PASSWORD=Pont-levis-1789', 'SYNC_KEY=Barbacane-1402-tour'];
    const argv = [...env, process.execPath, '--no-warnings', main, ...args];
    const [command = '', ...rest] = inNamespace(node, argv);
    return spawnSync(command, rest, { encoding: 'utf8' }).stdout;
  };
  const found = (node: string): string[] => {
    const { findings } = JSON.parse(bascule(node, 'doctor', '--json', '--socket', rig.socketOf(node))) as {
      readonly findings: readonly { readonly code: string; readonly subject: string }[];
    };
    return findings.map(({ code, subject }) => `${code} ${subject}`);
  };
  const apply = (): void => {
    for (const [node, hypervisor] of [
      [rig.a, 'hv1'],
      [rig.b, 'hv2'],
    ] as const)
      bascule(node, 'infra', 'apply', join(rig.folder, 'cluster.yaml'), '--on', hypervisor);
  };

  before(async () => {
    rig = new DoctorRig({ tunnel: true });
    await rig.build();
    rig.start(rig.a);
    rig.start(rig.b);
    apply();
    await rig.settled();
  });
  after(async () => rig?.remove());

  it('is well, and then is not: gone at the far end, gone here, too large for its way', () => {
    assert.deepEqual(found(rig.a), []);
    rig.ip(rig.b, 'link del vxlan-lan');
    assert.deepEqual(found(rig.a), ['port-refused vxlan-lan']);
    assert.deepEqual(found(rig.b), ['tunnel-missing vxlan-lan']);
    apply();
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.b, 'eth2')} mtu 1400`);
    assert.deepEqual(found(rig.a).sort(), ['mtu-too-small sync', 'underlay-mtu-small vxlan-lan']);
  });
});
