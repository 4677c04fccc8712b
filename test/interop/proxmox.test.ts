/** Bascule against a server that holds it to the published schema of the Proxmox VE API. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { type Infrastructure, infrastructureDocument } from '#config/infrastructure-document.ts';
import { applyProxmox, readProxmox } from '#infra/proxmox/apply.ts';
import { ProxmoxClient } from '#infra/proxmox/client.ts';
import { type ApiPlan, planProxmox } from '#infra/proxmox/plan.ts';
import { goodToken, ProxmoxServer } from './proxmox-server.ts';

/** D4 by way of SDN: one zone, the LAN as a VNet, a firewall per node. */
const ground = (
  port: number,
  fingerprint: string,
  change: (text: string) => string = (text) => text,
): Infrastructure =>
  infrastructureDocument.parse(
    JSON.parse(
      change(
        JSON.stringify({
          hypervisors: Object.fromEntries(
            [1, 2].map((i) => [
              `hv${i}`,
              {
                address: `192.168.1.20${i}`,
                proxmox: { host: '127.0.0.1', port, node: `pve${i}`, fingerprint, token: { secret: 'pve' } },
              },
            ]),
          ),
          sdn: { zone: 'bascule' },
          bridges: {
            vmbr0: { kind: 'linux', ports: { hv1: ['eno1'], hv2: ['eno1'] } },
            lan: { kind: 'linux' },
          },
          tunnels: { 'vxlan-lan': { bridge: 'lan', between: ['hv1', 'hv2'], key: 2000 } },
          machines: Object.fromEntries(
            [1, 2].map((i) => [
              `fw${i}`,
              {
                hypervisor: `hv${i}`,
                vmid: 100 + i,
                os: 'freebsd',
                startOrder: 1,
                image: 'local:iso/pfsense.iso',
                nics: [{ bridge: 'vmbr0' }, { bridge: 'lan', mtu: 1450, tag: 110 }],
              },
            ]),
          ),
        }),
      ),
    ),
  );

