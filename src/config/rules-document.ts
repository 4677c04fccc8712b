/** The part of the document that judges packets: the rules of the interfaces, and floating rules. */
import { z } from 'zod';
import { type DeepReadonly, endpoints, interfaceName, name, ports, text, whole } from './fields.ts';

// biome-ignore format: one list
export const protocols = [
  'any', 'tcp', 'udp', 'tcp/udp', 'icmp', 'icmpv6', 'esp', 'ah', 'gre', 'carp', 'pfsync', 'igmp', 'ospf', 'pim', 'sctp', 'ipv6',
] as const;

/** Types by the names that nft has for them; those of one family mean nothing in the other. */
// biome-ignore format: one list
export const icmpTypes = [
  'any', 'echo-request', 'echo-reply', 'destination-unreachable', 'time-exceeded', 'parameter-problem',
  'source-quench', 'redirect', 'router-advertisement', 'router-solicitation', 'timestamp-request', 'timestamp-reply',
  'packet-too-big', 'nd-neighbor-solicit', 'nd-neighbor-advert', 'nd-redirect', 'mld-listener-query',
  'mld-listener-report', 'mld-listener-done', 'mld2-listener-report',
] as const;
const icmpType = z.enum(icmpTypes, { error: `icmpType is one of ${icmpTypes.join(', ')}` });

export const protocol = z
  .union([z.enum(protocols), whole(0, 255, 'a protocol number')], {
    error: `protocol is a number from 0 to 255 or one of ${protocols.join(', ')}`,
  })
  .default('any');

const limits = z.strictObject({
  states: whole(1, 1_000_000, 'states').optional().describe('Connections by this rule at one time.'),
  statesPerSource: whole(1, 1_000_000, 'statesPerSource').optional(),
  newPerSource: z
    .strictObject({
      count: whole(1, 1_000_000, 'count'),
      seconds: z.union([z.literal(1), z.literal(60), z.literal(3600)], { error: 'seconds is 1, 60 or 3600' }),
    })
    .optional()
    .describe('New connections of one source in so many seconds.'),
});

const conditions = {
  family: z.enum(['ipv4', 'ipv6', 'both'], { error: 'family is ipv4, ipv6 or both' }).default('ipv4'),
  protocol,
  icmpType: z
    .union([icmpType, z.array(icmpType).min(1, 'at least one is due')], {
      error: `icmpType is one of ${icmpTypes.join(', ')}, or a list of these`,
    })
    .default('any'),
  source: endpoints,
  sourcePorts: ports.optional(),
  destination: endpoints,
  ports: ports.optional().describe('Destination ports.'),
  log: z.boolean().default(false),
  disabled: z.boolean().default(false),
  description: text.default(''),
  gateway: z
    .string()
    .optional()
    .describe('A name in gateways or gatewayGroups, or an address: where matching packets go.'),
  schedule: name.optional().describe('When the rule counts: a name in schedules.'),
  state: z
    .enum(['keep', 'none'], { error: 'state is keep or none' })
    .default('keep')
    .describe('none: answers need a rule of their own.'),
  limits: limits.optional(),
};
const action = z.enum(['pass', 'block', 'reject'], { error: 'action is pass, block or reject' });

export const ruleDocument = z.strictObject({
  action,
  interface: interfaceName,
  direction: z
    .literal('in', { error: 'rules of an interface judge what comes in: direction is in' })
    .default('in'),
  ...conditions,
});

export const floatingRule = z.strictObject({
  action,
  interfaces: z
    .union([z.literal('any'), z.array(interfaceName).min(1, 'at least one is due')], {
      error: 'interfaces is "any" or a list of interfaces',
    })
    .default('any'),
  direction: z
    .enum(['in', 'out', 'any'], { error: 'direction of a floating rule is in, out or any' })
    .default('in'),
  quick: z
    .boolean()
    .default(false)
    .describe('Decides at once. Otherwise the last that matches does, if no other rule matches.'),
  ...conditions,
});

export type Rule = DeepReadonly<z.infer<typeof ruleDocument>>;
export type FloatingRule = DeepReadonly<z.infer<typeof floatingRule>>;
