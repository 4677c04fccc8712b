/** The part of the catalogue about rules, NAT and DHCP. */
import type { Entry } from './findings.ts';

export const rulesCatalogue = {
  // Rules -----------------------------------------------------------------------------------------------------
  'carp-blocked': {
    severity: 'error',
    en: {
      message: 'the rule on {interface} blocks CARP',
      cause:
        'Bascule lets adverts pass before all rules, so this one never matches there; on any other firewall both nodes would become master.',
      remedy: 'Remove the rule.',
    },
  },
  'pfsync-blocked': {
    severity: 'error',
    en: {
      message: 'the rule on {interface} blocks pfsync',
      cause:
        'Bascule lets state synchronisation pass on the sync interface before all rules; on any other firewall connections would break at a failover.',
      remedy: 'Remove the rule.',
    },
  },
  'sync-rule-missing': {
    severity: 'warning',
    en: {
      message: 'no rule on {interface} lets pfsync pass',
      cause:
        'Bascule lets it pass by itself, but a pfSense that gets these rules drops the states of its peer.',
      remedy: 'Pass protocol pfsync on the sync interface.',
    },
  },
  'rule-names-one-node': {
    severity: 'warning',
    en: {
      message: 'the source {address} is {node} alone',
      cause:
        'All nodes share the rules: at {node} it admits {node} itself, and the other way round nothing is admitted.',
      remedy: 'Name all nodes by an alias, or the network of the interface.',
    },
  },
  'rule-fields-contradict': {
    severity: 'error',
    en: {
      message: '{field} needs protocol {wanted}, but the rule has {protocol}',
      cause: 'The field means nothing for this protocol, so the rule cannot be built.',
      remedy: 'Set the protocol, or remove the field.',
    },
  },
  'rule-never-matches': {
    severity: 'warning',
    en: {
      message: 'source and destination have no address family in common that the rule ({family}) covers',
      cause: 'No packet has an IPv4 and an IPv6 end, or an end of another family than the rule.',
      remedy: 'Set the family to that of the addresses.',
    },
  },
  'rule-limits-unused': {
    severity: 'warning',
    en: {
      message: 'the rule has limits, but its action is {action} and its state {state}',
      cause: 'Limits count the connections that a rule lets begin; this one keeps none.',
      remedy: 'Remove the limits, or write action: pass and state: keep.',
    },
  },
  'unknown-schedule': {
    severity: 'error',
    en: {
      message: 'there is no schedule "{name}"',
      cause: 'Nobody can tell when the rule counts.',
      remedy: 'Define the schedule under "schedules".',
    },
  },
  'alias-circle': {
    severity: 'error',
    en: {
      message: 'the alias "{name}" holds "{nested}", which holds "{name}" again',
      cause: 'What the alias stands for cannot be worked out.',
      remedy: 'Take one of the two out of the other.',
    },
  },
  'rule-opens-outside': {
    severity: 'warning',
    en: {
      message: 'the rule lets everything in from {interface}',
      cause: 'Whoever is outside reaches the firewall and everything behind it.',
      remedy: 'Name a protocol, a port or a destination.',
    },
  },

  // NAT -------------------------------------------------------------------------------------------------------
  'nat-not-on-vip': {
    severity: 'warning',
    en: {
      message: 'outbound NAT ({mode}) does not translate to a virtual IP of {interface}',
      cause: "Connections leave with the node's own address and break at a failover.",
      remedy: 'Use hybrid or manual outbound NAT with a rule that translates to the virtual IP.',
    },
  },
  'nat-translates-to-node': {
    severity: 'warning',
    en: {
      message: 'the rule translates to {what}',
      cause: 'The address stays with the node, so connections break at a failover.',
      remedy: 'Translate to the virtual IP.',
    },
  },
  'nat-address-foreign': {
    severity: 'error',
    en: {
      message: 'the rule translates to {address}, which neither a node nor a virtual IP has',
      cause: 'Answers never come back.',
      remedy: 'Translate to a virtual IP.',
    },
  },
  'nat-catches-pair': {
    severity: 'warning',
    en: {
      message: 'the source {source} covers addresses of the nodes on {interface}',
      cause:
        "Elsewhere such a rule catches the nodes' own traffic, adverts included, and a backup is cut off from the internet. Bascule leaves the nodes' own traffic alone.",
      remedy: 'Name the inside networks as the source.',
    },
  },
  'forward-not-on-vip': {
    severity: 'warning',
    en: {
      message: 'the port forward is for {address}, although {interface} has a virtual IP',
      cause: 'The address belongs to one node, so nobody gets in any more when that node fails.',
      remedy: 'Write the virtual IP as the destination.',
    },
  },
  'nat-sizes-differ': {
    severity: 'error',
    en: {
      message: '{external} cannot stand for {internal}',
      cause: 'Each address must have one counterpart: same family and same prefix length, IPv6 for NPt.',
      remedy: 'Write networks of the same length.',
    },
  },
  'nat-rules-ignored': {
    severity: 'warning',
    en: {
      message: 'outbound NAT has {count} rules of its own, but its mode is {mode}',
      cause: 'Only hybrid and manual use them.',
      remedy: 'Use mode: hybrid, or remove the rules.',
    },
  },

  // DHCP ------------------------------------------------------------------------------------------------------
  'dhcp-gateway-is-node': {
    severity: 'error',
    en: {
      message: 'DHCP on {interface} hands out {address} as gateway, which is {node} alone',
      cause: 'Clients keep sending to a node that is gone.',
      remedy: 'Hand out the virtual IP.',
    },
  },
  'dhcp-dns-is-node': {
    severity: 'warning',
    en: {
      message: 'DHCP on {interface} hands out {address} as DNS server, which is {node} alone',
      cause: 'Clients lose their resolver with the node.',
      remedy: 'Hand out the virtual IP.',
    },
  },
  'dhcp-range-takes-address': {
    severity: 'error',
    en: {
      message: 'the DHCP range {from} to {to} holds {address} of {owner}',
      cause: 'A client may get an address that the pair uses.',
      remedy: 'Leave the addresses of nodes and virtual IPs out of the range.',
    },
  },
  'dhcp-range-invalid': {
    severity: 'error',
    en: {
      message: 'the DHCP range {from} to {to} is not a range of {networks} on {interface}',
      cause: 'Clients would get addresses that lead nowhere, or none.',
      remedy: "Write the first and the last address of a range within the interface's network.",
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
