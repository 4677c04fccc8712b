/** The API as an OpenAPI 3.1 document, and as a page to read: both are made of the table of routes. */
import { z } from 'zod';
import { problem, problemMedia } from './contract/problem.ts';
import { type Access, basePath, pageHeader, type Route, routes, sessionCookie } from './contract/rest.ts';
import { problemKinds } from './problems.ts';

type Json = Readonly<Record<string, unknown>>;

const table: readonly (readonly [string, Route])[] = Object.entries(routes);
let made: Json | undefined;

/** Made once. */
export function openApi(version: string): Json {
  made ??= {
    openapi: '3.1.0',
    info: {
      title: 'Bascule',
      version,
      description: `One highly available firewall out of two Linux machines. A page sends the session's cookie and, with every request that changes something, the header ${pageHeader}; scripts send a token.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: basePath }],
    paths: pathsOf(),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        token: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: schemaOf(problem, 'output') },
    },
  };
  return made;
}

function pathsOf(): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of table) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return paths;
}

function operationOf(name: string, route: Route): Json {
  const { body, bodyExample, reply, replyExample, media = 'application/json' } = route;
  const example = (value: unknown): Json => (value === undefined ? {} : { example: value });
  return {
    operationId: name,
    summary: route.summary,
    description: [route.description, accessText(route.access)].filter((text) => text !== undefined).join(' '),
    tags: [route.path.split('/')[1] ?? ''],
    ...(route.access === 'open' ? { security: [] } : { security: [{ session: [] }, { token: [] }] }),
    parameters: parametersOf(route),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input'), ...example(bodyExample) } },
          },
        }),
    responses: {
      200: {
        description: 'Done.',
        content: { [media]: { schema: schemaOf(reply, 'output'), ...example(replyExample) } },
      },
      default: {
        description: 'Refused: what happened, and what to do.',
        content: { [problemMedia]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf({ params, query, ifMatch }: Route): Json[] {
  const of = (schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] =>
    Object.entries(schema?.shape ?? {}).map(([name, value]) => ({
      name,
      in: where,
      required: where === 'path' || !z.safeParse(value as z.ZodType, undefined).success,
      schema: schemaOf(value as z.ZodType, 'input'),
    }));
  const match = {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The ETag of GET /document.',
    schema: { type: 'string' },
  };
  return [...of(params, 'path'), ...of(query, 'query'), ...(ifMatch === true ? [match] : [])];
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

function accessText(access: Access): string {
  if (access === 'open') return 'Needs no login.';
  if (access === 'session') return 'Needs a login.';
  if (access === 'sections') return 'Needs a login; privileges are those of the sections of the document.';
  return `Needs the privilege "${access.area}: ${access.level}".`;
}

/** The reference page: no script, nothing from elsewhere. */
export function referencePage(version: string): string {
  const rows = table.map(([name, route]) => routeText(name, route));
  const kinds = problemKinds.map(
    ([code, { status, title, remedy }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${html(title)}</td><td>${html(remedy)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bascule API ${html(version)}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>
<h1>Bascule API</h1><p>Version ${html(version)}. Paths are below <code>${basePath}</code>; the same as an
<a href="${basePath}/openapi.json">OpenAPI 3.1 document</a>. Scripts send
<code>Authorization: Bearer TOKEN</code>; a page sends its cookie and the header <code>${pageHeader}</code>.</p>
${rows.join('\n')}
<h2>Problems</h2><p>Whatever is refused is answered as <code>${problemMedia}</code>.</p>
<table><thead><tr><th>code</th><th>status</th><th>title</th><th>what to do</th></tr></thead><tbody>
${kinds.join('\n')}</tbody></table></main></body></html>`;
}

function routeText(name: string, route: Route): string {
  const part = (title: string, value: unknown): string =>
    value === undefined ? '' : `<h4>${title}</h4><pre>${html(JSON.stringify(value, undefined, 2))}</pre>`;
  return `<details id="${name}"><summary><b>${route.method}</b> <code>${html(route.path)}</code> ${html(route.summary)}</summary>
<p>${html([route.description, accessText(route.access)].filter((text) => text !== undefined).join(' '))}</p>
${part('Example', route.bodyExample)}
${part('Query', route.query && schemaOf(route.query, 'input'))}
${part('Body', route.body && schemaOf(route.body, 'input'))}
${part('Reply', schemaOf(route.reply, 'output'))}</details>`;
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;margin:0;color-scheme:light dark}main{max-width:60rem;margin:auto;padding:1rem}' +
  'summary{padding:.3rem 0;cursor:pointer}pre{overflow:auto;max-height:30rem}table{border-collapse:collapse}' +
  'td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}';

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
