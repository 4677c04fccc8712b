/**
 * The REST API as data: server, OpenAPI document, page and tests all read this table. Paths are below /api/v1.
 * Imports nothing of Node, so that the page can read it, too.
 */
import type { z } from 'zod';
import type { Area, Level } from './access.ts';
import { accountRoutes } from './routes-accounts.ts';
import { certificateRoutes } from './routes-certificate.ts';
import { doctorRoutes } from './routes-doctor.ts';
import { documentRoutes } from './routes-document.ts';
import { nodeRoutes } from './routes-node.ts';

export const basePath = '/api/v1';

/** Every request of a session that changes something carries this header, with any value: no form of another site can. */
export const pageHeader = 'x-bascule-page';
export const sessionCookie = '__Host-bascule';

/**
 * Who may call a route. open: everybody. session: whoever is logged in. sections: whoever is logged in; what he sees
 * and may change is judged for each section of the document.
 */
export type Access = 'open' | 'session' | 'sections' | { readonly area: Area; readonly level: Level };

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below /api/v1, with :names of parameters. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly bodyExample?: unknown;
  readonly reply: z.ZodType;
  readonly replyExample?: unknown;
  /** Media type of the reply when it is not JSON; the schema then is that of its text. */
  readonly media?: string;
  /** The request names the revision that its author has seen: If-Match with the ETag of GET /document. */
  readonly ifMatch?: true;
}

export const routes = {
  ...accountRoutes,
  ...documentRoutes,
  ...certificateRoutes,
  ...nodeRoutes,
  ...doctorRoutes,
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;
type Part<N extends RouteName, K extends keyof Route> = (typeof routes)[N] extends {
  readonly [P in K]: infer T extends z.ZodType;
}
  ? T
  : undefined;
type Input<T> = T extends z.ZodType ? z.input<T> : undefined;
type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a client sends, before defaults are filled in. */
export type ParamsOf<N extends RouteName> = Input<Part<N, 'params'>>;
export type QueryOf<N extends RouteName> = Input<Part<N, 'query'>>;
export type BodyOf<N extends RouteName> = Input<Part<N, 'body'>>;
export type ReplyOf<N extends RouteName> = z.output<(typeof routes)[N]['reply']>;
/** What the server works with, checked and with defaults. */
export type Asked<N extends RouteName> = {
  readonly params: Output<Part<N, 'params'>>;
  readonly query: Output<Part<N, 'query'>>;
  readonly body: Output<Part<N, 'body'>>;
};
