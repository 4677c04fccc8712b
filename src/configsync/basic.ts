/** HTTP Basic as pfSense's client sends it: UTF-8, and the first colon separates. */

export interface Login {
  readonly user: string;
  readonly password: string;
}

const longest = 4096;

/** Undefined where the header is missing or names no user or no password, which pfSense takes for a failure too. */
export function loginOf(header: string | undefined): Login | undefined {
  if (header === undefined || header.length > longest) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** An empty user is admin, as on pfSense's page. */
export const headerOf = ({ user, password }: Login): string =>
  `Basic ${Buffer.from(`${user === '' ? 'admin' : user}:${password}`).toString('base64')}`;
