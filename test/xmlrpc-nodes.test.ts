/**
 * A pair of Bascule and a pfSense, which PHP plays: it pushes to the pair as its primary, and is pushed to as its
 * backup. Both with real nodes, in whose kernels the outcome is looked for.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ask } from '#api/client.ts';
import type { NodeStatus } from '#api/contract/control.ts';
import { fingerprintOf } from '#api/identity.ts';
import { inNamespace } from '#infra/apply.ts';
import { type Json, missingPhp, PhpBackup, posted, pushed, struct } from './interop/pfsense-in-php.ts';
import { Segment, unable, until } from './interop/segment.ts';
import { Pair } from './pair.ts';

const first = Segment.unique('bxr-a');
const second = Segment.unique('bxr-b');
const pfsense = Segment.unique('bxr-p');
const [firstAddress, secondAddress, pfsenseAddress] = ['10.80.0.2', '10.80.0.3', '10.80.0.9'];
const login = { user: 'admin', password: 'Herse-1347' };
const url = `https://${firstAddress}/xmlrpc.php`;

/** The pair's document; `config` is what stands in ha.sync.config. */
const documentOf = (config: string, ...ports: readonly number[]): string => `
cluster: mixed
failover: standard
nodes: { ${first}: { priority: 1 }, ${second}: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { ${first}: [${firstAddress}/24], ${second}: [${secondAddress}/24] } }
ha: { sync: { interface: lan, states: false, config: { ${config} } } }
virtualIps:
  - { interface: lan, vhid: 20, addresses: [10.80.0.1/24], password: Pont-levis-1789 }
rules:
  - { action: pass, interface: lan, protocol: tcp, source: lan net, ports: 443, description: nodes and people }
${ports.map((port) => `  - { action: pass, interface: lan, protocol: tcp, ports: ${port}, description: "port ${port}" }\n`).join('')}`;
const taking = `password: ${login.password}`;

/** A rule as a pfSense of 2.7 has it. */
const rule = (descr: string, destination: Json = struct({ any: '' })): Json =>
  struct({
    ...{ type: 'pass', interface: 'lan', ipprotocol: 'inet', protocol: 'tcp', descr },
    ...{ source: struct({ network: 'lan' }), destination },
  });
const vip = (vhid: number, address: string, password: string): Json =>
  struct({
    ...{ mode: 'carp', interface: 'lan', vhid: `${vhid}`, advbase: '1', advskew: '100', password, descr: '' },
    ...{ type: 'single', subnet: address, subnet_bits: '24', uniqid: `65d0${vhid}` },
  });
const management = rule('nodes and people', struct({ any: '', port: '443' }));

