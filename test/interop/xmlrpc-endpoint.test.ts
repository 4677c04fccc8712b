/** A pfSense primary, played by PHP, pushes over TLS to the endpoint of a node. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type FastifyInstance, fastify } from 'fastify';
import type { Kept } from '#api/contract/pfsense-words.ts';
import { makeIdentity } from '#api/identity.ts';
import { Passwords } from '#api/passwords.ts';
import { addXmlrpc } from '#api/xmlrpc.ts';
import { partsOf } from '#api/xmlrpc-node.ts';
import { fail, ok } from '#base/result.ts';
import type { Proposal } from '#commit/coordinator.ts';
import { loadDocument } from '#config/load.ts';

const hasPhp = spawnSync('php', ['-r', "exit(extension_loaded('openssl') ? 0 : 1);"]).status === 0;
const missing = hasPhp ? false : 'not installed: php-cli with OpenSSL';
const account = { user: 'admin', password: 'p@ss:é' };
/** PF2 is the backup: it takes pushes, and sends none. */
const scenario = readFileSync('scenarios/d1.yaml', 'utf8').replace(
  '  hostId:',
  '    config: { from: PF1, peer: 10.0.0.2, password: "p@ss:é" }\n  hostId:',
);

/** A call as pfSense writes it, with the members of a struct as XML. */
const call = (method: string, params: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><methodCall><methodName>pfsense.${method}</methodName><params>${params}</params></methodCall>`;
const text = (value: string): string => `<value><string>${value}</string></value>`;
const struct = (members: Readonly<Record<string, string>>): string =>
  `<value><struct>${Object.entries(members)
    .map(([name, value]) => `<member><name>${name}</name>${value}</member>`)
    .join('')}</struct></value>`;
const list = (...items: string[]): string => `<value><array><data>${items.join('')}</data></array></value>`;
const param = (value: string): string => `<param>${value}</param>`;
const filter = (...rules: Readonly<Record<string, string>>[]): string =>
  struct({ rule: list(...rules.map(struct)) });
const rule = (descr: string): Readonly<Record<string, string>> => ({
  type: text('pass'),
  interface: text('lan'),
  ipprotocol: text('inet'),
  source: struct({ network: text('lan') }),
  destination: struct({ any: text('') }),
  descr: text(descr),
});
const restore = (sections: Readonly<Record<string, string>>): string =>
  call('restore_config_section', param(struct(sections)) + param('<value><int>900</int></value>'));

describe('the endpoint', { skip: missing }, () => {
  let server: FastifyInstance;
  let url = '';
  let current = scenario;
  let refusal: string | undefined;
  const proposals: Proposal[] = [];
  const notices: string[] = [];
  let kept: Kept | undefined;
  const documentNow = () => {
    const loaded = loadDocument(current);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded.value.document;
  };

  const start = async (): Promise<void> => {
    const { key, certificate } = await makeIdentity('PF2', Date.now());
    server = fastify({ https: { key, cert: certificate } }) as unknown as FastifyInstance;
    addXmlrpc(
      server,
      partsOf({
        node: 'PF2',
        version: '0.1',
        inForce: async () => ok({ revision: 7, hash: '', text: current, document: documentNow() }),
        propose: async (proposal) => {
          if (refusal !== undefined) return fail(refusal);
          proposals.push(proposal);
          current = proposal.text;
          return ok(undefined);
        },
        kept: async () => ok(kept),
        keep: async (now) => {
          kept = now;
          return ok(undefined);
        },
        notice: (code, source, detail) => notices.push(`${code}: ${source}: ${detail}`),
        took: (source) => notices.push(`took: ${source}`),
      }),
    );
    await server.listen({ port: 0, host: '127.0.0.1' });
    url = `https://127.0.0.1:${(server.server.address() as AddressInfo).port}/xmlrpc.php`;
  };
  before(async () => {
    const hash = await new Passwords().hash('Barbacane-1299');
    assert.ok(hash.ok);
    current += `users:
  pusher: { password: "${hash.value}", groups: [admins] }
  reader: { password: "${hash.value}", privileges: { all: read } }
`;
    await start();
  });
  after(() => server.close());

  const run = promisify(execFile);
  const post = async (body: string, { user, password } = account): Promise<string> => {
    // pfSense verifies no certificate.
    const code = `$http = ['method' => 'POST', 'content' => stream_get_contents(STDIN), 'ignore_errors' => true,
      'header' => "Content-Type: text/xml; charset=utf-8\\r\\nAuthorization: Basic " . base64_encode($argv[2])];
      $ssl = ['verify_peer' => false, 'verify_peer_name' => false];
      echo file_get_contents($argv[1], false, stream_context_create(['http' => $http, 'ssl' => $ssl]));`;
    const child = run('php', ['-d', 'memory_limit=-1', '-r', code, url, `${user}:${password}`]);
    child.child.stdin?.end(body);
    return (await child).stdout;
  };

  test('says the version that the primary must have', async () => {
    const answer = await post(call('host_firmware_version', param(text(''))));
    assert.match(answer, /<name>config_version<\/name><value><string>23\.3</);
  });

  test('takes a push as one revision of the document', async () => {
    const answer = await post(
      restore({
        filter: filter(rule('from the primary')),
        wol: struct({ wolentry: list(struct({ mac: text('00:00:5e:00:53:01') })) }),
      }),
    );
    assert.match(answer, /<boolean>1<\/boolean>/);
    assert.equal(proposals.length, 1);
    assert.equal(proposals[0]?.base, 7);
    assert.deepEqual(
      documentNow().rules.map(({ description }) => description),
      ['from the primary'],
    );
    assert.match(current, /# The WAN is itself a private network/);
    assert.equal(proposals[0]?.reason, 'sections from 127.0.0.1: filter, wol');
    assert.deepEqual(kept?.left, ['sections without a counterpart: wol']);
    assert.deepEqual(notices, ['took: 127.0.0.1']);
  });

  test('takes a user who may write what a push brings, and no other', async () => {
    const version = call('host_firmware_version', param(text('')));
    const login = { user: 'pusher', password: 'Barbacane-1299' };
    assert.match(await post(version, login), /config_version/);
    assert.match(await post(version, { ...login, user: 'reader' }), /<int>-2<\/int>.*not enough privileges/s);
    assert.match(await post(version, { ...login, user: 'nobody' }), /<int>-1<\/int>.*Invalid/s);
    assert.match(await post(version, { ...login, password: 'x' }), /<int>-1<\/int>.*Invalid/s);
    assert.match(await post(version), /config_version/);
  });

  test('gives back what it was sent, also after a restart, with what no document holds', async () => {
    await server.close();
    await start();
    const answer = await post(
      call('backup_config_section', param(list(text('wol'), text('filter'), text('virtualip')))),
    );
    assert.match(answer, /00:00:5e:00:53:01/);
    assert.match(answer, /from the primary/);
    assert.match(answer, /172\.17\.1\.40/);
  });

  test('the same push again changes nothing', async () => {
    const before = current;
    await post(restore({ filter: filter(rule('from the primary')) }));
    assert.equal(proposals.at(-1)?.text, before);
  });

  test('what the cluster refuses, the primary is told', async () => {
    const before = kept;
    refusal = 'PF1: nft refuses line 3';
    const answer = await post(restore({ filter: filter(rule('bad')) }));
    refusal = undefined;
    assert.match(answer, /<fault>.*PF1: nft refuses line 3/s);
    assert.doesNotMatch(current, /bad/);
    assert.deepEqual(kept, before);
  });

  test('runs nothing', async () => {
    assert.match(await post(call('exec_php', param(text('phpinfo();')))), /-32601/);
    assert.ok(notices.some((notice) => notice.startsWith('sync-execution-refused')));
  });

  test('a wrong password is refused before the body is read, and blocked after five', async () => {
    const wrong = { user: 'admin', password: 'x' };
    for (let i = 0; i < 5; i += 1)
      assert.match(
        await post(call('host_firmware_version', param(text(''))), wrong),
        /<int>-1<\/int>.*Invalid/s,
      );
    assert.match(await post(call('host_firmware_version', param(text('')))), /too many tries/);
    assert.ok(notices.some((notice) => notice.startsWith('sync-source-blocked')));
    await server.close();
    await start();
    assert.match(await post(call('host_firmware_version', param(text('')))), /config_version/);
  });

  test('more than 64 MB are not read', async () => {
    const answer = await post('x'.repeat(64 * 1024 * 1024 + 1));
    assert.match(answer, /<fault>.*more than 67108864 bytes/s);
  });
});
