import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeIdentity } from '#api/identity.ts';
import { loadDocument } from '#config/load.ts';
import type { CaptureWish, Diagnostics } from '#ports/diagnostics.ts';
import { NodeAnswers } from './answers.ts';
import { AuditLog } from './audit-log.ts';
import { DurableFolder } from './durable-files.ts';
import { LogMemory } from './log-memory.ts';
import { PageCertificates } from './page-certificate-store.ts';
import { SetUpCode } from './setup-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'bascule-answers-'));
after(() => rmSync(folder, { recursive: true }));

const loaded = loadDocument(`cluster: sample
nodes: { A: {} }
interfaces: { wan: { device: eth7, addresses: { A: [192.0.2.2/24] } } }
rules: [{ action: pass, interface: wan, description: Web }]
`);
assert.ok(loaded.ok);
const { document } = loaded.value;

const certificates = new PageCertificates(
  new DurableFolder(join(folder, 'identity')),
  await makeIdentity('A', Date.now()),
  Date.now,
);

/** Diagnostics that note what they are asked. */
function noted(): { diagnostics: Diagnostics; asked: unknown[]; finish: () => void } {
  const asked: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const diagnostics: Diagnostics = {
    traffic: () => new Map(),
    devices: async () => ({ ok: true, value: [] }),
    routes: async () => ({ ok: true, value: [] }),
    neighbours: async () => ({ ok: true, value: [] }),
    ping: async (wish) => {
      asked.push(wish);
      return { ok: true, value: { sent: 1, received: 1, replies: [] } };
    },
    traceroute: async () => ({ ok: true, value: [] }),
    capture: async (wish: CaptureWish) => {
      asked.push(wish);
      await promise;
      return { ok: true, value: Buffer.from('pcap') };
    },
    lineCounters: async () => ({
      ok: true,
      value: new Map([['rule 00000000', { packets: 1, bytes: 2 }]]),
    }),
  };
  return { diagnostics, asked, finish: resolve };
}

const answersOf = (diagnostics: Diagnostics): NodeAnswers =>
  new NodeAnswers({
    node: 'A',
    document: () => document,
    control: async () => ({ ok: false, error: 'not in this test' }),
    diagnostics,
    carried: async () => undefined,
    logs: new LogMemory(() => 1),
    audit: new AuditLog(folder, () => 1),
    certificates,
    wallClock: () => 1,
  });

test('a tool gets the device of an interface of the document; other words are refused', async () => {
  const { diagnostics, asked } = noted();
  const answers = answersOf(diagnostics);
  const ping = { command: 'ping', address: '192.0.2.9', count: 1, size: 56 } as const;
  assert.equal((await answers.answer({ ...ping, interface: 'wan' })).ok, true);
  assert.deepEqual(asked, [{ address: '192.0.2.9', device: 'eth7', count: 1, size: 56 }]);
  for (const wrong of [
    { ...ping, interface: 'eth7' },
    { ...ping, address: '192.0.2' },
    { ...ping, address: '::g' },
  ]) {
    const refused = await answers.answer(wrong);
    assert.equal(refused.ok, false, JSON.stringify(wrong));
  }
  assert.equal(asked.length, 1);
});

test('one capture runs at a time', async () => {
  const { diagnostics, finish } = noted();
  const answers = answersOf(diagnostics);
  const wish = {
    command: 'capture',
    interface: 'wan',
    protocol: 'any',
    seconds: 1,
    packets: 1,
    snapLength: 0,
  } as const;
  const first = answers.answer(wish);
  const second = await answers.answer(wish);
  assert.ok(!second.ok && second.error.includes('another capture'));
  finish();
  assert.deepEqual(await first, { ok: true, capture: Buffer.from('pcap').toString('base64') });
  assert.equal((await answers.answer(wish)).ok, true);
});

test('counters of lines that belong to no rule of the document are left out', async () => {
  const answer = await answersOf(noted().diagnostics).answer({ command: 'ruleCounters' });
  assert.deepEqual(answer, { ok: true, ruleCounters: [] });
});

