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
    fr: {
      message: 'il n’y a pas d’hyperviseur « {name} »',
      cause: 'Ce qui lui est destiné ne serait créé nulle part.',
      remedy: 'Utilisez une clé de « infrastructure.hypervisors ».',
    },
  },
  'infra-unknown-bridge': {
    severity: 'error',
    en: {
      message: 'there is no bridge "{name}" on {hypervisor}',
      cause: 'Nothing can be plugged into it; often one bridge goes by two names.',
      remedy: 'Use a key of "infrastructure.bridges", and see that the bridge is on this hypervisor.',
    },
    fr: {
      message: 'il n’y a pas de pont « {name} » sur {hypervisor}',
      cause: 'Rien ne peut y être raccordé ; c’est souvent un même pont sous deux noms.',
      remedy:
        'Utilisez une clé de « infrastructure.bridges », et vérifiez que le pont est sur cet hyperviseur.',
    },
  },
  'infra-hypervisor-address-duplicate': {
    severity: 'error',
    en: {
      message: '{address} is the address of {hypervisor} and of {other}',
      cause: 'A tunnel cannot tell the two ends apart.',
      remedy: 'Give each hypervisor an address of its own.',
    },
    fr: {
      message: '{address} est à la fois l’adresse de {hypervisor} et celle de {other}',
      cause: 'Un tunnel ne peut pas distinguer ses deux extrémités.',
      remedy: 'Donnez à chaque hyperviseur une adresse à lui.',
    },
  },
  'infra-address-taken': {
    severity: 'warning',
    en: {
      message: '{hypervisor} ends its tunnels at {address}, which is also {what}',
      cause: 'Two machines answer for the address: either the tunnel or the firewall loses its packets.',
      remedy: 'Give the hypervisor an address that nothing in the cluster has.',
    },
    fr: {
      message: '{hypervisor} termine ses tunnels à {address}, qui est aussi {what}',
      cause: 'Deux machines répondent pour cette adresse : le tunnel ou le pare-feu y perd ses paquets.',
      remedy: 'Donnez à l’hyperviseur une adresse que rien ne porte dans le cluster.',
    },
  },
  'infra-tunnel-self': {
    severity: 'error',
    en: {
      message: '{tunnel} is between {hypervisor} and itself',
      cause: 'A tunnel needs two ends.',
      remedy: 'Name the other hypervisor.',
    },
    fr: {
      message: '{tunnel} relie {hypervisor} à lui-même',
      cause: 'Il faut deux extrémités à un tunnel.',
      remedy: 'Désignez l’autre hyperviseur.',
    },
  },
  'infra-remote-wrong': {
    severity: 'error',
    en: {
      message: "{hypervisor} sends {tunnel} to {address}, which is {what}, not {far}'s {right}",
      cause: 'The packets go elsewhere, and Open vSwitch still says that the link is up.',
      remedy: 'Write {right}, or leave "remotes" out.',
    },
    fr: {
      message: '{hypervisor} envoie {tunnel} vers {address}, qui est {what}, et non {right}, celle de {far}',
      cause: 'Les paquets partent ailleurs, et Open vSwitch affiche pourtant le lien comme actif.',
      remedy: 'Écrivez {right}, ou retirez « remotes ».',
    },
  },
  'infra-tunnel-twin': {
    severity: 'error',
    en: {
      message: '{tunnel} and {other} have the key {key} between the same hypervisors',
      cause: 'Packets of the two cannot be told apart; Open vSwitch refuses the second.',
      remedy: 'Give each tunnel a key of its own.',
    },
    fr: {
      message: '{tunnel} et {other} ont la même clé {key} entre les mêmes hyperviseurs',
      cause: 'Rien ne distingue les paquets de l’un de ceux de l’autre ; Open vSwitch refuse le second.',
      remedy: 'Donnez à chaque tunnel sa propre clé.',
    },
  },
  'infra-tunnel-loop': {
    severity: 'error',
    en: {
      message: '{tunnel} closes a loop on {bridge}',
      cause: 'Without spanning tree a broadcast goes round for ever and fills both networks.',
      remedy: 'Remove one of the tunnels, or put it into another bridge.',
    },
    fr: {
      message: '{tunnel} ferme une boucle sur {bridge}',
      cause: 'Sans spanning tree, une diffusion y tourne sans fin et sature les deux réseaux.',
      remedy: 'Supprimez l’un des tunnels, ou placez-le dans un autre pont.',
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
    fr: {
      message: '{what} peut envoyer {mtu} octets, mais {tunnel} n’en laisse passer que {limit}',
      cause:
        'Les paquets plus grands disparaissent sans un mot : les pings passent, les transferts se figent. Le tunnel prend 50 octets, une étiquette VLAN 4 de plus.',
      remedy: 'Réglez un MTU de {limit}, ou portez celui du trajet entre les hyperviseurs à {needed}.',
    },
  },
  'infra-checksum-offload': {
    severity: 'warning',
    en: {
      message: '{machine} may leave checksums to its card on {bridge}, a userspace datapath',
      cause: 'Nobody fills them in on the way into the tunnel: pings pass, TCP and UDP arrive broken.',
      remedy: 'Switch transmit checksum offload off in the guest, then write checksumOffload: false.',
    },
    fr: {
      message:
        '{machine} peut laisser les sommes de contrôle à sa carte sur {bridge}, dont le datapath est en espace utilisateur',
      cause:
        'Personne ne les calcule à l’entrée du tunnel : les pings passent, TCP et UDP arrivent corrompus.',
      remedy:
        'Désactivez dans l’invité le calcul des sommes de contrôle par la carte (tx offload), puis écrivez checksumOffload: false.',
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
    fr: {
      message:
        '{address} de {hypervisor} n’est sur aucun pont en espace utilisateur, alors que {tunnel} l’est',
      cause:
        'Le datapath en espace utilisateur ne trouve pas de chemin vers l’autre extrémité et rejette les paquets, alors que le lien paraît actif.',
      remedy: 'Mettez la carte réseau dans un pont de datapath netdev, et inscrivez-y l’adresse.',
    },
  },
  'infra-hypervisor-shared': {
    severity: 'warning',
    en: {
      message: '{node} and {other} both run on {hypervisor}',
      cause: 'When it fails, both firewalls do.',
      remedy: 'Put each node on a hypervisor of its own.',
    },
    fr: {
      message: '{node} et {other} tournent tous deux sur {hypervisor}',
      cause: 'S’il tombe, les deux pare-feu tombent.',
      remedy: 'Placez chaque nœud sur son propre hyperviseur.',
    },
  },
  'infra-bridge-differs': {
    severity: 'warning',
    en: {
      message: '{interface} is {bridge} for {node} but {otherBridge} for {other}',
      cause: 'The nodes may not share the network: adverts do not arrive, and both become master.',
      remedy: 'Use one bridge name, or see that the two are joined.',
    },
    fr: {
      message: '{interface} est {bridge} pour {node}, mais {otherBridge} pour {other}',
      cause:
        'Les nœuds ne partagent peut-être pas ce réseau : les annonces n’arrivent pas, et les deux deviennent maîtres.',
      remedy: 'Utilisez un seul nom de pont, ou vérifiez que les deux sont reliés.',
    },
  },
  'infra-segment-split': {
    severity: 'warning',
    en: {
      message: 'nothing joins {bridge} of {hypervisor} and of {other}, which carry {interface}',
      cause: 'The nodes do not hear each other there, and both become master.',
      remedy: 'Give the bridge a tunnel between them, or a port on both.',
    },
    fr: {
      message: 'rien ne relie {bridge} de {hypervisor} à celui de {other}, qui portent {interface}',
      cause: 'Les nœuds ne s’y entendent pas, et les deux deviennent maîtres.',
      remedy: 'Donnez au pont un tunnel entre les deux, ou un port sur chacun.',
    },
  },
  'infra-tag-differs': {
    severity: 'warning',
    en: {
      message: '{interface} has {tag} for {node} but {otherTag} for {other}',
      cause: 'The nodes are in different VLANs and do not hear each other: both become master.',
      remedy: 'Give both the same tag.',
    },
    fr: {
      message: '{interface} : {tag} pour {node}, mais {otherTag} pour {other}',
      cause: 'Les nœuds sont dans des VLAN différents et ne s’entendent pas : les deux deviennent maîtres.',
      remedy: 'Donnez-leur la même étiquette.',
    },
  },
  'infra-nic-firewall': {
    severity: 'warning',
    en: {
      message: "the hypervisor's firewall is on for {interface} of {machine}",
      cause: 'It filters by MAC and by state: frames of the virtual MAC and CARP adverts are dropped.',
      remedy: 'Write firewall: false; the guest is the firewall.',
    },
    fr: {
      message: 'le pare-feu de l’hyperviseur est actif pour {interface} de {machine}',
      cause:
        'Il filtre par MAC et par état : les trames de la MAC virtuelle et les annonces CARP sont rejetées.',
      remedy: 'Écrivez firewall: false ; le pare-feu, c’est l’invité.',
    },
  },
  'infra-nic-missing': {
    severity: 'warning',
    en: {
      message: '{machine} has no network card for {interface} of {node}',
      cause: 'The node lacks the interface, so its virtual IPs cannot move there.',
      remedy: 'Add a card with interface: {key}.',
    },
    fr: {
      message: '{machine} n’a pas de carte réseau pour {interface} de {node}',
      cause: 'L’interface manque à ce nœud : ses IP virtuelles ne peuvent pas y passer.',
      remedy: 'Ajoutez une carte avec interface: {key}.',
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
    fr: {
      message: '{interface} est une carte {model} pour {node}, mais {otherModel} pour {other}',
      cause:
        'Les invités nomment leurs cartes différemment (vtnet0, em0) : ce qui désigne un périphérique ne vaut pas chez le pair.',
      remedy: 'Utilisez le même modèle pour les deux, virtio.',
    },
  },
  'infra-os-type': {
    severity: 'warning',
    en: {
      message: '{machine} runs {os}, but its guest type is {osType}',
      cause: "The hypervisor tunes timers and devices for another system than the guest's.",
      remedy: 'Write osType: {right}, or leave it out.',
    },
    fr: {
      message: '{machine} fait tourner {os}, mais son type d’invité est {osType}',
      cause: 'L’hyperviseur règle horloges et périphériques pour un autre système que celui de l’invité.',
      remedy: 'Écrivez osType: {right}, ou retirez ce champ.',
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
    fr: {
      message:
        'les machines de {hypervisor} prennent {needed} Gio, mais un disque de {disk} Gio ne leur en laisse que {space}',
      cause:
        'Son installateur réserve de la place au système, au swap et au groupe de volumes ; quand le reste est plein, les invités s’arrêtent.',
      remedy: 'Prenez un disque plus grand, ou donnez moins aux machines.',
    },
  },
  'infra-vmid-duplicate': {
    severity: 'error',
    en: {
      message: '{machine} and {other} have the VM ID {vmid}',
      cause: 'An ID is used once in a whole Proxmox cluster.',
      remedy: 'Give each machine an ID of its own.',
    },
    fr: {
      message: '{machine} et {other} ont le même identifiant de VM {vmid}',
      cause: 'Un identifiant ne sert qu’une fois dans tout un cluster Proxmox.',
      remedy: 'Donnez à chaque machine son propre identifiant.',
    },
  },
  'infra-not-at-boot': {
    severity: 'warning',
    en: {
      message: '{machine}, which is {node}, does not start with its hypervisor',
      cause: 'After a power cut the pair stays alone until somebody starts it by hand.',
      remedy: 'Write startAtBoot: true.',
    },
    fr: {
      message: '{machine}, qui est {node}, ne démarre pas avec son hyperviseur',
      cause:
        'Après une coupure de courant, la paire reste à un seul nœud jusqu’à ce que quelqu’un la démarre à la main.',
      remedy: 'Écrivez startAtBoot: true.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
