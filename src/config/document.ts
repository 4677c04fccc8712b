/**
 * The schema of `cluster.yaml`: one document for all nodes. What differs between the nodes stands in it under the
 * node's name. The schema judges each field by itself; what fields mean together is judged by check.ts.
 */
import { z } from 'zod';
import { parseAddress, parseCidr } from './network.ts';

/** Where a password comes from when the document does not hold it. */
export type SecretReference = { readonly secret: string } | { readonly env: string };

/** The value behind a reference, or undefined when there is none. */
export type SecretResolver = (reference: SecretReference) => string | undefined;

export const failoverProfiles = ['standard', 'fast', 'fastest'] as const;
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

const nodeName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9-]{0,62}$/,
    'a node name is letters, digits and hyphens, letter first, at most 63',
  );
const interfaceName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,31}$/,
    'an interface name is lower-case letters, digits and underscores, letter first',
  );
const name = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,30}$/,
    'a name is letters, digits and underscores, at most 31, no digit first',
  );
/** Kernel names hold 15 bytes (IFNAMSIZ); the characters are those that need no quoting anywhere. */
const deviceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/,
    'a device name is 1 to 15 letters, digits, dots, hyphens, underscores',
  );
const text = z.string().max(200, 'at most 200 characters');

const address = z.string().superRefine((value, context) => {
  const parsed = parseAddress(value);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});
const addressWithPrefix = z.string().superRefine((value, context) => {
  const parsed = parseCidr(value);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});
const addressOrNetwork = z.string().superRefine((value, context) => {
  const parsed = parseCidr(value, 'bare');
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});

const perNode = <T extends z.ZodType>(value: T) => z.record(nodeName, value);
const orPerNode = <T extends z.ZodType>(value: T, expected: string) =>
  z.union([value, perNode(value)], { error: `${expected}, or a map of node names to them` });
