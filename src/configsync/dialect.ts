/** What pfSense's versions do differently, by the version of the configuration. */

export interface Dialect {
  /** As in `<version>`; compared as text by every peer. */
  readonly version: string;
  /** Sections that a received one replaces whole. */
  readonly whole: ReadonlySet<string>;
  /** Words of descriptions are reduced to letters, digits, "_" and "-". */
  readonly plainDescriptions: boolean;
  /** The captive portal is replaced, except for what the backup says of going back to the primary. */
  readonly ownPortal: boolean;
  readonly relays: boolean;
  readonly kea: boolean;
  readonly loadBalancer: boolean;
}

const always =
  'aliases ca cert crl dhcpd dnshaper dnsmasq filter ipsec nat openvpn schedules shaper unbound wol'.split(
    ' ',
  );

/** "23.3" is before "23.10". */
function isSince(version: string, since: string): boolean {
  const numbers = (text: string): [number, number] => {
    const [major = 0, minor = 0] = text.split('.').map(Number);
    return [major, minor];
  };
  const [major, minor] = numbers(version);
  const [sinceMajor, sinceMinor] = numbers(since);
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

export function dialectOf(version: string): Dialect {
  const modern = isSince(version, '20.0');
  const relays = isSince(version, '22.0');
  const kea = isSince(version, '23.5');
  return {
    version,
    whole: new Set([
      ...always,
      ...(modern ? [] : ['load_balancer', 'dhcpv6']),
      ...(relays ? ['dhcrelay', 'dhcrelay6'] : []),
      ...(kea ? ['kea', 'kea6'] : []),
    ]),
    plainDescriptions: !modern,
    ownPortal: modern,
    relays,
    kea,
    loadBalancer: !modern,
  };
}

/** The releases that were looked at; others of 17 and above are taken for the nearest before them. */
export const releases: ReadonlyMap<string, string> = new Map([
  ['19.1', 'pfSense 2.4.5'],
  ['21.7', 'pfSense 2.5.2'],
  ['22.2', 'pfSense 2.6.0'],
  ['22.9', 'pfSense 2.7.0'],
  ['23.3', 'pfSense 2.7.2'],
  ['23.9', 'pfSense 2.8 in development'],
  ['24.5', 'pfSense 2.9 in development'],
]);

/** Whether sections can be written for it: a later one than those that were looked at may want what nobody knows. */
export const isWritable = (version: string): boolean => isKnown(version) && !isSince(version, '25.0');

/** Before 17 there was another library, and the password was a parameter. */
export const isKnown = (version: string): boolean =>
  /^\d{2}\.\d{1,2}$/.test(version) && isSince(version, '17.0');
