import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ipv4, Ipv6, Mac } from '#base/address.ts';
import { announcement } from '#base/announcement.ts';
import type { Instant } from '#base/time.ts';
import type { VipDevice } from '#ports/kernel.ts';
import { AF_PACKET, fixedBuffer, libc, MSG_DONTWAIT, mustOpen, SOCK_RAW } from './libc.ts';
import { RouteSocket } from './netlink/route.ts';
import { createWaker, openRedundancyKernel } from './redundancy-kernel.ts';
import { readSysctl } from './sysctl.ts';
import { inPrivateNamespaces, makeSegment, peerNamespace, run } from './test-namespaces.ts';
import { createVipProvisioner } from './vips.ts';

const device: VipDevice = {
  name: 'wan-v20',
  parent: 'wan',
  mac: '00:00:5e:00:01:14' as Mac,
  ipv4: ['192.0.2.20' as Ipv4, '192.0.2.21' as Ipv4],
  ipv6: ['2001:db8::20' as Ipv6],
};
const ipv4Only: VipDevice = {
  ...device,
  name: 'wan-v21',
  mac: '00:00:5e:00:01:15' as Mac,
  ipv4: ['192.0.2.31' as Ipv4],
  ipv6: [],
};

interface IpLink {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: { readonly mode?: string } };
}
const links = (): readonly IpLink[] => JSON.parse(run('ip -d -j link')) as IpLink[];
const linkOf = (name: string): IpLink | undefined => links().find(({ ifname }) => ifname === name);
const isUp = (name: string): boolean => linkOf(name)?.flags.includes('UP') === true;
function addressesOf(name: string): string[] {
  const [link] = JSON.parse(run(`ip -j addr show ${name}`)) as {
    addr_info: { local: string; prefixlen: number }[];
  }[];
  return (link?.addr_info ?? []).map(({ local, prefixlen }) => `${local}/${prefixlen}`).sort();
}
function pings(target: string): boolean {
  try {
    run(`ip netns exec ${peerNamespace} ping -c 1 -W 1 ${target}`);
    return true;
  } catch {
    return false;
  }
}

