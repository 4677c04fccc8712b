import assert from 'node:assert/strict';
import { createServer as createWebServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { Answer, Monitors, Question } from '#ports/monitors.ts';
import { inPrivateNamespaces, run } from '../test-namespaces.ts';
import { createMonitors } from './monitors.ts';
import { bytesOf, matches } from './pattern.ts';

const here = '127.0.0.1' as Ipv4;
const good: Answer = { ok: true };

test('escapes are bytes', () => {
  assert.deepEqual(
    bytesOf('a\\r\\n\\x00\\xfF\\\\\\té'),
    Buffer.from([97, 13, 10, 0, 255, 92, 9, 0xc3, 0xa9]),
  );
});

test('patterns: stars, question marks, and the whole text', () => {
  for (const [pattern, text, expected] of [
    ['220 *', '220 mail.example ESMTP\r\n', true],
    ['220 *', '421 busy', false],
    ['+PONG\r\n', '+PONG\r\n', true],
    ['+PONG', '+PONG\r\n', false],
    ['*b?d*', 'abcabdd', true],
    ['*b?d*', 'abccd', false],
    ['*b?d*', 'abcabxd!', true],
    ['', '', true],
    ['*', '', true],
    ['**a*', 'bba', true],
  ] as const)
    assert.equal(matches(pattern, text), expected, `${pattern} ${text}`);
});

test('a hostile answer does not keep the pattern busy', () => {
  const comparisons = matches('*a*a*a*a*a*a*a*a*b', 'a'.repeat(65_536));
  assert.equal(comparisons, false);
});

inPrivateNamespaces(import.meta.filename, () => {
  let monitors: Monitors;
  const open: { close(): unknown }[] = [];
  const listen = (server: Server, host: string = here): Promise<number> =>
    new Promise((resolve) => {
      open.push(server);
      server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
    });
  const ask = (port: number, question: Question, address: Ipv4 | Ipv6 = here): Promise<Answer> =>
    monitors.ask(address, port, question).answer;
  const why = (answer: Answer): string => (answer.ok ? 'good' : answer.why);
  const web = { timeout: 2_000, type: 'http', path: '/', status: [200] } as const;

  before(() => {
    run('ip link set lo up');
    // A network in which nobody answers: the other end has no address.
    run('ip link add silent type veth peer name nobody');
    run('ip addr add 10.8.8.1/24 dev silent');
    run('ip link set silent up');
    run('ip link set nobody up');
    monitors = createMonitors();
  });
  after(() => {
    monitors.close();
    for (const server of open) server.close();
  });

  test('ICMP: echoes of both families, silence, and many at once without confusion', async () => {
    const icmp = { timeout: 2_000, type: 'icmp' } as const;
    assert.deepEqual(await ask(0, icmp), good);
    assert.deepEqual(await ask(0, icmp, '::1' as Ipv6), good);
    const mixed = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        ask(
          0,
          { timeout: i % 2 === 0 ? 2_000 : 50, type: 'icmp' },
          (i % 2 === 0 ? here : '10.8.8.9') as Ipv4,
        ),
      ),
    );
    mixed.forEach((answer, i) => {
      assert.equal(why(answer), i % 2 === 0 ? 'good' : 'no echo within 50 ms');
    });
  });

  test('TCP: connected, refused, and nobody there', async () => {
    const port = await listen(createServer((socket) => socket.on('error', () => undefined)));
    assert.deepEqual(await ask(port, { timeout: 2_000, type: 'tcp' }), good);
    assert.equal(why(await ask(1, { timeout: 2_000, type: 'tcp' })), 'connection refused');
    const silent = await ask(80, { timeout: 60, type: 'tcp' }, '10.8.8.9' as Ipv4);
    assert.equal(why(silent), 'no answer within 60 ms');
  });

  test('HTTP: path, host, status and text', async () => {
    const seen: string[] = [];
    const port = await listen(
      createWebServer((request, response) => {
        seen.push(`${request.method} ${request.url} ${request.headers.host}`);
        response.statusCode = request.url === '/teapot' ? 418 : 200;
        response.write('first part, ');
        setImmediate(() => response.end('all systems go'));
      }),
    );
    assert.deepEqual(await ask(port, web), good);
    assert.deepEqual(await ask(port, { ...web, path: '/a?b', host: 'www.example.org' }), good);
    assert.deepEqual(seen, [`GET / 127.0.0.1:${port}`, 'GET /a?b www.example.org']);
    assert.equal(why(await ask(port, { ...web, path: '/teapot' })), 'status 418 instead of 200');
    assert.deepEqual(await ask(port, { ...web, path: '/teapot', status: [200, 418] }), good);
    assert.deepEqual(await ask(port, { ...web, text: 'systems go' }), good);
    assert.equal(why(await ask(port, { ...web, text: 'closed' })), 'the answer lacks "closed"');
  });

  test('HTTP: servers that hang, stop, or speak another language', async () => {
    const silent = await listen(createServer((socket) => socket.on('error', () => undefined)));
    const hung = await ask(silent, { ...web, timeout: 60 });
    assert.equal(why(hung), 'connected, but no answer within 60 ms');
    const other = await listen(
      createServer((socket) => socket.on('error', () => undefined).write('SSH-2.0-x\r\n')),
    );
    assert.equal(why(await ask(other, web)), 'the answer is not HTTP');
    const cut = await listen(createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.')));
    assert.equal(why(await ask(cut, web)), 'the connection ended without the expected answer');
    const endless = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined);
        const more = (): void =>
          void (socket.writable && socket.write('x'.repeat(10_000), () => setImmediate(more)));
        socket.write('HTTP/1.1 200 OK\r\n\r\n', more);
      }),
    );
    assert.equal(why(await ask(endless, { ...web, text: 'never' })), 'the answer lacks "never"');
  });

  test('HTTPS: taken as it is, or only with a certificate that is valid', async () => {
    const server = createSecureServer({ key, cert: certificate }, (_, response) => response.end('secret'));
    const port = await listen(server);
    const question = { ...web, type: 'https', text: 'secret' } as const;
    assert.deepEqual(await ask(port, { ...question, verifyCertificate: false }), good);
    assert.match(why(await ask(port, { ...question, verifyCertificate: true })), /self-signed/);
    const plain = await listen(
      createServer((socket) => socket.on('error', () => undefined).end('no TLS here')),
    );
    assert.notEqual(why(await ask(plain, { ...question, timeout: 500 })), 'good');
  });

  test('send and expect: a greeting, a question, a wrong answer', async () => {
    const greeting = await listen(
      createServer((socket) => socket.on('error', () => undefined).write('220 ready\r\n')),
    );
    const send = { timeout: 300, type: 'send' } as const;
    assert.deepEqual(await ask(greeting, { ...send, send: '', expect: '220 *' }), good);
    assert.equal(
      why(await ask(greeting, { ...send, send: '', expect: '250 *' })),
      'connected, but no answer within 300 ms',
    );
    const echo = await listen(createServer((socket) => socket.on('error', () => undefined).pipe(socket)));
    assert.deepEqual(await ask(echo, { ...send, send: 'PING\\r\\n', expect: 'PING\\x0d\\n' }), good);
  });

  test('a check that is abandoned closes its connection and answers at once', async () => {
    let closed: () => void = () => undefined;
    const seen = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const arrived = new Promise<number>((resolve) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined).on('close', () => closed());
        asked.abandon();
      });
      void listen(server).then(resolve);
    });
    const port = await arrived;
    const asked = monitors.ask(here, port, { ...web, timeout: 60_000 });
    assert.deepEqual(await asked.answer, { ok: false, why: 'given up' });
    await seen;
  });
});

