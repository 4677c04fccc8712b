/** The load balancer's part of the catalogue. */
import type { Entry } from './findings.ts';

export const balancerCatalogue = {
  'balancer-pool-unknown': {
    severity: 'error',
    en: {
      message: 'there is no pool "{name}"',
      cause: 'Nobody would serve.',
      remedy: 'Define it under loadBalancer.pools, or name one of those that are there.',
    },
  },
  'balancer-monitor-unknown': {
    severity: 'error',
    en: {
      message: 'there is no monitor "{name}"',
      cause: 'Nobody would know whether the members live.',
      remedy: 'Define it under loadBalancer.monitors, or take one of {known}.',
    },
  },
  'balancer-fallback-circle': {
    severity: 'error',
    en: {
      message: 'the fall-backs go in a circle: {circle}',
      cause: 'Where all of these pools are offline nobody would serve, whatever the document seems to say.',
      remedy: 'End the chain with a pool that has no fall-back.',
    },
  },
  'balancer-port-missing': {
    severity: 'error',
    en: {
      message: 'the member {address} of {pool} has no port',
      cause: 'Neither the member nor its pool names one.',
      remedy: 'Write a port at the pool, or at the member.',
    },
  },
  'balancer-member-twice': {
    severity: 'error',
    en: {
      message: 'the member {member} is in the pool {pool} twice',
      cause: 'It would be checked, counted and drained as one.',
      remedy: 'Remove one of them; for a larger share write a weight.',
    },
  },
  'balancer-member-is-own': {
    severity: 'error',
    en: {
      message: 'the member {member} is {owner}',
      cause:
        'The firewall does not balance to itself: what is translated to its own address goes in a circle or to another service.',
      remedy: 'Name the address of a server behind the firewall.',
    },
  },
  'balancer-member-elsewhere': {
    severity: 'warning',
    en: {
      message: 'the member {member} is in no network of the firewall',
      cause:
        "Clients' addresses are preserved: when the member answers by another way than this firewall, connections never come about.",
      remedy: "Make sure that the member's way back to the clients leads through the firewall's virtual IP.",
    },
  },
  'balancer-address-not-vip': {
    severity: 'error',
    en: {
      message: 'the address {address} of the virtual server {server} is no virtual IP',
      cause: 'It would not move to the other node at a failover.',
      remedy: 'Take an address under virtualIps, or add one there.',
    },
  },
  'balancer-server-twice': {
    severity: 'error',
    en: {
      message: 'the virtual servers {other} and {server} both take {protocol} port {port} of {address}',
      cause: 'Only one of them can get a connection.',
      remedy: 'Change address, port or protocol of one.',
    },
  },
  'balancer-family-unserved': {
    severity: 'warning',
    en: {
      message: 'nobody serves {family} behind the virtual server {server}',
      cause:
        'An address is translated to one of its own family, and no pool has such a member: clients are refused.',
      remedy: 'Add a member with an {family} address, or remove that address of the virtual server.',
    },
  },
  'balancer-udp-asked-by-tcp': {
    severity: 'warning',
    en: {
      message:
        'the virtual server {server} carries UDP, but the members of {pool} are checked by TCP ({monitor})',
      cause:
        'A server that has no such TCP port is offline for ever, and one whose UDP service is dead stays online.',
      remedy: 'Check by icmp, or name the port of a TCP service that lives and dies with it.',
    },
  },
  'balancer-timeout-long': {
    severity: 'warning',
    en: {
      message: 'the monitor {monitor} waits {timeout} ms for an answer but checks every {interval} ms',
      cause:
        'The next check of a server that hangs begins late, so its death is noticed later than the interval says.',
      remedy: 'Make the timeout shorter than the interval.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
