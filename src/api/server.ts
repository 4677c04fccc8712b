/** The node's HTTPS server. Whatever is refused is refused before its body is read. */
import type { Server, TLSSocket } from 'node:tls';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { ok, type Result } from '#base/result.ts';
import type { MemberReply } from '#commit/messages.ts';
import { memberRequest } from '#commit/messages.ts';
import { type NodeCall, nodeCall } from './contract/processes.ts';
import type { World } from './handlers.ts';
import type { Identity } from './identity.ts';
import { joinRequest } from './joining.ts';
import type { LiveEvents } from './live-events.ts';
import { referencePage } from './openapi.ts';
import { addPages } from './pages.ts';
import { isProof, nodeHeader, nodeServerName, proofHeader } from './proof.ts';
import { addRest, answerProblems } from './rest-server.ts';
import { addXmlrpc, type XmlrpcParts } from './xmlrpc.ts';

/** A document with its revisions in one message, bytes. */
const peerBodyLimit = 64_000_000;
const joinBodyLimit = 16_000;
/** The longest is a certificate with its key, bytes. */
const nodeBodyLimit = 64_000;
/** A client that takes longer to send its headers or a request is cut off, ms. */
const headersPatience = 10_000;
const requestPatience = 60_000;
/** How often it is looked who is late, ms. */
const checkEvery = 2_000;
const mostConnections = 1_000;

/**
 * What a browser shall not do with what it gets here (OWASP's secure headers). No Strict-Transport-Security: with a
 * certificate that the browser does not know, it would lock people out of a name.
 */
const safety = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

export interface ServerParts {
  readonly node: string;
  readonly identity: Identity;
  /** What browsers are shown instead, if somebody has put it there. */
  readonly page: Identity | undefined;
  /** The certificate of a node that has joined, PEM. */
  readonly certificateOf: (node: string) => string | undefined;
  /** Lets a node join that was invited. */
  readonly join: (socket: TLSSocket, request: ReturnType<typeof joinRequest.parse>) => Promise<Result<void>>;
  readonly world: World;
  readonly live: LiveEvents;
  /** The folder of the page's built files. */
  readonly pages: string;
  /** Hears of bugs. */
  readonly complain: (message: string) => void;
  /** Answers a node of the cluster. */
  readonly nodeCall: (call: NodeCall, from: string) => Promise<unknown>;
  /** Hands a peer's question to the participant. */
  readonly member: (
    request: ReturnType<typeof memberRequest.parse>,
    from: string,
  ) => Promise<Result<MemberReply>>;
  /** What a pfSense may do here. */
  readonly xmlrpc: XmlrpcParts;
}

/** The server with its routes, not yet listening. */
export function makeServer(parts: ServerParts): FastifyInstance {
  const { certificate } = parts.identity;
  const server = fastify({
    https: {
      ...contextOf(parts.page ?? parts.identity),
      headersTimeout: headersPatience,
      connectionsCheckingInterval: checkEvery,
    },
    requestTimeout: requestPatience,
    // Streams of events would keep it from closing.
    forceCloseConnections: true,
    logger: false,
  }) as unknown as FastifyInstance;
  (server.server as unknown as Server).addContext(nodeServerName, contextOf(parts.identity));
  server.server.maxConnections = mostConnections;
  // A form of another site can send this type without being asked.
  server.removeContentTypeParser('text/plain');
  answerProblems(server, parts.complain);
  server.addHook('onRequest', async (_, reply) => void reply.headers(safety));
  addRest(server, parts.world, parts.live);
  server.get('/api/', async (_, reply) =>
    reply.type('text/html; charset=utf-8').send(referencePage(parts.world.version)),
  );
  addPages(server, parts.pages);
  server.post(
    '/node',
    { bodyLimit: nodeBodyLimit, onRequest: onlyNodes(parts.certificateOf) },
    async (request, reply) => {
      const parsed = nodeCall.safeParse(request.body);
      if (!parsed.success) return reply.code(400).send({ error: 'unknown question' });
      return parts.nodeCall(parsed.data, peerOf(request, parts.certificateOf) ?? '');
    },
  );
  server.post(
    '/peer',
    {
      bodyLimit: peerBodyLimit,
      onRequest: onlyNodes(parts.certificateOf),
    },
    async (request, reply) => {
      const parsed = memberRequest.safeParse(request.body);
      if (!parsed.success) return reply.code(400).send({ error: 'unknown question' });
      const from = peerOf(request, parts.certificateOf) ?? '';
      const answer = await parts.member(parsed.data, from);
      return answer.ok ? answer.value : reply.code(503).send({ error: answer.error });
    },
  );
  server.post('/join', { bodyLimit: joinBodyLimit }, async (request, reply) => {
    const parsed = joinRequest.safeParse(request.body);
    if (!parsed.success) return reply.code(400).send({ error: 'unknown question' });
    const joined = await parts.join(request.raw.socket as TLSSocket, parsed.data);
    if (!joined.ok) return reply.code(403).send({ error: joined.error });
    return { node: parts.node, certificate };
  });
  addXmlrpc(server, parts.xmlrpc);
  return server;
}

const contextOf = ({ key, certificate }: Identity) =>
  ({ key, cert: certificate, minVersion: 'TLSv1.2' }) as const;

/** From the next connection on browsers are shown this one. */
export const showPage = (server: FastifyInstance, page: Identity): void =>
  (server.server as unknown as Server).setSecureContext(contextOf(page));

const onlyNodes =
  (certificateOf: ServerParts['certificateOf']) =>
  (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (peerOf(request, certificateOf) !== undefined) done();
    else void reply.code(401).send({ error: 'this is for nodes of the cluster' });
  };

/** The node that is calling, if it has proved to be one. */
function peerOf(request: FastifyRequest, certificateOf: ServerParts['certificateOf']): string | undefined {
  const { [nodeHeader]: node, [proofHeader]: proof } = request.headers;
  if (typeof node !== 'string' || typeof proof !== 'string') return undefined;
  const certificate = certificateOf(node);
  if (certificate === undefined) return undefined;
  return isProof(request.raw.socket as TLSSocket, certificate, proof) ? node : undefined;
}

/** Listens on all addresses of both families; who may come is the ruleset's. */
export async function listen(server: FastifyInstance, port: number): Promise<Result<number>> {
  try {
    await server.listen({ port, host: '::' });
    return ok(port);
  } catch (error) {
    return { ok: false, error: `cannot listen on TCP port ${port}: ${(error as Error).message}` };
  }
}
