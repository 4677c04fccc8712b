/** A document that was made of a pfSense's files, with the names that another document has for the same things. */
import type { Imported, ImportedDocument } from './to-cluster.ts';

export interface Names {
  /** Names of interfaces by wan, lan, opt1 and so on. */
  readonly interfaces: ReadonlyMap<string, string>;
  /** Gateways that the document has no name for. */
  readonly nameless: ReadonlySet<string>;
}

type Json = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function withNames(imported: Imported, names: Names): Imported {
  const gateways = isMap(imported.value.gateways) ? imported.value.gateways : {};
  const context = { ...names, gateways };
  const renamed = renamedMap(imported.value, context) as unknown as ImportedDocument;
  const named = Object.entries(isMap(renamed.gateways) ? renamed.gateways : {}).filter(
    ([name]) => !names.nameless.has(name),
  );
  const value = { ...renamed, gateways: named.length > 0 ? Object.fromEntries(named) : undefined };
  return { ...imported, value };
}

interface Context extends Names {
  readonly gateways: Json;
}

function renamedMap(map: Json, context: Context): Json {
  return Object.fromEntries(
    Object.entries(map).map(([name, part]) => [name, renamedPart(name, part, context)]),
  );
}

function renamedPart(name: string, part: unknown, context: Context): unknown {
  const known = (key: string): string => context.interfaces.get(key) ?? key;
  if (name === 'interfaces' && isMap(part))
    return Object.fromEntries(
      Object.entries(part).map(([key, face]) => [known(key), isMap(face) ? renamedMap(face, context) : face]),
    );
  if (name === 'interfaces' && Array.isArray(part)) return part.map((key) => known(String(key)));
  if (name === 'interface' && typeof part === 'string') return known(part);
  if (name === 'gateway' && typeof part === 'string' && context.nameless.has(part)) {
    const gateway = context.gateways[part];
    return isMap(gateway) ? gateway.address : part;
  }
  if ((name === 'source' || name === 'destination') && typeof part === 'string')
    return part.replace(
      /^(not )?(\S+)( net| address)$/,
      (_, not = '', key, what) => `${not}${known(key)}${what}`,
    );
  if (Array.isArray(part)) return part.map((item) => (isMap(item) ? renamedMap(item, context) : item));
  return isMap(part) ? renamedMap(part, context) : part;
}
