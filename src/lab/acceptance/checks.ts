/** What a test of a document looks at: each check says what it expected and what it found. */
import type { NodeStatus } from '#api/contract/control.ts';
import { figures, lostPings } from '#lab/flow.ts';
import type { Lab } from '#lab/lab.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import { requests } from '#lab/web.ts';
import { french } from '#lab/words/french.ts';
import type { AcceptanceStep, Text } from './plan.ts';
import type { Checked, Scene } from './scene.ts';

type Named<Name> = Extract<AcceptanceStep, { step: Name }>;
export type CheckName =
  | 'ping'
  | 'neighbours'
  | 'virtual-mac'
  | 'masters'
  | 'lost'
  | 'silence'
  | 'connections'
  | 'requests'
  | 'load-kept'
  | 'member'
  | 'status-row'
  | 'page'
  | 'kernels'
  | 'counters'
  | 'states'
  | 'log';
type Checks = { readonly [Name in CheckName]: (scene: Scene, step: Named<Name>) => Promise<Checked> };

/** Pings that a host may have lost while it asked for a neighbour's address. */
const pingTries = 3;

export const checks: Checks = {
  ping: async ({ lab }, { from, to, answered }) => {
    const answering = await those(to, (address) => pings(lab, from, address));
    const list = to.join(', ');
    return {
      expected: answered
        ? { en: `${from} pings ${list}: all answer`, fr: `${from} envoie un ping à ${list} : tous répondent` }
        : {
            en: `${from} pings ${list}: none answers`,
            fr: `${from} envoie un ping à ${list} : aucun ne répond`,
          },
      measured: {
        en: `${answering.length} of ${to.length} answer`,
        fr: `${answering.length} sur ${to.length} répondent`,
      },
      isKept: answering.length === (answered ? to.length : 0) && lab.topology.nodes.length > 0,
    };
  },

  neighbours: async ({ lab }, { from, to }) => {
    const there = await those(to, async (address) => (await macOf(lab, from, address)) !== '');
    const list = to.join(', ');
    return {
      expected: { en: `${from} reaches ${list}`, fr: `${from} joint ${list}` },
      measured: {
        en: `${there.length} of ${to.length} are there`,
        fr: `${there.length} sur ${to.length} sont là`,
      },
      isKept: there.length === to.length,
    };
  },

  'virtual-mac': async ({ lab }, { from, address, vhid }) => {
    const wanted = `00:00:5e:00:01:${vhid.toString(16).padStart(2, '0')}`;
    const found = await macOf(lab, from, address);
    return {
      expected: {
        en: `${from} finds ${address} at the virtual MAC ${wanted}`,
        fr: `${from} trouve ${address} à l’adresse MAC virtuelle ${wanted}`,
      },
      measured: found === '' ? { en: 'nobody answers', fr: 'personne ne répond' } : same(found),
      isKept: found === wanted,
    };
  },

  masters: async (scene, { of, within }) => {
    const isAsWanted = ({ node, vips }: NodeStatus) =>
      vips.every(
        (vip) => of[vip.vhid] === undefined || (vip.status === 'MASTER') === (of[vip.vhid] === node),
      );
    // What was done a moment ago counts from its beginning.
    const tookMs = await waitUntil(within, scene.moments.at(-1)?.at, async () => {
      const statuses = await statusesOf(scene);
      return statuses.length > 0 && statuses.every(isAsWanted) && isEachHeld(statuses, of);
    });
    const list = wordsOf(of);
    return {
      expected: {
        en: `master within ${seconds(within).en}: ${list}`,
        fr: `maître en moins de ${seconds(within).fr} : ${list.replaceAll(': ', ' : ').replaceAll('; ', ' ; ')}`,
      },
      measured: tookMs === undefined ? found(await statusesOf(scene)) : after(tookMs),
      isKept: tookMs !== undefined,
    };
  },

  lost: async (scene, { most, spacing }) => {
    const { since } = scene;
    const until = monotonicMs();
    await scene.lab.settleProbes();
    const each = scene.lab.judgedFlows.map((flow) => ({
      name: flow.name,
      lost: lostPings(flow.since(since - spacing), since, until, spacing),
    }));
    const worst = each.toSorted((a, b) => b.lost - a.lost)[0];
    const every = seconds(spacing);
    return {
      expected: {
        en: `of pings every ${every.en}, at most ${most} lost on every flow`,
        fr: `pings espacés de ${every.fr} : au plus ${most} perdu(s) par flux`,
      },
      measured: worst === undefined ? noFlow : same(`${worst.lost} (${worst.name})`),
      isKept: worst !== undefined && worst.lost <= most,
    };
  },

  silence: async (scene, { most }) => {
    const { since } = scene;
    const until = monotonicMs();
    await scene.lab.settleProbes();
    const each = scene.lab.judgedFlows.map((flow) => ({
      name: flow.name,
      gap: figures(flow.since(since - 100), since, until).longestGapMs,
    }));
    const worst = each.toSorted((a, b) => b.gap - a.gap)[0];
    return {
      expected: {
        en: `no flow is silent for more than ${seconds(most).en}`,
        fr: `aucun flux ne se tait plus de ${seconds(most).fr}`,
      },
      measured: worst === undefined ? noFlow : same(`${Math.round(worst.gap)} ms (${worst.name})`),
      isKept: worst !== undefined && worst.gap <= most,
    };
  },

  connections: async ({ lab }) => {
    const groups = await lab.checkSessions();
    const list = groups.map(({ alive, total, name }) => `${alive}/${total} ${name}`).join(', ');
    return {
      expected: {
        en: 'every open connection goes on, every byte right',
        fr: 'chaque connexion ouverte continue, chaque octet exact',
      },
      measured: list === '' ? { en: 'none were opened', fr: 'aucune n’était ouverte' } : same(list),
      isKept: groups.length > 0 && groups.every(({ alive, total }) => alive === total),
    };
  },

  requests: async ({ lab }, { from, to, count, by, notBy, seenAs }) => {
    const answers = await requests(from, to, count, lab.webLog);
    const failed = answers.filter(({ error }) => error !== undefined);
    const servers = new Set(answers.flatMap((answer) => answer.by ?? []));
    const seen = new Set(answers.flatMap((answer) => answer.seenAs ?? []));
    const [who, whoNot] = [by.join(', '), notBy.join(', ')];
    return {
      expected: {
        en:
          `${count} requests of ${from} to ${to.join(', ')} are answered` +
          `${who && `, by ${who}`}${whoNot && `, never by ${whoNot}`}${seenAs ? `, the client seen as ${seenAs}` : ''}`,
        fr:
          `${count} requêtes de ${from} vers ${to.join(', ')} aboutissent` +
          `${who && `, servies par ${who}`}${whoNot && `, jamais par ${whoNot}`}${seenAs ? `, le client vu comme ${seenAs}` : ''}`,
      },
      measured: {
        en: `${answers.length - failed.length} answered by ${[...servers].sort().join(', ')}, seen as ${[...seen].join(', ')}${failed[0] ? `; ${failed[0].error}` : ''}`,
        fr: `${answers.length - failed.length} servies par ${[...servers].sort().join(', ')}, vu comme ${[...seen].join(', ')}${failed[0] ? ` ; ${failed[0].error}` : ''}`,
      },
      isKept:
        answers.length === count &&
        failed.length === 0 &&
        by.every((host) => servers.has(host)) &&
        notBy.every((host) => !servers.has(host)) &&
        (seenAs === undefined || (seen.size === 1 && seen.has(seenAs))),
    };
  },

  'load-kept': async ({ load, since, doneAt }, { begun }) => {
    const answers = (load?.answers ?? []).filter((answer) =>
      begun ? answer.at >= doneAt : answer.at + answer.tookMs >= since,
    );
    const failed = answers.filter(({ error }) => error !== undefined);
    const slowest = Math.max(0, ...answers.map(({ tookMs }) => tookMs));
    return {
      expected: begun
        ? {
            en: 'no request of the load fails that was not under way already',
            fr: 'aucune requête de la charge n’échoue, sinon celles déjà en cours',
          }
        : { en: 'no request of the load fails', fr: 'aucune requête de la charge n’échoue' },
      measured: {
        en: `${failed.length} of ${answers.length} failed, the slowest took ${Math.round(slowest)} ms${failed[0] ? ` (${failed[0].error})` : ''}`,
        fr: `${failed.length} sur ${answers.length} ont échoué, la plus lente a pris ${Math.round(slowest)} ms${failed[0] ? ` (${failed[0].error})` : ''}`,
      },
      isKept: answers.length > 0 && failed.length === 0,
    };
  },

  member: async ({ lab }, { pool, member, is, within }) => {
    const tookMs = await waitUntil(within, undefined, async () => {
      const running = lab.nodes.filter((node) => node.isRunning);
      const replies = await Promise.all(running.map((node) => node.command({ command: 'balancer' })));
      return replies.every(({ balancer }) =>
        balancer?.pools.some(
          (one) => one.pool === pool && one.members.some((it) => it.member === member && it.health === is),
        ),
      );
    });
    const state = is === 'online' ? { en: 'online', fr: 'en ligne' } : { en: 'offline', fr: 'hors ligne' };
    return {
      expected: {
        en: `${member} is ${state.en} in ${pool} within ${seconds(within).en}, on every node`,
        fr: `${member} est ${state.fr} dans ${pool} en moins de ${seconds(within).fr}, sur chaque nœud`,
      },
      measured: tookMs === undefined ? { en: 'it is not', fr: 'il ne l’est pas' } : after(tookMs),
      isKept: tookMs !== undefined,
    };
  },

  'status-row': async ({ lab }, { node, row }) => {
    const status = await lab.node(node).status();
    const rows = (status?.vips ?? []).map((vip) => [
      vip.title,
      vip.addresses.join(', '),
      vip.description,
      vip.status,
    ]);
    const [title] = row;
    const there = rows.find(([name]) => name === title)?.join(' | ') ?? '-';
    return {
      expected: { en: `${node} shows ${row.join(' | ')}`, fr: `${node} affiche ${row.join(' | ')}` },
      measured: same(there),
      isKept: there === row.join(' | '),
    };
  },

  page: async ({ lab }, { from, address, by }) => {
    const { stdout } = await lab.run(from, [process.execPath, '-e', askPage, address]);
    const [, status = '', name = ''] = /^(\S+) (\S*)$/m.exec(stdout) ?? [];
    return {
      expected: {
        en: `${from} finds the page of ${by} at https://${address}`,
        fr: `${from} trouve la page de ${by} à https://${address}`,
      },
      measured:
        name === ''
          ? { en: `no page (${status})`, fr: `pas de page (${status})` }
          : { en: `HTTP status ${status}, ${name}`, fr: `statut HTTP ${status}, ${name}` },
      isKept: status === '200' && name === by,
    };
  },

  kernels: async ({ lab }, { text, has }) => {
    const having = await those(lab.topology.nodes, async (node) =>
      (await lab.run(node, ['nft', 'list', 'ruleset'])).stdout.includes(text),
    );
    const list = having.join(', ');
    return {
      expected: has
        ? {
            en: `“${text}” is in the kernel of every node`,
            fr: `« ${text} » est dans le noyau de chaque nœud`,
          }
        : { en: `“${text}” is in no node's kernel`, fr: `« ${text} » n’est dans le noyau d’aucun nœud` },
      measured:
        list === ''
          ? { en: 'in none', fr: 'dans aucun' }
          : { en: `in that of ${list}`, fr: `dans celui de ${list}` },
      isKept: having.length === (has ? lab.topology.nodes.length : 0),
    };
  },

  counters: async ({ lab }, { rule }) => {
    const replies = await Promise.all(lab.nodes.map((node) => node.command({ command: 'ruleCounters' })));
    const each = replies.map((reply) => reply.ruleCounters?.find(({ title }) => title.endsWith(`: ${rule}`)));
    const figures = each.map((one) => ({ states: one?.states ?? 0, bytes: one?.bytes ?? 0 }));
    return {
      expected: {
        en: `“${rule}” has states on every node, and bytes`,
        fr: `« ${rule} » a des états sur chaque nœud, et des octets`,
      },
      measured: same(figures.map(({ states, bytes }) => `${states}/${bytes} B`).join(', ')),
      isKept: figures.every(({ states }) => states > 0) && figures.some(({ bytes }) => bytes > 0),
    };
  },

  states: async ({ lab }, { words, within }) => {
    let counts: string[] = [];
    const tookMs = await waitUntil(within, undefined, async () => {
      const replies = await Promise.all(
        lab.nodes.map((node) => node.command({ command: 'states', words, limit: 1, kill: false })),
      );
      counts = replies.map(({ states }, place) => `${lab.nodes[place]?.name}: ${states?.matching ?? 0}`);
      return replies.every(({ states }) => (states?.matching ?? 0) > 0);
    });
    return {
      expected: {
        en: `connections with ${words.join(' ')} are in the state table of every node`,
        fr: `les connexions ${words.join(' ')} sont dans la table d’états de chaque nœud`,
      },
      measured: same(counts.join(', ')),
      isKept: tookMs !== undefined,
    };
  },

  log: async ({ lab, startedWall }, { node, says }) => {
    const line = lab.node(node).lastLines.findLast((one) => one > startedWall && one.includes(says));
    return {
      expected: { en: `${node}'s log says “${says}”`, fr: `le journal de ${node} dit « ${says} »` },
      measured: line === undefined ? { en: 'no such line', fr: 'aucune telle ligne' } : same(line),
      isKept: line !== undefined,
    };
  },
};