/** Counts frames that leave `wan` with the given source MAC while it is open. */
class Watch {
  readonly #fd = mustOpen(libc.socket(AF_PACKET, SOCK_RAW, 0) as number, 'watch');
  readonly #frame = fixedBuffer(2_048);
  constructor() {
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(3, 2);
    address.writeInt32LE(libc.ifNameToIndex('wan') as number, 4);
    assert.equal(libc.bind(this.#fd, address, 20), 0);
  }
  framesFrom(mac: Mac): string[] {
    const found: string[] = [];
    for (;;) {
      const length = libc.recv(this.#fd, this.#frame, this.#frame.length, MSG_DONTWAIT) as number;
      if (length < 0) return found;
      const source = this.#frame.toString('hex', 6, 12);
      if (source === mac.replaceAll(':', '')) found.push(this.#frame.toString('hex', 0, length));
    }
  }
  close(): void {
    libc.close(this.#fd);
  }
}

const prepared = (...devices: VipDevice[]) => {
  const provisioner = createVipProvisioner();
  assert.deepEqual(provisioner.prepare(devices), { ok: true, value: undefined });
  return provisioner;
};
const kernelOf = () => {
  const opened = openRedundancyKernel(['wan'], ['wan'], createWaker().fd);
  assert.ok(opened.ok);
  return opened.value;
};

inPrivateNamespaces(import.meta.filename, () => {
  before(makeSegment);

  describe('preparing', () => {
    test('makes the device, down, with its addresses and no others', () => {
      const provisioner = prepared(device, ipv4Only);
      const link = linkOf('wan-v20');
      assert.equal(link?.address, device.mac);
      assert.equal(link?.linkinfo?.info_kind, 'macvlan');
      assert.equal(link?.linkinfo?.info_data?.mode, 'private');
      assert.equal(isUp('wan-v20'), false);
      assert.deepEqual(addressesOf('wan-v20'), ['192.0.2.20/32', '192.0.2.21/32', '2001:db8::20/128']);
      assert.deepEqual(addressesOf('wan-v21'), ['192.0.2.31/32']);
      assert.equal(readSysctl('net/ipv6/conf/wan-v21/disable_ipv6'), '1');
      assert.equal(readSysctl('net/ipv4/conf/wan/arp_announce'), '2');
      assert.equal(readSysctl('net/ipv4/conf/wan/arp_ignore'), '1');
      provisioner.remove();
    });

    test('leaves a device that is right alone, but sets its link down', () => {
      const first = prepared(device);
      const before = linkOf('wan-v20')?.ifindex;
      run('ip link set wan-v20 up');
      const second = prepared(device);
      assert.equal(linkOf('wan-v20')?.ifindex, before);
      assert.equal(isUp('wan-v20'), false);
      assert.deepEqual(addressesOf('wan-v20'), ['192.0.2.20/32', '192.0.2.21/32', '2001:db8::20/128']);
      second.remove();
      first.remove();
    });

    test('clears away what a crashed predecessor left, and nothing of a stranger', () => {
      run('ip link add wan-v99 link wan address 00:00:5e:00:01:63 type macvlan mode private');
      run('ip link add wan-v20 link wan address 00:00:5e:00:01:77 type macvlan mode private');
      run('ip link add mine-v1 link wan address 02:00:00:00:00:01 type macvlan mode private');
      run('ip link add vrrp.5 link wan address 00:00:5e:00:01:05 type macvlan mode private');
      const provisioner = prepared(device);
      assert.equal(linkOf('wan-v99'), undefined);
      assert.equal(linkOf('wan-v20')?.address, device.mac);
      provisioner.remove();
      assert.ok(linkOf('mine-v1'));
      assert.ok(linkOf('vrrp.5'));
      run('ip link del mine-v1');
      run('ip link del vrrp.5');
    });

    test("drops a predecessor's address that is no longer wanted, and adds what is missing", () => {
      const first = prepared({ ...device, ipv4: ['192.0.2.77' as Ipv4], ipv6: ['2001:db8::77' as Ipv6] });
      const second = prepared(device);
      assert.deepEqual(addressesOf('wan-v20'), ['192.0.2.20/32', '192.0.2.21/32', '2001:db8::20/128']);
      second.remove();
      first.remove();
    });

    test('a parent that does not exist is an error that names it', () => {
      const provisioner = createVipProvisioner();
      assert.deepEqual(provisioner.prepare([{ ...device, parent: 'nowhere' }]), {
        ok: false,
        error: 'there is no interface "nowhere" here',
      });
      provisioner.remove();
    });

    test('a second address family of the parent is described, without the addresses of the VIP', () => {
      const provisioner = prepared(device);
      const wan = provisioner.describe('wan');
      assert.ok(wan.ok);
      assert.deepEqual(wan.value.ipv4, ['192.0.2.1']);
      assert.ok(wan.value.ipv6.includes('2001:db8::1' as Ipv6));
      assert.equal(wan.value.mac, linkOf('wan')?.address);
      provisioner.remove();
    });
  });

  describe('changing while a node runs', () => {
    const held = new Set([device.name]);
    const more = {
      ...device,
      ipv4: ['192.0.2.20', '192.0.2.22'] as Ipv4[],
      ipv6: ['2001:db8::22'] as Ipv6[],
    };
    const isOwn = (address: string): boolean => / dev lo /.test(run(`ip route get ${address}`));
    /** As the guard does: neighbours may have asked in vain before. */
    const announce = (kernel: ReturnType<typeof kernelOf>, one: VipDevice): void => {
      for (const address of [...one.ipv4, ...one.ipv6]) {
        const frame = announcement(address, one.mac);
        assert.ok(kernel.send('wan', frame, frame.length));
      }
    };
    /** A segment that was just made answers nobody over IPv6 before its own link-local addresses are settled. */
    const answers = (target: string): boolean => [1, 2, 3, 4, 5].some(() => pings(target));

    test('the addresses of a device that is held change, and its link never goes down', () => {
      const provisioner = prepared(device);
      const kernel = kernelOf();
      kernel.setDevices([{ device, up: true }]);
      const { ifindex } = linkOf('wan-v20') ?? {};
      const changes = RouteSocket.monitor();
      assert.deepEqual(provisioner.adapt([more], held), { ok: true, value: undefined });
      assert.equal(linkOf('wan-v20')?.ifindex, ifindex);
      assert.deepEqual(addressesOf('wan-v20'), ['192.0.2.20/32', '192.0.2.22/32', '2001:db8::22/128']);
      assert.ok(kernel.setDevices([{ device: more, up: true }]).ok);
      announce(kernel, more);
      for (const target of ['192.0.2.20', '192.0.2.22', '2001:db8::22']) assert.ok(answers(target), target);
      assert.doesNotMatch(run('ip -6 route show table local'), /2001:db8::20/);
      assert.equal(isOwn('192.0.2.21'), false);
      const seen: boolean[] = [];
      changes.news(({ name, adminUp }) => void (name === 'wan-v20' && seen.push(adminUp)));
      assert.ok(!seen.includes(false), 'its link was never down');
      changes.close();
      kernel.close();
      provisioner.remove();
    });

    test('a backup gets addresses, the first of IPv6 among them, and answers at none', async () => {
      const provisioner = prepared(ipv4Only);
      const kernel = kernelOf();
      for (const up of [true, false]) kernel.setDevices([{ device: ipv4Only, up }]);
      const watch = new Watch();
      const both = {
        ...ipv4Only,
        ipv4: [...ipv4Only.ipv4, '192.0.2.32' as Ipv4],
        ipv6: ['2001:db8::31' as Ipv6],
      };
      assert.ok(provisioner.adapt([both], new Set()).ok);
      assert.ok(kernel.setDevices([{ device: both, up: false }]).ok);
      for (const target of ['192.0.2.31', '192.0.2.32', '2001:db8::31'])
        assert.equal(pings(target), false, target);
      await pause(200);
      assert.deepEqual(watch.framesFrom(ipv4Only.mac), []);
      assert.ok(kernel.setDevices([{ device: both, up: true }]).ok);
      announce(kernel, both);
      for (const target of ['192.0.2.31', '192.0.2.32', '2001:db8::31']) assert.ok(answers(target), target);
      watch.close();
      kernel.close();
      provisioner.remove();
    });

    test('a device that comes, and one that goes, leave the others alone', () => {
      const provisioner = prepared(device);
      const kernel = kernelOf();
      kernel.setDevices([{ device, up: true }]);
      assert.ok(provisioner.adapt([ipv4Only], held).ok);
      assert.equal(isUp('wan-v21'), false);
      assert.equal(isOwn('192.0.2.31'), false);
      assert.ok(isUp('wan-v20'));
      run('ip link add mine-v1 link wan address 02:00:00:00:00:01 type macvlan mode private');
      assert.ok(provisioner.discard(['wan-v21', 'mine-v1', 'wan-v99']).ok);
      assert.equal(linkOf('wan-v21'), undefined);
      assert.ok(isUp('wan-v20'));
      assert.ok(linkOf('mine-v1'), 'not ours');
      run('ip link del mine-v1');
      kernel.close();
      provisioner.remove();
    });
  });

  test('removing takes the devices away and puts every setting back', () => {
    const names = ['arp_ignore', 'arp_announce', 'arp_filter', 'rp_filter', 'forwarding'].flatMap((name) => [
      `net/ipv4/conf/wan/${name}`,
      `net/ipv4/conf/all/${name}`,
    ]);
    const settings = (): unknown =>
      [...names, 'net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'].map((name) => [
        name,
        readSysctl(name),
      ]);
    run('sysctl -q -w net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.wan.arp_announce=1');
    const before = settings();
    const provisioner = prepared(device);
    assert.notDeepEqual(settings(), before);
    provisioner.remove();
    assert.deepEqual(settings(), before);
    assert.equal(linkOf('wan-v20'), undefined);
  });

  describe('on the wire', () => {
    const watch = { current: undefined as Watch | undefined };
    beforeEach(() => {
      watch.current?.close();
      watch.current = new Watch();
    });
    after(() => watch.current?.close());

    test('a backup says nothing from the virtual MAC, and nobody reaches the address', async () => {
      const provisioner = prepared(device);
      await pause(1_000);
      assert.equal(pings('192.0.2.20'), false);
      assert.deepEqual(watch.current?.framesFrom(device.mac), []);
      provisioner.remove();
    });

    test('a master is reached by its virtual MAC over both families; when it yields it falls silent', async () => {
      const provisioner = prepared(device, ipv4Only);
      const kernel = kernelOf();
      for (const round of [1, 2]) {
        const up = kernel.setDevices([device, ipv4Only].map((each) => ({ device: each, up: true })));
        assert.deepEqual(up, { ok: true, value: undefined });
        for (const each of [device, ipv4Only])
          for (const address of [...each.ipv4, ...each.ipv6]) {
            const frame = announcement(address, each.mac);
            assert.ok(kernel.send('wan', frame, frame.length));
          }
        for (const target of ['192.0.2.20', '192.0.2.21', '192.0.2.31', '2001:db8::20'])
          assert.ok(pings(target), `${target}, round ${round}`);
        const neighbours = run(`ip -n ${peerNamespace} neigh`);
        assert.match(neighbours, /192\.0\.2\.20 .*lladdr 00:00:5e:00:01:14/);
        assert.match(neighbours, /192\.0\.2\.31 .*lladdr 00:00:5e:00:01:15/);
        assert.match(neighbours, /2001:db8::20 .*lladdr 00:00:5e:00:01:14/);
        const down = kernel.setDevices([device, ipv4Only].map((each) => ({ device: each, up: false })));
        assert.deepEqual(down, { ok: true, value: undefined });
        watch.current?.framesFrom(device.mac);
        assert.equal(pings('192.0.2.20'), false);
        assert.equal(pings('2001:db8::20'), false);
        await pause(500);
        assert.deepEqual(watch.current?.framesFrom(device.mac), []);
        assert.deepEqual(addressesOf('wan-v20'), ['192.0.2.20/32', '192.0.2.21/32', '2001:db8::20/128']);
      }
      kernel.close();
      provisioner.remove();
    });

    test("the node's own ARP requests do not teach a client the physical MAC for the VIP", () => {
      const provisioner = prepared(device);
      const kernel = kernelOf();
      kernel.setDevices([{ device, up: true }]);
      assert.ok(pings('192.0.2.20'));
      run('ip neigh flush dev wan');
      run('ping -c 1 -W 1 -I 192.0.2.20 192.0.2.9');
      assert.match(run(`ip -n ${peerNamespace} neigh`), /192\.0\.2\.20 .*lladdr 00:00:5e:00:01:14/);
      kernel.close();
      provisioner.remove();
    });

    test('the parent keeps the route of the network; only a master holds the address', () => {
      const provisioner = prepared(device);
      const kernel = kernelOf();
      const isOwn = (address: string): boolean => / dev lo /.test(run(`ip route get ${address}`));
      assert.equal(isOwn('192.0.2.20'), false);
      for (const up of [true, false, true, false]) {
        assert.ok(kernel.setDevices([{ device, up }]).ok);
        assert.match(run('ip route get 192.0.2.9'), /dev wan src 192\.0\.2\.1 /);
        assert.match(run('ip -6 route get 2001:db8::9'), /dev wan /);
        for (const address of ['192.0.2.20', '192.0.2.21']) assert.equal(isOwn(address), up, address);
        // The kernel adds this one a moment later.
        if (!up) assert.equal(isOwn('2001:db8::20'), false);
      }
      kernel.close();
      provisioner.remove();
    });

    test('the link of a mute device goes down once nobody waits for adverts, one that answers stays up', () => {
      const provisioner = prepared(ipv4Only, device);
      const kernel = kernelOf();
      const waitFor = (ms: number, slackMs: number): void => {
        const end = kernel.now() + ms * 1_000;
        while (kernel.now() < end) kernel.wait((kernel.now() + slackMs * 1_000) as Instant);
      };
      kernel.setDevices([ipv4Only, device].map((each) => ({ device: each, up: true })));
      kernel.setDevices([{ device: ipv4Only, up: false }]);
      waitFor(2_300, 8);
      assert.equal(isUp('wan-v21'), true, 'adverts of the other virtual IP are due every 8 ms');
      waitFor(200, 100);
      assert.equal(isUp('wan-v21'), false);
      assert.equal(isUp('wan-v20'), true);
      kernel.setDevices([{ device: ipv4Only, up: true }]);
      assert.ok(pings('192.0.2.31'));
      kernel.close();
      provisioner.remove();
    });

    test('a backup and the master reach each other by the virtual IP', () => {
      const provisioner = prepared(device);
      run(`ip -n ${peerNamespace} addr add 192.0.2.20/32 dev wan0`);
      run(`ip -n ${peerNamespace} addr add 2001:db8::20/128 dev wan0 nodad`);
      run('ping -c 1 -W 1 192.0.2.20');
      run(`ip netns exec ${peerNamespace} ping -c 1 -W 1 -I 192.0.2.20 192.0.2.1`);
      const kernel = kernelOf();
      for (const up of [true, false]) assert.ok(kernel.setDevices([{ device, up }]).ok);
      run('ping -c 1 -W 1 192.0.2.20');
      // Left to itself the kernel picks the very address as the source (RFC 6724 section 5, rule 1).
      run('ping -c 1 -W 1 -I 2001:db8::1 2001:db8::20');
      run(`ip netns exec ${peerNamespace} ping -c 1 -W 1 -I 192.0.2.20 192.0.2.1`);
      run(`ip netns exec ${peerNamespace} ping -c 1 -W 1 -I 2001:db8::20 2001:db8::1`);
      run(`ip -n ${peerNamespace} addr del 192.0.2.20/32 dev wan0`);
      run(`ip -n ${peerNamespace} addr del 2001:db8::20/128 dev wan0`);
      kernel.close();
      provisioner.remove();
    });
  });
});
