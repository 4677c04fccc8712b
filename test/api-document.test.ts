/** The document, the running nodes and live events by the API, over real HTTPS. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { type LiveEvent, liveEvent } from '#api/contract/events.ts';
import { basePath, type Route, routes, sessionCookie } from '#api/contract/rest.ts';
import { makeIdentity } from '#api/identity.ts';
import { nodeServerName } from '#api/proof.ts';
import { ApiRig, Client, password, sample } from './api-rig.ts';
import { until } from './interop/segment.ts';

const problemOf = (reply: { status: number; json: { code?: string } }): string =>
  `${reply.status} ${reply.json?.code}`;

describe('the document', { timeout: 60_000 }, () => {
  let rig: ApiRig;
  let admin: Client;
  before(async () => {
    [rig, admin] = await ApiRig.withAdmin();
  });
  after(() => rig.stop());

  it('is read with its ETag, as text and as data, secrets masked in the data', async () => {
    const read = await admin.ask('document');
    assert.equal(read.headers.etag, `"${read.json.head.hash}"`);
    assert.equal(read.json.text, rig.pair.nodes[0].text);
    assert.match(JSON.stringify(read.json.document.virtualIps), /"password":"\*{8}"/);
  });

  it('a change without the ETag is refused, and one on top of an old revision', async () => {
    const body = { operations: [{ op: 'set', path: ['rules', 0, 'ports'], value: 8443 } as const] };
    const headers = { 'if-match': undefined };
    assert.equal(problemOf(await admin.ask('editDocument', { body, headers })), '428 if-match-missing');
    await admin.read();
    const old = admin.etag;
    assert.equal((await admin.ask('editDocument', { body })).status, 200);
    admin.etag = old;
    const late = await admin.ask('editDocument', { body });
    assert.equal(problemOf(late), '412 conflict');
    assert.equal(late.json.head.author, 'admin');
    assert.equal(late.json.head.number, (await admin.read()).head.number);
  });

  it('an edit keeps every other line, and reaches both nodes', async () => {
    const before = (await admin.read()).text ?? '';
    const value = { action: 'pass', interface: 'wan', protocol: 'tcp', ports: 25, description: 'Mail' };
    const operations = [
      { op: 'insert', path: ['rules'], at: 0, value },
      { op: 'move', path: ['rules'], from: 0, to: 1 },
    ] as const;
    const done = await admin.ask('editDocument', { body: { operations: [...operations], reason: 'mail' } });
    assert.equal(done.status, 200, done.text);
    assert.deepEqual(Object.keys(done.json.nodes).sort(), ['PF1', 'PF2']);
    const after = (await admin.read()).text ?? '';
    const added = after.split('\n').filter((line) => !before.includes(line));
    assert.deepEqual(added, [
      '  - { action: pass, interface: wan, protocol: tcp, ports: 25, description: Mail }',
    ]);
    assert.equal(rig.pair.nodes[1].text, after);
  });

  it('a document with faults is refused with findings at their places, and changes nothing', async () => {
    const { head } = await admin.read();
    const edit = { op: 'set', path: ['virtualIps', 0, 'vhid'], value: 300 } as const;
    const refused = await admin.ask('editDocument', { body: { operations: [edit] } });
    assert.equal(problemOf(refused), '422 document-refused');
    const [finding] = refused.json.findings;
    assert.deepEqual(finding?.path, ['virtualIps', 0, 'vhid']);
    assert.match(finding?.message ?? '', /whole number from 1 to 255/);
    assert.match(finding?.fr.message ?? '', /un VHID est un nombre entier de 1 à 255/);
    assert.equal(refused.json.fr?.title, 'Le document ne peut pas être utilisé');
    assert.match(refused.json.fr?.detail ?? '', /^ligne \d+\u00a0: virtualIps\[0\]\.vhid/);
    assert.equal((await admin.read()).head.hash, head.hash);
  });

  it('a plan says what would change on each node, and changes nothing', async () => {
    const { head } = await admin.read();
    const edit = { op: 'remove', path: ['rules', 0] } as const;
    const plan = await admin.ask('planDocument', { body: { operations: [edit] } });
    assert.deepEqual(plan.json.changes, ['rules 1 (Web) removed']);
    assert.deepEqual(Object.keys(plan.json.nodes), ['PF1', 'PF2']);
    assert.equal((await admin.read()).head.hash, head.hash);
  });

  it('what is not confirmed says when it is undone; confirming keeps it', async () => {
    await admin.read();
    const edit = { op: 'set', path: ['rules', 0, 'log'], value: true } as const;
    const done = await admin.ask('editDocument', { body: { operations: [edit], confirmSeconds: 600 } });
    assert.equal(done.json.confirmWithinMs, 600_000);
    assert.ok((await admin.read()).confirmWithinMs !== undefined);
    assert.equal((await admin.ask('confirmDocument')).status, 200);
    assert.equal((await admin.read()).confirmWithinMs, undefined);
  });

  it('history, one revision, the difference of two, and the way back', async () => {
    const heads = (await admin.ask('history')).json;
    assert.equal(heads.at(-1)?.number, 1);
    const first = await admin.ask('revision', { params: { number: '1' } });
    assert.equal(first.json.text, sample);
    assert.equal(problemOf(await admin.ask('revision', { params: { number: '99' } })), '404 not-found');
    const diff = await admin.ask('diff', { query: '?from=1' });
    assert.ok(
      diff.json.lines?.some(
        ({ kind, text }: { kind: string; text: string }) => kind === 'added' && text.includes('Mail'),
      ),
    );
    const to = heads[1]?.number ?? 0;
    await admin.read();
    const back = await admin.ask('rollback', { body: { number: to } });
    assert.equal(back.status, 200, back.text);
    assert.equal(back.json.head.reason, `back to revision ${to}`);
    assert.equal(back.json.head.number, (heads[0]?.number ?? 0) + 1);
  });
});

describe('the running nodes', { timeout: 60_000 }, () => {
  let rig: ApiRig;
  let admin: Client;
  before(async () => {
    [rig, admin] = await ApiRig.withAdmin();
  });
  after(() => rig.stop());

  it('stand side by side, and each can be asked', async () => {
    const { json } = await admin.ask('cluster');
    assert.deepEqual(
      json.nodes.map(({ node, status }) => [node, status?.node]),
      [
        ['PF1', 'PF1'],
        ['PF2', 'PF2'],
      ],
    );
    assert.equal((await admin.ask('status', { query: '?node=PF2' })).json.node, 'PF2');
    assert.equal(problemOf(await admin.ask('status', { query: '?node=PF3' })), '404 not-found');
  });

  it('states are ended by a filter alone', async () => {
    assert.equal(problemOf(await admin.ask('killStates', { query: '?filter=%20' })), '400 bad-request');
    assert.equal((await admin.ask('killStates', { query: '?filter=tcp%20192.0.2.9' })).json.ended, 3);
    const asked = rig.cores[0].asked.at(-1);
    assert.deepEqual(asked, { command: 'states', words: ['tcp', '192.0.2.9'], limit: 0, kill: true });
  });

  it('a capture comes as a file', async () => {
    const file = await admin.ask('capture', { body: { interface: 'wan', port: 443 } });
    assert.equal(file.headers['content-type'], 'application/vnd.tcpdump.pcap');
    assert.equal(file.text, 'pcap');
  });
});

describe('live events', { timeout: 60_000 }, () => {
  let rig: ApiRig;
  let admin: Client;
  before(async () => {
    [rig, admin] = await ApiRig.withAdmin();
  });
  after(() => rig.stop());

  const listen = (
    client: Client,
  ): { readonly heard: LiveEvent[]; readonly ended: Promise<void>; stop(): void } => {
    const heard: LiveEvent[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    let rest = '';
    const asked = request(
      {
        host: '127.0.0.1',
        port: rig.port,
        path: `${basePath}/events`,
        rejectUnauthorized: false,
        agent: false,
        headers: { cookie: `${sessionCookie}=${client.cookie}` },
      },
      (response) => {
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const blocks = (rest + chunk).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) {
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (data !== undefined) heard.push(liveEvent.parse(JSON.parse(data)));
          }
        });
        response.on('close', resolve);
      },
    );
    asked.on('error', () => resolve());
    asked.end();
    return { heard, ended: promise, stop: () => void asked.destroy() };
  };

  it('tell the state of both nodes, a swing and a line of the log', async () => {
    const page = listen(admin);
    const kinds = (): string[] =>
      page.heard.map((event) => `${event.kind} ${'node' in event ? event.node : ''}`);
    await until('both nodes', 5_000, () => kinds().includes('status PF1') && kinds().includes('status PF2'));
    const [core] = rig.cores;
    const [vip] = core.status.vips;
    assert.ok(vip !== undefined);
    core.status = { ...core.status, vips: [{ ...vip, status: 'BACKUP', forMs: 0 }] };
    rig.live.line({ sequence: 2, time: 1, level: 'info', message: 'CARP: LAN@1 MASTER -> BACKUP' });
    await until('the swing', 5_000, () => kinds().includes('role PF1') && kinds().includes('log PF1'));
    const swing = page.heard.find((event) => event.kind === 'role');
    assert.ok(swing?.kind === 'role' && swing.from === 'MASTER' && swing.to === 'BACKUP');
    page.stop();
  });

  it('end when the user is gone', async () => {
    await admin.ask('putUser', { params: { user: 'guest' }, body: { password, groups: ['admins'] } });
    const guest = new Client(rig);
    await guest.ask('login', { body: { user: 'guest', password } });
    const page = listen(guest);
    await until('an event', 5_000, () => page.heard.length > 0);
    await admin.ask('removeUser', { params: { user: 'guest' } });
    await page.ended;
    assert.equal(page.heard.at(-1)?.kind, 'logout');
  });

  it('nobody watches without a login, and nobody is asked while nobody watches', async () => {
    assert.equal((await new Client(rig).ask('events')).status, 401);
    await until('rest', 5_000, async () => {
      const before = rig.cores[0].asked.length;
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      return rig.cores[0].asked.length === before;
    });
  });
});

describe('the server', { timeout: 60_000 }, () => {
  it('describes every route in its OpenAPI document and on its page', async () => {
    const [rig, admin] = await ApiRig.withAdmin();
    const { json } = await admin.ask('openapi');
    assert.equal(json.openapi, '3.1.0');
    const paths = json.paths as Readonly<Record<string, Readonly<Record<string, { operationId: string }>>>>;
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      assert.equal(paths[path]?.[route.method.toLowerCase()]?.operationId, name);
      if (route.body !== undefined) assert.ok(route.bodyExample !== undefined, `${name} has no example`);
      if (route.body !== undefined) route.body.parse(route.bodyExample);
    }
    const page = await admin.send('/api/');
    for (const name of Object.keys(routes)) assert.ok(page.text.includes(`id="${name}"`), name);
    assert.doesNotMatch(page.text, /<script|https?:\/\/(?!127)/);
    await rig.stop();
  });

  it('serves the built page with its cache, and index.html for addresses of the page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bascule-pages-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
    writeFileSync(join(folder, 'assets', 'main-B1c2D3e4.js'), 'export {};');
    const rig = await ApiRig.start({ pages: folder });
    const client = new Client(rig);
    const index = await client.send('/firewall/rules');
    assert.equal(index.text, '<!doctype html>page');
    assert.equal(index.headers['cache-control'], 'no-cache');
    const script = await client.send('/assets/main-B1c2D3e4.js');
    assert.match(String(script.headers['cache-control']), /immutable/);
    assert.match(String(script.headers['content-type']), /text\/javascript/);
    const again = await client.send('/firewall/rules', {
      headers: { 'if-none-match': String(index.headers.etag) },
    });
    assert.equal(again.status, 304);
    assert.equal((await client.send('/assets/other.js')).status, 404);
    assert.equal((await client.send('/assets/../../etc/passwd')).status, 404);
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  it("shows browsers the page's certificate, at once when it is another, and nodes the node's own", async () => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => makeIdentity(name, Date.now())),
    );
    assert.ok(first !== undefined && second !== undefined);
    const rig = await ApiRig.start({ certificate: first });
    const subjects = async (): Promise<string[]> =>
      Promise.all([undefined, 'fw.example.net', nodeServerName].map((name) => shownAt(rig.port, name)));
    assert.deepEqual(await subjects(), ['first', 'first', 'PF1']);
    rig.show(second);
    assert.deepEqual(await subjects(), ['second', 'second', 'PF1']);
    await rig.stop();
  });

  it('a certificate is judged before a node gets it, and its key is written nowhere', async () => {
    const [rig, admin] = await ApiRig.withAdmin();
    const [own, other] = await Promise.all(['own', 'other'].map((name) => makeIdentity(name, Date.now())));
    assert.ok(own !== undefined && other !== undefined);
    const put = (certificate: string, key: string) =>
      admin.ask('putCertificate', { body: { node: 'PF2', certificate, key } });
    const refused = await put(own.certificate, other.key);
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.json.fields?.[0]?.path, ['key']);
    await put(own.certificate, own.key);
    const asked = rig.cores[1].asked.filter(({ command }) => command === 'putCertificate');
    assert.deepEqual(asked, [{ command: 'putCertificate', ...own }]);
    assert.doesNotMatch(JSON.stringify(rig.audit), /PRIVATE/);
    await rig.stop();
  });

  it('cuts clients off that never finish their headers', async () => {
    const rig = await ApiRig.start();
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: rig.port, rejectUnauthorized: false });
      socket.on('secureConnect', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n'));
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
      socket.resume();
    });
    assert.ok(performance.now() - began < 30_000);
    await rig.stop();
  });

  it('writes figures that Prometheus can read', async () => {
    const [rig, admin] = await ApiRig.withAdmin();
    const { text } = await admin.ask('metrics');
    for (const line of text.trim().split('\n'))
      assert.match(
        line,
        /^# (HELP|TYPE) bascule_[a-z_]+ .+$|^bascule_[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? [0-9.e+-]+$/,
      );
    assert.match(text, /^bascule_vip_role\{interface="lan",vhid="1",role="MASTER"\} 1$/m);
    await rig.stop();
  });
});

/** Whom the certificate names that the server shows to a client which asks for this name. */
const shownAt = (port: number, servername: string | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    const name = servername === undefined ? {} : { servername };
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...name }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