/** Prints the status of the page at an address, and the name in its certificate, which is its node's; or the error. */
const askPage = `
  const options = { host: process.argv[1], rejectUnauthorized: false, timeout: 3000 };
  const asked = require('node:https').get(options, (answer) => {
    console.log(answer.statusCode, answer.socket.getPeerCertificate().subject.CN);
    process.exit();
  });
  asked.on('timeout', () => asked.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
  asked.on('error', ({ code }) => console.log(code + ' '));`;

/** Names of flows and of kinds of connections have their French. */
const same = (text: string): Text => ({ en: text, fr: french(text) });
const noFlow: Text = { en: 'no flow', fr: 'aucun flux' };

const seconds = (ms: number): Text =>
  ms < 1_000 ? same(`${ms} ms`) : { en: `${ms / 1_000} s`, fr: `${String(ms / 1_000).replace('.', ',')} s` };

const after = (ms: number): Text => ({ en: `after ${Math.round(ms)} ms`, fr: `après ${Math.round(ms)} ms` });

function found(statuses: readonly NodeStatus[]): Text {
  const list = statuses.flatMap(({ node, vips }) =>
    vips.filter(({ status }) => status === 'MASTER').map(({ vhid }) => `${vhid}: ${node}`),
  );
  return { en: `not in time; ${list.join(', ')}`, fr: `pas à temps ; ${list.join(', ')}` };
}