const skip = unable(['ip', 'nft']) || missingPhp;
describe('a pair of Bascule and a pfSense', { skip, timeout: 300_000 }, () => {
  let segment: Segment;
  let pair: Pair;
  let backup: PhpBackup;

  const statusOf = async (node: string): Promise<NodeStatus> => {
    const status = await pair.node(node).status();
    assert.ok(status, `${node} does not answer`);
    return status;
  };
  const headAt = async (node: string): Promise<{ number: number | undefined; hash: string | undefined }> => {
    const { document } = await statusOf(node);
    return { number: document?.number, hash: document?.hash };
  };
  const findingAt = async (node: string, code: string): Promise<string | undefined> =>
    (await pair.node(node).status())?.findings.find((finding) => finding.code === code)?.cause;
  const apply = async (text: string): Promise<void> => {
    const request = { command: 'apply', text, author: 'anna', reason: 'test' } as const;
    const done = await ask(join(segment.folder, `${first}.sock`), request, 60_000);
    assert.ok(done.ok, done.ok ? '' : done.error);
  };
  const inStep = (): Promise<void> =>
    until('both nodes at the same revision', 30_000, async () => {
      const [a, b] = await Promise.all([pair.node(first).status(), pair.node(second).status()]);
      const knows = (status: NodeStatus | undefined, peer: string): boolean =>
        status?.document?.peers[peer]?.kind === 'in step';
      return a?.document?.hash === b?.document?.hash && knows(a, second) && knows(b, first);
    });
  const inKernel = (node: string, argv: readonly string[]): string => {
    const [command = '', ...args] = inNamespace(node, argv);
    return spawnSync(command, args, { encoding: 'utf8' }).stdout;
  };
  const push = (sections: Json, version = '23.3'): Promise<string> =>
    pushed(pfsense, url, login, version, sections);

  before(async () => {
    const addresses = { [first]: firstAddress, [second]: secondAddress, [pfsense]: pfsenseAddress };
    segment = new Segment(
      Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, `${address}/24`])),
    );
    pair = await Pair.on(segment, [first, second], documentOf(taking));
    backup = await PhpBackup.make(pfsense, segment.folder, login);
    pair.start();
    await inStep();
  });
  after(async () => {
    await backup?.stop();
    await pair?.stop();
    segment?.remove();
  });

  it('a push is one revision, in the kernels of both nodes', async () => {
    const before = await headAt(first);
    const said = await push(
      struct({
        filter: struct({ rule: [management, rule('from the primary', struct({ address: 'servers' }))] }),
        aliases: struct({
          alias: [
            struct({
              name: 'servers',
              type: 'host',
              address: '10.80.0.40 10.80.0.41',
              descr: '',
              detail: '',
            }),
          ],
        }),
        virtualip: struct({
          vip: [vip(20, '10.80.0.1', 'Pont-levis-1789'), vip(21, '10.80.0.21', 'Douve-1204')],
        }),
        wol: struct({ wolentry: [struct({ interface: 'lan', mac: '00:00:5e:00:53:01' })] }),
      }),
    );
    assert.equal(said, 'done');
    const heads = await Promise.all([first, second].map(headAt));
    assert.deepEqual(
      heads.map(({ number }) => number),
      [2, 2],
    );
    assert.equal(before.number, 1);
    for (const node of [first, second]) {
      const ruleset = inKernel(node, ['nft', 'list', 'table', 'inet', 'bascule']);
      assert.match(ruleset, /from the primary/);
      assert.match(ruleset, /10\.80\.0\.40/);
      assert.match(inKernel(node, ['ip', '-o', 'address']), /eth0-v21 +inet 10\.80\.0\.21\//);
    }
  });

  it('the same push again makes no revision', async () => {
    const before = await headAt(first);
    const same = struct({
      filter: struct({ rule: [management, rule('from the primary', struct({ address: 'servers' }))] }),
    });
    assert.equal(await push(same), 'done');
    assert.deepEqual(await headAt(first), before);
  });

  it('what the document cannot hold is told, and survives the death of the node', async () => {
    assert.equal(await findingAt(first, 'config-kept'), 'sections without a counterpart: wol');
    await until('the other node has it, too', 10_000, async () =>
      /wol/.test((await findingAt(second, 'config-kept')) ?? ''),
    );
    pair.node(first).kill();
    await until('the killed daemon has ended', 5_000, () => !pair.node(first).isRunning);
    pair.node(first).start();
    await inStep();
    assert.equal(await findingAt(first, 'config-kept'), 'sections without a counterpart: wol');
    const read =
      '<methodCall><methodName>pfsense.backup_config_section</methodName><params><param><value><array><data><value><string>wol</string></value></data></array></value></param></params></methodCall>';
    assert.match(await posted(pfsense, url, login, read), /00:00:5e:00:53:01/);
  });

  it('what the nodes refuse changes nothing, and is told at both ends', async () => {
    const before = await headAt(first);
    const bad = struct({ virtualip: struct({ vip: [vip(20, '10.80.0.2', 'Pont-levis-1789')] }) });
    assert.match(await push(bad), /^fault .*10\.80\.0\.2/s);
    assert.match((await findingAt(first, 'sync-refused')) ?? '', /10\.80\.0\.2/);
    assert.deepEqual(await Promise.all([first, second].map(headAt)), [before, before]);
    assert.equal(await push(struct({ filter: struct({ rule: [management] }) })), 'done');
    assert.equal(await findingAt(first, 'sync-refused'), undefined);
  });

  it('input that is none: a clear fault, and nothing changed', async () => {
    const before = await headAt(first);
    const call = (param: string): string =>
      `<methodCall><methodName>pfsense.restore_config_section</methodName><params><param>${param}</param></params></methodCall>`;
    const entity = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${call('<value>&e;</value>')}`;
    const deep = call('<value><array><data>'.repeat(5_000));
    const wrong = call('<value><int>7</int></value>');
    const half = call('<value><struct><member><name>filter</name>').slice(0, -40);
    for (const body of [entity, deep, wrong, half, '', 'x'.repeat(100_000_000)]) {
      const answer = await posted(pfsense, url, login, body);
      assert.match(answer, /<fault>.*<string>.+<\/string>/s, body.slice(0, 80));
    }
    cutOff(pfsense);
    assert.equal(await push(struct({ filter: struct({ rule: [management] }) })), 'done');
    assert.deepEqual(await headAt(first), before);
  });

  it('a thousand wrong passwords: blocked, told, and no memory is lost', async () => {
    const before = await headAt(first);
    const { pid } = await statusOf(first);
    const resident = residentOfApi(pid);
    const answers = await guess(second, 1_000);
    assert.deepEqual(answers, { refused: 5, blocked: 995 });
    const grown = residentOfApi(pid) - resident;
    assert.ok(grown < 32_000_000, `the API process has grown by ${grown} bytes`);
    assert.match((await findingAt(first, 'sync-password-wrong')) ?? '', /credentials are wrong/);
    assert.match((await findingAt(first, 'sync-source-blocked')) ?? '', /for \d+ s/);
    assert.deepEqual(await headAt(first), before);
    assert.equal(await push(struct({ filter: struct({ rule: [management] }) })), 'done');
  });

  it('a primary of another version sends nothing, and that is told here', async () => {
    const before = await headAt(first);
    const said = await push(struct({ filter: struct({ rule: [rule('of another version')] }) }), '24.5');
    assert.equal(said, 'version 23.3');
    await until('the version is told', 45_000, async () =>
      /23\.3/.test((await findingAt(first, 'sync-version-only')) ?? ''),
    );
    assert.deepEqual(await headAt(first), before);
  });

  it('sends every revision to a pfSense: version, look, sections, look', async () => {
    const print = fingerprintOf(backup.certificate);
    assert.ok(print.ok);
    backup.start();
    await apply(documentOf(`${taking}, peer: ${pfsenseAddress}, fingerprint: ${print.value}`, 8001));
    await until('the pfSense is sent the revision', 15_000, () => backup.asked().length >= 4);
    const asked = backup.asked();
    assert.deepEqual(
      asked.map(({ method }) => method.replace('pfsense.', '')),
      ['host_firmware_version', 'backup_config_section', 'restore_config_section', 'backup_config_section'],
    );
    assert.ok(asked.every((one) => one.login === `${login.user}:${login.password}`));
    const sent = JSON.stringify(asked[2]?.params[0]);
    assert.match(sent, /"descr","port 8001"/);
    assert.match(sent, /"vhid","20"/);
    assert.match(sent, /"advskew",(100|"100")/);
    assert.doesNotMatch(sent, /"interfaces",/);
    assert.equal(await findingAt(first, 'sync-not-sent'), undefined);
    assert.equal(await findingAt(first, 'sync-differs'), undefined);
  });

  it('refuses a push of the pfSense that it sends to, at every node', async () => {
    const before = await headAt(first);
    const section = struct({ filter: struct({ rule: [rule('round and round')] }) });
    for (const [node, address] of [
      [first, firstAddress],
      [second, secondAddress],
    ] as const) {
      const there = `https://${address}/xmlrpc.php`;
      assert.match(await pushed(pfsense, there, login, '23.3', section), /^fault .*loop/s);
      assert.match((await findingAt(node, 'sync-loop')) ?? '', /sends to the other/);
    }
    assert.deepEqual(await headAt(first), before);
  });

  it('a pfSense that was away is told of, and gets the newest when it is back', async () => {
    await backup.stop();
    backup.forget();
    const print = fingerprintOf(backup.certificate);
    assert.ok(print.ok);
    const config = `${taking}, peer: ${pfsenseAddress}, fingerprint: ${print.value}`;
    await apply(documentOf(config, 8002));
    await apply(documentOf(config, 8003));
    await until('the node says how far behind it is', 30_000, async () =>
      /lacks 2 revisions: it cannot be reached/.test((await findingAt(first, 'sync-not-sent')) ?? ''),
    );
    await until('the status says it', 10_000, async () => {
      const stand = (await statusOf(first)).document?.peers[`pfSense ${pfsenseAddress}`];
      return stand?.kind === 'away' && stand.revisions === 2;
    });
    backup.start();
    await until('it is sent the newest', 60_000, () => backup.asked().length >= 4);
    await until(
      'the finding is over',
      5_000,
      async () => (await findingAt(first, 'sync-not-sent')) === undefined,
    );
    const sent = backup.asked().filter(({ method }) => method.endsWith('restore_config_section'));
    assert.deepEqual(
      sent.map(({ params }) => /"descr","port (\d+)"/.exec(JSON.stringify(params))?.[1]),
      ['8003'],
    );
  });

  it('another certificate gets no password, and a login that was refused is not tried again', async () => {
    backup.forget();
    const other = '00'.repeat(32);
    await apply(documentOf(`${taking}, peer: ${pfsenseAddress}, fingerprint: "${other}"`, 8004));
    await until('the certificate is told of', 30_000, async () =>
      /its certificate is not the one/.test((await findingAt(first, 'sync-not-sent')) ?? ''),
    );
    assert.deepEqual(backup.asked(), []);
    const print = fingerprintOf(backup.certificate);
    assert.ok(print.ok);
    const wrong = `password: another, peer: ${pfsenseAddress}, fingerprint: ${print.value}`;
    await apply(documentOf(wrong, 8005));
    await until('the login is told of', 15_000, async () =>
      /it refuses the login/.test((await findingAt(first, 'sync-not-sent')) ?? ''),
    );
    await apply(documentOf(wrong, 8006));
    await until('the next revision is counted', 15_000, async () =>
      /refuses the login/.test((await findingAt(first, 'sync-not-sent')) ?? ''),
    );
    assert.deepEqual(
      backup.asked().map(({ method }) => method),
      ['pfsense.host_firmware_version'],
    );
  });
});

