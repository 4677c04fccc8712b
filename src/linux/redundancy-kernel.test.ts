import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Ipv4, Mac } from '#base/address.ts';
import type { Instant } from '#base/time.ts';
import type { RedundancyKernel } from '#ports/kernel.ts';
import { becomeRealtime } from './realtime.ts';
import { createWaker, openRedundancyKernel } from './redundancy-kernel.ts';
import { inPrivateNamespaces, makeSegment, run } from './test-namespaces.ts';
import { createVipProvisioner } from './vips.ts';

/** Whole frames in hex, without blanks; the destination MAC is nobody's, the source the virtual one. */
const ethernet = '02000000ff01 00005e000114';
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const ipv4 = (protocol: string): string =>
  `0800 45e0 0038 0000 4000 ff ${protocol} 0000 c0000202 e0000012 ${'21'.repeat(36)}`;
const advert4 = bytes(`${ethernet} ${ipv4('70')}`);
const advert6 = bytes(
  `${ethernet} 86dd 6e000000 0024 70 ff ${'fe'.repeat(16)} ${'02'.repeat(16)} ${'21'.repeat(36)}`,
);
const ospf = bytes(`${ethernet} ${ipv4('59')}`);
const arp = bytes(`${ethernet} 0806 0001080006040001 ${'70'.repeat(20)}`);
const onVlan10 = bytes(`${ethernet} 8100 000a ${ipv4('70')}`);
const withPriority = bytes(`${ethernet} 8100 a000 ${ipv4('70')}`);
const cut = bytes(`${ethernet} 0800 45`);

const waker = createWaker();
const open: RedundancyKernel[] = [];
function kernelOn(...parents: string[]): RedundancyKernel {
  const opened = openRedundancyKernel(parents, parents, waker.fd);
  assert.ok(opened.ok);
  open.push(opened.value);
  return opened.value;
}
/** What arrives within a generous time, once at least `count` frames are there. */
function received(kernel: RedundancyKernel, count: number): string[] {
  const frames: string[] = [];
  const end = kernel.now() + 1_000_000;
  while (frames.length < count && kernel.now() < end) {
    kernel.wait((kernel.now() + 20_000) as Instant);
    kernel.receive(64, (parent, frame, length) => {
      frames.push(`${parent} ${Buffer.from(frame.subarray(0, length)).toString('hex')}`);
    });
  }
  return frames;
}
const send = (kernel: RedundancyKernel, parent: string, ...frames: Uint8Array[]): boolean[] =>
  frames.map((frame) => kernel.send(parent, frame, frame.length));
/** Lets so many microseconds pass. */
const spin = (kernel: RedundancyKernel, us: number): void => {
  for (const end = kernel.now() + us; kernel.now() < end; );
};
const hex = (parent: string, frame: Uint8Array): string => `${parent} ${Buffer.from(frame).toString('hex')}`;

