/** What Open vSwitch has: the rows of its database (ovs-vswitchd.conf.db(5)), read by one `ovs-vsctl`. */
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import type { Shell } from '../shell.ts';

export type OvsMap = Readonly<Record<string, string>>;

export interface OvsInterface {
  readonly name: string;
  /** Empty for a device of the system. */
  readonly type: string;
  readonly options: OvsMap;
  readonly bfd: OvsMap;
  readonly bfdStatus: OvsMap;
  readonly linkState: string | undefined;
  /** Why the switch could not make it. */
  readonly error: string | undefined;
  readonly mtu: number | undefined;
  readonly mtuRequest: number | undefined;
}

export interface OvsPort {
  readonly name: string;
  readonly tag: number | undefined;
  readonly trunks: readonly number[];
}

export interface OvsBridge {
  readonly name: string;
  /** Empty means that of the kernel, as "system" does. */
  readonly datapath: string;
  readonly ports: readonly string[];
}

export interface OvsState {
  readonly bridges: readonly OvsBridge[];
  readonly ports: readonly OvsPort[];
  readonly interfaces: readonly OvsInterface[];
}

export const noOvs: OvsState = { bridges: [], ports: [], interfaces: [] };

const columns = {
  Bridge: 'name,datapath_type,ports',
  Port: '_uuid,name,tag,trunks',
  Interface: 'name,type,options,bfd,bfd_status,link_state,error,mtu,mtu_request',
} as const;

/** Reads the three tables in one transaction, so that they fit together. */
export function readOvs(shell: Shell): Result<OvsState> {
  const lists = Object.entries(columns).flatMap(([table, names]) => [
    '--',
    `--columns=${names}`,
    'list',
    table,
  ]);
  const said = shell.run(['ovs-vsctl', '--timeout=10', '--format=json', ...lists]);
  return said.ok ? parseOvs(said.value) : said;
}

const tableShape = z.object({ headings: z.array(z.string()), data: z.array(z.array(z.unknown())) });
type Row = ReadonlyMap<string, unknown>;

/** Reads what `ovs-vsctl --format=json` printed for the three tables, one per line. */
export function parseOvs(text: string): Result<OvsState> {
  const tables: Row[][] = [];
  try {
    for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
      const { headings, data } = tableShape.parse(JSON.parse(line));
      tables.push(data.map((row) => new Map(headings.map((heading, i) => [heading, row[i]]))));
    }
  } catch (error) {
    return fail(
      `ovs-vsctl printed what is no table: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const [bridges = [], ports = [], interfaces = []] = tables;
  const nameOfPort = new Map(ports.map((row) => [String(atoms(row.get('_uuid'))[0]), nameOf(row)]));
  return ok({
    bridges: bridges.map((row) => ({
      name: nameOf(row),
      datapath: textOf(row, 'datapath_type') ?? '',
      ports: atoms(row.get('ports')).flatMap((uuid) => nameOfPort.get(String(uuid)) ?? []),
    })),
    ports: ports.map((row) => ({
      name: nameOf(row),
      tag: numberOf(row, 'tag'),
      trunks: atoms(row.get('trunks')).map(Number),
    })),
    interfaces: interfaces.map((row) => ({
      name: nameOf(row),
      type: textOf(row, 'type') ?? '',
      options: mapOf(row, 'options'),
      bfd: mapOf(row, 'bfd'),
      bfdStatus: mapOf(row, 'bfd_status'),
      linkState: textOf(row, 'link_state'),
      error: textOf(row, 'error'),
      mtu: numberOf(row, 'mtu'),
      mtuRequest: numberOf(row, 'mtu_request'),
    })),
  });
}

/** A value is an atom, `["uuid", id]`, `["set", [atom, ...]]` or `["map", [[key, value], ...]]` (RFC 7047, 5.1). */
function atoms(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [value];
  if (value[0] === 'set' && Array.isArray(value[1])) return value[1].flatMap(atoms);
  return value[0] === 'uuid' ? [value[1]] : [];
}

const nameOf = (row: Row): string => textOf(row, 'name') ?? '';

function textOf(row: Row, column: string): string | undefined {
  const [first] = atoms(row.get(column));
  return typeof first === 'string' ? first : undefined;
}

function numberOf(row: Row, column: string): number | undefined {
  const [first] = atoms(row.get(column));
  return typeof first === 'number' ? first : undefined;
}

function mapOf(row: Row, column: string): OvsMap {
  const value = row.get(column);
  if (!Array.isArray(value) || value[0] !== 'map' || !Array.isArray(value[1])) return {};
  return Object.fromEntries(
    value[1].flatMap((pair: unknown) => (Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : [])),
  );
}
