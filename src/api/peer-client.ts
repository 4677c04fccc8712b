/** A peer as a member of the cluster: asked over TLS, at its pinned certificate, on one connection that stays open. */
import { Agent } from 'node:https';
import { fail, ok, type Result } from '#base/result.ts';
import type { Member } from '#commit/coordinator.ts';
import { type MemberReply, type MemberRequest, memberReply } from '#commit/messages.ts';
import type { PeerAddress } from './contract/inside.ts';
import type { Identity } from './identity.ts';
import { type Call, post } from './post.ts';
import { nodeHeader, proofFor, proofHeader } from './proof.ts';

/** A peer that is there says where it stands at once, ms. */
const headPatience = 2_000;
/** Listening to the segments takes 1.5 s, a tool that hangs 4 s, ms. */
const examinePatience = 7_000;
/** Compiling and trying a large document takes a while, ms. */
const workPatience = 25_000;

export interface PeerCaller extends Member {
  close(): void;
}

/** `self` is this node's name. A peer without an address or certificate is away for a reason that it tells. */
export function peerCaller(peer: PeerAddress, port: number, self: string, identity: Identity): PeerCaller {
  const { node, address, certificate } = peer;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    node,
    close: () => agent.destroy(),
    ask: async (message) => {
      if (address === undefined)
        return fail(`the document gives ${node} no address on a network that ${self} is on, too`);
      if (certificate === undefined)
        return fail(
          `it has not joined yet; run "bascule invite ${node}" here, and at ${node} the command that this shows`,
        );
      const call = { host: address, port, ca: certificate };
      // On a connection of its own: what takes long must not keep the comparisons waiting.
      return ask(message.kind === 'examine' ? call : { ...call, agent }, message, self, identity);
    },
  };
}

async function ask(
  call: Call,
  message: MemberRequest,
  self: string,
  identity: Identity,
): Promise<Result<MemberReply>> {
  const where = `${call.host} port ${call.port}`;
  const patience = patienceFor(message.kind);
  const answer = await post(
    call,
    '/peer',
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
  const parsed = memberReply.safeParse(json(text));
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
