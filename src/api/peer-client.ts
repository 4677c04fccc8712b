/** A peer as a member of the cluster: asked over TLS, at its pinned certificate, on one connection that stays open. */
import { Agent } from 'node:https';
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import type { Member } from '#commit/coordinator.ts';
import { type MemberRequest, memberReply } from '#commit/messages.ts';
import type { PeerAddress } from './contract/inside.ts';
import { nodeAnswer } from './contract/node-questions.ts';
import { type NodeCall, nodeSnapshot, type SharedReply, sharedReply, watchMs } from './contract/processes.ts';
import type { Identity } from './identity.ts';
import type { PeerDoor } from './live-events.ts';
import { type Call, post } from './post.ts';
import { nodeHeader, proofFor, proofHeader } from './proof.ts';

/** A peer that is there says where it stands at once, ms. */
const headPatience = 2_000;
/** Listening to the segments takes 1.6 s, a tool that hangs 2.5 s, ms. */
const examinePatience = 4_500;
/** Who does not take the connection by then is not waited for: the doctor has its own findings by 2 s, ms. */
const examineConnect = 1_500;
/** Compiling and trying a large document takes a while, ms. */
const workPatience = 25_000;

/** A capture takes up to a minute, ms. */
const questionPatience = 75_000;

export interface PeerCaller extends Member {
  /** What is asked beside the document. */
  readonly door: PeerDoor;
  /** Whom it trusts, and what came to it from a pfSense after a time, ms since 1970. */
  shared(keptAfter: number): Promise<Result<SharedReply>>;
  close(): void;
}

/** `self` is this node's name. A peer without an address or certificate is away for a reason that it tells. */
export function peerCaller(peer: PeerAddress, port: number, self: string, identity: Identity): PeerCaller {
  const { node, address, certificate } = peer;
  // Whoever watches waits on his connection, and questions shall not wait behind a change.
  const agents = [1, 2, 1].map((maxSockets) => new Agent({ keepAlive: true, maxSockets }));
  const callBy = (agent: Agent | undefined): Result<Call> => {
    if (address === undefined)
      return fail(`the document gives ${node} no address on a network that ${self} is on, too`);
    if (certificate === undefined)
      return fail(
        `it has not joined yet; run "bascule invite ${node}" here, and at ${node} the command that this shows`,
      );
    const kept = agent === undefined ? { connectMs: examineConnect } : { agent };
    return ok({ host: address, port, ca: certificate, ...kept });
  };
  const [changes, questions, watching] = agents;
  const askBy = async <T extends z.ZodType>(agent: Agent | undefined, asked: Asked, schema: T) => {
    const call = callBy(agent);
    return call.ok ? ask(call.value, asked, schema, self, identity) : call;
  };
  return {
    node,
    close: () => {
      for (const agent of agents) agent.destroy();
    },
    ask: (message) => {
      const patience = patienceFor(message.kind);
      // On a connection of its own: what takes long must not keep the comparisons waiting.
      const agent = message.kind === 'examine' ? undefined : changes;
      return askBy(agent, { path: '/peer', patience, message }, memberReply);
    },
    shared: (keptAfter) => {
      const message: NodeCall = { kind: 'shared', keptAfter };
      return askBy(changes, { path: '/node', patience: workPatience, message }, sharedReply);
    },
    door: {
      node,
      ask: (question, by) => {
        const message: NodeCall = { kind: 'question', question, by };
        const patience = question.command === 'status' ? headPatience : questionPatience;
        return askBy(questions, { path: '/node', patience, message }, nodeAnswer);
      },
      watch: async (seen) => {
        const message: NodeCall = { kind: 'watch', seen };
        const asked: Asked = { path: '/node', patience: watchMs + headPatience, message };
        const found = await askBy(watching, asked, watched);
        return found.ok ? found.value : found;
      },
    },
  };
}

const watched = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: nodeSnapshot }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

interface Asked {
  readonly path: '/peer' | '/node';
  readonly patience: number;
  readonly message: MemberRequest | NodeCall;
}

async function ask<T extends z.ZodType>(
  call: Call,
  { path, patience, message }: Asked,
  schema: T,
  self: string,
  identity: Identity,
): Promise<Result<z.infer<T>>> {
  const where = `${call.host} port ${call.port}`;
  const answer = await post(
    call,
    path,
    patience,
    (socket) => ({ [nodeHeader]: self, [proofHeader]: proofFor(socket, identity.key) }),
    () => JSON.stringify(message),
  );
  if (!answer.ok) return answer;
  const { status, text } = answer.value;
  if (status === 401)
    return fail(
      `${where}: it does not know this node's key; join again with "bascule invite" and "bascule join"`,
    );
  if (status !== 200) return fail(`${where}: HTTP status ${status}`);
  const parsed = schema.safeParse(json(text));
  return parsed.success
    ? ok(parsed.data)
    : fail(`${where}: it answers in a way that this version does not understand`);
}

function patienceFor(kind: MemberRequest['kind']): number {
  if (kind === 'head') return headPatience;
  return kind === 'examine' ? examinePatience : workPatience;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
