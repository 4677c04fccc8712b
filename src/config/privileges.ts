/**
 * Who may do what: areas of the node and of its document, read or written. Users and groups hold grants of them.
 * Imports nothing of Node, so that the page can read it, too.
 */
import { z } from 'zod';

/** Areas that are parts of the document, each with the document's own sections that belong to it. */
export const documentAreas = {
  system: [
    'cluster',
    'failover',
    'mixed',
    'preempt',
    'strict',
    'nodes',
    'management',
    'antiLockout',
    'helpers',
  ],
  ha: ['ha'],
  interfaces: ['interfaces', 'gateways', 'gatewayGroups'],
  virtualIps: ['virtualIps'],
  rules: ['rules', 'floatingRules'],
  nat: ['nat'],
  aliases: ['aliases'],
  schedules: ['schedules'],
  dhcp: ['dhcp'],
  loadBalancer: ['loadBalancer'],
  infrastructure: ['infrastructure'],
  users: ['users', 'groups'],
} as const;

/** Areas of the running node. `carp`: maintenance, CARP on and off, demotion. `members`: drain and enable members. */
const nodeAreas = ['status', 'carp', 'states', 'logs', 'diagnostics', 'capture', 'members', 'lab'] as const;

export const area = z.enum([...(Object.keys(documentAreas) as (keyof typeof documentAreas)[]), ...nodeAreas]);
export type Area = z.infer<typeof area>;

export const level = z.enum(['read', 'write'], { error: 'a privilege is read or write' });
export type Level = z.infer<typeof level>;

/** Privileges by area; `all` stands for every area. Who may write may read. */
export const grants = z.partialRecord(z.enum(['all', ...area.options]), level);
export type Grants = Readonly<z.infer<typeof grants>>;

/** The group that is there without being written down. */
export const adminGroup = 'admins';

export const mayDo = (held: Grants, wanted: Area, least: Level): boolean =>
  [held.all, held[wanted]].some((has) => has === 'write' || (has === 'read' && least === 'read'));

/** The area of a section of the document; one that no area names belongs to `system`. */
export function areaOf(section: string): Area {
  const found = Object.entries(documentAreas).find(([, sections]) =>
    (sections as readonly string[]).includes(section),
  );
  return found === undefined ? 'system' : area.parse(found[0]);
}