test('the log is remembered, picked by level and words, and told as it is written', () => {
  const memory = new LogMemory(() => 7);
  const written: string[] = [];
  const heard: number[] = [];
  memory.listen(({ sequence }) => heard.push(sequence));
  const log = memory.remembering((_, message) => written.push(message));
  log('info', 'ready', { states: 'alone', none: undefined });
  log('debug', 'detail');
  log('warn', 'link WAN down');
  assert.deepEqual(written, ['ready', 'detail', 'link WAN down']);
  assert.deepEqual(heard, [1, 2, 3]);
  const wish = { after: 0, limit: 10, level: 'info', text: '' } as const;
  assert.deepEqual(
    memory.lines(wish).map(({ sequence }) => sequence),
    [1, 3],
  );
  assert.deepEqual(memory.lines({ ...wish, text: 'ALONE' })[0]?.fields, { states: 'alone' });
  assert.deepEqual(
    memory.lines({ ...wish, after: 1 }).map(({ message }) => message),
    ['link WAN down'],
  );
  for (let i = 0; i < 20_000; i += 1) log('info', `line ${i}`);
  assert.ok(memory.lines({ ...wish, limit: 100_000 }).length <= 6_000, 'it does not grow for ever');
});

test('the audit log is for the owner alone, and a damaged line hides no other', () => {
  const audit = new AuditLog(join(folder, 'audit'), () => 5);
  assert.deepEqual(audit.newest(10), []);
  const line = { actor: 'anna', action: 'session.login', ok: true, detail: '' };
  assert.ok(audit.append(line).ok);
  const path = join(folder, 'audit', 'audit.log');
  appendFileSync(path, '{"half\n');
  assert.ok(audit.append({ ...line, actor: 'bert' }).ok);
  assert.deepEqual(
    audit.newest(10).map(({ actor }) => actor),
    ['bert', 'anna'],
  );
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('the code of the first start is there while there are no users, and right once typed in any case', () => {
  const place = join(folder, 'setup');
  const said: string[] = [];
  const code = new SetUpCode(place, (_, message) => said.push(message));
  assert.equal(code.isRight(''), false);
  code.follow(false);
  const written = readFileSync(join(place, 'setup-code'), 'utf8').trim();
  assert.match(written, /^([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}$/);
  assert.ok(said[0]?.includes(written));
  assert.equal(statSync(join(place, 'setup-code')).mode & 0o777, 0o600);
  assert.equal(code.isRight(` ${written.toLowerCase()}\n`), true);
  for (const wrong of ['', written.slice(1), `${written.slice(0, -1)}é`, 'AAAA-AAAA-AAAA'])
    assert.equal(code.isRight(wrong), false);
  code.follow(false);
  assert.equal(readFileSync(join(place, 'setup-code'), 'utf8').trim(), written, 'a restart keeps it');
  code.follow(true);
  assert.equal(existsSync(join(place, 'setup-code')), false);
  assert.equal(code.isRight(written), false);
});

test('a certificate for the page is kept with its key for the owner alone, told of, and taken away again', async () => {
  const identities = new DurableFolder(join(folder, 'identity'));
  const told: (string | undefined)[] = [];
  certificates.listen((own) => told.push(own?.certificate));
  const page = await makeIdentity('fw.example.net', Date.now());
  const other = await makeIdentity('other', Date.now());
  const answers = answersOf(noted().diagnostics);
  const put = (key: string) =>
    answers.answer({ command: 'putCertificate', certificate: page.certificate, key });
  assert.equal((await put(other.key)).ok, false);
  const taken = await put(page.key);
  assert.ok(taken.ok);
  assert.deepEqual([taken.certificate?.kind, taken.certificate?.names], ['own', ['fw.example.net']]);
  assert.doesNotMatch(JSON.stringify(taken), /PRIVATE/);
  assert.equal(statSync(join(identities.path, 'page.pem')).mode & 0o777, 0o600);
  const again = new PageCertificates(identities, other, Date.now);
  assert.equal(again.own()?.key, page.key);
  const back = await answers.answer({ command: 'removeCertificate' });
  assert.equal(back.ok && back.certificate?.kind, 'generated');
  assert.deepEqual(told, [page.certificate, undefined]);
  assert.equal(again.own(), undefined);
  identities.write('page.pem', `${page.key}damaged`);
  assert.equal(again.shown().kind, 'generated', 'a damaged one keeps nobody out');
});
