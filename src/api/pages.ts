/** The page's built files. What is served is what was found when the server began: no path of a request is looked up. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { basePath } from './contract/rest.ts';
import { problemOf, send } from './problems.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** Vite writes a hash of the content into these names. */
const hashed = /^\/assets\/.*-[A-Za-z0-9_-]{8,}\.\w+$/;

interface File {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly cache: string;
  /** Precompressed, if it lies beside it. */
  readonly gzip: string | undefined;
}

/** Serves the folder and, for addresses that the page itself knows, its index.html. */
export function addPages(server: FastifyInstance, folder: string): void {
  const files = filesIn(folder);
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    if (path.startsWith('/api/') || (request.method !== 'GET' && request.method !== 'HEAD'))
      return send(reply, problemOf('not-found', `${request.method} ${path.slice(0, 200)}`));
    const file = files.get(path);
    if (file !== undefined) return sendFile(file, request, reply);
    const index = files.get('/index.html');
    const isPage = !/\.\w+$/.test(path) && !path.includes('%') && !path.includes('..');
    if (index !== undefined && isPage) return sendFile(index, request, reply);
    const detail = index === undefined ? 'the page is not built (tools/setup builds it)' : path.slice(0, 200);
    return send(
      reply,
      problemOf('not-found', detail, { remedy: `The API is below ${basePath}; see /api/.` }),
    );
  });
}

function sendFile(file: File, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply
    .code(200)
    .header('etag', file.etag)
    .header('cache-control', file.cache)
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  void reply.type(file.type);
  const packed = String(request.headers['accept-encoding'] ?? '').includes('gzip') ? file.gzip : undefined;
  if (packed !== undefined) void reply.header('content-encoding', 'gzip');
  return reply.send(readFileSync(packed ?? file.path));
}

function filesIn(folder: string): ReadonlyMap<string, File> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    names.flatMap((entry): [string, File][] => {
      const path = join(entry.parentPath, entry.name);
      const type = types[extname(entry.name)];
      if (type === undefined) return [];
      const url = path
        .slice(folder.replace(/[/\\]$/, '').length)
        .split(sep)
        .join('/');
      const etag = `"${createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22)}"`;
      const cache = hashed.test(url) ? 'public, max-age=31536000, immutable' : 'no-cache';
      const gzip = existsSync(`${path}.gz`) ? `${path}.gz` : undefined;
      return [[url, { path, type, etag, cache, gzip }]];
    }),
  );
}
