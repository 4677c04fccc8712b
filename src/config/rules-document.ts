/** The part of the document that judges and translates packets: aliases, rules, NAT. */
import { z } from 'zod';
import {
  address,
  addressOrNetwork,
  type DeepReadonly,
  endpoints,
  interfaceName,
  port,
  ports,
  text,
  whole,
} from './fields.ts';

export const protocols = [
  'any',
  'tcp',
  'udp',
  'tcp/udp',
  'icmp',
  'icmpv6',
  'esp',
  'ah',
  'gre',
  'carp',
  'pfsync',
  'igmp',
  'ospf',
  'pim',
  'sctp',
  'ipv6',
] as const;
export const icmpTypes = [
  'any',
  'echo-request',
  'echo-reply',
  'destination-unreachable',
  'time-exceeded',
  'parameter-problem',
] as const;

export const aliasDocument = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('hosts'),
      entries: z.array(address),
      description: text.optional(),
    }),
    z.strictObject({
      type: z.literal('networks'),
      entries: z.array(addressOrNetwork),
      description: text.optional(),
    }),
    z.strictObject({
      type: z.literal('ports'),
      entries: z.array(port),
      description: text.optional(),
    }),
  ],
  { error: 'the type of an alias is hosts, networks or ports' },
);

export const ruleDocument = z.strictObject({
  action: z.enum(['pass', 'block', 'reject'], { error: 'action is pass, block or reject' }),
  interface: interfaceName,
  direction: z.literal('in', { error: 'rules judge what comes in: direction is in' }).default('in'),
  family: z.enum(['ipv4', 'ipv6', 'both'], { error: 'family is ipv4, ipv6 or both' }).default('ipv4'),
  protocol: z
    .union([z.enum(protocols), whole(0, 255, 'a protocol number')], {
      error: `protocol is a number from 0 to 255 or one of ${protocols.join(', ')}`,
    })
    .default('any'),
  icmpType: z.enum(icmpTypes, { error: `icmpType is one of ${icmpTypes.join(', ')}` }).default('any'),
  source: endpoints,
  sourcePorts: ports.optional(),
  destination: endpoints,
  ports: ports.optional().describe('Destination ports.'),
  log: z.boolean().default(false),
  disabled: z.boolean().default(false),
  description: text.default(''),
  gateway: z.string().optional().describe('A name in gateways, or an address.'),
});

export const outboundRule = z.strictObject({
  interface: interfaceName,
  source: endpoints,
  destination: endpoints,
  translateTo: z
    .union([z.literal('interface'), address], {
      error: 'translateTo is the address of a virtual IP, or "interface"',
    })
    .default('interface'),
  disabled: z.boolean().default(false),
  description: text.default(''),
});

export const natDocument = z
  .strictObject({
    outbound: z
      .strictObject({
        mode: z
          .enum(['automatic', 'hybrid', 'manual', 'off'], {
            error: 'mode is automatic, hybrid, manual or off',
          })
          .default('automatic'),
        rules: z.array(outboundRule).default([]),
      })
      .prefault({}),
  })
  .prefault({});

export type Rule = DeepReadonly<z.infer<typeof ruleDocument>>;
export type OutboundRule = DeepReadonly<z.infer<typeof outboundRule>>;
export type Alias = DeepReadonly<z.infer<typeof aliasDocument>>;
