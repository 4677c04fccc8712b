/** Asks the node: every route of the contract, typed. What is refused is thrown as a `Refusal`, which says what to do. */
import type { Problem } from '#api/contract/problem.ts';
import {
  type BodyOf,
  basePath,
  type ParamsOf,
  pageHeader,
  type QueryOf,
  type ReplyOf,
  type Route,
  type RouteName,
  routes,
} from '#api/contract/rest.ts';

export class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.remedy === '' ? problem.detail : `${problem.detail} ${problem.remedy}`);
    this.problem = problem;
  }
}

/** The node does not answer at all. */
export class Unreachable extends Error {}

type Given<T> = [T] extends [undefined] ? unknown : T;
export interface Ask<N extends RouteName> {
  readonly params?: Given<ParamsOf<N>>;
  readonly query?: Given<QueryOf<N>>;
  readonly body?: Given<BodyOf<N>>;
  readonly ifMatch?: string;
}

/** Called when a login has ended while the page was open; settles when somebody is logged in again, if ever. */
let onLoggedOut: () => Promise<void> | undefined = () => undefined;
export const whenLoggedOut = (listener: typeof onLoggedOut): void => {
  onLoggedOut = listener;
};

export async function call<N extends RouteName>(name: N, ask: Ask<N> = {}): Promise<ReplyOf<N>> {
  return (await (await send(name, ask)).json()) as ReplyOf<N>;
}

/** A reply that is a file. */
export async function download<N extends RouteName>(name: N, ask: Ask<N>): Promise<Blob> {
  return (await send(name, ask)).blob();
}

async function send<N extends RouteName>(name: N, ask: Ask<N>, isAgain = false): Promise<Response> {
  const { params, query, body, ifMatch } = ask;
  const route: Route = routes[name];
  const path = route.path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[key] ?? '')),
  );
  const words = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  const search =
    words.length === 0 ? '' : `?${new URLSearchParams(words.map(([key, value]) => [key, String(value)]))}`;
  const reply = await fetch(`${basePath}${path}${search}`, {
    method: route.method,
    credentials: 'same-origin',
    headers: {
      [pageHeader]: '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  }).catch(() => {
    throw new Unreachable();
  });
  if (reply.ok) return reply;
  const problem = (await reply.json().catch(() => undefined)) as Problem | undefined;
  if (problem?.code === 'not-logged-in' && !isAgain) {
    const again = onLoggedOut();
    if (again !== undefined) {
      await again;
      return send(name, ask, true);
    }
  }
  throw new Refusal(problem ?? unknownProblem(reply.status));
}

const unknownProblem = (status: number): Problem => ({
  type: 'about:blank',
  title: `HTTP ${status}`,
  status,
  code: 'internal',
  detail: `The node answered with status ${status}.`,
  remedy: '',
  fr: { title: `HTTP ${status}`, detail: `Le nœud a répondu par le code ${status}.`, remedy: '' },
});