const whole = (low: number, high: number, what: string) => {
  const error = `${what} is a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
};

/** `any`, `self`, `lan net`, `lan address`, an alias, an address or a network; `not` in front turns it round. */
const endpoint = z
  .string()
  .regex(
    /^(not )?[^\s"'\\;{}]+( net| address)?$/,
    'any, self, "IF net", "IF address", an alias, an address or a network',
  );
const endpoints = z
  .union([endpoint, z.array(endpoint).min(1, 'at least one is due')], {
    error: 'any, self, "IF net", "IF address", an alias, an address or a network, or a list of these',
  })
  .default('any');
/** A port, a range `LOW-HIGH`, or the name of a port alias. */
const port = z.union(
  [
    whole(0, 65535, 'a port'),
    z.string().superRefine((value, context) => {
      const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
      if (match === null && name.safeParse(value).success) return;
      const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (!(low <= high && high <= 65535))
        context.addIssue({
          code: 'custom',
          message: `"${value}" is not a port, a range such as 8000-8010, or an alias`,
        });
    }),
  ],
  { error: 'a port (0 to 65535), a range such as 8000-8010, or an alias' },
);
const ports = z.union([port, z.array(port).min(1, 'at least one is due')], {
  error: 'a port (0 to 65535), a range such as 8000-8010, an alias, or a list of these',
});

const aliasDocument = z.discriminatedUnion(
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

const interfaceDocument = z.strictObject({
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
  enabled: orPerNode(z.boolean(), 'true or false').default(true),
  role: z.enum(['wan', 'lan', 'dmz', 'management', 'sync', 'other']).optional(),
});

const gatewayDocument = z.strictObject({
  interface: interfaceName,
  address,
  description: text.optional(),
});

const ruleDocument = z.strictObject({
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

const outboundRule = z.strictObject({
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

/** Connection-tracking helpers (nft(8), CT HELPER). */
const helperNames = ['ftp', 'tftp', 'sip', 'irc', 'pptp'] as const;

// biome-ignore format: one list
const configSections = [
  'users', 'authentication', 'certificates', 'rules', 'schedules', 'aliases', 'nat', 'ipsec', 'openvpn', 'dhcp',
  'dhcpRelay', 'dhcpv6Relay', 'wakeOnLan', 'routes', 'virtualIps', 'trafficShaper', 'limiters', 'dns', 'captivePortal',
] as const;

/**
 * The schema, with a way to look references to secrets up. `${NAME}` and `{env: NAME}` name an environment
 * variable, `{secret: NAME}` an entry of the secrets file.
 */
export function clusterSchema(resolve: SecretResolver) {
  const secretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'not a name of a secret');
  const password = z
    .union([z.string(), z.strictObject({ secret: secretName }), z.strictObject({ env: secretName })], {
      error: 'a password is a text, {secret: NAME} or {env: NAME}',
    })
    .transform((value, context) => {
      const reference = referenceOf(value);
      const resolved = typeof reference === 'string' ? reference : resolve(reference);
      if (resolved !== undefined) return resolved;
      context.addIssue({
        code: 'custom',
        message: missing(reference),
        params: { finding: 'secret-missing' },
      });
      return z.NEVER;
    });
  const virtualIp = z.strictObject({
    interface: interfaceName,
    vhid: whole(1, 255, 'a VHID'),
    addresses: z.array(addressWithPrefix).min(1, 'a virtual IP needs at least one address'),
    advbase: whole(0, 254, 'advbase').optional().describe('Seconds; only with failover: standard.'),
    advskew: perNode(whole(0, 254, 'advskew'))
      .optional()
      .describe('1/256 s; only with failover: standard.'),
    password,
    description: text.default(''),
    mac: z.enum(['virtual', 'interface'], { error: 'mac is virtual or interface' }).default('virtual'),
  });
  const sync = z.strictObject({
    interface: interfaceName,
    peers: perNode(address).optional().describe("Each node's peer; multicast when left out."),
    states: z.boolean().default(true),
    keys: z
      .array(password)
      .min(1, 'keys has at least one entry')
      .optional()
      .describe('Seal the states: the first is used, all are accepted. Otherwise the VIP passwords do.'),
    config: z
      .strictObject({
        from: nodeName.optional(),
        peer: address.optional(),
        user: text.default('admin'),
        password: password.optional(),
        verifyCertificate: z.boolean().default(true),
        synchroniseAdmin: z.boolean().default(false),
        sections: z
          .union([z.literal('all'), z.array(z.enum(configSections))], {
            error: '"all" or a list of sections',
          })
          .default('all'),
      })
      .optional(),
  });
  return z.strictObject({
    cluster: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/,
        'a cluster name is letters, digits, hyphens, underscores, at most 32',
      ),
    failover: z
      .enum(failoverProfiles, { error: 'failover is standard, fast or fastest' })
      .default('fast')
      .describe('standard: as pfSense. fast: under 0.3 s. fastest: a few milliseconds.'),
    mixed: z.boolean().default(false).describe('CARP hosts other than Bascule are in the group.'),
    preempt: z.boolean().default(true),
    strict: z
      .boolean()
      .optional()
      .describe('Refuse replayed adverts; not with CARP hosts other than Bascule.'),
    nodes: z
      .record(
        nodeName,
        z
          .strictObject({ priority: whole(1, 255, 'priority').optional() })
          .nullable()
          .transform((value) => value ?? {}),
      )
      .refine((nodes) => Object.keys(nodes).length > 0, 'a cluster needs at least one node'),
    interfaces: z
      .record(interfaceName, interfaceDocument)
      .refine((all) => Object.keys(all).length > 0, 'a firewall needs at least one interface'),
    gateways: z.record(name, gatewayDocument).default({}),
    virtualIps: z.array(virtualIp).default([]),
    ha: z
      .strictObject({
        sync: sync.optional(),
        hostId: perNode(z.string())
          .optional()
          .describe('pfsync creator ID: 8 hex digits, distinct per node.'),
      })
      .default({}),
    management: z.strictObject({ user: text.default('admin'), password: password.optional() }).optional(),
    dhcp: z
      .array(
        z.strictObject({
          interface: interfaceName,
          range: z.strictObject({ from: address, to: address }),
          gateway: address.optional(),
          dns: z.array(address).default([]),
        }),
      )
      .default([]),
    helpers: z
      .array(z.enum(helperNames, { error: `a helper is one of ${helperNames.join(', ')}` }))
      .default([])
      .describe('Protocols that open further connections: the kernel listens and lets those in.'),
    aliases: z.record(name, aliasDocument).default({}),
    rules: z.array(ruleDocument).default([]),
    nat: z
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
      .prefault({}),
  });
}

type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A document with its defaults filled in and its secrets looked up. Paths are those of the file. */
export type ClusterDocument = DeepReadonly<z.infer<ReturnType<typeof clusterSchema>>>;
export type InterfaceDocument = DeepReadonly<z.infer<typeof interfaceDocument>>;
export type VirtualIp = ClusterDocument['virtualIps'][number];
export type Rule = DeepReadonly<z.infer<typeof ruleDocument>>;
export type OutboundRule = DeepReadonly<z.infer<typeof outboundRule>>;
export type Alias = DeepReadonly<z.infer<typeof aliasDocument>>;
export type Gateway = DeepReadonly<z.infer<typeof gatewayDocument>>;

/** The JSON Schema (draft 2020-12) of the document, for editors. */
export function jsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(
      clusterSchema(() => ''),
      { io: 'input' },
    ),
    title: 'Bascule cluster document',
  };
}

function referenceOf(value: string | SecretReference): string | SecretReference {
  if (typeof value !== 'string') return value;
  const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(value)?.[1];
  return variable === undefined ? value : { env: variable };
}

function missing(reference: string | SecretReference): string {
  if (typeof reference === 'string') return 'bug: a literal is never missing';
  return 'env' in reference
    ? `the environment has no variable ${reference.env}`
    : `the secrets have no entry "${reference.secret}"`;
}
