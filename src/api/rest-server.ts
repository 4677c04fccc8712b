/** Serves the table of routes: who calls, may he, is the request as the table says; then the handler, and its reply. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { basePath, type Route, type RouteName, routes } from './contract/rest.ts';
import { barrier, type Caller, type Gate, type Knock } from './gate.ts';
import { type Answer, answer, type Call, type Handlers, type StreamRoute, type World } from './handlers.ts';
import { accountHandlers } from './handlers-accounts.ts';
import { certificateHandlers } from './handlers-certificate.ts';
import { doctorHandlers } from './handlers-doctor.ts';
import { documentHandlers } from './handlers-document.ts';
import { captured, nodeHandlers } from './handlers-node.ts';
import type { LiveEvents } from './live-events.ts';
import { metricsText } from './metrics.ts';
import { openApi } from './openapi.ts';
import { problemOf, refuse, send } from './problems.ts';

/** A document in JSON, bytes; other requests are short. */
const documentLimit = 24_000_000;
const usualLimit = 100_000;
const documentRoutes: ReadonlySet<RouteName> = new Set(['putDocument', 'editDocument', 'planDocument']);

type AnyHandler = (call: Call<RouteName>) => Promise<Answer<unknown>>;
type Checked = { readonly knock: Knock; readonly caller: Caller | undefined };

/** Adds the API to the server. */
export function addRest(server: FastifyInstance, world: World, live: LiveEvents): void {
  const handlers: Handlers = {
    ...accountHandlers(world),
    ...documentHandlers(world),
    ...certificateHandlers(world),
    ...nodeHandlers(world),
    ...doctorHandlers(world),
  };
  const streams: Readonly<Record<StreamRoute, (call: Call<never>, reply: FastifyReply) => Promise<unknown>>> =
    {
      events: async (call, reply) => live.serve(call.caller, reply),
      metrics: async (_, reply) => {
        void reply.header('content-type', routes.metrics.media);
        return metricsText(await live.snapshot(), world.version, world.doctor.report('en').last);
      },
      capture: async (call, reply) => {
        const file = await captured(world, call);
        if (!file.ok) return send(reply, file.error);
        void reply.header('content-type', routes.capture.media);
        void reply.header('content-disposition', 'attachment; filename="capture.pcap"');
        return file.value;
      },
      openapi: async () => openApi(world.version),
    };
  const seen = new WeakMap<FastifyRequest, Checked>();
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    server.route({
      method: route.method,
      url: basePath + route.path,
      bodyLimit: documentRoutes.has(name) ? documentLimit : usualLimit,
      // Before the body is read.
      onRequest: async (request, reply) => {
        const checked = await atTheGate(world.gate, route, request);
        if (checked.ok) seen.set(request, checked.value);
        else await send(reply, checked.error);
      },
      handler: async (request, reply) => {
        const checked = seen.get(request);
        if (checked === undefined) throw new Error('bug: a request has passed the gate unseen');
        void reply.header('cache-control', 'no-store');
        const call = callOf(route, request, reply, checked);
        if (!call.ok) return send(reply, call.error);
        if (name in streams) return streams[name as StreamRoute](call.value as Call<never>, reply);
        const handler = handlers[name as keyof Handlers] as unknown as AnyHandler;
        const done = await handler(call.value);
        return done.ok ? reply.send(done.value) : send(reply, done.error);
      },
    });
  }
}

async function atTheGate(gate: Gate, route: Route, request: FastifyRequest): Promise<Answer<Checked>> {
  const knock = { method: request.method, headers: request.headers, address: request.ip };
  const caller = await gate.callerOf(knock);
  if (!caller.ok) return caller;
  const stopped = barrier(route.access, caller.value, knock);
  return stopped ?? answer({ knock, caller: caller.value });
}

/** The request in the words of the table, or what is wrong with it. */
function callOf(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { knock, caller }: Checked,
): Answer<Call<RouteName>> {
  const parts = { params: route.params, query: route.query, body: route.body };
  const given = { params: request.params, query: request.query, body: request.body ?? {} };
  const read: Record<string, unknown> = {};
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = parts[part];
    if (schema === undefined) {
      const extra = part === 'params' ? [] : Object.keys((given[part] ?? {}) as object);
      if (extra.length > 0)
        return refuse('bad-request', `the ${part} has fields that are not known: ${extra.join(', ')}`);
      continue;
    }
    const parsed = schema.safeParse(given[part]);
    if (!parsed.success)
      return refuse('bad-request', `the ${part} is wrong`, { fields: fieldsOf(parsed.error) });
    read[part] = parsed.data;
  }
  const ifMatch = request.headers['if-match'];
  const call = {
    ...read,
    caller,
    address: knock.address,
    ifMatch,
    header: (name: string, value: string) => void reply.header(name, value),
  };
  return answer(call as unknown as Call<RouteName>);
}

const fieldsOf = (error: z.ZodError): { path: (string | number)[]; message: string }[] =>
  error.issues.map(({ path, message }) => ({
    path: path.map((step) => (typeof step === 'number' ? step : String(step))),
    message,
  }));

/** What the server itself refuses, in the same form. `log` hears of bugs. */
export function answerProblems(server: FastifyInstance, log: (message: string) => void): void {
  server.setErrorHandler(
    (error: Error & { readonly statusCode?: number; readonly code?: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status === 413)
        return send(reply, problemOf('too-large', 'the body is longer than this route takes'));
      if (status === 415)
        return send(reply, problemOf('unsupported-media-type', `not ${request.headers['content-type']}`));
      if (status < 500) return send(reply, problemOf('bad-request', error.message));
      log(`${request.method} ${request.url.split('?')[0]}: ${error.stack ?? error.message}`);
      return send(reply, problemOf('internal', 'an error of the program; the log of the node has it'));
    },
  );
}
