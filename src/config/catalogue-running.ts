/** Found of CARP, the ruleset and the states while a node runs; what exactly, the one who found it says. */
import type { RunningEntry } from './findings.ts';

export const runningCatalogue = {
  'dual-master': {
    severity: 'error',
    en: {
      cause: 'Two nodes answer for the same addresses, since one does not hear the other.',
      remedy:
        'Look for a switch that filters multicast 224.0.0.18, or a firewall between the nodes that blocks protocol 112.',
    },
  },
  'carp-family-silent': {
    severity: 'warning',
    en: {
      cause: 'Adverts of one address family have stopped; the other alone keeps the backup quiet.',
      remedy: 'Look at MLD or IGMP snooping in the switch.',
    },
  },
  'advert-hmac-mismatch': {
    severity: 'error',
    en: {
      cause: 'Password or addresses of a VHID differ between its hosts, so both become master.',
      remedy: 'Compare password and addresses of this VHID on both sides.',
    },
  },
  'vrrp-on-segment': {
    severity: 'warning',
    en: {
      cause: 'VRRP uses the same virtual MACs: a router with an equal number collides with a VHID.',
      remedy: 'Make sure that no VRID equals a VHID of this segment.',
    },
  },
  'advert-loop': {
    severity: 'warning',
    en: {
      cause:
        "A node's own adverts come back to it, from a loop or an echoing virtual switch; that can stop failover.",
      remedy: "Look at bonded ports and at the virtual switch's promiscuous setting.",
    },
  },
  'advert-replayed': {
    severity: 'warning',
    en: {
      cause: 'Somebody repeats adverts that were sent before. They are refused.',
      remedy: 'Find the host that repeats them.',
    },
  },
  'advert-forged-priority': {
    severity: 'error',
    en: {
      cause: 'Adverts claim another priority than the document gives their sender. They are refused.',
      remedy: 'Give all nodes the same document, or find the host that alters adverts.',
    },
  },
  'vhid-collision': {
    severity: 'error',
    en: {
      cause: 'A host that is no node of this cluster takes part in the election of a VHID.',
      remedy: 'Choose another VHID, or name the host as a node; with other CARP hosts write mixed: true.',
    },
  },
  'ruleset-not-loaded': {
    severity: 'error',
    en: {
      cause: 'The kernel refused the ruleset, so the node keeps out of the election.',
      remedy: 'See the log for what nft refused.',
    },
  },
  'states-peer-silent': {
    severity: 'warning',
    en: {
      cause: 'A peer is not heard on the sync link: connections that begin now break at a failover.',
      remedy:
        'Look at the sync link and at the peer; compare the keys, host ids and addresses in both documents.',
    },
  },
  'states-bulk-failed': {
    severity: 'warning',
    en: {
      cause: "A peer's table did not arrive whole, so older connections would break at a failover.",
      remedy: 'Look at the load and at losses on the sync link; it is tried again and again.',
    },
  },
  'states-host-id-equal': {
    severity: 'error',
    en: {
      cause: 'Another node has the same host id, so neither takes states of the other.',
      remedy: 'Give each node a host id of its own under ha.hostId.',
    },
  },
  'states-forged': {
    severity: 'warning',
    en: {
      cause: 'Datagrams on the sync link were not sealed with a key of this cluster. They are refused.',
      remedy: 'Compare ha.sync.keys at both nodes, or find the host that sends them.',
    },
  },
  'states-replayed': {
    severity: 'warning',
    en: {
      cause: 'Somebody repeats what was sent on the sync link before. It is refused.',
      remedy: 'Find the host that repeats it.',
    },
  },
  'states-overrun': {
    severity: 'warning',
    en: {
      cause:
        'The kernel reported connections faster than they could be read; the whole table was sent again.',
      remedy: 'Give the node more processor time, or let root run it: then the buffer is 64 MiB.',
    },
  },
  'states-table-full': {
    severity: 'error',
    en: {
      cause: 'The table of connections is full: new ones are refused, here or for the peer.',
      remedy: 'Raise net.netfilter.nf_conntrack_max on all nodes alike.',
    },
  },
  'states-behind': {
    severity: 'warning',
    en: {
      cause: 'A peer takes up states more slowly than they arise; the newest would break at a failover.',
      remedy: 'Look at the load of the peer and at losses on the sync link.',
    },
  },
  'states-stopped': {
    severity: 'error',
    en: {
      cause: 'State synchronisation does not run: connections break at a failover.',
      remedy: 'See the log for the reason.',
    },
  },
  'hold-off-expired': {
    severity: 'warning',
    en: {
      cause: 'The node was not ready within the time limit and takes part all the same.',
      remedy: 'See the log for what it waited for.',
    },
  },
} as const satisfies Readonly<Record<string, RunningEntry>>;
