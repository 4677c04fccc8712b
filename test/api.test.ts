/** The API on two real nodes: what is changed at one is in the other's kernel, and what happens is told live. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ask } from '#api/client.ts';
import type { LiveEvent } from '#api/contract/events.ts';
import { liveEvent } from '#api/contract/events.ts';
import { pageHeader, type ReplyOf } from '#api/contract/rest.ts';
import { makeIdentity } from '#api/identity.ts';
import { inNamespace } from '#infra/apply.ts';
import { stateOf } from '#lab/node-handle.ts';
import { Segment, unable, until } from './interop/segment.ts';
import { Pair } from './pair.ts';

const first = Segment.unique('bap-a');
const second = Segment.unique('bap-b');
const [firstAddress, secondAddress] = ['10.78.0.2', '10.78.0.3'];
const password = 'correct horse battery';

const text = `
cluster: api
nodes: { ${first}: { priority: 1 }, ${second}: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { ${first}: [${firstAddress}/24], ${second}: [${secondAddress}/24] } }
virtualIps:
  - { interface: lan, vhid: 20, addresses: [10.78.0.1/24], password: Pont-levis-1789 }
rules:
  # who may come
  - { action: pass, interface: lan, protocol: tcp, source: lan net, ports: 443, description: nodes and people }
  - { action: pass, interface: lan, protocol: icmp, description: echoes }
`;

interface Reply<T> {
  readonly status: number;
  readonly headers: string;
  readonly json: T;
}

describe('the API of a pair', { skip: unable(['ip', 'nft', 'curl']), timeout: 120_000 }, () => {
  let segment: Segment;
  let pair: Pair;
  let etag = '';
  const kept = (node: string, file: string): string => join(stateOf(segment.folder, node), node, file);

  /** Asks the API of a node from inside its namespace; cookies are kept by node. */
  const call = <T>(node: string, method: string, path: string, body?: unknown): Reply<T> => {
    const jar = join(segment.folder, `${node}.cookies`);
    const headers = [
      `${pageHeader}: 1`,
      `if-match: ${etag}`,
      ...(body === undefined ? [] : ['content-type: application/json']),
    ];
    const data = body === undefined ? [] : ['--data-binary', '@-'];
    const [command = '', ...args] = inNamespace(node, [
      'curl',
      '-sk',
      '-i',
      '-X',
      method,
      '-b',
      jar,
      '-c',
      jar,
      '--max-time',
      '60',
      ...headers.flatMap((header) => ['-H', header]),
      ...data,
      `https://127.0.0.1/api/v1${path}`,
    ]);
    const { stdout } = spawnSync(command, args, { encoding: 'utf8', input: JSON.stringify(body ?? '') });
    const [head = '', ...rest] = stdout.split('\r\n\r\n');
    const found = /^etag: (.*)$/im.exec(head)?.[1];
    if (found !== undefined) etag = found.trim();
    const content = rest.join('\r\n\r\n');
    return {
      status: Number(head.split(' ')[1]),
      headers: head,
      json: head.includes('json') ? JSON.parse(content) : content,
    };
  };
  const kernelOf = (node: string): string => {
    const [command = '', ...args] = inNamespace(node, ['nft', 'list', 'table', 'inet', 'bascule']);
    return spawnSync(command, args, { encoding: 'utf8' }).stdout;
  };

  before(async () => {
    segment = new Segment({ [first]: `${firstAddress}/24`, [second]: `${secondAddress}/24` });
    pair = await Pair.on(segment, [first, second], text);
    pair.start();
    await until('both nodes in step', 20_000, async () => {
      const replies = await Promise.all(
        [first, second].map((node) =>
          ask(join(segment.folder, `${node}.sock`), { command: 'status' }, 2_000),
        ),
      );
      return replies.every(
        (reply) =>
          reply.ok &&
          Object.values(reply.value.status?.document?.peers ?? {}).some(({ kind }) => kind === 'in step'),
      );
    });
  });
  after(async () => {
    await pair?.stop();
    segment?.remove();
  });

  it('the first user is made by the code that the node has written down, and only by it', () => {
    const file = kept(first, 'setup-code');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const code = readFileSync(file, 'utf8').trim();
    assert.equal(call(first, 'POST', '/setup', { code: 'AAAA-BBBB-CCCC', password }).status, 401);
    const made = call(first, 'POST', '/setup', { code, password });
    assert.equal(made.status, 200, JSON.stringify(made.json));
    assert.throws(() => statSync(file), 'the code is gone');
  });

  it('the user is known at the other node, whose own code is void', async () => {
    await until('the code of the second node is gone', 5_000, () => {
      try {
        statSync(kept(second, 'setup-code'));
        return false;
      } catch {
        return true;
      }
    });
    const login = call(second, 'POST', '/session', { user: 'admin', password });
    assert.equal(login.status, 200, JSON.stringify(login.json));
  });

  it('what reads the bytes of strangers is not root, and can become nothing else', async () => {
    const reply = await ask(join(segment.folder, `${first}.sock`), { command: 'status' }, 2_000);
    assert.ok(reply.ok);
    const children = spawnSync('pgrep', ['-P', String(reply.value.status?.pid)], { encoding: 'utf8' });
    const pids = children.stdout.trim().split('\n');
    assert.equal(pids.length, 1, children.stdout);
    const status = readFileSync(`/proc/${pids[0]}/status`, 'utf8');
    assert.match(status, /^Uid:\t[1-9]\d*\t/m);
    assert.match(status, /^Gid:\t[1-9]\d*\t/m);
    // Ports below 1024, alone.
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
      assert.match(status, new RegExp(`^Cap${set}:\\t0000000000000400$`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.ok(getPriority(Number(pids[0])) > 0, 'it stands back when the processor is scarce');
  });

  it('the doctor examines both nodes when the API is asked to', () => {
    const examined = call<ReplyOf<'examine'>>(first, 'POST', '/doctor', { lang: 'fr' });
    assert.equal(examined.status, 200, JSON.stringify(examined.json));
    assert.deepEqual(examined.json.last?.nodes, [{ node: first }, { node: second }]);
    assert.equal(
      examined.json.last?.findings.some(({ severity }) => severity === 'error'),
      false,
      JSON.stringify(examined.json.last?.findings),
    );
    const read = call<ReplyOf<'doctor'>>(first, 'GET', '/doctor');
    assert.equal(read.json.last?.time, examined.json.last?.time);
    assert.match(
      String(call(first, 'GET', '/metrics').json),
      /^bascule_doctor_examined_timestamp_seconds \d/m,
    );
  });

  it('a rule that is added at the first node is in the kernel of the second', () => {
    assert.equal(call(first, 'GET', '/document').status, 200);
    const value = {
      action: 'pass',
      interface: 'lan',
      protocol: 'tcp',
      ports: 8443,
      description: 'by the API',
    };
    const operations = [{ op: 'insert', path: ['rules'], value }];
    const planned = call<ReplyOf<'planDocument'>>(first, 'POST', '/document/plan', { operations });
    assert.equal(planned.status, 200, JSON.stringify(planned.json));
    assert.deepEqual(Object.keys(planned.json.nodes).sort(), [first, second]);
    assert.doesNotMatch(kernelOf(second), /by the API/);
    const done = call(first, 'POST', '/document/edit', { operations, reason: 'test' });
    assert.equal(done.status, 200, JSON.stringify(done.json));
    for (const node of [first, second]) assert.match(kernelOf(node), /by the API/);
    const read = call<ReplyOf<'document'>>(second, 'GET', '/document');
    assert.match(read.json.text ?? '', /# who may come/);
    assert.equal(read.json.head.author, 'admin');
  });

  it('the whole document is replaced on both nodes; a text that was not seen first is refused', () => {
    const { text: before = '' } = call<ReplyOf<'document'>>(second, 'GET', '/document').json;
    const text = before.replace('description: nodes and people', 'description: replaced as a whole');
    const seen = etag;
    const put = call<ReplyOf<'putDocument'>>(second, 'PUT', '/document', { text, reason: 'test' });
    assert.equal(put.status, 200, JSON.stringify(put.json));
    for (const node of [first, second]) assert.match(kernelOf(node), /replaced as a whole/);
    etag = seen;
    assert.equal(call(first, 'PUT', '/document', { text: before }).status, 412);
    for (const node of [first, second]) assert.match(kernelOf(node), /replaced as a whole/);
  });

  it('what somebody adds to a kernel by hand is named when all nodes are compared', () => {
    const nft = (...words: readonly string[]) => {
      const [command = '', ...args] = inNamespace(second, ['nft', '-a', '-e', ...words]);
      return spawnSync(command, args, { encoding: 'utf8' }).stdout;
    };
    const added = nft('add', 'rule', 'inet', 'bascule', 'input', 'tcp', 'dport', '99', 'accept');
    const compared = call<ReplyOf<'compare'>>(first, 'GET', '/document/compare');
    assert.equal(compared.status, 200, JSON.stringify(compared.json));
    assert.deepEqual(compared.json[first]?.drift, []);
    assert.match(compared.json[second]?.drift?.join() ?? '', /chain input: tcp dport 99 accept/);
    assert.equal(compared.json[first]?.head?.hash, compared.json[second]?.head?.hash);
    nft('delete', 'rule', 'inet', 'bascule', 'input', 'handle', /# handle (\d+)/.exec(added)?.[1] ?? '0');
    const after = call<ReplyOf<'compare'>>(first, 'GET', '/document/compare');
    assert.deepEqual(after.json[second]?.drift, []);
  });

  it('counters of the rule, interfaces, routes, neighbours and logs of either node can be read', () => {
    for (const node of [first, second]) {
      const counters = call(first, 'GET', `/rules/counters?node=${node}`).json as { path: unknown[] }[];
      assert.ok(
        counters.some(({ path }) => path.join() === 'rules,2'),
        JSON.stringify(counters),
      );
      const faces = call(first, 'GET', `/interfaces?node=${node}`).json as {
        interface?: string;
        addresses: string[];
      }[];
      const address = node === first ? firstAddress : secondAddress;
      assert.ok(faces.find((face) => face.interface === 'lan')?.addresses.includes(`${address}/24`));
      assert.ok((call(first, 'GET', `/routes?node=${node}`).json as unknown[]).length > 0);
      const neighbours = call(first, 'GET', `/neighbours?node=${node}`);
      assert.equal(neighbours.status, 200);
      const lines = call(first, 'GET', `/logs?node=${node}&text=ready`).json as { message: string }[];
      assert.ok(lines.some(({ message }) => message === 'ready'));
    }
  });

  it('ping, traceroute and capture run at either node', async () => {
    const ping = call<ReplyOf<'ping'>>(first, 'POST', '/diagnostics/ping', {
      node: second,
      address: firstAddress,
      count: 2,
    });
    assert.equal(ping.json.received, 2, JSON.stringify(ping.json));
    const trace = call<ReplyOf<'traceroute'>>(first, 'POST', '/diagnostics/traceroute', {
      address: secondAddress,
    });
    assert.equal(trace.json.reached, true, JSON.stringify(trace.json));
    const captured = call(first, 'POST', '/diagnostics/capture', {
      interface: 'lan',
      protocol: 'carp',
      seconds: 2,
      packets: 2,
    });
    assert.match(captured.headers, /vnd\.tcpdump\.pcap/, JSON.stringify(captured.json));
  });

  it('maintenance at the other node swings its virtual IPs, and every page hears of it', async () => {
    const heard: LiveEvent[] = [];
    const jar = join(segment.folder, `${second}.cookies`);
    const [command = '', ...args] = inNamespace(second, [
      'curl',
      '-skN',
      '-b',
      jar,
      'https://127.0.0.1/api/v1/events',
    ]);
    const stream = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    stream.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) heard.push(liveEvent.parse(JSON.parse(data)));
      }
    });
    const has = (kind: string, node: string): boolean =>
      heard.some((event) => event.kind === kind && 'node' in event && event.node === node);
    try {
      await until('the status of both nodes', 5_000, () => has('status', first) && has('status', second));
      const master = () =>
        heard.findLast((event) => event.kind === 'status' && event.status.vips[0]?.status === 'MASTER');
      await until('a master', 10_000, () => master() !== undefined);
      const held = master();
      assert.ok(held?.kind === 'status');
      const done = call(second, 'POST', '/maintenance', { node: held.node, on: true });
      assert.equal(done.status, 200, JSON.stringify(done.json));
      await until('both roles', 5_000, () => has('role', first) && has('role', second));
      const became = heard.findLast((event) => event.kind === 'role' && event.to === 'MASTER');
      assert.ok(became?.kind === 'role' && became.node !== held.node);
      assert.equal(call(second, 'POST', '/maintenance', { node: held.node, on: false }).status, 200);
    } finally {
      stream.kill();
    }
  });

  it("a certificate of one's own is what browsers see; the nodes go on knowing each other", async () => {
    const own = await makeIdentity('fw.example.net', Date.now());
    const file = join(segment.folder, 'own.pem');
    writeFileSync(file, own.certificate);
    // Without -k: it is believed only if it is this one.
    const isShown = (): boolean => {
      const way = ['--cacert', file, '--resolve', 'fw.example.net:443:127.0.0.1', '--max-time', '5'];
      const [command = '', ...args] = inNamespace(second, [
        'curl',
        '-s',
        ...way,
        'https://fw.example.net/api/v1/session',
      ]);
      return spawnSync(command, args).status === 0;
    };
    assert.equal(isShown(), false);
    const put = call<ReplyOf<'certificate'>>(first, 'PUT', '/certificate', { node: second, ...own });
    assert.equal(put.status, 200, JSON.stringify(put.json));
    assert.deepEqual([put.json.kind, put.json.names], ['own', ['fw.example.net']]);
    await until('it is shown', 5_000, isShown);
    assert.equal(call(first, 'GET', '/document').status, 200);
    const operations = [{ op: 'set', path: ['rules', 0, 'description'], value: 'after the certificate' }];
    const changed = call<ReplyOf<'editDocument'>>(first, 'POST', '/document/edit', { operations });
    assert.deepEqual(Object.keys(changed.json.nodes).sort(), [first, second].sort());
    assert.equal(changed.json.nodes[second]?.error, undefined);
    assert.doesNotMatch(readFileSync(kept(second, 'audit.log'), 'utf8'), /PRIVATE/);
    const back = call<ReplyOf<'certificate'>>(second, 'DELETE', '/certificate');
    assert.equal(back.json.kind, 'generated');
    await until('it is not shown any more', 5_000, () => !isShown());
  });

  it('what was done stands in the audit log of the node where it was asked for', () => {
    const lines = readFileSync(kept(first, 'audit.log'), 'utf8');
    assert.match(lines, /"actor":"admin".*"action":"document\.edit","ok":true.*rules 3 \(by the API\) added/);
    assert.ok(!lines.includes(password));
    assert.equal(statSync(kept(first, 'audit.log')).mode & 0o777, 0o600);
    const shown = call(first, 'GET', '/audit').json as { action: string }[];
    assert.ok(shown.some(({ action }) => action === 'setup'));
  });

  it('figures for Prometheus are there', () => {
    const { json } = call(first, 'GET', '/metrics');
    assert.match(String(json), /^bascule_vip_role\{interface="lan",vhid="20",role="(MASTER|BACKUP)"\} 1$/m);
    assert.match(
      String(json),
      /^bascule_interface_receive_bytes_total\{interface="lan",device="eth0"\} \d+$/m,
    );
  });
});
