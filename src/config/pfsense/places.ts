/** What rules and NAT of a pfSense refer to, as documents write it. */
import type { Alias } from '../aliases-document.ts';
import { parseCidr } from '../network.ts';
import type { PfEndpoint } from './model.ts';

/** What rules may refer to. */
export interface Known {
  readonly interfaces: ReadonlySet<string>;
  readonly gateways: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, Alias>;
  readonly schedules: ReadonlySet<string>;
  /** Addresses of virtual IPs that were taken over. */
  readonly vips: ReadonlySet<string>;
}

/** A part of a document, and which of the file's elements of its kind it was made of. */
export interface Made<T> {
  readonly value: Partial<T>;
  readonly from: number;
}

/** As documents write it, or undefined when it cannot be taken over. */
export function endpointOf({ any, not, network, address }: PfEndpoint, known: Known): string | undefined {
  const bare = any ? 'any' : undefined;
  const place = address === '' ? bare : placeOf(address, known);
  const found = network === '' ? place : (interfaceOf(network, known) ?? placeOf(network, known));
  if (found === undefined) return undefined;
  return not ? `not ${found}` : found;
}

function interfaceOf(text: string, { interfaces }: Known): string | undefined {
  if (text === 'any') return 'any';
  if (text === '(self)') return 'self';
  if (interfaces.has(text)) return `${text} net`;
  const name = text.endsWith('ip') ? text.slice(0, -2) : '';
  return interfaces.has(name) ? `${name} address` : undefined;
}

function placeOf(text: string, known: Known): string | undefined {
  const alias = known.aliases.get(text);
  if (alias !== undefined) return alias.type === 'ports' ? undefined : text;
  return parseCidr(text, 'bare').ok ? text : undefined;
}

/** Any, a port, a range or an alias of ports; undefined when it is none of these. */
export function portsOf(text: string, known: Known): number | string | undefined {
  if (text === '' || text === 'any') return 'any';
  return known.aliases.get(text)?.type === 'ports' ? text : portOf(text);
}

/** `443`, or `8000-8010`, which pfSense writes with a colon as well. */
export function portOf(text: string): number | string | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65_535 ? Number(text) : undefined;
  const [, low, high] = /^(\d{1,5})[:-](\d{1,5})$/.exec(text) ?? [];
  if (low === undefined || high === undefined) return undefined;
  return Number(low) <= Number(high) && Number(high) <= 65_535 ? `${low}-${high}` : undefined;
}

/** What is the default is left out. */
export const unlessAny = <T>(value: T | 'any'): T | undefined => (value === 'any' ? undefined : (value as T));
/** A description as long as a document allows. */
export const described = (text: string): string | undefined => text.slice(0, 200) || undefined;
