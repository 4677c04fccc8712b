/** Reads a node's connections by its API, page by page, from within its namespace; for bench/listing.ts: `TOKEN-FILE`. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { basePath, type ReplyOf } from '#api/contract/rest.ts';

export interface ListingRequest {
  readonly kind: 'walk' | 'first';
  readonly filter: string;
  /** Rows of a page. */
  readonly limit: number;
}

export interface Walk {
  /** Of each page, ms. */
  readonly ms: readonly number[];
  readonly rows: number;
  /** Rows that had not been on a page before. */
  readonly distinct: number;
  readonly matching: number;
}

const [tokenFile = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
const headers = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };

function page(query: URLSearchParams): Promise<ReplyOf<'states'>> {
  return new Promise((resolve, reject) => {
    const path = `${basePath}/states?${query}`;
    const asked = request({ host: '127.0.0.1', agent, path, headers }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      reply.on('end', () =>
        reply.statusCode === 200
          ? resolve(JSON.parse(text) as ReplyOf<'states'>)
          : reject(new Error(`${reply.statusCode}: ${text}`)),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function walk({ kind, filter, limit }: ListingRequest): Promise<Walk> {
  const ms: number[] = [];
  const seen = new Set<string>();
  let rows = 0;
  let matching = 0;
  let after: string | undefined;
  do {
    const query = new URLSearchParams({
      filter,
      limit: String(limit),
      ...(after === undefined ? {} : { after }),
    });
    const at = performance.now();
    const found = await page(query);
    ms.push(performance.now() - at);
    rows += found.rows.length;
    matching = found.matching;
    for (const { protocol, source, destination } of found.rows)
      seen.add(`${protocol} ${source.address} ${source.port} ${destination.address} ${destination.port}`);
    after = found.next;
  } while (kind === 'walk' && after !== undefined);
  return { ms, rows, distinct: seen.size, matching };
}

process.on('message', async (asked: ListingRequest) => process.send?.(await walk(asked)));
process.on('disconnect', () => process.exit());
