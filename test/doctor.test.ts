/** Faults made on purpose in a running pair: the doctor names each, and nothing else. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { checksum } from '#base/checksum.ts';
import { addresses, DoctorRig, lanVip } from './doctor-rig.ts';
import { unable, until } from './interop/segment.ts';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const netfilter = '/proc/sys/net/netfilter';

describe('the doctor', { skip: unable(['ip', 'nft', 'ping', 'nsenter']), timeout: 300_000 }, () => {
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

  it('speaks French, and ends with 0 when there is nothing', () => {
    const bascule = (...args: readonly string[]): string =>
      rig.inside(rig.a, [process.execPath, '--no-warnings', main, ...args, '--socket', rig.socketOf(rig.a)]);
    assert.match(bascule('doctor', '--lang', 'fr'), /Examinés : \S+, \S+\n\nRien à signaler\./);
    assert.deepEqual(JSON.parse(bascule('doctor', '--json')).findings, []);
  });

  it('captures adverts and states, and writes them as tcpdump reads them', () => {
    const file = join(rig.folder, 'carp.pcap');
    const run = (kind: string): string =>
      rig.inside(rig.a, [
        ...[process.execPath, '--no-warnings', main, 'diag', 'capture', kind, '--seconds', '1'],
        ...['--socket', rig.socketOf(rig.a), '--write', file],
      ]);
    assert.match(
      run('pfsync'),
      /eth2 10\.82\.0\.2 > 10\.82\.0\.3 states hello, host id [0-9a-f]{8}, counter \d+/,
    );
    const lines = run('carp');
    assert.match(
      lines,
      /eth0 10\.80\.0\.2 > 224\.0\.0\.18 CARP, VHID 20, advbase 0, advskew \d+, counter [0-9a-f]{16}, from 00:00:5e:00:01:14/,
    );
    const written = readFileSync(file);
    assert.equal(written.readUInt32LE(0), 0xa1b2c3d4);
    const frames = lines.trim().split('\n').length;
    assert.equal(written.length, 24 + frames * (16 + 70));
  });

  it('puts no secret into the bundle for those who help', () => {
    const file = join(rig.folder, 'support.tar.gz');
    const argv = ['diag', 'support-bundle', '--socket', rig.socketOf(rig.a), '-o', file];
    rig.inside(rig.a, [process.execPath, '--no-warnings', main, ...argv, '--log', rig.handle(rig.a).logFile]);
    const text = gunzipSync(readFileSync(file)).toString('latin1');
    for (const name of [
      'status.json',
      'document.yaml',
      'findings.txt',
      'evidence.json',
      'log.txt',
      'ruleset.nft',
    ])
      assert.ok(text.includes(`bascule-support/${name}`), name);
    assert.match(text, /virtualIps:/);
    assert.match(text, /ready startupMs/);
    const key = readFileSync(join(rig.stateOf(rig.a), 'identity', 'key.pem'), 'latin1');
    const secrets = [...rig.secrets, 'passwordPrint', 'PRIVATE KEY', key.split('\n')[1] ?? ''];
    for (const secret of secrets) assert.ok(!text.includes(secret), secret);
  });

  it('multicast that is blocked, and a group that a switch has forgotten', async () => {
    await rig.settled();
    rig.drops(`${rig.from('eth0')} ip daddr 224.0.0.0/4`, `${rig.from('eth1')} ip daddr 224.0.0.18`);
    assert.deepEqual(await afterTakeover(), ['igmp-snooping wan', 'multicast-blocked lan']);
  });

  it('a filter of adverts, and one of the virtual MAC', async () => {
    await rig.settled();
    rig.drops(`${rig.from('eth0')} ip protocol 112`, `${rig.from('eth1')} ether saddr 00:00:5e:00:01:1e`);
    assert.deepEqual(await afterTakeover(), ['adverts-filtered lan', 'virtual-mac-blocked wan']);
  });

  it('a link that carries one way, and a virtual MAC that is not delivered', async () => {
    await rig.settled();
    rig.drops(
      `iifname ${rig.cable(rig.a, 'eth0')} ip daddr 224.0.0.0/4`,
      `${rig.from('eth1')} ether daddr 00:00:5e:00:01:1e`,
    );
    assert.deepEqual(await afterTakeover(), ['one-way-link lan', 'virtual-mac-not-delivered wan@30']);
  });

  it('a segment that is cut in two, and own adverts that come back', async () => {
    await rig.settled();
    for (const node of [rig.a, rig.b])
      rig.ip(rig.switchName, `link set dev ${rig.cable(node, 'eth0')} type bridge_slave isolated on`);
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.a, 'eth1')} type bridge_slave hairpin on`);
    assert.deepEqual(await afterTakeover(), ['adverts-looped wan', 'segment-cut lan']);
    for (const node of [rig.a, rig.b])
      rig.ip(rig.switchName, `link set dev ${rig.cable(node, 'eth0')} type bridge_slave isolated off`);
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.a, 'eth1')} type bridge_slave hairpin off`);
  });

  it('settings set back, rules changed by hand, what fills up, strangers with our addresses and numbers', async () => {
    await rig.settled();
    const settings: readonly (readonly [node: string, path: string, wrong: string, right: string])[] = [
      [rig.a, 'net/ipv4/ip_forward', '0', '1'],
      [rig.a, 'net/ipv4/conf/eth0/rp_filter', '1', '0'],
      [rig.b, 'net/ipv4/conf/eth0/arp_ignore', '0', '1'],
      [rig.b, 'net/ipv4/conf/eth1/arp_announce', '0', '2'],
      [rig.b, 'net/ipv4/conf/eth1-v30/accept_local', '0', '1'],
      [rig.b, 'net/netfilter/nf_conntrack_tcp_be_liberal', '0', '1'],
    ];
    for (const [node, path, wrong] of settings) rig.setting(node, path, wrong);
    rig.ip(rig.stranger, `addr add ${addresses.lan[0]}/24 dev eth0`, `addr add ${lanVip}/24 dev eth0`);
    const frames = [advert(0x21, 77), advert(0x21, 20), advert(0x31, 88), advert(0x31, 20)];
    const child = await rig.spawn(rig.stranger, 'doctor-stranger.ts', ['eth0', ...frames]);
    rig.ip(rig.a, `route add ${addresses.wan[1]}/32 dev eth0`);
    rig.inside(rig.b, ['nft', 'add', 'rule', 'inet', 'bascule', 'input', 'tcp', 'dport', '99', 'accept']);
    rig.resolvers(rig.a, 'nameserver 10.81.0.99\n');
    await fillUp();
    const names = await rig.names();
    child.kill('SIGKILL');
    rig.ip(rig.stranger, `addr del ${addresses.lan[0]}/24 dev eth0`, `addr del ${lanVip}/24 dev eth0`);
    rig.ip(rig.a, `route del ${addresses.wan[1]}/32 dev eth0`);
    for (const [node, path, , right] of settings) rig.setting(node, path, right);
    rig.resolvers(rig.a, '');
    await rig.mountsOf(rig.a, ['umount', netfilter]);
    await rig.mountsOf(rig.b, ['umount', rig.stateOf(rig.b)]);
    await rig.restart(rig.b);
    assert.deepEqual(names, [
      'connections-nearly-full b',
      'disk-full b',
      `duplicate-address ${lanVip}`,
      `duplicate-address ${addresses.lan[0]}`,
      'foreign-vhid lan@77',
      'kernel-feature-missing a',
      'resolver-unreachable a',
      `route-asymmetric ${addresses.wan[1]}`,
      'ruleset-drift b',
      ...settings.map(([, path]) => `setting-wrong ${path.replaceAll('/', '.')}`).sort(),
      'vhid-taken lan@20',
      'vrrp-router lan@88',
      'vrrp-same-id lan@20',
    ]);
  });

  /** A kernel without events at the first node; full tables and disks at the second. */
  async function fillUp(): Promise<void> {
    const less = join(rig.folder, 'netfilter');
    mkdirSync(less);
    await rig.mountsOf(rig.a, ['sh', '-c', `cp ${netfilter}/nf_conntrack_* ${less} && rm ${less}/*_events`]);
    await rig.mountsOf(rig.a, ['mount', '--bind', less, netfilter]);
    for (const [name, value] of [
      ['count', 9],
      ['max', 10],
    ] as const) {
      const file = join(rig.folder, name);
      writeFileSync(file, `${value}\n`);
      await rig.mountsOf(rig.b, ['mount', '--bind', file, `${netfilter}/nf_conntrack_${name}`]);
    }
    await rig.mountsOf(rig.b, ['mount', '-t', 'tmpfs', '-o', 'size=16k', 'none', rig.stateOf(rig.b)]);
  }

  it('states that do not cross, large packets that get lost, maintenance, a silent gateway', async () => {
    await rig.settled();
    await rig.command(rig.b, { command: 'maintenance', on: true });
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.b, 'eth2')} mtu 1400`);
    rig.ip(rig.b, 'link set dev eth0 mtu 1400');
    rig.ip(rig.gateway, 'link set eth0 down');
    rig.drops(`${rig.from('eth2')} ip protocol 240`);
    await until('the states of the peer are missed', 30_000, async () =>
      ((await rig.status(rig.a))?.states?.peers ?? []).some(({ state }) => state === 'silent'),
    );
    const names = await rig.names();
    rig.drops();
    rig.ip(rig.gateway, 'link set eth0 up');
    await rig.command(rig.b, { command: 'maintenance', on: false });
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.b, 'eth2')} mtu 1500`);
    rig.ip(rig.b, 'link set dev eth0 mtu 1500');
    assert.deepEqual(names, [
      'cannot-take-over b',
      'gateway-unreachable wan',
      'mtu-differs lan',
      'mtu-too-small sync',
      'states-silent a',
      'states-silent b',
    ]);
  });

  it('nobody who could be master', async () => {
    await rig.settled();
    for (const node of [rig.a, rig.b]) await rig.command(node, { command: 'carp', on: false });
    const names = await rig.names();
    for (const node of [rig.a, rig.b]) await rig.command(node, { command: 'carp', on: true });
    assert.deepEqual(names, [
      'cannot-take-over a',
      'cannot-take-over b',
      'no-master lan@20',
      'no-master wan@30',
    ]);
  });

  it('a rule that keeps the document from the peer', async () => {
    await rig.settled();
    rig.drops(`${rig.from('eth2')} tcp dport 443`);
    await away(/no answer within/);
    const names = await rig.names();
    rig.drops();
    assert.deepEqual(names, ['config-blocked b']);
  });

  it('a sync link that is cut', async () => {
    await rig.settled();
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.a, 'eth2')} down`);
    await away(/./);
    const names = await rig.names();
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.a, 'eth2')} up`);
    assert.deepEqual(names, ['link-down sync', 'peer-not-examined b']);
  });

  it('devices that were taken away, a carrier that flaps, dropped packets, an API process that does not run', async () => {
    await rig.settled();
    rig.ip(rig.b, 'link del eth0-v20');
    const end = rig.cable(rig.b, 'eth1');
    for (let i = 0; i < 4; i++) rig.ip(rig.switchName, `link set dev ${end} down`, `link set dev ${end} up`);
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.b, 'eth2')} mtu 1400`);
    rig.pings(rig.b, addresses.sync[0], 400);
    rig.ip(rig.switchName, `link set dev ${rig.cable(rig.b, 'eth2')} mtu 1500`);
    await rig.settled();
    rig.ip(rig.a, 'link set eth1-v30 down');
    const names = await rig.names();
    rig.ip(rig.a, 'link set eth1-v30 up');
    assert.deepEqual(names, [
      'carrier-flapping wan',
      'interface-errors sync',
      'vip-device-missing lan@20',
      'vip-device-wrong wan@30',
    ]);
    await rig.stopApi(rig.a);
    assert.deepEqual(await rig.names(), ['api-not-running a']);
  });

  it('a node that was set up anew, one that forgot who joined', async () => {
    await rig.handle(rig.b).stop(3_000);
    const mend = rig.newIdentity(rig.b);
    rig.start(rig.b);
    await away(/another certificate/);
    assert.deepEqual(await rig.names(), ['config-certificate b']);
    await rig.handle(rig.b).stop(3_000);
    mend();
    const remember = rig.forgetPeer(rig.b, rig.a);
    rig.start(rig.b);
    await away(/does not know this node's key/);
    assert.deepEqual(await rig.names(), ['config-credentials b']);
    const others = await rig.names(rig.b);
    remember();
    assert.deepEqual(others, ['config-not-joined a']);
  });

  it('a node of another version, with another clock, password, key and document', async () => {
    await rig.handle(rig.b).stop(3_000);
    rig.forgetRevisions(rig.b);
    const config = join(rig.folder, 'other.yaml');
    writeFileSync(config, rig.documentOf(21));
    const secrets = { password: 'Autre-pont-1789', syncKey: 'Autre-barbacane-1402' };
    rig.start(rig.b, { version: '9.9.9', clockAhead: 3_600_000, config, ...secrets });
    await until('the nodes have refused each other', 30_000, async () => {
      const [a, b] = [await rig.status(rig.a), await rig.status(rig.b)];
      const isStrange = (status: typeof a): boolean =>
        status?.findings.some(({ code }) => code === 'states-forged') === true &&
        Object.values(status.document?.peers ?? {}).some(({ kind }) => kind === 'unrelated');
      return isStrange(a) && isStrange(b) && b?.vips.every(({ status }) => status !== 'INIT') === true;
    });
    const names = await rig.names();
    assert.deepEqual(names, [
      'clock-skew b',
      'config-unrelated a',
      'config-unrelated b',
      'password-differs wan@30',
      'states-key-differs a',
      'states-key-differs b',
      'version-differs b',
      'vhid-differs lan@20',
    ]);
  });

  /** Waits until the first node has missed the second for this reason. */
  const away = (why: RegExp): Promise<void> =>
    until(`the peer is away: ${why}`, 30_000, async () => {
      const stand = (await rig.status(rig.a))?.document?.peers[rig.b];
      return stand?.kind === 'away' && why.test(stand.why);
    });

  /** Waits until the second node believes itself alone, looks, heals. */
  async function afterTakeover(): Promise<string[]> {
    await until('the second node takes over', 30_000, async () =>
      ((await rig.status(rig.b))?.vips ?? []).some(({ status }) => status === 'MASTER'),
    );
    const names = await rig.names();
    rig.drops();
    return names;
  }
});

/** A frame of protocol 112 from 10.80.0.66 to 224.0.0.18: version and type, then VHID or VRID, in a CARP's length. */
function advert(versionType: number, id: number): string {
  const payload = Buffer.alloc(36);
  payload.set([versionType, id, 0, 7, 0, 1]);
  const header = Buffer.from('45e00038000000 00ff700000 0a500042 e0000012'.replaceAll(' ', ''), 'hex');
  header.writeUInt16BE(checksum(new DataView(header.buffer, header.byteOffset), 0, header.length), 10);
  const ethernet = Buffer.from('01005e000012 020000000066 0800'.replaceAll(' ', ''), 'hex');
  return Buffer.concat([ethernet, header, payload]).toString('hex');
}
