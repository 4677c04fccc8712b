/** Passwords that protect nothing. */
import type { CheckContext } from './context.ts';
import type { VirtualIp } from './document.ts';
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
function checkPassword(context: CheckContext, path: Path, what: string, password: string): void {
  const bytes = new TextEncoder().encode(password).length;
  if (password === '') context.report('password-empty', path, { what });
  else if (wellKnown.has(password.toLowerCase())) context.report('password-default', path, { what });
  else if ([...password].length < shortest)
    context.report('password-short', path, { what, length: [...password].length });
  if (path[0] === 'virtualIps' && bytes > longestCarp)
    context.report('password-long', path, { what, length: bytes });
}

export function checkVipPassword(context: CheckContext, vip: VirtualIp, i: number): void {
  const what = `VHID ${vip.vhid} of ${context.title(vip.interface)}`;
  checkPassword(context, ['virtualIps', i, 'password'], what, vip.password);
}

/** All of the document. */
export function checkAllPasswords(context: CheckContext): void {
  for (const [i, vip] of context.document.virtualIps.entries()) checkVipPassword(context, vip, i);
  checkPasswords(context);
}

/** Passwords other than those of virtual IPs. */
export function checkPasswords(context: CheckContext): void {
  const { management, ha, nodes } = context.document;
  if (management?.password !== undefined)
    checkPassword(context, ['management', 'password'], `the user ${management.user}`, management.password);
  const config = ha.sync?.config;
  if (config?.password !== undefined)
    checkPassword(context, ['ha', 'sync', 'config', 'password'], `the user ${config.user}`, config.password);
  for (const [node, { pfsense }] of Object.entries(nodes))
    if (pfsense?.password !== undefined)
      checkPassword(
        context,
        ['nodes', node, 'pfsense', 'password'],
        `the user ${pfsense.user}`,
        pfsense.password,
      );
}
