/** A peer as a member of the cluster: asked over TLS, at its pinned certificate, on one connection that stays open. */
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#base/result.ts';
import type { Member } from '#commit/coordinator.ts';
import { type MemberReply, type MemberRequest, memberReply } from '#commit/messages.ts';
import type { PeerAddress } from './contract/inside.ts';
import type { Identity } from './identity.ts';
import { nodeHeader, proofFor, proofHeader } from './proof.ts';

/** A peer that is there says where it stands at once, ms. */
const headPatience = 2_000;
/** Compiling and trying a large document takes a while, ms. */
const workPatience = 25_000;
/** What a peer may answer: a message of revisions, bytes. */
const replyLimit = 64_000_000;

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
          `${node} has not joined yet; run "bascule invite ${node}" at ${self}, and the command that it shows at ${node}`,
        );
      const call = { host: address, port, ca: certificate, agent };
      return send(call, message, self, identity);
    },
  };
}

interface Call {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly agent: Agent;
}

function send(
  call: Call,
  message: MemberRequest,
  self: string,
  identity: Identity,
): Promise<Result<MemberReply>> {
  const body = JSON.stringify(message);
  const patience = message.kind === 'head' ? headPatience : workPatience;
  return new Promise((resolve) => {
    const asked = request({
      ...call,
      method: 'POST',
      path: '/peer',
      // The certificate is the pinned one or none; which name stands in it does not matter.
      checkServerIdentity: () => undefined,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        [nodeHeader]: self,
      },
    });
    const where = `${call.host} port ${call.port}`;
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${patience} ms`)), patience);
    const finish = (result: Result<MemberReply>): void => {
      clearTimeout(timer);
      resolve(result);
    };
    asked.on('error', (error) => finish(fail(`${where}: ${explain(error)}`)));
    asked.on('socket', (socket) => {
      const secured = socket as TLSSocket;
      const go = (): void => {
        asked.setHeader(proofHeader, proofFor(secured, identity.key));
        asked.end(body);
      };
      if (secured.getProtocol() !== null && !socket.connecting && secured.authorized) go();
      else socket.once('secureConnect', go);
    });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > replyLimit) asked.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => finish(read(response.statusCode ?? 0, text, where)));
    });
  });
}

function read(status: number, text: string, where: string): Result<MemberReply> {
  if (status === 401)
    return fail(
      `${where}: it does not know this node's key; join again with "bascule invite" and "bascule join"`,
    );
  if (status !== 200) return fail(`${where}: HTTP status ${status}`);
  try {
    const parsed = memberReply.safeParse(JSON.parse(text));
    return parsed.success
      ? ok(parsed.data)
      : fail(`${where}: it answers in a way that this version does not understand`);
  } catch {
    return fail(`${where}: its answer is not JSON`);
  }
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'nobody listens there; is the node running?';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to it; is the cable plugged in?';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'CERT_SIGNATURE_FAILURE':
      return 'it shows another certificate than the one it joined with: another machine, or one that was set up anew';
    default:
      return error.message;
  }
}
