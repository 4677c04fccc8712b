/** The part of the document about interfaces and the gateways behind them. */
import { z } from 'zod';
import {
  address,
  addressWithPrefix,
  type DeepReadonly,
  deviceName,
  interfaceName,
  name,
  orPerNode,
  perNode,
  text,
} from './fields.ts';

export const interfaceDocument = z.strictObject({
  description: text
    .min(1, 'not empty')
    .optional()
    .describe('Name for people; the key in capitals when left out.'),
  device: orPerNode(deviceName, 'a device name').optional().describe('Kernel name; the key when left out.'),
  addresses: perNode(z.array(addressWithPrefix))
    .default({})
    .describe('Addresses of each node, IPv4 and IPv6, with prefix length.'),
  gateway: z.string().optional().describe('A name in gateways, or an address.'),
  blockPrivate: z.boolean().default(false).describe('Drop what comes from private networks.'),
  blockBogons: z
    .union([z.boolean(), name], { error: 'blockBogons is true, false, or the name of an alias' })
    .default(false)
    .describe('Drop what comes from networks that nobody may use; an alias may name more of them.'),
  antispoof: z
    .boolean()
    .default(true)
    .describe('Drop what claims an address of this network but comes in elsewhere.'),
  enabled: orPerNode(z.boolean(), 'true or false').default(true),
  role: z.enum(['wan', 'lan', 'dmz', 'management', 'sync', 'other']).optional(),
});

export const gatewayDocument = z.strictObject({
  interface: interfaceName,
  address,
  monitor: z
    .union([z.literal('none'), address], { error: 'monitor is an address, or "none"' })
    .optional()
    .describe('Who is asked whether the gateway leads out; itself when left out. none: it counts as up.'),
  description: text.optional(),
});

export const gatewayGroupDocument = z.strictObject({
  tiers: z
    .array(z.array(name).min(1, 'a tier has at least one gateway'))
    .min(1, 'a group has at least one tier')
    .describe('Connections go to the gateways of the first tier that has one up, in turn.'),
  description: text.optional(),
});

export type InterfaceDocument = DeepReadonly<z.infer<typeof interfaceDocument>>;
export type GatewayGroup = DeepReadonly<z.infer<typeof gatewayGroupDocument>>;
export type Gateway = DeepReadonly<z.infer<typeof gatewayDocument>>;
