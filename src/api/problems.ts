/** Refusals, as the API tells of them (RFC 9457): what happened, and what to do. */
import type { FastifyReply } from 'fastify';
import type { RevisionHead } from '#commit/head.ts';
import { type Problem, type ProblemCode, problemMedia } from './contract/problem.ts';

interface Kind {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
}

const kinds: Readonly<Record<ProblemCode, Kind>> = {
  'bad-request': {
    status: 400,
    title: 'The request is not understood',
    remedy: 'Correct the fields that are named.',
  },
  'not-logged-in': {
    status: 401,
    title: 'Nobody is logged in',
    remedy: 'Log in (POST /api/v1/session), or send a token.',
  },
  'wrong-login': {
    status: 401,
    title: 'User or password is wrong',
    remedy: 'Try again; an administrator can set another password.',
  },
  'locked-out': {
    status: 429,
    title: 'Too many wrong passwords',
    remedy: 'Wait as long as is said, then try again.',
  },
  forbidden: {
    status: 403,
    title: 'This is not allowed',
    remedy: 'Ask an administrator for the privilege that is named.',
  },
  'cross-site': {
    status: 403,
    title: 'The request comes from another site',
    remedy: "Use the node's own page; scripts send a token and no cookie.",
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    remedy: 'See /api/v1/openapi.json for what there is.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Not with this method',
    remedy: 'See /api/v1/openapi.json for the methods.',
  },
  conflict: {
    status: 412,
    title: 'The document has changed in the meantime',
    remedy: 'Read the document again, look at what changed, and make the change on top of it.',
  },
  'if-match-missing': {
    status: 428,
    title: 'The request does not say which revision it changes',
    remedy: 'Send the ETag of GET /api/v1/document as If-Match.',
  },
  'too-large': { status: 413, title: 'The request is too large', remedy: 'Send less at once.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a wrong type',
    remedy: 'Send application/json.',
  },
  'document-refused': {
    status: 422,
    title: 'The document cannot be used',
    remedy: 'Correct what the findings name; nothing has changed on any node.',
  },
  'set-up-first': {
    status: 403,
    title: 'There are no users yet',
    remedy: 'Make the first one: POST /api/v1/setup with the code that stands in the log of the node.',
  },
  'already-set-up': { status: 409, title: 'There are users already', remedy: 'Log in as one of them.' },
  'too-many-requests': { status: 429, title: 'Too much at once', remedy: 'Wait a moment, then try again.' },
  'node-away': {
    status: 503,
    title: 'The node cannot be asked',
    remedy: 'See whether it runs and can be reached.',
  },
  busy: { status: 409, title: 'Another change is under way', remedy: 'Try again in a moment.' },
  internal: {
    status: 500,
    title: 'The node has failed at this',
    remedy: 'See the log of the node, and report it.',
  },
};

type More = Partial<Pick<Problem, 'fields' | 'findings' | 'retryAfterSeconds' | 'remedy'>> & {
  readonly head?: RevisionHead;
};

/** `detail` says what happened, with values. */
export function problemOf(code: ProblemCode, detail: string, more: More = {}): Problem {
  const { status, title, remedy } = kinds[code];
  const { head, ...rest } = more;
  const shown =
    head === undefined
      ? {}
      : {
          head: {
            number: head.number,
            hash: head.hash,
            author: head.author,
            node: head.node,
            reason: head.reason,
            time: head.time,
          },
        };
  return { type: `/api/#${code}`, title, status, code, detail, remedy, ...rest, ...shown };
}

/** For the reference page. */
export const problemKinds: readonly (readonly [string, Kind])[] = Object.entries(kinds);

export type Refusal = { readonly ok: false; readonly error: Problem };
export const refuse = (code: ProblemCode, detail: string, more: More = {}): Refusal => ({
  ok: false,
  error: problemOf(code, detail, more),
});

export async function send(reply: FastifyReply, problem: Problem): Promise<FastifyReply> {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .header('content-type', problemMedia)
    .header('cache-control', 'no-store')
    .send(problem);
}
