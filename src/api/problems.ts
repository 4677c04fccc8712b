/** Refusals, as the API tells of them (RFC 9457): what happened, and what to do. */
import type { FastifyReply } from 'fastify';
import { frenchSpaces, type Said } from '#base/language.ts';
import type { RevisionHead } from '#commit/head.ts';
import { formInFrench } from '#config/phrases-document.ts';
import { inFrench } from './contract/phrases.ts';
import { type Problem, type ProblemCode, problemMedia } from './contract/problem.ts';

interface Kind {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly fr: { readonly title: string; readonly remedy: string };
}

const kinds: Readonly<Record<ProblemCode, Kind>> = {
  'bad-request': {
    status: 400,
    title: 'The request is not understood',
    remedy: 'Correct the fields that are named.',
    fr: { title: 'La requête n’est pas comprise', remedy: 'Corrigez les champs indiqués.' },
  },
  'not-logged-in': {
    status: 401,
    title: 'Nobody is logged in',
    remedy: 'Log in (POST /api/v1/session), or send a token.',
    fr: {
      title: 'Personne n’est connecté',
      remedy: 'Connectez-vous (POST /api/v1/session), ou envoyez un jeton.',
    },
  },
  'wrong-login': {
    status: 401,
    title: 'User or password is wrong',
    remedy: 'Try again; an administrator can set another password.',
    fr: {
      title: 'Utilisateur ou mot de passe incorrect',
      remedy: 'Réessayez ; un administrateur peut définir un autre mot de passe.',
    },
  },
  'locked-out': {
    status: 429,
    title: 'Too many wrong passwords',
    remedy: 'Wait as long as is said, then try again.',
    fr: { title: 'Trop de mots de passe incorrects', remedy: 'Attendez le temps indiqué, puis réessayez.' },
  },
  forbidden: {
    status: 403,
    title: 'This is not allowed',
    remedy: 'Ask an administrator for the privilege that is named.',
    fr: { title: 'Ce n’est pas permis', remedy: 'Demandez à un administrateur le privilège indiqué.' },
  },
  'cross-site': {
    status: 403,
    title: 'The request comes from another site',
    remedy: "Use the node's own page; scripts send a token and no cookie.",
    fr: {
      title: 'La requête vient d’un autre site',
      remedy: 'Utilisez la page du nœud lui-même ; un script envoie un jeton et pas de cookie.',
    },
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    remedy: 'See /api/v1/openapi.json for what there is.',
    fr: { title: 'Cela n’existe pas', remedy: 'Voyez dans /api/v1/openapi.json ce qui existe.' },
  },
  'method-not-allowed': {
    status: 405,
    title: 'Not with this method',
    remedy: 'See /api/v1/openapi.json for the methods.',
    fr: { title: 'Cette méthode n’est pas admise', remedy: 'Voyez les méthodes dans /api/v1/openapi.json.' },
  },
  conflict: {
    status: 412,
    title: 'The document has changed in the meantime',
    remedy: 'Read the document again, look at what changed, and make the change on top of it.',
    fr: {
      title: 'Le document a changé entre-temps',
      remedy: 'Relisez le document, regardez ce qui a changé, et refaites la modification par-dessus.',
    },
  },
  'if-match-missing': {
    status: 428,
    title: 'The request does not say which revision it changes',
    remedy: 'Send the ETag of GET /api/v1/document as If-Match.',
    fr: {
      title: 'La requête ne dit pas quelle révision elle modifie',
      remedy: 'Envoyez dans If-Match l’ETag de GET /api/v1/document.',
    },
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    remedy: 'Send less at once.',
    fr: { title: 'La requête est trop volumineuse', remedy: 'Envoyez-en moins à la fois.' },
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a wrong type',
    remedy: 'Send application/json.',
    fr: { title: 'Le corps est d’un type incorrect', remedy: 'Envoyez du application/json.' },
  },
  'document-refused': {
    status: 422,
    title: 'The document cannot be used',
    remedy: 'Correct what the findings name; nothing has changed on any node.',
    fr: {
      title: 'Le document ne peut pas être utilisé',
      remedy: 'Corrigez ce que nomment les constats ; rien n’a changé sur aucun nœud.',
    },
  },
  'set-up-first': {
    status: 403,
    title: 'There are no users yet',
    remedy: 'Make the first one: POST /api/v1/setup with the code that stands in the log of the node.',
    fr: {
      title: 'Il n’y a pas encore d’utilisateur',
      remedy: 'Créez le premier : POST /api/v1/setup avec le code qui figure dans le journal du nœud.',
    },
  },
  'already-set-up': {
    status: 409,
    title: 'There are users already',
    remedy: 'Log in as one of them.',
    fr: { title: 'Il y a déjà des utilisateurs', remedy: 'Connectez-vous avec l’un d’eux.' },
  },
  'too-many-requests': {
    status: 429,
    title: 'Too much at once',
    remedy: 'Wait a moment, then try again.',
    fr: { title: 'Trop de demandes à la fois', remedy: 'Patientez un instant, puis réessayez.' },
  },
  'node-away': {
    status: 503,
    title: 'The node cannot be asked',
    remedy: 'See whether it runs and can be reached.',
    fr: {
      title: 'Le nœud ne peut pas être interrogé',
      remedy: 'Vérifiez qu’il tourne et qu’il est joignable.',
    },
  },
  busy: {
    status: 409,
    title: 'Another change is under way',
    remedy: 'Try again in a moment.',
    fr: { title: 'Une autre modification est en cours', remedy: 'Réessayez dans un instant.' },
  },
  internal: {
    status: 500,
    title: 'The node has failed at this',
    remedy: 'See the log of the node, and report it.',
    fr: { title: 'Le nœud a échoué', remedy: 'Consultez le journal du nœud, et signalez-le.' },
  },
};

type Field = Omit<NonNullable<Problem['fields']>[number], 'fr'>;
type More = Partial<Pick<Problem, 'findings' | 'retryAfterSeconds' | 'remedy'>> & {
  readonly fields?: readonly Field[];
  readonly head?: RevisionHead;
};

/** `told` says what happened, with values; where it is English alone, the phrasebook has the French. */
export function problemOf(code: ProblemCode, told: string | Said, more: More = {}): Problem {
  const { status, title, remedy, fr } = kinds[code];
  const { head, fields, ...rest } = more;
  const detail = typeof told === 'string' ? { en: told, fr: inFrench(told) } : told;
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
  const named =
    fields === undefined
      ? {}
      : { fields: fields.map((field) => ({ ...field, fr: inFrench(formInFrench(field.message)) })) };
  const french = {
    title: frenchSpaces(fr.title),
    detail: detail.fr,
    remedy: more.remedy === undefined ? frenchSpaces(fr.remedy) : inFrench(more.remedy),
  };
  return {
    type: `/api/#${code}`,
    title,
    status,
    code,
    detail: detail.en,
    remedy,
    fr: french,
    ...named,
    ...rest,
    ...shown,
  };
}

/** For the reference page. */
export const problemKinds: readonly (readonly [string, Kind])[] = Object.entries(kinds);

export type Refusal = { readonly ok: false; readonly error: Problem };
export const refuse = (code: ProblemCode, told: string | Said, more: More = {}): Refusal => ({
  ok: false,
  error: problemOf(code, told, more),
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
