/** The part of the catalogue about virtual IPs. */
import type { Entry } from './findings.ts';

export const vipsCatalogue = {
  'vhid-duplicate': {
    severity: 'error',
    en: {
      message: 'VHID {vhid} stands twice on {interface} (first on line {line})',
      cause: 'Both virtual IPs share one virtual MAC and one election: neither works.',
      remedy: 'Give each virtual IP of a segment a VHID of its own, or put all addresses under one VHID.',
    },
  },
  'vip-device-collision': {
    severity: 'error',
    en: {
      message:
        'VHID {vhid} of {interface} and VHID {vhid} of {other} would both be the device {device} on {node}',
      cause: 'The name of a device holds 15 bytes, so that of the interface is cut to 9.',
      remedy:
        'Give the interfaces device names that differ in their first 9 characters, or use another VHID.',
    },
  },
  'vip-outside-network': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is outside {networks} of {interface}',
      cause: 'No neighbour can reach it.',
      remedy: 'Use a free address of the network that the interface is in.',
    },
  },
  'vip-is-node-address': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is also the address of {node} on {interface}',
      cause: 'The node keeps its address when the virtual IP moves, so two machines answer for it.',
      remedy: 'Use a free address for the virtual IP.',
    },
  },
  'vip-is-gateway': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is also the gateway of {interface}',
      cause: 'The pair and the gateway both answer for the address.',
      remedy: 'Use a free address for the virtual IP.',
    },
  },
  'vip-duplicate': {
    severity: 'error',
    en: {
      message:
        'virtual IP {address} stands under VHID {vhid} of {interface} and under VHID {otherVhid} of {other}',
      cause: 'Two virtual hosts claim the same address.',
      remedy: 'Keep one of the two.',
    },
  },
  'vip-reserved-address': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is the {what} address of {network}',
      cause: 'No host may have the network or the broadcast address.',
      remedy: 'Use an address between them.',
    },
  },
  'vip-mask-differs': {
    severity: 'warning',
    en: {
      message: 'virtual IP {address} should have /{prefix}, as {interface} has',
      cause:
        'A CARP address bears the mask of its network; with /32 some systems never leave INIT, and DHCP fails over badly.',
      remedy: 'Write {right}.',
    },
  },
  'vip-family-missing': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is {family}, but {interface} has no {family} address',
      cause: 'Adverts of this family have no source address and the network no route.',
      remedy: 'Give every node an address of this family on the interface.',
    },
  },
  'vip-on-disabled-interface': {
    severity: 'warning',
    en: {
      message: 'VHID {vhid} is on {interface}, which is disabled on every node',
      cause: 'The virtual IP exists nowhere.',
      remedy: 'Enable the interface, or remove the virtual IP.',
    },
  },
  'vip-octet-differs': {
    severity: 'info',
    en: {
      message: 'virtual IP {address} ends in .{octet}, while most others end in .{usual}',
      cause: 'The addresses follow a pattern with one exception, which may be a slip of the pen.',
      remedy: 'Check the address; nothing to do if it is meant.',
    },
  },
  'vip-mac-interface-unsupported': {
    severity: 'error',
    en: {
      message: 'VHID {vhid} of {interface} asks for mac: interface',
      cause: 'This version carries virtual IPs on virtual MACs only.',
      remedy: 'Write mac: virtual, and let the hypervisor pass the MAC 00:00:5e:00:01:{hex}.',
    },
  },
  'vip-mac-interface-slow': {
    severity: 'warning',
    en: {
      message: 'VHID {vhid} of {interface} moves without its MAC, but failover is fastest',
      cause:
        "Neighbours ignore an ARP update within a second of the last (Linux' locktime), so they may be slower than the failover.",
      remedy: 'Use mac: virtual, or failover: fast.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
