/** What verifying a hypervisor can find. `{names}` are filled in with what was measured. */
import type { Severity } from '#config/findings.ts';

export interface FaultTexts {
  readonly severity: Severity;
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
}

export const faultCatalogue = {
  'ovs-silent': {
    severity: 'error',
    message: 'Open vSwitch does not answer',
    cause: 'Its database or ovs-vswitchd does not run ({problem}): no bridge of it carries anything.',
    remedy: 'systemctl restart openvswitch-switch; a restart interrupts forwarding for 1 to 2 seconds.',
  },
  'ground-differs': {
    severity: 'error',
    message: 'not as the document says: {words}',
    cause: 'Somebody changed it by hand, or the document was not applied here.',
    remedy: 'bascule infra apply.',
  },
  'ground-blocked': {
    severity: 'error',
    message: '{words}',
    cause: 'What the document wants cannot be made here.',
    remedy: 'Put it right by hand, or correct the document.',
  },
  'tunnel-missing': {
    severity: 'error',
    message: '{tunnel} does not exist in {bridge}',
    cause: 'It was never made, was deleted, or vanished with a restart because no file names it.',
    remedy: 'bascule infra apply, then bascule infra export --write.',
  },
  'tunnel-error': {
    severity: 'error',
    message: 'Open vSwitch could not make {tunnel}: {problem}',
    cause: 'Its settings are impossible, or another port has the same far end and key.',
    remedy: 'Look at "ovs-vsctl list interface {tunnel}", and correct options:remote_ip and options:key.',
  },
  'tunnel-link-down': {
    severity: 'error',
    message: '{tunnel} is {state}',
    cause: 'The device is switched off or could not be made.',
    remedy: 'ip link set {tunnel} up; with Open vSwitch look at its column "error".',
  },
  'tunnel-settings-differ': {
    severity: 'error',
    message: '{tunnel}: {words}',
    cause: 'The two ends must agree on the key, and each must name the other.',
    remedy: 'bascule infra apply.',
  },
  'underlay-no-route': {
    severity: 'error',
    message: 'there is no way from here to {far} ({remote})',
    cause: 'No address of this machine is in a network with it, and there is no route.',
    remedy: 'Give the hypervisor its address {local}, or a route to {remote}.',
  },
  'underlay-outside-datapath': {
    severity: 'error',
    message: 'the way to {far} leaves by {device}, past the userspace datapath of {tunnel}',
    cause: 'That datapath only sends by its own bridges: packets are dropped while link_state says up.',
    remedy: 'Put {device} into an Open vSwitch bridge of datapath netdev and move the address there.',
  },
  'underlay-no-carrier': {
    severity: 'error',
    message: '{device}, by which {far} is reached, has no carrier',
    cause: 'Cable, switch or the other machine is off.',
    remedy: 'Look at the cable and the port of the switch.',
  },
  'underlay-unreachable': {
    severity: 'error',
    message: '{far} ({remote}) answers no ping',
    cause: 'It is off, has another address, or something between drops its packets.',
    remedy: 'Look at the other hypervisor; then at switches and firewalls between the two.',
  },
  'underlay-mtu-small': {
    severity: 'error',
    message: 'a packet of {mtu} bytes does not reach {far} whole, though small ones do',
    cause: 'The way carries less than the document says: large packets in the tunnel vanish without a word.',
    remedy:
      'Raise the MTU of cards and switches between them, or lower underlayMtu and the MTU of the guests.',
  },
  'tunnel-mtu-large': {
    severity: 'error',
    message: '{bridge} has an MTU of {mtu}, but only {limit} fit into {tunnel}',
    cause: 'Guests send what does not fit; it vanishes without a word: pings pass, transfers hang.',
    remedy: 'Set an MTU of {limit} on the bridge and in the guests.',
  },
  'port-refused': {
    severity: 'error',
    message: '{far} says that nobody listens at UDP {port}',
    cause: 'It has no tunnel with this port.',
    remedy: 'bascule infra apply at {far}.',
  },
  'bfd-off': {
    severity: 'warning',
    message: '{tunnel} is not probed by BFD',
    cause: 'Open vSwitch says that the link is up whatever happens to the way.',
    remedy: 'Write bfd: true in the document, then bascule infra apply on both.',
  },
  'bfd-far-off': {
    severity: 'warning',
    message: 'packets come through {tunnel}, but no BFD of {far}',
    cause: 'The other end does not probe, so this end takes the tunnel for broken.',
    remedy: 'bascule infra apply at {far}.',
  },
  'tunnel-key-mismatch': {
    severity: 'error',
    message: 'packets of {far} reach this machine with a key that no tunnel here has ({count} in {span})',
    cause: 'The ends of {tunnel} have different keys; this one has {key}.',
    remedy: 'bascule infra apply at {far}.',
  },
  'udp-filtered': {
    severity: 'error',
    message: '{far} answers pings, but nothing of {tunnel} arrives',
    cause: 'UDP {port} is dropped on the way or at either end, or the other end sends elsewhere.',
    remedy:
      'Let UDP {port} pass between {local} and {remote} in firewalls on the way; bascule infra verify there.',
  },
  'tunnel-one-way': {
    severity: 'error',
    message: '{tunnel}: {sent} packets left in {span} and none came back',
    cause: 'Only this direction works, or nobody at the other end answers.',
    remedy: 'bascule infra verify at {far}; look for a filter of UDP {port} there.',
  },
} as const satisfies Readonly<Record<string, FaultTexts>>;

export type FaultCode = keyof typeof faultCatalogue;
