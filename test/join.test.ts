/** Three real nodes become one cluster: each joins one of them, and brings nothing but the code of its invitation. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask } from '#api/client.ts';
import type { DocumentStatus } from '#api/contract/control.ts';
import { inNamespace } from '#infra/apply.ts';
import { NodeHandle, socketOf, stateOf } from '#lab/node-handle.ts';
import { Segment, unable, until } from './interop/segment.ts';

const [first, second, third] = ['one', 'two', 'three'].map((name) => Segment.unique(`bjo-${name}`)) as [
  string,
  string,
  string,
];
const all = [first, second, third];
const addressOf = (node: string): string => `10.81.0.${all.indexOf(node) + 2}`;
const addresses = all.map((node) => `${node}: [${addressOf(node)}/24]`).join(', ');
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** Its passwords are beside it, at the first node alone. */
const documentWith = (secret: string): string => `
cluster: joining
nodes: { ${all.map((node, i) => `${node}: { priority: ${i + 1} }`).join(', ')} }
interfaces:
  lan: { device: eth0, addresses: { ${addresses} } }
virtualIps:
  - { interface: lan, vhid: 21, addresses: [10.81.0.1/24], password: {secret: ${secret}} }
rules:
  - { action: pass, interface: lan, protocol: tcp, source: lan net, ports: 443, description: nodes }
`;
const [early, late] = ['Pont-levis-1789', 'Herse-et-barbacane'];

describe('joining', { skip: unable(['ip', 'nft']), timeout: 120_000 }, () => {
  let segment: Segment;
  const nodes = new Map<string, NodeHandle>();

  const bascule = (node: string, ...words: readonly string[]): Promise<string> => {
    const own = ['--socket', socketOf(segment.folder, node)];
    const [command = '', ...args] = inNamespace(node, [process.execPath, main, ...words, ...own]);
    const { promise, resolve } = Promise.withResolvers<string>();
    const child = spawn(command, args);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += String(part)));
    child.on('close', () => resolve(said));
    return promise;
  };
  const start = (node: string, ...more: readonly string[]): void => {
    const handle = new NodeHandle(node, segment.folder, (name) => [
      ...[process.execPath, main, 'node', 'run', '--node', name, ...more],
      ...['--socket', socketOf(segment.folder, name), '--state', stateOf(segment.folder, name)],
    ]);
    nodes.set(node, handle);
    handle.start();
  };
  const documentAt = async (node: string): Promise<DocumentStatus | undefined> => {
    const reply = await ask(socketOf(segment.folder, node), { command: 'status' }, 2_000);
    return reply.ok ? reply.value.status?.document : undefined;
  };
  const joins = async (node: string, at: string): Promise<string> => {
    let said = '';
    await until(`${at} invites`, 20_000, async () => {
      said = await bascule(at, 'invite', node);
      return said.includes('bascule join');
    });
    const [, address = '', code = ''] = /bascule join (\S+) (\S+)/.exec(said) ?? [];
    return bascule(node, 'join', address, code, '--node', node, '--state', stateOf(segment.folder, node));
  };

  before(() => {
    segment = new Segment(Object.fromEntries(all.map((node) => [node, `${addressOf(node)}/24`])));
    const file = join(segment.folder, 'cluster.yaml');
    writeFileSync(file, documentWith('early'));
    writeFileSync(join(segment.folder, 'cluster.secrets.yaml'), `early: ${early}\nlate: ${late}\n`);
    start(first, '--config', file);
  });
  after(async () => {
    await Promise.all([...nodes.values()].map((node) => node.stop(2_000)));
    segment?.remove();
  });

  it('a node that has joined one is known to all, and knows them', async () => {
    assert.match(await joins(second, first), new RegExp(`${second} has joined ${first}`));
    start(second);
    assert.match(await joins(third, second), new RegExp(`${third} has joined ${second}`));
    start(third);
    await until('each is in step with the two others', 30_000, async () => {
      const documents = await Promise.all(all.map(documentAt));
      return documents.every((document) => {
        const stands = Object.values(document?.peers ?? {});
        return stands.length === 2 && stands.every(({ kind }) => kind === 'in step');
      });
    });
  });

  it('a password that stands beside the document at one node comes to all with the change that names it', async () => {
    const applied = await ask(
      socketOf(segment.folder, first),
      { command: 'apply', text: documentWith('late'), author: 'anna', reason: 'new password' },
      60_000,
    );
    assert.ok(applied.ok, applied.ok ? '' : applied.error);
    assert.deepEqual(Object.keys(applied.value.applied?.words ?? {}).sort(), [...all].sort());
    for (const node of [second, third]) {
      const kept = readFileSync(join(stateOf(segment.folder, node), node, 'secrets.json'), 'utf8');
      assert.deepEqual(JSON.parse(kept), { early, late });
    }
    await until('there is one master', 20_000, async () => {
      const stands = await Promise.all(all.map((node) => nodes.get(node)?.status()));
      const roles = stands.map((status) => status?.vips[0]?.status);
      return roles.filter((role) => role === 'MASTER').length === 1 && !roles.includes(undefined);
    });
  });

  it('that nobody has is refused, and every node is named that lacks it', async () => {
    const refused = await ask(
      socketOf(segment.folder, third),
      { command: 'apply', text: documentWith('unknown'), author: 'anna', reason: '' },
      60_000,
    );
    assert.ok(!refused.ok);
    for (const node of all) assert.match(refused.error, new RegExp(`${node} .*secret-missing.*"unknown"`));
  });

  it('a section is taken out of what they share by a command, and all of them say so', async () => {
    assert.match(await bascule(first, 'config', 'sections', '--own', 'rules'), /in force on/);
    assert.match(await bascule(third, 'config', 'sections'), /^rules +each node has its own/m);
    assert.match(
      await bascule(second, 'config', 'compare'),
      /each node has its own: rules \(the same just now\)/,
    );
    assert.match(
      await bascule(second, 'config', 'sections', '--own', 'virtualIps'),
      /"virtualIps" is none of the/,
    );
    assert.match(await bascule(second, 'config', 'sections', '--all'), /in force on/);
    assert.doesNotMatch(await bascule(first, 'status'), /each node has its own/);
  });

  it('no password stands in a log or in a revision', async () => {
    const places = all.flatMap((node) => [
      join(segment.folder, `${node}.log`),
      join(stateOf(segment.folder, node), node, 'revisions', '00000002.json'),
    ]);
    for (const place of places) assert.doesNotMatch(readFileSync(place, 'utf8'), /Pont-levis|Herse-et/);
  });
});
