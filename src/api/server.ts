/** The node's HTTPS server. Whatever is refused is refused before its body is read. */
import type { TLSSocket } from 'node:tls';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { ok, type Result } from '#base/result.ts';
import type { MemberReply } from '#commit/messages.ts';
import { memberRequest } from '#commit/messages.ts';
import type { Identity } from './identity.ts';
import { joinRequest } from './joining.ts';
import { isProof, nodeHeader, proofHeader } from './proof.ts';

/** A document with its revisions in one message, bytes. */
const peerBodyLimit = 64_000_000;
const joinBodyLimit = 16_000;
/** A client that takes longer to send its headers or a request is cut off, ms. */
const headersPatience = 10_000;
const requestPatience = 60_000;

export interface ServerParts {
  readonly node: string;
  readonly identity: Identity;
  /** The certificate of a node that has joined, PEM. */
  readonly certificateOf: (node: string) => string | undefined;
  /** Lets a node join that was invited. */
  readonly join: (socket: TLSSocket, request: ReturnType<typeof joinRequest.parse>) => Promise<Result<void>>;
  /** Hands a peer's question to the participant. */
  readonly member: (
    request: ReturnType<typeof memberRequest.parse>,
    from: string,
  ) => Promise<Result<MemberReply>>;
}

/** The server with its routes, not yet listening. */
export function makeServer(parts: ServerParts): FastifyInstance {
  const { key, certificate } = parts.identity;
  const server = fastify({
    https: { key, cert: certificate, minVersion: 'TLSv1.2', headersTimeout: headersPatience },
    requestTimeout: requestPatience,
    logger: false,
  }) as unknown as FastifyInstance;
  server.post(
    '/peer',
    {
      bodyLimit: peerBodyLimit,
      onRequest: (request, reply, done) => {
        if (peerOf(request, parts.certificateOf) !== undefined) done();
        else void reply.code(401).send({ error: 'this is for nodes of the cluster' });
      },
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
  return server;
}

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
