/**
 * The schema of `cluster.yaml`: one document for all nodes. What differs between the nodes stands in it under the
 * node's name. The schema judges each field by itself; what fields mean together is judged by check.ts.
 */
import { z } from 'zod';
import {
  address,
  addressWithPrefix,
  type DeepReadonly,
  interfaceName,
  nodeName,
  perNode,
  text,
  whole,
} from './fields.ts';
import { infrastructureDocument } from './infrastructure-document.ts';
import { interfaceDocument } from './interfaces-document.ts';
import { ownDocument, sectionDocuments } from './own-document.ts';

export type { Alias } from './aliases-document.ts';
export type { Gateway, InterfaceDocument } from './interfaces-document.ts';
export type { OutboundRule } from './nat-document.ts';
export type { Rule } from './rules-document.ts';

/** Where a password comes from when the document does not hold it. */
export type SecretReference = { readonly secret: string } | { readonly env: string };

/** The value behind a reference, or undefined when there is none. */
export type SecretResolver = (reference: SecretReference) => string | undefined;

export const failoverProfiles = ['standard', 'fast', 'fastest'] as const;
const nodeKinds = ['bascule', 'pfsense'] as const;
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
  const fingerprint = z
    .string()
    .regex(/^(?:[0-9A-Fa-f]{2}:?){32}$/, 'a fingerprint is the SHA-256 of a certificate, 64 hex digits');
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
        fingerprint: fingerprint
          .optional()
          .describe("SHA-256 of the target's certificate: this one and no other is accepted."),
        version: z
          .string()
          .regex(
            /^(1[7-9]|2\d)\.\d{1,2}$/,
            'the version of a configuration from 17.0 (pfSense 2.4) on, as in its <version>',
          )
          .optional()
          .describe(
            "Of the pfSense's configuration: 19.1 is pfSense 2.4.5, 23.3 is 2.7.2 and holds when left out.",
          ),
        synchroniseAdmin: z.boolean().default(false),
        sections: z
          .union([z.literal('all'), z.array(z.enum(configSections))], {
            error: '"all" or a list of sections',
          })
          .default('all'),
      })
      .optional(),
  });
  const remoteAccess = z.strictObject({
    address: address.optional().describe('Its address on the sync interface when left out.'),
    port: whole(1, 65_535, 'a port').default(443),
    user: text.default('admin'),
    password: password.optional(),
    verifyCertificate: z.boolean().default(true),
    fingerprint: fingerprint
      .optional()
      .describe('SHA-256 of its certificate: this one and no other is accepted.'),
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
          .strictObject({
            priority: whole(1, 255, 'priority').optional(),
            kind: z
              .enum(nodeKinds, { error: 'kind is bascule or pfsense' })
              .optional()
              .describe('What runs there; bascule when left out.'),
            pfsense: remoteAccess.optional().describe('How "bascule pfsense push" reaches it.'),
            own: ownDocument.optional(),
          })
          .nullable()
          .transform((value) => value ?? {}),
      )
      .refine((nodes) => Object.keys(nodes).length > 0, 'a cluster needs at least one node'),
    interfaces: z
      .record(interfaceName, interfaceDocument)
      .refine((all) => Object.keys(all).length > 0, 'a firewall needs at least one interface'),
    gateways: sectionDocuments.gateways,
    gatewayGroups: sectionDocuments.gatewayGroups,
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
    dhcp: sectionDocuments.dhcp,
    helpers: z
      .array(z.enum(helperNames, { error: `a helper is one of ${helperNames.join(', ')}` }))
      .default([])
      .describe('Protocols that open further connections: the kernel listens and lets those in.'),
    infrastructure: infrastructureDocument.optional().describe('What lies under the cluster.'),
    aliases: sectionDocuments.aliases,
    schedules: sectionDocuments.schedules,
    floatingRules: sectionDocuments.floatingRules,
    rules: sectionDocuments.rules,
    antiLockout: z
      .union([z.literal(false), interfaceName], { error: 'antiLockout is an interface, or false' })
      .optional()
      .describe('Where SSH and the page are always reached. The management or LAN interface when left out.'),
    nat: sectionDocuments.nat,
    loadBalancer: sectionDocuments.loadBalancer,
    users: sectionDocuments.users,
    groups: sectionDocuments.groups,
  });
}

/** A document with its defaults filled in and its secrets looked up. Paths are those of the file. */
export type ClusterDocument = DeepReadonly<z.infer<ReturnType<typeof clusterSchema>>>;
export type VirtualIp = ClusterDocument['virtualIps'][number];

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