describe('the API of Proxmox VE', () => {
  let server: ProxmoxServer;
  let port: number;
  const said: string[] = [];
  const servers: ProxmoxServer[] = [];
  beforeEach(async () => {
    server = new ProxmoxServer();
    servers.push(server);
    port = await server.listen();
    said.length = 0;
  });
  after(() => {
    for (const one of servers) one.close();
  });

  const client = (token = goodToken, fingerprint = server.fingerprint) =>
    new ProxmoxClient({ host: '127.0.0.1', port, fingerprint, token });
  const clients = () => new Map([1, 2].map((i) => [`hv${i}`, client()]));
  const plan = async (infrastructure: Infrastructure): Promise<ApiPlan> => {
    const state = await readProxmox(clients(), infrastructure);
    assert.ok(state.ok, state.ok ? '' : state.error);
    const planned = planProxmox(infrastructure, state.value);
    assert.ok(planned.ok, planned.ok ? '' : planned.error);
    return planned.value;
  };
  const apply = (what: ApiPlan) =>
    applyProxmox({ clients: clients(), say: (line) => said.push(line), wait: () => Promise.resolve() }, what);

  test('another certificate: nothing is sent, the token least of all', async () => {
    const answer = await client(goodToken, `00${server.fingerprint.slice(2)}`).version();
    assert.ok(!answer.ok);
    assert.match(answer.error, /another certificate .* Nothing was sent/);
    assert.deepEqual(server.authorizations, []);
  });

  test('the pinned certificate: the token goes in its header', async () => {
    const answer = await client().version();
    assert.deepEqual(answer, { ok: true, value: { version: '9.1.4' } });
    assert.deepEqual(server.authorizations, [`PVEAPIToken=${goodToken}`]);
  });

  test('a token that is not known, and what to do about it', async () => {
    const answer = await client('root@pam!other=1').version();
    assert.ok(!answer.ok);
    assert.match(answer.error, /401 no such token.* API Tokens/);
    assert.doesNotMatch(answer.error, /other=1/, 'the token is not repeated');
  });

  test('a zone, a VNet, bridges and machines are made in order; a second time there is nothing to do', async () => {
    const infrastructure = ground(port, server.fingerprint);
    const first = await plan(infrastructure);
    const done = await apply(first);
    assert.ok(done.ok, done.ok ? '' : done.error);
    assert.deepEqual(
      server.changes.map(({ method, path }) => `${method} ${path}`),
      [
        'POST /cluster/sdn/zones',
        'POST /cluster/sdn/vnets',
        'PUT /cluster/sdn',
        'POST /nodes/pve1/network',
        'PUT /nodes/pve1/network',
        'POST /nodes/pve2/network',
        'PUT /nodes/pve2/network',
        'POST /nodes/pve1/qemu',
        'POST /nodes/pve2/qemu',
      ],
    );
    assert.deepEqual(server.changes[0]?.given, {
      zone: 'bascule',
      type: 'vxlan',
      peers: '192.168.1.201,192.168.1.202',
      mtu: '1450',
    });
    assert.deepEqual(server.changes.at(-1)?.given, {
      vmid: '102',
      name: 'fw2',
      ostype: 'other',
      cores: '2',
      cpu: 'host',
      memory: '4096',
      onboot: '1',
      startup: 'order=1',
      net0: 'virtio,bridge=vmbr0,firewall=0',
      net1: 'virtio,bridge=lan,firewall=0,mtu=1450,tag=110',
      scsihw: 'virtio-scsi-single',
      scsi0: 'local-lvm:32',
      ide2: 'local:iso/pfsense.iso,media=cdrom',
      boot: 'order=scsi0;ide2',
    });
    assert.ok(said.includes('  task qmcreate begins'), 'the log of a task is told');
    assert.deepEqual((await plan(infrastructure)).steps, []);
  });

  test('a changed key and a changed card are put right, and the MAC stays', async () => {
    assert.ok((await apply(await plan(ground(port, server.fingerprint)))).ok);
    server.changes.length = 0;
    const changed = ground(port, server.fingerprint, (text) =>
      text.replace('"key":2000', '"key":2001').replace('"tag":110', '"tag":120'),
    );
    assert.ok((await apply(await plan(changed))).ok);
    assert.deepEqual(server.changes, [
      { method: 'PUT', path: '/cluster/sdn/vnets/lan', given: { zone: 'bascule', tag: '2001' } },
      { method: 'PUT', path: '/cluster/sdn', given: {} },
      {
        method: 'PUT',
        path: '/nodes/pve1/qemu/101/config',
        given: { net1: 'virtio=BC:24:11:00:00:01,bridge=lan,firewall=0,mtu=1450,tag=120' },
      },
    ]);
  });

  test('a task that fails ends it, with what the task said', async () => {
    server.outcome = "unable to create VM 101 - no such volume group 'pve'";
    const done = await apply(await plan(ground(port, server.fingerprint)));
    assert.ok(!done.ok);
    assert.match(done.error, /let every node carry the zone: task UPID:pve1:.*no such volume group/);
    assert.equal(server.machines.size, 0);
  });

  test('a task with warnings has done its work', async () => {
    server.outcome = 'WARNINGS: 1';
    assert.ok((await apply(await plan(ground(port, server.fingerprint)))).ok);
    assert.ok(said.includes('  WARNINGS: 1'));
  });

  test('a parameter that the schema does not know is told by name', async () => {
    const answer = await client().change('POST', '/nodes/pve1/qemu', { vmid: 99, disk: 'local:32' });
    assert.ok(!answer.ok);
    assert.match(
      answer.error,
      /400 Parameter verification failed\. .*vmid: value must have a minimum value of 100/,
    );
    assert.match(answer.error, /disk: property is not defined in schema/);
  });

  test('what is no Proxmox, or not there, is said', async () => {
    server.close();
    const answer = await client().version();
    assert.ok(!answer.ok);
    assert.match(answer.error, /^127\.0\.0\.1 port \d+: .*ECONNREFUSED/);
  });
});

test('a plan is refused where Proxmox could not carry it out', () => {
  const nothing = { zones: [], vnets: [], networks: {}, machines: {} };
  const refusal = (change: (text: string) => string): string => {
    const planned = planProxmox(ground(8006, `${'AA:'.repeat(31)}AA`, change), nothing);
    return planned.ok ? 'planned' : planned.error;
  };
  assert.equal(
    refusal((text) => text.replaceAll('"lan"', '"vmbr-lan"')),
    'vmbr-lan cannot be a VNet: 2 to 8 letters and digits are due, letter first',
  );
  assert.equal(
    refusal((text) => text.replace('"vmid":101,', '')),
    'fw1 has no vmid: Proxmox names machines by it',
  );
});
