/** Faults made on purpose in a running pair: the doctor names each, and nothing else. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { DoctorRig } from './doctor-rig.ts';
import { unable, until } from './interop/segment.ts';

describe('the doctor', { skip: unable(['ip', 'nft', 'ping', 'nsenter']), timeout: 180_000 }, () => {
  let rig: DoctorRig;

  before(async () => {
    rig = new DoctorRig();
    await rig.build();
    rig.start(rig.a);
    rig.start(rig.b);
    await rig.settled();
  });
  after(async () => rig?.remove());

  it('finds nothing at a healthy pair', async () => {
    assert.deepEqual(await rig.names(), []);
    assert.deepEqual(await rig.names(rig.b), []);
  });

  it('multicast that is blocked, and a group that a switch has forgotten', async () => {
    rig.drops(`${rig.from('eth0')} ip daddr 224.0.0.0/4`, `${rig.from('eth1')} ip daddr 224.0.0.18`);
    assert.deepEqual(await afterTakeover(), ['igmp-snooping wan', 'multicast-blocked lan']);
  });

  it('a filter of adverts, and one of the virtual MAC', async () => {
    rig.drops(`${rig.from('eth0')} ip protocol 112`, `${rig.from('eth1')} ether saddr 00:00:5e:00:01:1e`);
    assert.deepEqual(await afterTakeover(), ['adverts-filtered lan', 'virtual-mac-blocked wan']);
  });

  it('a link that carries one way, and a virtual MAC that is not delivered', async () => {
    rig.drops(
      `iifname ${rig.cable(rig.a, 'eth0')} ip daddr 224.0.0.0/4`,
      `${rig.from('eth1')} ether daddr 00:00:5e:00:01:1e`,
    );
    assert.deepEqual(await afterTakeover(), ['one-way-link lan', 'virtual-mac-not-delivered wan@30']);
  });

  it('a segment that is cut in two, and own adverts that come back', async () => {
    for (const node of [rig.a, rig.b])
      rig.ip(rig.switchName, `link set dev ${rig.cable(node, 'eth0')} type bridge_slave isolated on`);
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.a, 'eth1')} type bridge_slave hairpin on`);
    assert.deepEqual(await afterTakeover(), ['adverts-looped wan', 'segment-cut lan']);
    for (const node of [rig.a, rig.b])
      rig.ip(rig.switchName, `link set dev ${rig.cable(node, 'eth0')} type bridge_slave isolated off`);
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.a, 'eth1')} type bridge_slave hairpin off`);
  });

  /** Waits until the second node believes itself alone, looks, heals. */
  async function afterTakeover(): Promise<string[]> {
    await until('the second node takes over', 5_000, async () =>
      ((await rig.status(rig.b))?.vips ?? []).some(({ status }) => status === 'MASTER'),
    );
    const names = await rig.names();
    rig.drops();
    return names;
  }
  afterEach(async () => rig.settled());
});
