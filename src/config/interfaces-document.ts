/** The part of the document about interfaces and the gateways behind them. */
import { z } from 'zod';
import {
  address,
  addressWithPrefix,
  type DeepReadonly,
  deviceName,
  interfaceName,
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
  blockBogons: z.boolean().default(false).describe('Drop what comes from networks that nobody may use.'),
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
  description: text.optional(),
});

export type InterfaceDocument = DeepReadonly<z.infer<typeof interfaceDocument>>;
export type Gateway = DeepReadonly<z.infer<typeof gatewayDocument>>;
