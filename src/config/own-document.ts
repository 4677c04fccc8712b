/**
 * Sections that the nodes may each have for themselves. Such a section stands under every node's name, in place of the
 * one for all of them; the names of the sections are those of `ha.sync.config.sections`.
 */
import { z } from 'zod';
import { aliasDocument, scheduleDocument } from './aliases-document.ts';
import { balancerDocument } from './balancer-document.ts';
import { address, interfaceName, name } from './fields.ts';
import { gatewayDocument, gatewayGroupDocument } from './interfaces-document.ts';
import { natDocument } from './nat-document.ts';
import { floatingRule, ruleDocument } from './rules-document.ts';
import { groupsDocument, usersDocument } from './users-document.ts';

const dhcpDocument = z.strictObject({
  interface: interfaceName,
  range: z.strictObject({ from: address, to: address }),
  gateway: address.optional(),
  dns: z.array(address).default([]),
});

/** As they stand for all nodes; what is left out is empty. */
export const sectionDocuments = {
  gateways: z.record(name, gatewayDocument).default({}),
  gatewayGroups: z
    .record(name, gatewayGroupDocument)
    .default({})
    .describe('For rules: gateways that stand in for each other, or share the load.'),
  dhcp: z.array(dhcpDocument).default([]),
  aliases: z.record(name, aliasDocument).default({}),
  schedules: z.record(name, scheduleDocument).default({}),
  floatingRules: z.array(floatingRule).default([]),
  rules: z.array(ruleDocument).default([]),
  nat: natDocument,
  loadBalancer: balancerDocument,
  users: usersDocument.describe('People and scripts that use the page and the API.'),
  groups: groupsDocument.describe('Privileges that several users share; "admins" is always there.'),
};

const own = sectionDocuments;

/** As they stand under a node; what is left out is nobody's own. */
export const ownDocument = z
  .strictObject({
    gateways: own.gateways.unwrap().optional(),
    gatewayGroups: own.gatewayGroups.unwrap().optional(),
    dhcp: own.dhcp.unwrap().optional(),
    aliases: own.aliases.unwrap().optional(),
    schedules: own.schedules.unwrap().optional(),
    floatingRules: own.floatingRules.unwrap().optional(),
    rules: own.rules.unwrap().optional(),
    nat: own.nat.unwrap().optional(),
    loadBalancer: own.loadBalancer.unwrap().optional(),
    users: own.users.unwrap().optional(),
    groups: own.groups.unwrap().optional(),
  })
  .describe('Sections that the nodes do not share: each node has its own.');

export type OwnKey = keyof typeof sectionDocuments;

/** Which parts of a document a section is made of; the first is always written. */
export const ownSections = {
  users: ['users', 'groups'],
  rules: ['rules', 'floatingRules'],
  schedules: ['schedules'],
  aliases: ['aliases'],
  nat: ['nat'],
  dhcp: ['dhcp'],
  routes: ['gateways', 'gatewayGroups'],
  loadBalancer: ['loadBalancer'],
} as const satisfies Readonly<Record<string, readonly OwnKey[]>>;

export type OwnSection = keyof typeof ownSections;
export const ownSectionNames = [
  'users',
  'rules',
  'schedules',
  'aliases',
  'nat',
  'dhcp',
  'routes',
  'loadBalancer',
] as const satisfies readonly OwnSection[];