/** Of monitor.test, signed by itself, for a hundred years; it protects nothing. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkpekXubX0sudGOw9
cbE2qdMsD2gM9uh5lHX9c1ytlYehRANCAARJB7XvcsI/5iScn5u8aDoaL1Q5endA
NZz0NxJKNjzukGgG5Q2K5sRrhCuJG7XSb0Sfe6OAvwCqyxnOiOv2t4QL
-----END PRIVATE KEY-----
`;
const certificate = `-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIUSdDXivexaGuqplNLRQDg8mIanHYwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbW9uaXRvci50ZXN0MCAXDTI2MTEyMTE0NDcxMFoYDzIxMjYx
MDI4MTQ0NzEwWjAXMRUwEwYDVQQDDAxtb25pdG9yLnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAARJB7XvcsI/5iScn5u8aDoaL1Q5endANZz0NxJKNjzukGgG
5Q2K5sRrhCuJG7XSb0Sfe6OAvwCqyxnOiOv2t4QLo1MwUTAdBgNVHQ4EFgQUOKbz
6vBP/UxnLp0E5CZL9JU1udYwHwYDVR0jBBgwFoAUOKbz6vBP/UxnLp0E5CZL9JU1
udYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA+ptFXwBkprXM
B6cmPkvveOIkzzIy9tofEFzqogBT098CIGrj0/o4LONct2hcvO2uDfgrfUl/LdEO
4KeJNSnEoh94
-----END CERTIFICATE-----
`;