inPrivateNamespaces(import.meta.filename, () => {
  before(() => {
    makeSegment();
    run('ip link add left0 type veth peer name right0');
    run('ip link add left1 type veth peer name right1');
    for (const name of ['left0', 'right0', 'left1', 'right1']) run(`ip link set ${name} up`);
  });
  after(() => {
    for (const kernel of open) kernel.close();
  });

  describe('frames', () => {
    test('only CARP and VRRP get through, whatever the destination MAC, and nothing of our own', () => {
      const [here, there] = [kernelOn('left0'), kernelOn('right0')];
      send(here, 'left0', ospf, arp, cut, advert4, ospf, advert6);
      assert.deepEqual(received(there, 2), [hex('right0', advert4), hex('right0', advert6)]);
      assert.equal(
        here.receive(64, () => assert.fail('our own frame')),
        0,
      );
    });

    test("a VLAN's frames are not the parent's", () => {
      const [here, there] = [kernelOn('left0'), kernelOn('right0')];
      send(here, 'left0', onVlan10, withPriority, advert6);
      assert.deepEqual(received(there, 2), [hex('right0', advert4), hex('right0', advert6)]);
    });

    test('a call hands over no more than it was asked for; a flood does not keep other interfaces waiting', () => {
      const [here, there] = [kernelOn('left0', 'left1'), kernelOn('right0', 'right1')];
      for (let i = 0; i < 300; i++) send(here, 'left0', advert4);
      send(here, 'left1', advert6);
      // A busy kernel hands frames over a little later.
      spin(there, 20_000);
      const order: string[] = [];
      const counts = [1, 2, 3].map(() => there.receive(64, (parent) => order.push(parent)));
      assert.deepEqual(counts, [64, 64, 64]);
      assert.equal(order.filter((parent) => parent === 'right1').length, 1);
    });

    test('a frame that is longer than any advert is cut, not lost', () => {
      const [here, there] = [kernelOn('left0'), kernelOn('right0')];
      const long = new Uint8Array(1_000);
      long.set(advert4);
      send(here, 'left0', long);
      const [frame = ''] = received(there, 1);
      assert.ok(frame.startsWith(hex('right0', advert4)));
    });

    test('parents come and go: what stays loses nothing, what comes back begins anew', () => {
      const [here, there] = [kernelOn('left0', 'left1'), kernelOn('right0')];
      send(here, 'left0', advert4);
      assert.ok(there.follow(['right0', 'right1'], ['right0', 'right1']).ok);
      assert.ok(there.linkIsUp('right1'));
      send(here, 'left1', advert6);
      assert.deepEqual(received(there, 2).sort(), [hex('right0', advert4), hex('right1', advert6)]);
      assert.ok(there.follow(['right1'], ['right1']).ok);
      send(here, 'left0', advert4);
      send(here, 'left1', advert6);
      assert.deepEqual(received(there, 1), [hex('right1', advert6)]);
      assert.equal(there.linkIsUp('right0'), false, 'nobody watches it');
      assert.ok(there.follow(['right0'], ['right0']).ok);
      assert.ok(there.linkIsUp('right0'));
      send(here, 'left0', advert6);
      assert.deepEqual(received(there, 1), [hex('right0', advert6)], 'what came meanwhile is old');
    });

    test('a parent that does not exist changes nothing', () => {
      const [here, there] = [kernelOn('left0'), kernelOn('right0')];
      const refused = there.follow(['right1', 'nowhere'], ['right1', 'nowhere']);
      assert.deepEqual(refused, { ok: false, error: 'there is no interface "nowhere" here' });
      send(here, 'left0', advert4);
      assert.deepEqual(received(there, 1), [hex('right0', advert4)]);
    });

    test('an interface that does not exist is an error that names it', () => {
      assert.deepEqual(openRedundancyKernel(['left0', 'nowhere'], [], waker.fd), {
        ok: false,
        error: 'there is no interface "nowhere" here',
      });
    });
  });

  test('a lost link is told, refuses frames, and carries them again when it is back', () => {
    const [here, there] = [kernelOn('left0'), kernelOn('right0')];
    const changes: string[] = [];
    const learn = (kernel: RedundancyKernel, until: boolean): number => {
      const start = kernel.now();
      while (kernel.linkIsUp('left0') !== until && kernel.now() < start + 5_000_000) {
        kernel.wait((kernel.now() + 50_000) as Instant);
        kernel.linkChanges((parent, up) => changes.push(`${parent} ${up}`));
      }
      return kernel.now() - start;
    };
    learn(here, true);
    changes.length = 0;
    run('ip link set right0 down');
    // The kernel's own news may take a second; carrier is looked at every 10 ms.
    assert.ok(learn(here, false) < 500_000);
    assert.deepEqual(changes, ['left0 false']);
    run('ip link set left0 down');
    assert.deepEqual(send(here, 'left0', advert4), [false]);
    run('ip link set right0 up');
    run('ip link set left0 up');
    learn(here, true);
    assert.deepEqual(changes, ['left0 false', 'left0 true']);
    there.receive(64, () => undefined);
    assert.deepEqual(send(here, 'left0', advert4), [true]);
    assert.deepEqual(received(there, 1), [hex('right0', advert4)]);
  });

  describe('a parent that vanishes and comes back as another interface', () => {
    const device = {
      name: 'left2-v9',
      parent: 'left2',
      mac: '00:00:5e:00:01:09' as Mac,
      ipv4: ['192.0.2.99' as Ipv4],
      ipv6: [],
    };
    const make = (): void => {
      run('ip link add left2 type veth peer name right2');
      for (const name of ['left2', 'right2']) run(`ip link set ${name} up`);
    };
    /** Takes the kernel's news in until they say what is waited for, at most for some seconds. */
    const follow = (kernel: RedundancyKernel, until: (changes: readonly string[]) => boolean): string[] => {
      const changes: string[] = [];
      for (const end = kernel.now() + 5_000_000; !until(changes) && kernel.now() < end; ) {
        kernel.wait((kernel.now() + 20_000) as Instant);
        kernel.linkChanges((parent, up) => changes.push(`${parent} ${up}`));
      }
      return changes;
    };
    const exchange = (kernel: RedundancyKernel): void => {
      const there = kernelOn('right2');
      assert.deepEqual(send(kernel, 'left2', advert4), [true]);
      assert.deepEqual(received(there, 1), [hex('right2', advert4)]);
      send(there, 'right2', advert6);
      assert.deepEqual(received(kernel, 1), [hex('left2', advert6)]);
    };
    const isUp = (): boolean => run('ip link show left2-v9').includes(',UP');

    test('is told down and up, and carries frames and devices again', () => {
      make();
      const provisioner = createVipProvisioner();
      assert.ok(provisioner.prepare([device]).ok);
      const kernel = kernelOn('left2');
      follow(kernel, () => kernel.linkIsUp('left2'));
      assert.ok(kernel.setDevices([{ device, up: true }]).ok);

      run('ip link del left2');
      assert.deepEqual(
        follow(kernel, (changes) => changes.length > 0),
        ['left2 false'],
      );
      assert.equal(kernel.wasReplaced('left2'), false, 'there is nothing in its place yet');
      assert.deepEqual(send(kernel, 'left2', advert4), [false]);
      assert.deepEqual(kernel.setDevices([{ device, up: false }]), { ok: true, value: undefined });
      assert.equal(kernel.setDevices([{ device, up: true }]).ok, false);

      make();
      assert.deepEqual(
        follow(kernel, (changes) => changes.length > 0),
        ['left2 true'],
      );
      assert.equal(kernel.wasReplaced('left2'), true);
      assert.equal(kernel.wasReplaced('left2'), false);
      exchange(kernel);

      assert.ok(provisioner.prepare([device]).ok);
      follow(kernel, () => kernel.setDevices([{ device, up: true }]).ok);
      assert.ok(isUp());
      provisioner.remove();
    });

    test('is told down and up, too, when nobody looked in between', () => {
      const kernel = kernelOn('left2');
      follow(kernel, () => kernel.linkIsUp('left2'));
      run('ip link del left2');
      make();
      assert.deepEqual(
        follow(kernel, (changes) => changes.length > 1),
        ['left2 false', 'left2 true'],
      );
      assert.equal(kernel.wasReplaced('left2'), true);
      exchange(kernel);
    });
  });

  describe('waiting', () => {
    const waited = (kernel: RedundancyKernel, ms: number): number => {
      const start = kernel.now();
      // Carrier is looked at in between, so a long wait has several parts.
      kernel.wait((start + ms * 1_000) as Instant);
      return (kernel.now() - start) / 1_000;
    };

    test('lasts until the time given, and no time at all when that is past', () => {
      const kernel = kernelOn('left0');
      kernel.linkChanges(() => undefined);
      const short = waited(kernel, 5);
      assert.ok(short >= 4.9 && short < 60, `${short} ms`);
      assert.ok(waited(kernel, -5) < 50);
    });

    test('ends when another thread says so', async () => {
      const kernel = kernelOn('left0');
      const code = `const { workerData } = require('node:worker_threads');
        setInterval(() => require('node:fs').writeSync(workerData, new BigUint64Array([1n])), 33);`;
      const worker = new Worker(code, { eval: true, workerData: waker.fd });
      const start = kernel.now();
      let rounds = 0;
      // Only a waker ends a wait early: all others last until carrier is due, after 10 ms.
      for (; kernel.now() < start + 3_000_000; rounds++) {
        kernel.linkChanges(() => undefined);
        if (waited(kernel, 10) < 9 && rounds > 0) break;
      }
      assert.ok(kernel.now() < start + 3_000_000);
      await worker.terminate();
    });

    test('ends at once when it was woken before', () => {
      const kernel = kernelOn('left0');
      kernel.linkChanges(() => undefined);
      waker.wake();
      assert.ok(waited(kernel, 9) < 8);
    });
  });

  describe('a flood', () => {
    /** Eleven waits in ms, the shortest first. Carrier that is due ends some early, a busy processor some late. */
    const waits = (kernel: RedundancyKernel, prepare: () => void, ms: number): number[] => {
      const each = Array.from({ length: 11 }, () => {
        prepare();
        kernel.linkChanges(() => undefined);
        const start = kernel.now();
        kernel.wait((start + ms * 1_000) as Instant);
        return (kernel.now() - start) / 1_000;
      });
      return each.sort((a, b) => a - b);
    };

    test('gathers for up to a millisecond, not beyond the time given; calm ends that', () => {
      const [here, there] = [kernelOn('left0'), kernelOn('right0')];
      const sendAndRead = (count: number): void => {
        for (let i = 0; i < count; i++) send(here, 'left0', advert4);
        while (there.receive(64, () => undefined) > 0);
        spin(there, 1_100);
      };
      const flood = (): void => {
        there.wait(there.now());
        sendAndRead(400);
        send(here, 'left0', advert4);
      };
      const [, , , , , gathering = 0] = waits(there, flood, 5);
      assert.ok(gathering >= 0.95 && gathering < 4, `${gathering} ms with a frame waiting`);
      const [cut = 5] = waits(there, flood, 0.2);
      assert.ok(cut < 0.9, `${cut} ms until the time given`);
      const gathered = there.receive(64, () => undefined);
      assert.equal(gathered, 1, 'it is read without another poll');
      const calm = (): void => {
        there.wait(there.now());
        sendAndRead(1);
        send(here, 'left0', advert4);
      };
      const [single = 5] = waits(there, calm, 5);
      assert.ok(single < 0.9, `${single} ms with a single frame`);
    });
  });

  describe('the receive buffer', () => {
    test('holds 100 ms of a flood; what does not fit is counted', () => {
      const [here, there] = [kernelOn('left0'), kernelOn('right0')];
      assert.equal(there.dropped(), 0);
      for (let i = 0; i < 12_000; i++) send(here, 'left0', advert4);
      spin(there, 20_000);
      let read = 0;
      for (let got = 1; got > 0; read += got) {
        there.wait(there.now());
        got = there.receive(64, () => undefined);
      }
      assert.ok(there.cutBufferBytes !== undefined || read >= 10_000, `${read} frames`);
      const dropped = there.dropped();
      // A busy kernel may lose some on the way, which no socket can count.
      assert.ok(dropped > 0 && dropped + read <= 12_000, `${dropped} dropped, ${read} read`);
      assert.equal(there.dropped(), dropped, 'it is a sum');
    });

    test('says how large it is when the kernel refuses the size asked for', () => {
      const script = `import { PacketSocket } from ${JSON.stringify(import.meta.resolve('./packet-socket.ts'))};
        const opened = PacketSocket.open('left0');
        console.log(opened.ok ? opened.value.cutBufferBytes : opened.error);`;
      const node = [process.execPath, '--no-warnings', '--input-type=module', '-e', script];
      const refused = execFileSync('setpriv', ['--bounding-set=-net_admin', ...node], { encoding: 'utf8' });
      const most = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
      assert.equal(Number(refused), 2 * Math.min(most, 4 << 20));
      assert.equal(execFileSync(node[0] ?? '', node.slice(1), { encoding: 'utf8' }), 'undefined\n');
    });
  });

  test('a device that does not exist is an error that names it', () => {
    const device = {
      name: 'left0-v1',
      parent: 'left0',
      mac: '00:00:5e:00:01:01' as Mac,
      ipv4: ['192.0.2.1' as Ipv4],
      ipv6: [],
    };
    assert.deepEqual(kernelOn('left0').setDevices([{ device, up: true }]), {
      ok: false,
      error: 'left0-v1 does not exist',
    });
  });

  test('real time is had, or its refusal explained', () => {
    const { realtime, why } = becomeRealtime();
    assert.equal(why === undefined, realtime);
  });
});
