/**
 * XML-RPC with Debian's PHP, which is what a pfSense runs: values in both directions, by libxml's DOM and, where the
 * package php-xmlrpc is installed, by PHP's own extension; then whole pushes over HTTP with a peer written in PHP.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { instant } from '#base/time.ts';
import { loadDocument } from '#config/load.ts';
import { headerOf } from '#configsync/basic.ts';
import { decodeCall, encodeCall } from '#configsync/codec.ts';
import { deliveryOf } from '#configsync/delivery.ts';
import { dialectOf } from '#configsync/dialect.ts';
import { type PushEffect, type PushOutcome, SyncClient, usualAttempts } from '#configsync/push.ts';
import { SyncServer } from '#configsync/serve.ts';
import { type TreeMap, treeOfValue } from '#configsync/tree.ts';
import { usualTries } from '#configsync/tries.ts';
import { isStruct, usualLimits, type Value } from '#configsync/value.ts';
import { library } from './php-xmlrpc.ts';

const php = (code: string, input: unknown = null): string => {
  const done = spawnSync('php', ['-d', 'memory_limit=-1', '-r', library + code], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(done.status, 0, `${done.stderr}\n${done.stdout.slice(0, 2000)}`);
  return done.stdout;
};
const has = (extension: string): boolean =>
  spawnSync('php', ['-r', `exit(extension_loaded('${extension}') ? 0 : 1);`]).status === 0;
const missing = has('dom') ? false : 'not installed: php-cli with php-xml';
const missingXmlrpc = has('xmlrpc') ? false : 'not installed: php-xmlrpc';

type Json = null | string | number | boolean | Json[] | { [name: string]: Json };

function toJson(value: Value): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isStruct(value)) return { s: [...value].map(([name, member]) => [name, toJson(member)]) };
  if ('double' in value) return { d: value.double };
  if ('base64' in value) return { b: Buffer.from(value.base64).toString('hex') };
  if ('dateTime' in value) return value.dateTime;
  return value.map(toJson);
}

const text = fc
  .string({ unit: 'binary' })
  .map((all) => all.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, ''));
const values = (plain: boolean): fc.Arbitrary<Value> =>
  fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      // The extension makes line feeds of carriage returns, even of those written as references.
      plain ? text.map((all) => all.replaceAll('\r', '')) : text,
      fc.integer(),
      fc.boolean(),
      ...(plain
        ? []
        : [
            fc.constant(null),
            fc.maxSafeInteger(),
            fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => ({ double })),
            fc.uint8Array().map((base64) => ({ base64 })),
          ]),
      fc.array(tie('value')),
      fc
        .uniqueArray(fc.tuple(plain ? fc.stringMatching(/^[a-z]{1,8}$/) : text, tie('value')), {
          selector: ([name]) => name,
          minLength: plain ? 1 : 0,
        })
        .map((members) => new Map(members)),
    ),
  })).value;

const sample = (plain: boolean): Value[] => fc.sample(values(plain), { numRuns: 300, seed: 4 });
const written = (value: Value): string => {
  const call = encodeCall({ method: 'pfsense.x', params: [value] });
  assert.ok(call.ok);
  return call.value;
};
const read = (xml: string): Value => {
  const call = decodeCall(Buffer.from(xml));
  assert.ok(call.ok, call.ok ? '' : `${call.error} in ${xml.slice(0, 2000)}`);
  return call.value.params[0] ?? null;
};

describe('values between PHP and us', { skip: missing }, () => {
  test('PHP reads what we write', () => {
    const sent = sample(false);
    const answer = php(`out(array_map(fn($xml) => paramsOf($xml)[0], in()));`, sent.map(written));
    assert.deepEqual(JSON.parse(answer), JSON.parse(JSON.stringify(sent.map(toJson))));
  });

  test('we read what PHP writes', () => {
    const sent = sample(false);
    const xml = JSON.parse(
      php(`out(array_map(fn($v) => written('methodCall', 'm', [$v]), in()));`, sent.map(toJson)),
    );
    for (const [i, document] of xml.entries()) {
      // JSON has no negative zero.
      assert.equal(JSON.stringify(toJson(read(document))), JSON.stringify(toJson(sent[i] ?? null)));
    }
  });

  test('the extension of PHP reads and writes the same', { skip: missingXmlrpc }, () => {
    const sent = sample(true);
    const plain = (value: Value): Json =>
      isStruct(value)
        ? Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
        : Array.isArray(value)
          ? value.map(plain)
          : (value as Json);
    const code = `out(array_map(function ($xml) { $m = ''; $p = xmlrpc_decode_request($xml, $m, 'utf-8');
      return [$p[0], xmlrpc_encode_request('m', [$p[0]], ['encoding' => 'utf-8', 'escaping' => 'markup'])]; }, in()));`;
    const answers: [Json, string][] = JSON.parse(php(code, sent.map(written)));
    for (const [i, [seen, again]] of answers.entries()) {
      assert.deepEqual(seen, plain(sent[i] ?? null));
      assert.deepEqual(plain(read(again)), seen);
    }
  });
});

const struct = (entries: Record<string, Value>): Value => new Map(Object.entries(entries));
const tree = (entries: Record<string, Value>): TreeMap => {
  const made = treeOfValue(struct(entries), '', []);
  assert.ok(made instanceof Map);
  return made;
};
const rules = struct({
  rule: [struct({ type: 'pass', descr: 'HTTP & "HTTPS" <é>' }), struct({ type: 'block', nosync: '' })],
});
const dialect = dialectOf('23.3');

describe('a peer in PHP', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bascule-xmlrpc-'));
  let backup: ChildProcess | undefined;
  let server: Server | undefined;
  let port = 0;
  let held: TreeMap = tree({ filter: struct({ rule: [struct({ descr: 'old' })] }) });

  before(async () => {
    server = serve((config) => {
      held = config;
    });
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server?.close();
    backup?.kill();
    rmSync(folder, { recursive: true });
  });

  /** Our backup behind HTTP, in as few lines as it takes. */
  function serve(applied: (config: TreeMap) => void): Server {
    const settings = {
      dialect,
      firmware: 'x',
      peers: [],
      repairs: false,
      limits: usualLimits,
      tries: usualTries,
    };
    const sync = new SyncServer(settings, held);
    let ids = 0;
    return createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        ids += 1;
        const [id, now] = [ids, instant(ids)];
        const expected = `Basic ${Buffer.from('admin:p@ss:é').toString('base64')}`;
        const credentials = request.headers.authorization === expected ? 'right' : 'wrong';
        const source = request.socket.remoteAddress ?? '';
        const queue = sync.step({ kind: 'request', id, source, body: Buffer.concat(parts) }, now);
        for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
          if (effect.kind === 'authenticate')
            queue.push(...sync.step({ kind: 'authenticated', id, credentials }, now));
          if (effect.kind === 'apply') {
            applied(effect.config);
            queue.push(...sync.step({ kind: 'applied', id }, now));
          }
          if (effect.kind === 'answer')
            response.setHeader('content-type', 'text/xml; charset=utf-8').end(effect.body);
        }
      });
    });
  }

  const run = (code: string): Promise<string> =>
    new Promise((done, fail) => {
      const child = spawn('php', ['-r', library + code], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (part) => {
        said += part;
      });
      child.on('close', (status) =>
        status === 0 ? done(said) : fail(new Error(`php ended with ${status}: ${said}`)),
      );
    });
  const calls = (password: string): string => String.raw`
    function call($method, $params) {
      $head = "Content-Type: text/xml; charset=utf-8\r\nAuthorization: Basic " . base64_encode('admin:${password}');
      return file_get_contents('http://127.0.0.1:${port}/xmlrpc.php', false, stream_context_create(['http' =>
        ['method' => 'POST', 'header' => $head, 'content' => written('methodCall', 'pfsense.' . $method, $params)]]));
    }`;

  test('pushes to our backup', async () => {
    const said = await run(`${calls('p@ss:é')}
      $version = paramsOf(call('host_firmware_version', ['', 240]))[0];
      $rule = fn($descr) => ['s' => [['type', 'pass'], ['descr', $descr], ['log', true], ['quick', false]]];
      $sections = ['s' => [['filter', ['s' => [['rule', ['s' => [['0', $rule('é & <b>')], ['2', $rule('two')]]]]]]], ['aliases', []]]];
      out([$version, paramsOf(call('restore_config_section', [$sections, 900]))[0]]);`);
    const [version, restored] = JSON.parse(said);
    assert.deepEqual(new Map<string, unknown>(version.s).get('config_version'), '23.3');
    assert.equal(restored, true);
    const rule = (descr: string): Value => struct({ type: 'pass', descr, log: '' });
    assert.deepEqual(held.get('filter'), struct({ rule: [rule('é & <b>'), rule('two')] }));
  });

  test('is refused with a wrong password', async () => {
    const said = await run(`${calls('wrong')} echo call('host_firmware_version', ['', 240]);`);
    assert.match(said, /<int>-1<\/int>.*Invalid username or password/s);
  });

  test('takes a push from our primary', async () => {
    const script = join(folder, 'xmlrpc.php');
    writeFileSync(
      script,
      `<?php ${library}
      $xml = file_get_contents('php://input');
      $method = readDocument($xml)->getElementsByTagName('methodName')[0]->textContent;
      file_put_contents('${folder}/' . substr($method, 8), json_encode(paramsOf($xml)));
      header('Content-Type: text/xml; charset=utf-8');
      $version = ['s' => [['platform', 'pfSense'], ['config_version', '23.3']]];
      echo written('methodResponse', null, [$method === 'pfsense.host_firmware_version' ? $version : true]);`,
    );
    const free = createServer();
    await new Promise<void>((listening) => free.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(free.address() as AddressInfo).port}/xmlrpc.php`;
    await new Promise((closed) => free.close(closed));
    backup = spawn('php', ['-S', new URL(url).host, '-t', folder], { stdio: 'ignore' });

    const client = new SyncClient({
      ...{ dialect, target: '127.0.0.1', own: [], looks: false, complete: false, limits: usualLimits },
      ...usualAttempts,
      attempts: 100,
    });
    const outcome = await push(
      client,
      url,
      tree({ hasync: struct({ synchronizerules: 'on' }), filter: rules }),
    );
    assert.deepEqual(outcome, { kind: 'done', sections: ['filter', 'schedules'] });
    const received = JSON.parse(php(`echo file_get_contents('${folder}/restore_config_section');`));
    const rule = {
      s: [
        ['type', 'pass'],
        ['descr', 'HTTP & "HTTPS" <é>'],
      ],
    };
    assert.deepEqual(received, [
      {
        s: [
          ['filter', { s: [['rule', [rule]]] }],
          ['schedules', []],
        ],
      },
      900,
    ]);
  });

  test('takes the sections of a cluster document, VIPs 100 slower', async () => {
    const script = join(folder, 'whole.php');
    // A backup that keeps what it is sent, and gives it back when it is asked for it.
    writeFileSync(
      script,
      `<?php ${library}
      $xml = file_get_contents('php://input');
      $method = readDocument($xml)->getElementsByTagName('methodName')[0]->textContent;
      header('Content-Type: text/xml; charset=utf-8');
      file_put_contents('${folder}/order', "$method " . $_SERVER['PHP_AUTH_USER'] . ':' . $_SERVER['PHP_AUTH_PW'] . "\\n", FILE_APPEND);
      $held = '${folder}/held';
      $params = paramsOf($xml);
      $answer = true;
      if ($method === 'pfsense.host_firmware_version') $answer = ['s' => [['config_version', '23.3']]];
      if ($method === 'pfsense.restore_config_section') file_put_contents($held, json_encode($params[0]));
      if ($method === 'pfsense.backup_config_section') $answer = is_file($held) ? json_decode(file_get_contents($held), true)
        : ['s' => [['interfaces', ['s' => array_map(fn($i) => [$i[0], ['s' => [['descr', $i[1]]]]],
          [['wan', 'WAN'], ['lan', 'LAN'], ['opt1', 'PFSYNC']])]]]];
      echo written('methodResponse', null, [$answer]);`,
    );
    const free = createServer();
    await new Promise<void>((listening) => free.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(free.address() as AddressInfo).port}/whole.php`;
    await new Promise((closed) => free.close(closed));
    const peer = spawn('php', ['-S', new URL(url).host, '-t', folder], { stdio: 'ignore' });
    try {
      const loaded = loadDocument(readFileSync('scenarios/d3.yaml', 'utf8'));
      assert.ok(loaded.ok);
      const { document } = loaded.value;
      assert.equal(deliveryOf(document, 'secondary'), undefined);
      const delivery = deliveryOf(document, 'primary');
      assert.ok(delivery !== undefined);
      const client = new SyncClient({ ...delivery.settings, attempts: 100 });
      const outcome = await push(client, url, delivery.config, headerOf(delivery.login));
      assert.equal(outcome.kind, 'done', JSON.stringify(outcome));
      assert.deepEqual(outcome.kind === 'done' && outcome.differing, []);
      const calls = readFileSync(join(folder, 'order'), 'utf8').trim().split('\n');
      const login = 'admin:Bac-a-chaine-1203';
      assert.deepEqual(calls, [
        `pfsense.host_firmware_version ${login}`,
        `pfsense.backup_config_section ${login}`,
        `pfsense.restore_config_section ${login}`,
        `pfsense.backup_config_section ${login}`,
      ]);
      const held = new Map<string, Json>(JSON.parse(readFileSync(join(folder, 'held'), 'utf8')).s);
      const vips = (held.get('virtualip') as { s: [string, { s: [string, Json][] }[]][] }).s[0]?.[1] ?? [];
      assert.deepEqual(
        vips.map((vip) => new Map(vip.s)).map((vip) => [vip.get('vhid'), vip.get('advskew')]),
        [
          ['1', 100],
          ['2', 100],
        ],
      );
      assert.equal(held.has('interfaces'), false);
    } finally {
      peer.kill();
    }
  });

  async function push(
    client: SyncClient,
    url: string,
    config: TreeMap,
    authorization = '',
  ): Promise<PushOutcome> {
    let now = instant(0);
    let effects: PushEffect[] = client.step({ kind: 'push', config }, now);
    for (;;) {
      const [effect] = effects;
      if (effect?.kind === 'ended') return effect.outcome;
      if (effect?.kind === 'call') {
        const headers = { 'content-type': 'text/xml; charset=utf-8', authorization };
        const answer = await fetch(url, { method: 'POST', headers, body: effect.body }).catch(
          () => undefined,
        );
        effects =
          answer === undefined
            ? client.step({ kind: 'failed', cause: 'no connection' }, now)
            : client.step({ kind: 'answered', status: answer.status, body: await answer.bytes() }, now);
      } else {
        // The peer may not listen yet.
        await new Promise((go) => setTimeout(go, 50));
        now = client.deadline() ?? now;
        effects = client.tick(now);
      }
    }
  }
});
