/** Passwords that protect nothing. */
import type { CheckContext } from './context.ts';
import type { Path } from './findings.ts';

/** Below this a password is guessed offline from one advert, which anybody on the segment can record. */
const shortest = 8;
/** FreeBSD's ifconfig keeps 19 bytes and a zero. */
const longestCarp = 19;
/** Set at the factory, or printed in guides. */
const wellKnown = new Set([
  'pfsense',
  'opnsense',
  'admin',
  'password',
  'changeme',
  'secret',
  'carp',
  'root',
  'test',
  '1234',
  '12345678',
]);

/** Judges the password of something: for a VHID also its length in bytes. */
export function checkPassword(context: CheckContext, path: Path, what: string, password: string): void {
  const bytes = new TextEncoder().encode(password).length;
  if (password === '') context.report('password-empty', path, { what });
  else if (wellKnown.has(password.toLowerCase())) context.report('password-default', path, { what });
  else if ([...password].length < shortest)
    context.report('password-short', path, { what, length: [...password].length });
  if (path[0] === 'virtualIps' && bytes > longestCarp)
    context.report('password-long', path, { what, length: bytes });
}

/** Passwords other than those of virtual IPs. */
export function checkPasswords(context: CheckContext): void {
  const { management, ha } = context.document;
  if (management?.password !== undefined)
    checkPassword(context, ['management', 'password'], `the user ${management.user}`, management.password);
  const config = ha.sync?.config;
  if (config?.password !== undefined)
    checkPassword(context, ['ha', 'sync', 'config', 'password'], `the user ${config.user}`, config.password);
}
