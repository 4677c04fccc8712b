/** The doctor's words and formats: both languages say the same, frames become lines, secrets stay. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Ipv4, Mac } from '#base/address.ts';
import { lineOf } from '#doctor/capture/decode.ts';
import { type DoctorEntry, doctorCatalogue } from '#doctor/catalogue.ts';
import { diagnose } from '#doctor/diagnose.ts';
import type { Examination, NodeEvidence } from '#doctor/evidence.ts';
import { arpQuestion, beacon, readFrame } from '#doctor/frames.ts';
import { clean, withoutSecrets } from '#doctor/redact.ts';
import { tarOf } from '#doctor/tar.ts';

const mac = '02:00:00:00:00:01' as Mac;

describe('the words of the doctor', () => {
  const entries = Object.entries(doctorCatalogue) as [string, DoctorEntry][];
  const names = (text: string): string[] =>
    [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

  it('name the same values in both languages', () => {
    for (const [code, { en, fr }] of entries)
      for (const part of ['evidence', 'cause', 'remedy'] as const)
        assert.deepEqual([...new Set(names(fr[part]))], [...new Set(names(en[part]))], `${code} ${part}`);
  });

  it('stand in docs/doctor.md', () => {
    const rows = readFileSync(new URL('../docs/doctor.md', import.meta.url), 'utf8');
    const filled = (text: string): string => text.replace(/\{(\w+)\}/g, '*$1*');
    for (const [code, { severity, en }] of entries)
      assert.ok(
        rows.includes(`| \`${code}\` | ${severity} | ${filled(en.cause)} | ${filled(en.remedy)} |\n`),
        code,
      );
  });

  it('follow the typography of French', () => {
    for (const [code, { fr }] of entries)
      for (const text of Object.values(fr))
        assert.doesNotMatch(text.replace(/\w+:\w+/g, ''), /[^\s][;!?»](\s|$)|'/, `${code}: ${text}`);
  });
});

/** A well node of a pair. */
function node(name: string, more: Partial<NodeEvidence> = {}): NodeEvidence {
  return {
    ...{
      cluster: 'c',
      node: name,
      version: '1',
      wallMs: 0,
      uptimeMs: 60_000,
      listenedMs: 1_200,
      listenedAgoMs: 1_200,
      ready: true,
    },
    ...{ carp: 'enabled', maintenance: false, demotion: 0, demotionReasons: {}, vips: [], interfaces: [] },
    ...{ refused: {}, findings: [], api: true, drift: [], heard: [], arp: [], pings: [], routes: [] },
    ...{ gateways: [], resolvers: [], settings: [], lacking: [] },
    ...more,
  };
}
const vip = (key: string, status: string, more: object = {}): NodeEvidence['vips'][number] => {
  const [at = '', vhid = ''] = key.split('@');
  const device = { device: `${at}-v${vhid}`, mac: '00:00:5e:00:01:01', passwordPrint: 'abcd' };
  const found = { mac: device.mac, up: status === 'MASTER' };
  return {
    key,
    title: key.toUpperCase(),
    interface: at,
    vhid: Number(vhid),
    addresses: ['192.0.2.1'],
    ...device,
    status,
    found,
    ...more,
  };
};
const pairOf = (self: NodeEvidence, peer: NodeEvidence): Examination => ({
  self,
  peers: { [peer.node]: { ok: true, evidence: peer, sentMs: 0, gotMs: 0 } },
});
const codes = (examined: Examination): string[] =>
  diagnose(examined, 'en').map(({ code, subject }) => `${code} ${subject}`);

