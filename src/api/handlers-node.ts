/** Answers to the routes of the running nodes: asked of core here, or of another node of the cluster. */
import type { z } from 'zod';
import type { NodeAnswer, NodeQuestion } from './contract/node-questions.ts';
import { nodeQuestion } from './contract/node-questions.ts';
import type { ReplyOf } from './contract/rest.ts';
import {
  type Actor,
  type Answer,
  answer,
  type Call,
  type Handlers,
  type NodeDoor,
  type World,
} from './handlers.ts';
import { audited } from './handlers-document.ts';
import { refuse } from './problems.ts';

type NodeRoute = Exclude<
  keyof typeof import('./contract/routes-node.ts').nodeRoutes,
  'events' | 'metrics' | 'capture' | 'openapi'
>;
type Told = Extract<NodeAnswer, { ok: true }>;
export type AnyCall = Pick<Call<'status'>, 'caller' | 'address' | 'header'>;

const done = { done: true } as const;

export function nodeHandlers(world: World): Pick<Handlers, NodeRoute> {
  /** One part of a node's answer. */
  const read = async <K extends keyof Told>(
    call: AnyCall,
    node: string | undefined,
    question: z.input<typeof nodeQuestion>,
    part: K,
  ): Promise<Answer<NonNullable<Told[K]>>> => {
    const told = await askNode(world, call, node, question);
    if (!told.ok) return told;
    const value = told.value[part];
    return value === undefined || value === null
      ? refuse('node-away', 'the node answers in a way that this version does not understand')
      : answer(value);
  };
  const order = async (
    call: AnyCall,
    node: string | undefined,
    question: z.input<typeof nodeQuestion>,
    action: string,
  ): Promise<Answer<{ readonly done: true }>> => {
    const told = await askNode(world, call, node, question);
    const { command: _, ...detail } = question;
    const words = told.ok ? `${node ?? world.node} ${JSON.stringify(detail)}` : told.error.detail;
    world.audit(audited(call, action, told.ok, words));
    return told.ok ? answer(done) : told;
  };
  return {
    status: (call) => read(call, call.query.node, { command: 'status' }, 'status'),
    cluster: async (call) => answer({ node: world.node, nodes: await statuses(world, call) }),
    findings: async (call) => {
      const nodes = await statuses(world, call);
      return answer(
        nodes.flatMap(({ node, status }) =>
          (status?.findings ?? []).map((finding) => ({ ...finding, node })),
        ),
      );
    },
    carp: (call) => order(call, call.body.node, { command: 'carp', on: call.body.enabled }, 'carp.enabled'),
    maintenance: (call) =>
      order(call, call.body.node, { command: 'maintenance', on: call.body.on }, 'carp.maintenance'),
    resetDemotion: (call) => order(call, call.body.node, { command: 'resetDemotion' }, 'carp.resetDemotion'),
    states: ({ query: { node, filter, ...page }, ...call }) =>
      read(call, node, { command: 'states', words: wordsOf(filter), kill: false, ...page }, 'states'),
    killStates: async (call) => {
      const words = wordsOf(call.query.filter);
      const told = await read(call, undefined, { command: 'states', words, limit: 0, kill: true }, 'states');
      const detail = told.ok ? `${words.join(' ')}: ${told.value.matching}` : told.error.detail;
      world.audit(audited(call, 'states.kill', told.ok, detail));
      return told.ok ? answer({ ended: told.value.matching }) : told;
    },
    ruleCounters: (call) => read(call, call.query.node, { command: 'ruleCounters' }, 'ruleCounters'),
    logs: ({ query: { node, ...query }, ...call }) => read(call, node, { command: 'logs', ...query }, 'logs'),
    audit: ({ query: { node, limit }, ...call }) => read(call, node, { command: 'audit', limit }, 'audit'),
    interfaces: (call) => read(call, call.query.node, { command: 'interfaces' }, 'interfaces'),
    routes: (call) => read(call, call.query.node, { command: 'routes' }, 'routes'),
    neighbours: (call) => read(call, call.query.node, { command: 'neighbours' }, 'neighbours'),
    ping: ({ body: { node, ...body }, ...call }) => read(call, node, { command: 'ping', ...body }, 'ping'),
    traceroute: ({ body: { node, ...body }, ...call }) =>
      read(call, node, { command: 'traceroute', ...body }, 'traceroute'),
    balancer: (call) => read(call, call.query.node, { command: 'balancer' }, 'balancer'),
    memberOrder: async (call) => {
      const question = { command: 'balancerOrder', ...call.body } as const;
      const own = await order(call, undefined, question, 'balancer.order');
      // Each node keeps its orders; one that is away now is told of by its own status.
      if (own.ok) await Promise.all(world.peers().map((peer) => peer.ask(question, actorOf(call))));
      return own;
    },
  };
}

/** A pcap file. One at a time: the node says so when it is busy. */
export async function captured(world: World, call: Call<'capture'>): Promise<Answer<Buffer>> {
  const { node, ...filter } = call.body;
  const told = await askNode(world, call, node, { command: 'capture', ...filter });
  const detail = told.ok ? `${node ?? world.node} ${JSON.stringify(filter)}` : told.error.detail;
  world.audit(audited(call, 'diagnostics.capture', told.ok, detail));
  return told.ok ? answer(Buffer.from(told.value.capture ?? '', 'base64')) : told;
}

export async function statuses(
  world: World,
  call: Pick<AnyCall, 'caller' | 'address'>,
): Promise<ReplyOf<'cluster'>['nodes']> {
  const doors = [world.self, ...world.peers()];
  return Promise.all(
    doors.map(async (door) => {
      const told = await door.ask({ command: 'status' }, actorOf(call));
      if (!told.ok) return { node: door.node, away: told.error };
      if (!told.value.ok) return { node: door.node, away: told.value.error };
      return told.value.status === undefined
        ? { node: door.node, away: 'it sent no status' }
        : { node: door.node, status: told.value.status };
    }),
  );
}

export async function askNode(
  world: World,
  call: AnyCall,
  node: string | undefined,
  asked: z.input<typeof nodeQuestion>,
): Promise<Answer<Told>> {
  const door = doorOf(world, node);
  if (door === undefined) {
    const names = [world.self, ...world.peers()].map((known) => known.node).join(', ');
    return refuse('not-found', `the cluster has no node "${node}"; it has ${names}`);
  }
  const question = nodeQuestion.safeParse(asked);
  if (!question.success)
    return refuse('bad-request', 'a field is wrong', {
      fields: question.error.issues.map(({ path, message }) => ({ path: path.map(String), message })),
    });
  const told = await door.ask(question.data satisfies NodeQuestion, actorOf(call));
  if (!told.ok) return refuse('node-away', `${door.node}: ${told.error}`);
  return told.value.ok
    ? answer(told.value)
    : refuse('bad-request', told.value.error, { remedy: 'The text says why not.' });
}

const doorOf = ({ self, peers }: World, node: string | undefined): NodeDoor | undefined =>
  node === undefined ? self : [self, ...peers()].find((door) => door.node === node);

const actorOf = ({ caller, address }: Pick<AnyCall, 'caller' | 'address'>): Actor => ({
  user: caller?.title ?? 'nobody',
  from: address,
});

const wordsOf = (filter: string): string[] => filter.split(/\s+/).filter((word) => word !== '');
