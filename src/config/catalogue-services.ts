/** The second half of the catalogue: synchronisation, rules, NAT, DHCP, and what is found while a node runs. */
import type { Entry } from './findings.ts';

export const servicesCatalogue = {
  // Synchronisation -------------------------------------------------------------------------------------------
  'sync-missing': {
    severity: 'warning',
    message: 'no interface for state synchronisation is named',
    cause: 'Established connections break at a failover.',
    remedy: 'Name an interface under ha.sync.',
  },
  'sync-not-dedicated': {
    severity: 'warning',
    message: 'state synchronisation shares {interface} with other traffic',
    cause:
      'A full or failing network there takes the synchronisation with it, and hosts on it could inject states.',
    remedy: 'Use a link of its own between the nodes.',
  },
  'sync-key-short': {
    severity: 'warning',
    message: 'a key of the synchronisation has {length} characters',
    cause: 'Whoever records the link can try keys at leisure, and then read and forge states.',
    remedy: 'Take 16 characters or more, for instance of "openssl rand -base64 24".',
  },
  'sync-gateway': {
    severity: 'error',
    message: 'the sync interface {interface} has a gateway',
    cause: 'Traffic may leave by the link that must stay free for the pair.',
    remedy: 'Remove the gateway from the sync interface.',
  },
  'sync-dhcp': {
    severity: 'error',
    message: 'a DHCP server is set on the sync interface {interface}',
    cause: 'Only the nodes live there, and their addresses are fixed.',
    remedy: 'Remove the DHCP range.',
  },
  'sync-vip': {
    severity: 'warning',
    message: 'VHID {vhid} is on the sync interface {interface}',
    cause: 'Nodes must reach each other there one by one; an address that moves serves nobody.',
    remedy: 'Remove the virtual IP.',
  },
  'sync-peer-self': {
    severity: 'error',
    message: "{node}'s peer {address} is its own address",
    cause: 'The node would send its states to itself.',
    remedy: 'Write the address of the other node.',
  },
  'sync-peer-foreign': {
    severity: 'error',
    message: "{node}'s peer {address} is no node's address on {interface}",
    cause: 'The states would go nowhere.',
    remedy: "Write the other node's address on the sync interface.",
  },
  'sync-peer-missing': {
    severity: 'warning',
    message: '{node} has no peer, but {other} has',
    cause: 'What {node} tells goes by multicast to every host on the link, and a switch may not carry it.',
    remedy: 'Name a peer for every node, or for none (multicast).',
  },
  'host-id-invalid': {
    severity: 'error',
    message: '"{id}" of {node} is not a host ID',
    cause: 'States cannot be told apart by their creator.',
    remedy: 'Write 8 hex digits, not all zero.',
  },
  'host-id-equal': {
    severity: 'error',
    message: '{node} and {other} share the host ID {id}',
    cause: "Each node takes the other's states for its own.",
    remedy: 'Give each node another host ID.',
  },
  'config-peer-self': {
    severity: 'error',
    message: 'the target {address} is an address of {node} itself',
    cause: 'The configuration would be sent in a circle.',
    remedy: 'Write the address of the other node on the sync interface.',
  },
  'config-certificate-unchecked': {
    severity: 'warning',
    message: 'the certificate of the target is not checked',
    cause: 'A stranger on the link could receive the whole configuration, passwords included.',
    remedy:
      'Write the fingerprint of its certificate in place of verifyCertificate: false, or install one that both nodes trust.',
  },
  'config-rule-missing': {
    severity: 'warning',
    message: 'no rule on {interface} lets TCP port 443 pass',
    cause: 'Configuration synchronisation is set up, but the target drops it.',
    remedy: 'Pass TCP from the nodes to port 443 on the sync interface.',
  },

  // Rules -----------------------------------------------------------------------------------------------------
  'carp-blocked': {
    severity: 'error',
    message: 'the rule on {interface} blocks CARP',
    cause:
      'Bascule lets adverts pass before all rules, so this one never matches there; on any other firewall both nodes would become master.',
    remedy: 'Remove the rule.',
  },
  'pfsync-blocked': {
    severity: 'error',
    message: 'the rule on {interface} blocks pfsync',
    cause:
      'Bascule lets state synchronisation pass on the sync interface before all rules; on any other firewall connections would break at a failover.',
    remedy: 'Remove the rule.',
  },
  'sync-rule-missing': {
    severity: 'warning',
    message: 'no rule on {interface} lets pfsync pass',
    cause:
      'Bascule lets it pass by itself, but a pfSense that gets these rules drops the states of its peer.',
    remedy: 'Pass protocol pfsync on the sync interface.',
  },
  'rule-names-one-node': {
    severity: 'warning',
    message: 'the source {address} is {node} alone',
    cause:
      'All nodes share the rules: at {node} it admits {node} itself, and the other way round nothing is admitted.',
    remedy: 'Name all nodes by an alias, or the network of the interface.',
  },
  'rule-fields-contradict': {
    severity: 'error',
    message: '{field} needs protocol {wanted}, but the rule has {protocol}',
    cause: 'The field means nothing for this protocol, so the rule cannot be built.',
    remedy: 'Set the protocol, or remove the field.',
  },
  'rule-never-matches': {
    severity: 'warning',
    message: 'source and destination have no address family in common that the rule ({family}) covers',
    cause: 'No packet has an IPv4 and an IPv6 end, or an end of another family than the rule.',
    remedy: 'Set the family to that of the addresses.',
  },
  'rule-limits-unused': {
    severity: 'warning',
    message: 'the rule has limits, but its action is {action} and its state {state}',
    cause: 'Limits count the connections that a rule lets begin; this one keeps none.',
    remedy: 'Remove the limits, or write action: pass and state: keep.',
  },
  'unknown-schedule': {
    severity: 'error',
    message: 'there is no schedule "{name}"',
    cause: 'Nobody can tell when the rule counts.',
    remedy: 'Define the schedule under "schedules".',
  },
  'alias-circle': {
    severity: 'error',
    message: 'the alias "{name}" holds "{nested}", which holds "{name}" again',
    cause: 'What the alias stands for cannot be worked out.',
    remedy: 'Take one of the two out of the other.',
  },
  'rule-opens-outside': {
    severity: 'warning',
    message: 'the rule lets everything in from {interface}',
    cause: 'Whoever is outside reaches the firewall and everything behind it.',
    remedy: 'Name a protocol, a port or a destination.',
  },

  // NAT -------------------------------------------------------------------------------------------------------
  'nat-not-on-vip': {
    severity: 'warning',
    message: 'outbound NAT ({mode}) does not translate to a virtual IP of {interface}',
    cause: "Connections leave with the node's own address and break at a failover.",
    remedy: 'Use hybrid or manual outbound NAT with a rule that translates to the virtual IP.',
  },
  'nat-translates-to-node': {
    severity: 'warning',
    message: 'the rule translates to {what}',
    cause: 'The address stays with the node, so connections break at a failover.',
    remedy: 'Translate to the virtual IP.',
  },
  'nat-address-foreign': {
    severity: 'error',
    message: 'the rule translates to {address}, which neither a node nor a virtual IP has',
    cause: 'Answers never come back.',
    remedy: 'Translate to a virtual IP.',
  },
  'nat-catches-pair': {
    severity: 'warning',
    message: 'the source {source} covers addresses of the nodes on {interface}',
    cause:
      "Elsewhere such a rule catches the nodes' own traffic, adverts included, and a backup is cut off from the internet. Bascule leaves the nodes' own traffic alone.",
    remedy: 'Name the inside networks as the source.',
  },
  'forward-not-on-vip': {
    severity: 'warning',
    message: 'the port forward is for {address}, although {interface} has a virtual IP',
    cause: 'The address belongs to one node, so nobody gets in any more when that node fails.',
    remedy: 'Write the virtual IP as the destination.',
  },
  'nat-sizes-differ': {
    severity: 'error',
    message: '{external} cannot stand for {internal}',
    cause: 'Each address must have one counterpart: same family and same prefix length, IPv6 for NPt.',
    remedy: 'Write networks of the same length.',
  },
  'nat-rules-ignored': {
    severity: 'warning',
    message: 'outbound NAT has {count} rules of its own, but its mode is {mode}',
    cause: 'Only hybrid and manual use them.',
    remedy: 'Use mode: hybrid, or remove the rules.',
  },

  // DHCP ------------------------------------------------------------------------------------------------------
  'dhcp-gateway-is-node': {
    severity: 'error',
    message: 'DHCP on {interface} hands out {address} as gateway, which is {node} alone',
    cause: 'Clients keep sending to a node that is gone.',
    remedy: 'Hand out the virtual IP.',
  },
  'dhcp-dns-is-node': {
    severity: 'warning',
    message: 'DHCP on {interface} hands out {address} as DNS server, which is {node} alone',
    cause: 'Clients lose their resolver with the node.',
    remedy: 'Hand out the virtual IP.',
  },
  'dhcp-range-takes-address': {
    severity: 'error',
    message: 'the DHCP range {from} to {to} holds {address} of {owner}',
    cause: 'A client may get an address that the pair uses.',
    remedy: 'Leave the addresses of nodes and virtual IPs out of the range.',
  },
  'dhcp-range-invalid': {
    severity: 'error',
    message: 'the DHCP range {from} to {to} is not a range of {networks} on {interface}',
    cause: 'Clients would get addresses that lead nowhere, or none.',
    remedy: "Write the first and the last address of a range within the interface's network.",
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** Found while a node runs: `message` and the cause of the case come from the one who found it. */
export const runtimeCatalogue = {
  'dual-master': {
    severity: 'error',
    cause: 'Two nodes answer for the same addresses, since one does not hear the other.',
    remedy:
      'Look for a switch that filters multicast 224.0.0.18, or a firewall between the nodes that blocks protocol 112.',
  },
  'carp-family-silent': {
    severity: 'warning',
    cause: 'Adverts of one address family have stopped; the other alone keeps the backup quiet.',
    remedy: 'Look at MLD or IGMP snooping in the switch.',
  },
  'advert-hmac-mismatch': {
    severity: 'error',
    cause: 'Password or addresses of a VHID differ between its hosts, so both become master.',
    remedy: 'Compare password and addresses of this VHID on both sides.',
  },
  'vrrp-on-segment': {
    severity: 'warning',
    cause: 'VRRP uses the same virtual MACs: a router with an equal number collides with a VHID.',
    remedy: 'Make sure that no VRID equals a VHID of this segment.',
  },
  'advert-loop': {
    severity: 'warning',
    cause:
      "A node's own adverts come back to it, from a loop or an echoing virtual switch; that can stop failover.",
    remedy: "Look at bonded ports and at the virtual switch's promiscuous setting.",
  },
  'advert-replayed': {
    severity: 'warning',
    cause: 'Somebody repeats adverts that were sent before. They are refused.',
    remedy: 'Find the host that repeats them.',
  },
  'advert-forged-priority': {
    severity: 'error',
    cause: 'Adverts claim another priority than the document gives their sender. They are refused.',
    remedy: 'Give all nodes the same document, or find the host that alters adverts.',
  },
  'vhid-collision': {
    severity: 'error',
    cause: 'A host that is no node of this cluster takes part in the election of a VHID.',
    remedy: 'Choose another VHID, or name the host as a node; with other CARP hosts write mixed: true.',
  },
  'ruleset-not-loaded': {
    severity: 'error',
    cause: 'The kernel refused the ruleset, so the node keeps out of the election.',
    remedy: 'See the log for what nft refused.',
  },
  'states-peer-silent': {
    severity: 'warning',
    cause: 'A peer is not heard on the sync link: connections that begin now break at a failover.',
    remedy:
      'Look at the sync link and at the peer; compare the keys, host ids and addresses in both documents.',
  },
  'states-bulk-failed': {
    severity: 'warning',
    cause: "A peer's table did not arrive whole, so older connections would break at a failover.",
    remedy: 'Look at the load and at losses on the sync link; it is tried again and again.',
  },
  'states-host-id-equal': {
    severity: 'error',
    cause: 'Another node has the same host id, so neither takes states of the other.',
    remedy: 'Give each node a host id of its own under ha.hostId.',
  },
  'states-forged': {
    severity: 'warning',
    cause: 'Datagrams on the sync link were not sealed with a key of this cluster. They are refused.',
    remedy: 'Compare ha.sync.keys at both nodes, or find the host that sends them.',
  },
  'states-replayed': {
    severity: 'warning',
    cause: 'Somebody repeats what was sent on the sync link before. It is refused.',
    remedy: 'Find the host that repeats it.',
  },
  'states-overrun': {
    severity: 'warning',
    cause: 'The kernel reported connections faster than they could be read; the whole table was sent again.',
    remedy: 'Give the node more processor time, or let root run it: then the buffer is 64 MiB.',
  },
  'states-table-full': {
    severity: 'error',
    cause: 'The table of connections is full: new ones are refused, here or for the peer.',
    remedy: 'Raise net.netfilter.nf_conntrack_max on all nodes alike.',
  },
  'states-behind': {
    severity: 'warning',
    cause: 'A peer takes up states more slowly than they arise; the newest would break at a failover.',
    remedy: 'Look at the load of the peer and at losses on the sync link.',
  },
  'states-stopped': {
    severity: 'error',
    cause: 'State synchronisation does not run: connections break at a failover.',
    remedy: 'See the log for the reason.',
  },
  'hold-off-expired': {
    severity: 'warning',
    cause: 'The node was not ready within the time limit and takes part all the same.',
    remedy: 'See the log for what it waited for.',
  },
} as const satisfies Readonly<Record<string, Omit<Entry, 'message'>>>;
