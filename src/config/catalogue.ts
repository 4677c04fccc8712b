/**
 * What can be wrong with a document, by code: its form, its nodes, its interfaces. A code is never given a second
 * meaning; one that goes out of use is not taken again. `{names}` in the texts are filled in with values of the document.
 */
import type { Entry } from './findings.ts';

export const documentCatalogue = {
  // Reading ---------------------------------------------------------------------------------------------------
  yaml: {
    severity: 'error',
    en: {
      message: '{problem}',
      cause: 'The file is not valid YAML, so nothing of it can be read.',
      remedy: 'Correct the YAML at this place.',
    },
  },
  schema: {
    severity: 'error',
    en: {
      message: '{where}: {problem}',
      cause: 'The field is unknown, is missing, or has a value that it does not allow.',
      remedy: 'Write a value that the field allows; schema/cluster.schema.json lets an editor help.',
    },
  },
  'secret-missing': {
    severity: 'error',
    en: {
      message: '{where}: {problem}',
      cause:
        'The password is kept outside the document and was not found there, so adverts could not be signed.',
      remedy: 'Set the environment variable, or add the name to the secrets file.',
    },
  },
  'unknown-interface': {
    severity: 'error',
    en: {
      message: 'there is no interface "{name}"',
      cause: 'An entry that names an interface which does not exist has no effect.',
      remedy: 'Use a key of "interfaces".',
    },
  },
  'unknown-node': {
    severity: 'error',
    en: {
      message: 'there is no node "{name}"',
      cause: 'A value under the name of a node that does not exist belongs to nobody.',
      remedy: 'Use a name of "nodes".',
    },
  },
  'unknown-alias': {
    severity: 'error',
    en: {
      message: '"{name}" is neither an address nor an alias',
      cause: 'The rule would match nothing.',
      remedy: 'Define the alias under "aliases", or write an address or a network.',
    },
  },
  'unknown-gateway': {
    severity: 'error',
    en: {
      message: 'there is no gateway "{name}"',
      cause: 'The nodes would have no way out.',
      remedy: 'Define the gateway under "gateways", or write its address.',
    },
  },
  'alias-type': {
    severity: 'error',
    en: {
      message: 'the alias "{name}" holds {holds}, but {wanted} are due here',
      cause: 'Ports and addresses cannot stand for each other.',
      remedy: 'Use an alias of the right type.',
    },
  },

  // Nodes -----------------------------------------------------------------------------------------------------
  'single-node': {
    severity: 'warning',
    en: {
      message: 'the cluster has one node, {node}',
      cause: 'There is nobody to take over.',
      remedy: 'Add a second node.',
    },
  },
  'node-priority-equal': {
    severity: 'warning',
    en: {
      message: '{node} and {other} share priority {priority}',
      cause: 'Their place in the file decides who is master, which is easily overlooked.',
      remedy: 'Give each node a priority of its own; 1 is the preferred master.',
    },
  },

  // Interfaces ------------------------------------------------------------------------------------------------
  'node-address-duplicate': {
    severity: 'error',
    en: {
      message: '{address} is the address of {where} and of {other}',
      cause: 'Two machines answer for the address, or one has it twice.',
      remedy: 'Give each node an address of its own.',
    },
  },
  'node-address-reserved': {
    severity: 'error',
    en: {
      message: '{address} is the {what} address of {network}',
      cause: 'No host may have the network or the broadcast address.',
      remedy: 'Use an address between them.',
    },
  },
  'node-address-missing': {
    severity: 'error',
    en: {
      message: '{node} has no {family} address on {interface}, but {other} has',
      cause:
        'A node without an address on the segment cannot send adverts of that family, nor take over there.',
      remedy: 'Give every node an address on the interface, or disable the interface there.',
    },
  },
  'node-networks-differ': {
    severity: 'error',
    en: {
      message: 'on {interface}, {address} is in {network}, but {other} is in {otherNetwork}',
      cause: 'The nodes do not share a network there, so no virtual IP can move between them.',
      remedy: 'Put the addresses of all nodes into one network, with one prefix length.',
    },
  },
  'interface-without-address': {
    severity: 'error',
    en: {
      message: '{interface} has a virtual IP but no address of its own',
      cause: 'Adverts need a source address on the segment.',
      remedy: 'Give every node an address on the interface.',
    },
  },
  'interface-disabled-on-node': {
    severity: 'warning',
    en: {
      message: '{interface}, which has a virtual IP, is disabled on {node}',
      cause:
        'Its virtual IP lives on one node while the others may live on another: traffic takes two different ways.',
      remedy: 'Enable the interface on all nodes; to move everything use maintenance mode.',
    },
  },
  'interfaces-overlap': {
    severity: 'error',
    en: {
      message: '{network} of {interface} overlaps {otherNetwork} of {other}',
      cause: 'The kernel cannot tell which way to send.',
      remedy: 'Use networks that do not overlap.',
    },
  },
  'device-duplicate': {
    severity: 'error',
    en: {
      message: '{interface} and {other} are both the device {device} on {node}',
      cause: 'Rules, addresses and adverts of the two would mix.',
      remedy: 'Name another device for one of them.',
    },
  },
  'device-names-differ': {
    severity: 'warning',
    en: {
      message: '{interface} is {device} on {node} but {otherDevice} on {other}',
      cause:
        'Bascule copes, but whatever names devices (pfSense states since 2.8, scripts, captures) does not carry over to the peer.',
      remedy:
        'Rename the devices so that they are called the same on every node, for instance by a .link file of systemd.',
    },
  },
  'docker-network': {
    severity: 'info',
    en: {
      message: "{network} of {interface} overlaps Docker's default bridge, 172.17.0.0/16",
      cause: 'A node or neighbour that runs Docker cannot reach the network.',
      remedy: 'Set another "bip" for Docker there, or use another network.',
    },
  },
  'gateway-outside-network': {
    severity: 'error',
    en: {
      message: 'gateway {address} is outside the networks of {interface}',
      cause: 'It cannot be reached from there.',
      remedy: "Use an address of the interface's network.",
    },
  },
  'gateway-is-own': {
    severity: 'error',
    en: {
      message: 'gateway {address} is {what}',
      cause: 'The pair would be its own gateway.',
      remedy: 'Write the address of the router beyond.',
    },
  },
  'block-private-cuts-pair': {
    severity: 'warning',
    en: {
      message: '{interface} blocks private networks, but is itself in {network}',
      cause:
        "The pair's neighbours, its gateway and the other node have private addresses there and are cut off.",
      remedy: 'Set blockPrivate: false on this interface.',
    },
  },
  'block-bogons-cuts-pair': {
    severity: 'warning',
    en: {
      message: '{interface} blocks bogon networks, but is itself in {network}',
      cause: "The network is reserved, so the pair's neighbours, its gateway and the other node are cut off.",
      remedy: 'Set blockBogons: false on this interface.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