describe('the doctor judges', () => {
  it('virtual IPs that are split over the nodes', () => {
    const a = node('a', { vips: [vip('lan@1', 'MASTER'), vip('wan@2', 'BACKUP')] });
    const b = node('b', { vips: [vip('lan@1', 'BACKUP'), vip('wan@2', 'MASTER')] });
    assert.deepEqual(codes(pairOf(a, b)), ['split-roles a b']);
  });

  it('two masters that hear each other', () => {
    const [a, b] = ['a', 'b'].map((name) => node(name, { vips: [vip('lan@1', 'MASTER')] }));
    assert.ok(a && b);
    assert.deepEqual(codes(pairOf(a, b)), ['both-master lan@1']);
  });

  it('addresses that differ under one VHID', () => {
    const a = node('a', { vips: [vip('lan@1', 'MASTER')] });
    const b = node('b', { vips: [vip('lan@1', 'MASTER', { addresses: ['192.0.2.9'] })] });
    assert.deepEqual(codes(pairOf(a, b)), ['vip-addresses-differ lan@1']);
  });

  it('a demotion that holds a node back, and states that lag', () => {
    const a = node('a', {
      demotion: 240,
      demotionReasons: { 'states not in step': 240 },
      states: { peers: [{ node: 'b', state: 'filling', lagMs: 0 }], counters: {} },
    });
    assert.deepEqual(codes(pairOf(a, node('b'))), ['cannot-take-over a', 'states-behind b']);
  });

  it('a document that the peer could not take, and one that the document gives no address', () => {
    const document = (kind: 'behind' | 'away', why: string): Partial<NodeEvidence> => ({
      document: { number: 3, hash: 'x', peers: { b: { kind, why, revisions: 2 } } },
    });
    assert.deepEqual(codes(pairOf(node('a', document('behind', 'no room')), node('b'))), ['config-behind b']);
    const nowhere = 'the document gives b no address on a network that a is on, too';
    assert.deepEqual(codes(pairOf(node('a', document('away', nowhere)), node('b'))), ['config-no-address b']);
  });

  it('strangers that send from a link-local address, once all nodes told theirs', () => {
    const lan = (linkLocals?: string[]): NodeEvidence['interfaces'][number] => ({
      ...{ name: 'lan', title: 'LAN', device: 'eth0', addresses: [], carrierChanges: 0 },
      link: { up: true, mac, mtu: 1_500, packets: 0, errors: 0, dropped: 0 },
      ...(linkLocals === undefined ? {} : { linkLocals }),
    });
    const heard = (source: string): NodeEvidence['heard'] => [
      { interface: 'lan', kind: 'carp', source, mac, id: 7, count: 3 },
    ];
    const a = (source: string): NodeEvidence =>
      node('a', { interfaces: [lan(['fe80::a'])], heard: heard(source) });
    const b = node('b', { interfaces: [lan(['fe80::b'])] });
    assert.deepEqual(codes(pairOf(a('fe80::b'), b)), []);
    assert.deepEqual(codes(pairOf(a('fe80::c'), b)), ['foreign-vhid lan@7']);
    assert.deepEqual(codes(pairOf(a('fe80::a'), b)), ['adverts-looped lan']);
    assert.deepEqual(codes(pairOf(a('fe80::c'), node('b', { interfaces: [lan()] }))), []);
    const alone: Examination = { self: a('fe80::c'), peers: { b: { ok: false, error: 'asleep' } } };
    assert.deepEqual(codes(alone), ['peer-not-examined b']);
  });

  it('a segment that has nothing but IPv6, by beacons and adverts over it', () => {
    const nodes = (hears: readonly string[]): readonly [NodeEvidence, NodeEvidence] => {
      const of = (name: string, other: string, status: string): NodeEvidence =>
        node(name, {
          vips: [vip('lan@1', status, { addresses: ['fd00::1'] })],
          interfaces: [
            {
              ...{ name: 'lan', title: 'LAN', device: 'eth0', addresses: [], carrierChanges: 0 },
              link: { up: true, mac, mtu: 1_500, packets: 0, errors: 0, dropped: 0 },
              linkLocals: [`fe80::${name}`],
            },
          ],
          heard: hears.map((kind) => ({
            ...{ interface: 'lan', kind: kind as 'carp', source: `fe80::${other}`, mac, count: 3 },
            ...(kind === 'carp' ? { id: 1 } : { node: other }),
          })),
        });
      return [of('a', 'b', 'MASTER'), of('b', 'a', 'BACKUP')];
    };
    assert.deepEqual(codes(pairOf(...nodes(['carp', 'beacon all', 'beacon carp']))), []);
    assert.deepEqual(codes(pairOf(...nodes(['beacon all']))), ['igmp-snooping lan']);
    assert.deepEqual(codes(pairOf(...nodes([]))), ['segment-cut lan']);
  });

  it('passwords that protect nothing, each once', () => {
    const weak = { passwords: [{ where: 'management', how: 'known' as const }] };
    assert.deepEqual(codes(pairOf(node('a', weak), node('b', weak))), ['password-weak management']);
  });

  it('a card that is not there', () => {
    const gone = { name: 'lan', title: 'LAN', device: 'eth9', addresses: [], carrierChanges: 0 };
    assert.deepEqual(codes(pairOf(node('a', { interfaces: [gone] }), node('b'))), ['interface-missing lan']);
  });

  it('a peer that could not be asked', () => {
    const examined: Examination = { self: node('a'), peers: { b: { ok: false, error: 'asleep' } } };
    assert.deepEqual(codes(examined), ['peer-not-examined b']);
  });
});

