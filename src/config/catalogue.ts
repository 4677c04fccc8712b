/**
 * Every fault that a document can have, by code. A code is never given a second meaning; one that goes out of use is
 * not taken again. `{names}` in the texts are filled in with values of the document.
 */
import type { Entry } from './findings.ts';

export const documentCatalogue = {
  // Reading ---------------------------------------------------------------------------------------------------
  yaml: {
    severity: 'error',
    message: '{problem}',
    cause: 'The file is not valid YAML, so nothing of it can be read.',
    remedy: 'Correct the YAML at this place.',
  },
  schema: {
    severity: 'error',
    message: '{where}: {problem}',
    cause: 'The field is unknown, is missing, or has a value that it does not allow.',
    remedy: 'Write a value that the field allows; schema/cluster.schema.json lets an editor help.',
  },
  'secret-missing': {
    severity: 'error',
    message: '{where}: {problem}',
    cause:
      'The password is kept outside the document and was not found there, so adverts could not be signed.',
    remedy: 'Set the environment variable, or add the name to the secrets file.',
  },
  'unknown-interface': {
    severity: 'error',
    message: 'there is no interface "{name}"',
    cause: 'An entry that names an interface which does not exist has no effect.',
    remedy: 'Use a key of "interfaces".',
  },
  'unknown-node': {
    severity: 'error',
    message: 'there is no node "{name}"',
    cause: 'A value under the name of a node that does not exist belongs to nobody.',
    remedy: 'Use a name of "nodes".',
  },
  'unknown-alias': {
    severity: 'error',
    message: '"{name}" is neither an address nor an alias',
    cause: 'The rule would match nothing.',
    remedy: 'Define the alias under "aliases", or write an address or a network.',
  },
  'unknown-gateway': {
    severity: 'error',
    message: 'there is no gateway "{name}"',
    cause: 'The nodes would have no way out.',
    remedy: 'Define the gateway under "gateways", or write its address.',
  },
  'alias-type': {
    severity: 'error',
    message: 'the alias "{name}" holds {holds}, but {wanted} are due here',
    cause: 'Ports and addresses cannot stand for each other.',
    remedy: 'Use an alias of the right type.',
  },

  // Nodes -----------------------------------------------------------------------------------------------------
  'single-node': {
    severity: 'warning',
    message: 'the cluster has one node, {node}',
    cause: 'There is nobody to take over.',
    remedy: 'Add a second node.',
  },
  'node-priority-equal': {
    severity: 'warning',
    message: '{node} and {other} share priority {priority}',
    cause: 'Their place in the file decides who is master, which is easily overlooked.',
    remedy: 'Give each node a priority of its own; 1 is the preferred master.',
  },

  // Interfaces ------------------------------------------------------------------------------------------------
  'node-address-duplicate': {
    severity: 'error',
    message: '{address} is the address of {where} and of {other}',
    cause: 'Two machines answer for the address, or one has it twice.',
    remedy: 'Give each node an address of its own.',
  },
  'node-address-reserved': {
    severity: 'error',
    message: '{address} is the {what} address of {network}',
    cause: 'No host may have the network or the broadcast address.',
    remedy: 'Use an address between them.',
  },
  'node-address-missing': {
    severity: 'error',
    message: '{node} has no {family} address on {interface}, but {other} has',
    cause:
      'A node without an address on the segment cannot send adverts of that family, nor take over there.',
    remedy: 'Give every node an address on the interface, or disable the interface there.',
  },
  'node-networks-differ': {
    severity: 'error',
    message: 'on {interface}, {address} is in {network}, but {other} is in {otherNetwork}',
    cause: 'The nodes do not share a network there, so no virtual IP can move between them.',
    remedy: 'Put the addresses of all nodes into one network, with one prefix length.',
  },
  'interface-without-address': {
    severity: 'error',
    message: '{interface} has a virtual IP but no address of its own',
    cause: 'Adverts need a source address on the segment.',
    remedy: 'Give every node an address on the interface.',
  },
  'interface-disabled-on-node': {
    severity: 'warning',
    message: '{interface}, which has a virtual IP, is disabled on {node}',
    cause:
      'Its virtual IP lives on one node while the others may live on another: traffic takes two different ways.',
    remedy: 'Enable the interface on all nodes; to move everything use maintenance mode.',
  },
  'interfaces-overlap': {
    severity: 'error',
    message: '{network} of {interface} overlaps {otherNetwork} of {other}',
    cause: 'The kernel cannot tell which way to send.',
    remedy: 'Use networks that do not overlap.',
  },
  'device-duplicate': {
    severity: 'error',
    message: '{interface} and {other} are both the device {device} on {node}',
    cause: 'Rules, addresses and adverts of the two would mix.',
    remedy: 'Name another device for one of them.',
  },
  'device-names-differ': {
    severity: 'warning',
    message: '{interface} is {device} on {node} but {otherDevice} on {other}',
    cause:
      'Bascule copes, but whatever names devices (pfSense states since 2.8, scripts, captures) does not carry over to the peer.',
    remedy:
      'Rename the devices so that they are called the same on every node, for instance by a .link file of systemd.',
  },
  'docker-network': {
    severity: 'info',
    message: "{network} of {interface} overlaps Docker's default bridge, 172.17.0.0/16",
    cause: 'A node or neighbour that runs Docker cannot reach the network.',
    remedy: 'Set another "bip" for Docker there, or use another network.',
  },
  'gateway-outside-network': {
    severity: 'error',
    message: 'gateway {address} is outside the networks of {interface}',
    cause: 'It cannot be reached from there.',
    remedy: "Use an address of the interface's network.",
  },
  'gateway-is-own': {
    severity: 'error',
    message: 'gateway {address} is {what}',
    cause: 'The pair would be its own gateway.',
    remedy: 'Write the address of the router beyond.',
  },
  'block-private-cuts-pair': {
    severity: 'warning',
    message: '{interface} blocks private networks, but is itself in {network}',
    cause:
      "The pair's neighbours, its gateway and the other node have private addresses there and are cut off.",
    remedy: 'Set blockPrivate: false on this interface.',
  },
  'block-bogons-cuts-pair': {
    severity: 'warning',
    message: '{interface} blocks bogon networks, but is itself in {network}',
    cause: "The network is reserved, so the pair's neighbours, its gateway and the other node are cut off.",
    remedy: 'Set blockBogons: false on this interface.',
  },

  // Virtual IPs -----------------------------------------------------------------------------------------------
  'vhid-duplicate': {
    severity: 'error',
    message: 'VHID {vhid} stands twice on {interface} (first on line {line})',
    cause: 'Both virtual IPs share one virtual MAC and one election: neither works.',
    remedy: 'Give each virtual IP of a segment a VHID of its own, or put all addresses under one VHID.',
  },
  'vip-device-collision': {
    severity: 'error',
    message:
      'VHID {vhid} of {interface} and VHID {vhid} of {other} would both be the device {device} on {node}',
    cause: 'The name of a device holds 15 bytes, so that of the interface is cut to 9.',
    remedy: 'Give the interfaces device names that differ in their first 9 characters, or use another VHID.',
  },
  'vip-outside-network': {
    severity: 'error',
    message: 'virtual IP {address} is outside {networks} of {interface}',
    cause: 'No neighbour can reach it.',
    remedy: 'Use a free address of the network that the interface is in.',
  },
  'vip-is-node-address': {
    severity: 'error',
    message: 'virtual IP {address} is also the address of {node} on {interface}',
    cause: 'The node keeps its address when the virtual IP moves, so two machines answer for it.',
    remedy: 'Use a free address for the virtual IP.',
  },
  'vip-is-gateway': {
    severity: 'error',
    message: 'virtual IP {address} is also the gateway of {interface}',
    cause: 'The pair and the gateway both answer for the address.',
    remedy: 'Use a free address for the virtual IP.',
  },
  'vip-duplicate': {
    severity: 'error',
    message:
      'virtual IP {address} stands under VHID {vhid} of {interface} and under VHID {otherVhid} of {other}',
    cause: 'Two virtual hosts claim the same address.',
    remedy: 'Keep one of the two.',
  },
  'vip-reserved-address': {
    severity: 'error',
    message: 'virtual IP {address} is the {what} address of {network}',
    cause: 'No host may have the network or the broadcast address.',
    remedy: 'Use an address between them.',
  },
  'vip-mask-differs': {
    severity: 'warning',
    message: 'virtual IP {address} should have /{prefix}, as {interface} has',
    cause:
      'A CARP address bears the mask of its network; with /32 some systems never leave INIT, and DHCP fails over badly.',
    remedy: 'Write {right}.',
  },
  'vip-family-missing': {
    severity: 'error',
    message: 'virtual IP {address} is {family}, but {interface} has no {family} address',
    cause: 'Adverts of this family have no source address and the network no route.',
    remedy: 'Give every node an address of this family on the interface.',
  },
  'vip-on-disabled-interface': {
    severity: 'warning',
    message: 'VHID {vhid} is on {interface}, which is disabled on every node',
    cause: 'The virtual IP exists nowhere.',
    remedy: 'Enable the interface, or remove the virtual IP.',
  },
  'vip-octet-differs': {
    severity: 'info',
    message: 'virtual IP {address} ends in .{octet}, while most others end in .{usual}',
    cause: 'The addresses follow a pattern with one exception, which may be a slip of the pen.',
    remedy: 'Check the address; nothing to do if it is meant.',
  },
  'vip-mac-interface-unsupported': {
    severity: 'error',
    message: 'VHID {vhid} of {interface} asks for mac: interface',
    cause: 'This version carries virtual IPs on virtual MACs only.',
    remedy: 'Write mac: virtual, and let the hypervisor pass the MAC 00:00:5e:00:01:{hex}.',
  },
  'vip-mac-interface-slow': {
    severity: 'warning',
    message: 'VHID {vhid} of {interface} moves without its MAC, but failover is fastest',
    cause:
      "Neighbours ignore an ARP update within a second of the last (Linux' locktime), so they may be slower than the failover.",
    remedy: 'Use mac: virtual, or failover: fast.',
  },

  // Timers ----------------------------------------------------------------------------------------------------
  'timers-ignored': {
    severity: 'info',
    message: 'failover: {failover} does not use the {fields} of VHID {vhid} on {interface}',
    cause: 'With fast and fastest the timers follow from the order of the nodes.',
    remedy: 'Remove them, or choose failover: standard.',
  },
  'advbase-zero-standard': {
    severity: 'error',
    message: 'VHID {vhid} of {interface} has advbase 0 with failover: standard',
    cause:
      'Adverts below one second are refused or misread by other CARP hosts; standard keeps to what they accept.',
    remedy: 'Write advbase: 1, or choose failover: fast.',
  },
  'equal-skews': {
    severity: 'error',
    message: '{node} and {other} both have advskew {advskew} for VHID {vhid} of {interface}',
    cause: 'Nobody is preferred: which node becomes master is left to chance.',
    remedy: 'Give each node another advskew: 0 to the first, 100 to the second.',
  },
  'skews-close': {
    severity: 'info',
    message: '{node} and {other} are 1 apart in advskew for VHID {vhid} of {interface}',
    cause: 'It works, but leaves no room for a third node between them and is easily mistaken for equal.',
    remedy: "Leave a distance such as 100, as pfSense's own synchronisation does.",
  },
  'skew-order-differs': {
    severity: 'warning',
    message: 'for VHID {vhid} of {interface}, {node} comes first, unlike for VHID {otherVhid} of {other}',
    cause:
      'In normal operation the virtual IPs live on different nodes, so traffic takes two different ways.',
    remedy: 'Prefer the same node for all virtual IPs.',
  },
  'mixed-needs-standard': {
    severity: 'error',
    message: 'the group is mixed, but failover is {failover}',
    cause: 'CARP hosts other than Bascule do not understand an advbase of 0.',
    remedy: 'Write failover: standard, or mixed: false.',
  },
  'mixed-strict': {
    severity: 'error',
    message: 'the group is mixed, but strict is true',
    cause: 'Other CARP hosts start with random counters, so strict mode would refuse their adverts.',
    remedy: 'Leave strict out, or write strict: false.',
  },

  // Passwords -------------------------------------------------------------------------------------------------
  'password-empty': {
    severity: 'error',
    message: 'the password of {what} is empty',
    cause: 'Anybody who reaches it can take over.',
    remedy: 'Set a password of 12 to 19 characters.',
  },
  'password-short': {
    severity: 'warning',
    message: 'the password of {what} has {length} characters',
    cause: 'It can be guessed, for CARP from a single recorded advert.',
    remedy: 'Use 12 to 19 characters.',
  },
  'password-long': {
    severity: 'warning',
    message: 'the password of {what} has {length} bytes',
    cause: 'CARP uses the first 19 bytes; the rest protects nothing.',
    remedy: 'Use at most 19 bytes.',
  },
  'password-default': {
    severity: 'error',
    message: 'the password of {what} is a well-known default',
    cause: 'It is the first that anybody tries.',
    remedy: 'Choose another.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
