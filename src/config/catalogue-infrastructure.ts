/** The part of the catalogue about what lies under the cluster: hypervisors, bridges, tunnels, machines. */
import type { Entry } from './findings.ts';

export const infrastructureCatalogue = {
  'infra-unknown-hypervisor': {
    severity: 'error',
    en: {
      message: 'there is no hypervisor "{name}"',
      cause: 'What is meant for it would be made nowhere.',
      remedy: 'Use a key of "infrastructure.hypervisors".',
    },
  },
  'infra-unknown-bridge': {
    severity: 'error',
    en: {
      message: 'there is no bridge "{name}" on {hypervisor}',
      cause: 'Nothing can be plugged into it; often one bridge goes by two names.',
      remedy: 'Use a key of "infrastructure.bridges", and see that the bridge is on this hypervisor.',
    },
  },
  'infra-hypervisor-address-duplicate': {
    severity: 'error',
    en: {
      message: '{address} is the address of {hypervisor} and of {other}',
      cause: 'A tunnel cannot tell the two ends apart.',
      remedy: 'Give each hypervisor an address of its own.',
    },
  },
  'infra-address-taken': {
    severity: 'warning',
    en: {
      message: '{hypervisor} ends its tunnels at {address}, which is also {what}',
      cause: 'Two machines answer for the address: either the tunnel or the firewall loses its packets.',
      remedy: 'Give the hypervisor an address that nothing in the cluster has.',
    },
  },
  'infra-tunnel-self': {
    severity: 'error',
    en: {
      message: '{tunnel} is between {hypervisor} and itself',
      cause: 'A tunnel needs two ends.',
      remedy: 'Name the other hypervisor.',
    },
  },
  'infra-remote-wrong': {
    severity: 'error',
    en: {
      message: "{hypervisor} sends {tunnel} to {address}, which is {what}, not {far}'s {right}",
      cause: 'The packets go elsewhere, and Open vSwitch still says that the link is up.',
      remedy: 'Write {right}, or leave "remotes" out.',
    },
  },
  'infra-tunnel-twin': {
    severity: 'error',
    en: {
      message: '{tunnel} and {other} have the key {key} between the same hypervisors',
      cause: 'Packets of the two cannot be told apart; Open vSwitch refuses the second.',
      remedy: 'Give each tunnel a key of its own.',
    },
  },
  'infra-tunnel-loop': {
    severity: 'error',
    en: {
      message: '{tunnel} closes a loop on {bridge}',
      cause: 'Without spanning tree a broadcast goes round for ever and fills both networks.',
      remedy: 'Remove one of the tunnels, or put it into another bridge.',
    },
  },
  'infra-mtu-too-large': {
    severity: 'warning',
    en: {
      message: '{what} may send {mtu} bytes, but only {limit} fit into {tunnel}',
      cause:
        'Larger packets vanish without a word: pings pass, transfers hang. The tunnel takes 50 bytes, a VLAN tag 4 more.',
      remedy: 'Set an MTU of {limit}, or raise that of the way between the hypervisors to {needed}.',
    },
  },
  'infra-checksum-offload': {
    severity: 'warning',
    en: {
      message: '{machine} may leave checksums to its card on {bridge}, a userspace datapath',
      cause: 'Nobody fills them in on the way into the tunnel: pings pass, TCP and UDP arrive broken.',
      remedy: 'Switch transmit checksum offload off in the guest, then write checksumOffload: false.',
    },
  },
  'infra-underlay-outside-datapath': {
    severity: 'warning',
    en: {
      message: "{hypervisor}'s {address} is on no userspace bridge, but {tunnel} is",
      cause:
        'The userspace datapath finds no way to the far end and drops the packets while the link says up.',
      remedy: 'Put the network card into a bridge of datapath netdev and write the address under it.',
    },
  },
  'infra-hypervisor-shared': {
    severity: 'warning',
    en: {
      message: '{node} and {other} both run on {hypervisor}',
      cause: 'When it fails, both firewalls do.',
      remedy: 'Put each node on a hypervisor of its own.',
    },
  },
  'infra-bridge-differs': {
    severity: 'warning',
    en: {
      message: '{interface} is {bridge} for {node} but {otherBridge} for {other}',
      cause: 'The nodes may not share the network: adverts do not arrive, and both become master.',
      remedy: 'Use one bridge name, or see that the two are joined.',
    },
  },
  'infra-segment-split': {
    severity: 'warning',
    en: {
      message: 'nothing joins {bridge} of {hypervisor} and of {other}, which carry {interface}',
      cause: 'The nodes do not hear each other there, and both become master.',
      remedy: 'Give the bridge a tunnel between them, or a port on both.',
    },
  },
  'infra-tag-differs': {
    severity: 'warning',
    en: {
      message: '{interface} has {tag} for {node} but {otherTag} for {other}',
      cause: 'The nodes are in different VLANs and do not hear each other: both become master.',
      remedy: 'Give both the same tag.',
    },
  },
  'infra-nic-firewall': {
    severity: 'warning',
    en: {
      message: "the hypervisor's firewall is on for {interface} of {machine}",
      cause: 'It filters by MAC and by state: frames of the virtual MAC and CARP adverts are dropped.',
      remedy: 'Write firewall: false; the guest is the firewall.',
    },
  },
  'infra-nic-missing': {
    severity: 'warning',
    en: {
      message: '{machine} has no network card for {interface} of {node}',
      cause: 'The node lacks the interface, so its virtual IPs cannot move there.',
      remedy: 'Add a card with interface: {key}.',
    },
  },
  'infra-nic-model-differs': {
    severity: 'warning',
    en: {
      message: '{interface} is a {model} for {node} but a {otherModel} for {other}',
      cause:
        'The guests name the cards differently (vtnet0, em0), so what names devices does not fit the peer.',
      remedy: 'Use one model, virtio, for both.',
    },
  },
  'infra-os-type': {
    severity: 'warning',
    en: {
      message: '{machine} runs {os}, but its guest type is {osType}',
      cause: "The hypervisor tunes timers and devices for another system than the guest's.",
      remedy: 'Write osType: {right}, or leave it out.',
    },
  },
  'infra-disk-too-small': {
    severity: 'warning',
    en: {
      message: 'the machines of {hypervisor} take {needed} GiB, but {disk} GiB leave {space} for them',
      cause:
        'Its installer keeps room for system, swap and volume group; when the rest is full, guests stop.',
      remedy: 'Take a larger disk, or give the machines less.',
    },
  },
  'infra-vmid-duplicate': {
    severity: 'error',
    en: {
      message: '{machine} and {other} have the VM ID {vmid}',
      cause: 'An ID is used once in a whole Proxmox cluster.',
      remedy: 'Give each machine an ID of its own.',
    },
  },
  'infra-not-at-boot': {
    severity: 'warning',
    en: {
      message: '{machine}, which is {node}, does not start with its hypervisor',
      cause: 'After a power cut the pair stays alone until somebody starts it by hand.',
      remedy: 'Write startAtBoot: true.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
