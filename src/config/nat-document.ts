/** The part of the document that translates addresses. */
import { z } from 'zod';
import {
  address,
  addressOrNetwork,
  addressWithPrefix,
  type DeepReadonly,
  endpoints,
  interfaceName,
  ports,
  text,
  whole,
} from './fields.ts';
import { protocol } from './rules-document.ts';

const remarks = { disabled: z.boolean().default(false), description: text.default('') };

export const outboundRule = z.strictObject({
  interface: interfaceName,
  protocol,
  source: endpoints,
  sourcePorts: ports.optional(),
  destination: endpoints,
  ports: ports.optional().describe('Destination ports.'),
  translateTo: z
    .union([z.literal('interface'), z.literal('none'), address], {
      error: 'translateTo is the address of a virtual IP, "interface", or "none" for no translation',
    })
    .default('interface'),
  staticPort: z
    .boolean()
    .optional()
    .describe('false: always another source port. Otherwise it stays where it is free.'),
  ...remarks,
});

export const portForward = z.strictObject({
  interface: interfaceName,
  protocol: z.enum(['tcp', 'udp', 'tcp/udp'], { error: 'protocol is tcp, udp or tcp/udp' }).default('tcp'),
  source: endpoints,
  sourcePorts: ports.optional(),
  destination: endpoints.describe('The address that is asked for; a virtual IP.'),
  ports,
  target: address.describe('Where it goes instead.'),
  targetPort: whole(1, 65535, 'targetPort').optional().describe('The same port when left out.'),
  rule: z
    .enum(['associated', 'pass', 'none'], { error: 'rule is associated, pass or none' })
    .default('associated')
    .describe('associated: a pass rule after those of the interface. pass: before them.'),
  reflection: z.boolean().default(false).describe('Also from inside, by the address that the outside uses.'),
  ...remarks,
});

export const oneToOne = z.strictObject({
  interface: interfaceName,
  external: addressOrNetwork,
  internal: addressOrNetwork,
  destination: endpoints,
  reflection: z.boolean().default(false),
  ...remarks,
});

export const npt = z.strictObject({
  interface: interfaceName,
  internal: addressWithPrefix,
  external: addressWithPrefix,
  ...remarks,
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
    portForwards: z.array(portForward).default([]),
    oneToOne: z.array(oneToOne).default([]),
    npt: z.array(npt).default([]),
  })
  .prefault({});

export type OutboundRule = DeepReadonly<z.infer<typeof outboundRule>>;
export type PortForward = DeepReadonly<z.infer<typeof portForward>>;
export type OneToOne = DeepReadonly<z.infer<typeof oneToOne>>;
export type Npt = DeepReadonly<z.infer<typeof npt>>;
