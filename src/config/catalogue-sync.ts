/** The part of the catalogue about synchronisation. */
import type { Entry } from './findings.ts';

export const syncCatalogue = {
  'sync-missing': {
    severity: 'warning',
    en: {
      message: 'no interface for state synchronisation is named',
      cause: 'Established connections break at a failover.',
      remedy: 'Name an interface under ha.sync.',
    },
  },
  'sync-not-dedicated': {
    severity: 'warning',
    en: {
      message: 'state synchronisation shares {interface} with other traffic',
      cause:
        'A full or failing network there takes the synchronisation with it, and hosts on it could inject states.',
      remedy: 'Use a link of its own between the nodes.',
    },
  },
  'sync-key-short': {
    severity: 'warning',
    en: {
      message: 'a key of the synchronisation has {length} characters',
      cause: 'Whoever records the link can try keys at leisure, and then read and forge states.',
      remedy: 'Take 16 characters or more, for instance of "openssl rand -base64 24".',
    },
  },
  'sync-gateway': {
    severity: 'error',
    en: {
      message: 'the sync interface {interface} has a gateway',
      cause: 'Traffic may leave by the link that must stay free for the pair.',
      remedy: 'Remove the gateway from the sync interface.',
    },
  },
  'sync-dhcp': {
    severity: 'error',
    en: {
      message: 'a DHCP server is set on the sync interface {interface}',
      cause: 'Only the nodes live there, and their addresses are fixed.',
      remedy: 'Remove the DHCP range.',
    },
  },
  'sync-vip': {
    severity: 'warning',
    en: {
      message: 'VHID {vhid} is on the sync interface {interface}',
      cause: 'Nodes must reach each other there one by one; an address that moves serves nobody.',
      remedy: 'Remove the virtual IP.',
    },
  },
  'sync-peer-self': {
    severity: 'error',
    en: {
      message: "{node}'s peer {address} is its own address",
      cause: 'The node would send its states to itself.',
      remedy: 'Write the address of the other node.',
    },
  },
  'sync-peer-foreign': {
    severity: 'error',
    en: {
      message: "{node}'s peer {address} is no node's address on {interface}",
      cause: 'The states would go nowhere.',
      remedy: "Write the other node's address on the sync interface.",
    },
  },
  'sync-peer-missing': {
    severity: 'warning',
    en: {
      message: '{node} has no peer, but {other} has',
      cause: 'What {node} tells goes by multicast to every host on the link, and a switch may not carry it.',
      remedy: 'Name a peer for every node, or for none (multicast).',
    },
  },
  'host-id-invalid': {
    severity: 'error',
    en: {
      message: '"{id}" of {node} is not a host ID',
      cause: 'States cannot be told apart by their creator.',
      remedy: 'Write 8 hex digits, not all zero.',
    },
  },
  'host-id-equal': {
    severity: 'error',
    en: {
      message: '{node} and {other} share the host ID {id}',
      cause: "Each node takes the other's states for its own.",
      remedy: 'Give each node another host ID.',
    },
  },
  'config-peer-self': {
    severity: 'error',
    en: {
      message: 'the target {address} is an address of {node} itself',
      cause: 'The configuration would be sent in a circle.',
      remedy: 'Write the address of the other node on the sync interface.',
    },
  },
  'config-certificate-unchecked': {
    severity: 'warning',
    en: {
      message: 'the certificate of the target is not checked',
      cause: 'A stranger on the link could receive the whole configuration, passwords included.',
      remedy:
        'Write the fingerprint of its certificate in place of verifyCertificate: false, or install one that both nodes trust.',
    },
  },
  'config-rule-missing': {
    severity: 'warning',
    en: {
      message: 'no rule on {interface} lets TCP port 443 pass',
      cause: 'Configuration synchronisation is set up, but the target drops it.',
      remedy: 'Pass TCP from the nodes to port 443 on the sync interface.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
