/** `node ui/dev/server.ts [PORT]`: serves ui/dist with answers that are made up, for work on the page without a lab. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EditOperation } from '#api/contract/edit.ts';
import * as made from './answers.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
let user: string | undefined;

const stand = () => ({
  node: 'PF1',
  version: '0',
  setUp: process.env.SET_UP === '1',
  lab: false,
  ...(user === undefined
    ? {}
    : {
        user: {
          name: user,
          grants: { all: 'write' },
          readOnly: false,
          expires: Date.now(),
          idleSeconds: 1_800,
        },
      }),
});

type Body = Record<string, unknown> & { operations?: EditOperation[]; node?: string };
type Answer = (body: Body, url: URL) => unknown;

const words = {
  PF1: { words: ['1 rule added to chain lan_in'] },
  PF2: { words: ['1 rule added to chain lan_in'] },
};

const answers: Readonly<Record<string, Answer>> = {
  'GET /session': stand,
  'POST /session': ({ user: name, password }) => {
    if (password === 'wrong') return { problem: 'wrong-login' };
    user = String(name);
    return stand();
  },
  'DELETE /session': () => {
    user = undefined;
    return { done: true };
  },
  'GET /cluster': made.cluster,
  'GET /document': made.documentNow,
  'POST /document/plan': ({ operations = [] }) => ({
    changes: operations.map((operation) => `${operation.path.join('.')}: ${operation.op}`),
    nodes: words,
    findings: [],
    forbidden: [],
  }),
  'POST /document/edit': ({ operations = [] }) => {
    made.edit(operations);
    return { head: made.head(made.standing.revision), unchanged: false, nodes: words, findings: [] };
  },
  'GET /document/history': () =>
    Array.from({ length: made.standing.revision }, (_, n) => made.head(made.standing.revision - n)),
  'GET /document/diff': () => ({
    from: made.head(1),
    to: made.head(2),
    changes: ['rules 5 (HTTPS to the web server) added'],
    lines: [
      { kind: 'same', text: 'rules:' },
      { kind: 'removed', text: '  - action: block' },
      { kind: 'added', text: '  - action: pass' },
    ],
  }),
  'POST /carp': ({ node = 'PF1', enabled }) => {
    made.standing.disabled[enabled === true ? 'delete' : 'add'](node);
    return { done: true };
  },
  'POST /maintenance': ({ node = 'PF1', on }) => {
    made.standing.maintenance[on === true ? 'add' : 'delete'](node);
    made.standing.master = made.standing.maintenance.has('PF1') ? 'PF2' : 'PF1';
    return { done: true };
  },
  'GET /rules/counters': () => [{ path: ['rules', 0], packets: 48_210, bytes: 61_200_400 }],
  'GET /states': (_, url) =>
    made.states(url.searchParams.get('after'), Number(url.searchParams.get('limit') ?? 1_000)),
  'GET /logs': () =>
    Array.from({ length: 60 }, (_, n) => ({
      sequence: n,
      time: Date.now() - n * 1_000,
      level: n % 9 === 0 ? 'warn' : 'info',
      message: n % 9 === 0 ? 'WAN@10: MASTER -> BACKUP' : 'state synchronisation: in step with PF2',
      fields: { vhid: 10 },
    })),
  'GET /users': () => ({
    users: [
      {
        name: 'admin',
        description: '',
        disabled: false,
        readOnly: false,
        groups: ['admins'],
        privileges: {},
        effective: { all: 'write' },
        hasPassword: true,
        tokens: [{ name: 'prometheus' }],
      },
    ],
    groups: [{ name: 'admins', description: '', privileges: { all: 'write' }, builtIn: true }],
  }),
  'GET /certificate': made.certificate,
  'GET /doctor': made.doctor,
  'POST /doctor': async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    return made.doctor();
  },
  'GET /balancer': () => ({ pools: [], servers: [], workers: { busy: 0, most: 256 } }),
};

createServer((request, response) => {
  void handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
}).listen(Number(process.argv[2] ?? 8_090), '127.0.0.1');

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith('/api/v1')) return file(url.pathname, response);
  const route = url.pathname.slice('/api/v1'.length);
  if (route === '/events') return events(response);
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const answer = answers[`${request.method} ${route}`];
  const value = answer === undefined ? [] : await answer(text === '' ? {} : (JSON.parse(text) as Body), url);
  const isProblem = typeof value === 'object' && value !== null && 'problem' in value;
  response.writeHead(isProblem ? 401 : 200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(
      isProblem ? { code: value.problem, detail: '', remedy: '', title: '', status: 401, type: '' } : value,
    ),
  );
}

function events(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const say = (event: { readonly kind: string }) =>
    response.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  const timer = setInterval(() => {
    for (const node of ['PF1', 'PF2']) {
      say({ kind: 'status', node, status: made.statusOf(node) } as { kind: string });
      say({ kind: 'counters', node, counters: made.countersOf(node) } as { kind: string });
    }
  }, 1_000);
  response.on('close', () => clearInterval(timer));
}

function file(path: string, response: ServerResponse): void {
  const name = join(dist, path === '/' ? 'index.html' : path);
  if (!name.startsWith(dist) || !existsSync(name)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' });
  createReadStream(name).pipe(response);
}