/** "VHID 1, 2: PF1; VHID 3: PF2" */
function wordsOf(of: Readonly<Record<string, string>>): string {
  const nodes = [...new Set(Object.values(of))];
  return nodes
    .map((node) => {
      const own = Object.keys(of).filter((vhid) => of[vhid] === node);
      return `VHID ${own.join(', ')}: ${node}`;
    })
    .join('; ');
}

const isEachHeld = (statuses: readonly NodeStatus[], of: Readonly<Record<string, string>>): boolean =>
  Object.keys(of).every((vhid) =>
    statuses.some(({ vips }) => vips.some((vip) => String(vip.vhid) === vhid && vip.status === 'MASTER')),
  );

async function statusesOf({ lab }: Scene): Promise<NodeStatus[]> {
  const all = await Promise.all(lab.nodes.map((node) => node.status()));
  return all.filter((status) => status !== undefined);
}

/** Milliseconds from a moment, or from now, until it held; undefined when it did not in time. */
async function waitUntil(
  limitMs: number,
  since: number | undefined,
  holds: () => Promise<boolean>,
): Promise<number | undefined> {
  const from = since ?? monotonicMs();
  const until = monotonicMs() + limitMs;
  while (!(await holds())) {
    if (monotonicMs() > until) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return monotonicMs() - from;
}

async function pings(lab: Lab, from: string, address: string): Promise<boolean> {
  for (let tries = 0; tries < pingTries; tries += 1)
    if ((await lab.run(from, ['ping', '-c', '1', '-W', '1', address])).isDone) return true;
  return false;
}

/** Whatever the rules say of a ping, its neighbour has to be found first. */
async function macOf(lab: Lab, from: string, address: string): Promise<string> {
  await lab.run(from, ['ping', '-c', '1', '-W', '1', address]);
  const { stdout } = await lab.run(from, ['ip', 'neigh', 'show', address]);
  return /lladdr (\S+)/.exec(stdout)?.[1] ?? '';
}

/** Those of a list for which it holds, asked one after the other. */
async function those<T>(all: readonly T[], holds: (one: T) => Promise<boolean>): Promise<T[]> {
  const found: T[] = [];
  for (const one of all) if (await holds(one)) found.push(one);
  return found;
}