describe('the frames of the doctor', () => {
  it('reads its own beacons, and no question', () => {
    const frame = beacon('beacon carp', 'pf1', mac, '192.0.2.1' as Ipv4);
    assert.deepEqual(readFrame(frame), { kind: 'beacon carp', source: '192.0.2.1', mac, node: 'pf1' });
    assert.equal(readFrame(arpQuestion(mac, '0.0.0.0' as Ipv4, '192.0.2.1' as Ipv4)), undefined);
  });

  it('makes a line of a VXLAN packet', () => {
    const inner = '0200000000aa0200000000bb0806'.padEnd(2 * 42, '0');
    const outer = '4500005c000000004011000001020304c0000201'.replace('01020304', 'c6336401');
    const frame = Buffer.from(
      `${'02'.repeat(12)}0800${outer}c00012b500480000080000000007d000${inner}`,
      'hex',
    );
    assert.equal(
      lineOf(frame),
      '198.51.100.1 > 192.0.2.1 VXLAN 2000: 02:00:00:00:00:bb > 02:00:00:00:00:aa, type 0x0806, 42 bytes',
    );
  });

  it('says nothing of frames that are cut short, and does not fail', () => {
    const frame = beacon('beacon all', 'pf1', mac, '192.0.2.1' as Ipv4);
    for (let length = 0; length < frame.length; length++) {
      lineOf(frame.subarray(0, length));
      readFrame(frame.subarray(0, length));
    }
  });
});

describe('what leaves the house', () => {
  it('has no secret, wherever it stands', () => {
    const { document, secrets } = withoutSecrets({
      virtualIps: [{ vhid: 1, password: 'Pont-levis-1789' }],
      ha: { sync: { keys: ['Barbacane-1402', { env: 'KEY' }] } },
    });
    assert.deepEqual(secrets, ['Pont-levis-1789', 'Barbacane-1402']);
    assert.deepEqual(document, {
      virtualIps: [{ vhid: 1, password: '(removed)' }],
      ha: { sync: { keys: ['(removed)', { env: 'KEY' }] } },
    });
    const key = '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----';
    assert.equal(clean(`password Pont-levis-1789, ${key}`, secrets), 'password (removed), (removed)');
  });

  it('is an archive that tar reads', () => {
    const packed = gzipSync(tarOf({ 'b/one.txt': 'x'.repeat(600), 'b/two.txt': '' }, 0));
    const { stdout, status } = spawnSync('tar', ['-tzvf', '-'], { input: packed, encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /-rw-------.* 600 .*b\/one\.txt\n-rw-------.* 0 .*b\/two\.txt/);
  });
});
