/** Pages that watch a node, for bench/events.ts: `PAGES TOKEN-FILE`. Prints a line per role that the first one hears of. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { liveEvent } from '#api/contract/events.ts';
import { basePath, pageHeader } from '#api/contract/rest.ts';

const [pages = '1', tokenFile = ''] = process.argv.slice(2);
const agent = new Agent({ rejectUnauthorized: false });
const host = '127.0.0.1';

const cookie = await login(readFileSync(tokenFile, 'utf8').trim());
for (let page = 0; page < Number(pages); page += 1) watch(page === 0);

function login(token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { [pageHeader]: '1', 'content-type': 'application/json' };
    const asked = request(
      { host, agent, path: `${basePath}/session/lab`, method: 'POST', headers },
      (reply) => {
        reply.resume();
        const [set = ''] = reply.headers['set-cookie'] ?? [];
        if (reply.statusCode === 200) resolve(set.split(';')[0] ?? '');
        else reject(new Error(`the login was answered with ${reply.statusCode}`));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify({ token }));
  });
}

function watch(isFirst: boolean): void {
  request({ host, agent, path: `${basePath}/events`, headers: { cookie } }, (reply) => {
    let rest = '';
    reply.setEncoding('utf8').on('data', (chunk: string) => {
      if (!isFirst) return;
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) hear(/^data: (.*)$/m.exec(block)?.[1]);
    });
    if (isFirst) console.log('watching');
  }).end();
}

function hear(data: string | undefined): void {
  if (data === undefined) return;
  const event = liveEvent.parse(JSON.parse(data));
  if (event.kind === 'role') console.log(`${event.node} ${event.to} ${Date.now() - event.time}`);
}