/** Half a request, and then nothing: the connection is broken off. */
function cutOff(from: string): void {
  const code = `$c = stream_socket_client('tls://${firstAddress}:443', $e, $m, 5, STREAM_CLIENT_CONNECT,
    stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]));
    fwrite($c, "POST /xmlrpc.php HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: text/xml\\r\\nContent-Length: 1000\\r\\nAuthorization: Basic "
      . base64_encode('${login.user}:${login.password}') . "\\r\\n\\r\\n<methodCall><methodName>pfsense.restore");
    fclose($c);`;
  const [command = '', ...args] = inNamespace(from, ['php', '-r', code]);
  assert.equal(spawnSync(command, args).status, 0);
}

/** Bytes of memory that the unprivileged process of a node has in use. */
function residentOfApi(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const api = children.find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('api/main.ts'),
  );
  assert.ok(api !== undefined, 'the node has no API process');
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${api}/status`, 'utf8'))?.[1]) * 1_024;
}

/** How many tries with wrong passwords were refused, and how many were not even looked at. */
async function guess(from: string, tries: number): Promise<{ refused: number; blocked: number }> {
  const script = `
    import { Agent, request } from 'node:https';
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const said = { refused: 0, blocked: 0 };
    for (let i = 0; i < ${tries}; i += 1) {
      const auth = 'admin:wrong' + i;
      const text = await new Promise((resolve, reject) => {
        const asked = request('${url}', { agent, auth, method: 'POST', headers: { 'content-type': 'text/xml' } }, (answer) => {
          let all = '';
          answer.on('data', (part) => { all += part; }).on('end', () => resolve(all));
        });
        asked.on('error', reject).end('<x/>');
      });
      if (text.includes('too many tries')) said.blocked += 1;
      else if (text.includes('Invalid username or password')) said.refused += 1;
    }
    console.log(JSON.stringify(said));
    agent.destroy();`;
  const [command = '', ...args] = inNamespace(from, [process.execPath, '--input-type=module', '-e', script]);
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 120_000 });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}
