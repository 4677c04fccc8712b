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
    fr: {
      cause: 'Deux nœuds répondent pour les mêmes adresses, car l’un n’entend pas l’autre.',
      remedy:
        'Cherchez un commutateur qui filtre le multicast 224.0.0.18, ou un pare-feu entre les nœuds qui bloque le protocole 112.',
    },
  },
  'carp-family-silent': {
    severity: 'warning',
    en: {
      cause: 'Adverts of one address family have stopped; the other alone keeps the backup quiet.',
      remedy: 'Look at MLD or IGMP snooping in the switch.',
    },
    fr: {
      cause:
        'Les annonces d’une famille d’adresses ont cessé ; seule l’autre retient encore le nœud de secours.',
      remedy: 'Examinez le MLD ou l’IGMP snooping du commutateur.',
    },
  },
  'advert-hmac-mismatch': {
    severity: 'error',
    en: {
      cause: 'Password or addresses of a VHID differ between its hosts, so both become master.',
      remedy: 'Compare password and addresses of this VHID on both sides.',
    },
    fr: {
      cause:
        'Le mot de passe ou les adresses d’un VHID diffèrent entre ses hôtes : les deux deviennent maîtres.',
      remedy: 'Comparez des deux côtés le mot de passe et les adresses de ce VHID.',
    },
  },
  'vrrp-on-segment': {
    severity: 'warning',
    en: {
      cause: 'VRRP uses the same virtual MACs: a router with an equal number collides with a VHID.',
      remedy: 'Make sure that no VRID equals a VHID of this segment.',
    },
    fr: {
      cause:
        'VRRP utilise les mêmes MAC virtuelles : un routeur de même numéro entre en conflit avec un VHID.',
      remedy: 'Vérifiez qu’aucun VRID n’est égal à un VHID de ce segment.',
    },
  },
  'advert-loop': {
    severity: 'warning',
    en: {
      cause:
        "A node's own adverts come back to it, from a loop or an echoing virtual switch; that can stop failover.",
      remedy: "Look at bonded ports and at the virtual switch's promiscuous setting.",
    },
    fr: {
      cause:
        'Un nœud reçoit ses propres annonces, renvoyées par une boucle ou par un commutateur virtuel ; cela peut empêcher la bascule.',
      remedy: 'Examinez les ports agrégés (bonding) et le mode promiscuous du commutateur virtuel.',
    },
  },
  'advert-replayed': {
    severity: 'warning',
    en: {
      cause: 'Somebody repeats adverts that were sent before. They are refused.',
      remedy: 'Find the host that repeats them.',
    },
    fr: {
      cause: 'Quelqu’un répète des annonces déjà envoyées. Elles sont refusées.',
      remedy: 'Trouvez la machine qui les répète.',
    },
  },
  'advert-forged-priority': {
    severity: 'error',
    en: {
      cause: 'Adverts claim another priority than the document gives their sender. They are refused.',
      remedy: 'Give all nodes the same document, or find the host that alters adverts.',
    },
    fr: {
      cause:
        'Des annonces revendiquent une autre priorité que celle que le document donne à leur émetteur. Elles sont refusées.',
      remedy: 'Mettez tous les nœuds au même document, ou trouvez la machine qui altère les annonces.',
    },
  },
  'vhid-collision': {
    severity: 'error',
    en: {
      cause: 'A host that is no node of this cluster takes part in the election of a VHID.',
      remedy: 'Choose another VHID, or name the host as a node; with other CARP hosts write mixed: true.',
    },
    fr: {
      cause: 'Une machine qui n’est pas un nœud de ce cluster participe à l’élection d’un VHID.',
      remedy:
        'Choisissez un autre VHID, ou déclarez cette machine comme nœud ; avec d’autres hôtes CARP, écrivez mixed: true.',
    },
  },
  'ruleset-not-loaded': {
    severity: 'error',
    en: {
      cause: 'The kernel refused the ruleset, so the node keeps out of the election.',
      remedy: 'See the log for what nft refused.',
    },
    fr: {
      cause: 'Le noyau a refusé le jeu de règles : le nœud se tient hors de l’élection.',
      remedy: 'Le journal dit ce que nft a refusé.',
    },
  },
  'gateway-down': {
    severity: 'warning',
    en: {
      cause:
        'The gateway does not lead out: new connections take the next of its group, or the usual way, and those by it were ended.',
      remedy: 'Look at the line and its modem, and whether the address that is asked answers pings at all.',
    },
    fr: {
      cause:
        'La passerelle ne mène plus nulle part : les nouvelles connexions prennent la suivante du groupe, ou la route habituelle ; celles qu’elle portait ont été fermées.',
      remedy: 'Examinez la ligne et son modem ; vérifiez que l’adresse interrogée répond bien aux pings.',
    },
  },
  'states-peer-silent': {
    severity: 'warning',
    en: {
      cause: 'A peer is not heard on the sync link: connections that begin now break at a failover.',
      remedy:
        'Look at the sync link and at the peer; compare the keys, host ids and addresses in both documents.',
    },
    fr: {
      cause:
        'Un pair ne s’entend plus sur le lien de synchronisation : les connexions qui s’établissent maintenant seront coupées à la bascule.',
      remedy:
        'Examinez le lien de synchronisation et le pair ; comparez clés, identifiants d’hôte et adresses dans les deux documents.',
    },
  },
  'states-bulk-failed': {
    severity: 'warning',
    en: {
      cause: "A peer's table did not arrive whole, so older connections would break at a failover.",
      remedy: 'Look at the load and at losses on the sync link; it is tried again and again.',
    },
    fr: {
      cause:
        'La table d’un pair n’est pas arrivée entière : les connexions plus anciennes seraient coupées à la bascule.',
      remedy:
        'Examinez la charge et les pertes du lien de synchronisation ; de nouveaux essais ont lieu sans cesse.',
    },
  },
  'states-host-id-equal': {
    severity: 'error',
    en: {
      cause: 'Another node has the same host id, so neither takes states of the other.',
      remedy: 'Give each node a host id of its own under ha.hostId.',
    },
    fr: {
      cause: 'Un autre nœud a le même identifiant d’hôte : aucun des deux ne prend les états de l’autre.',
      remedy: 'Donnez à chaque nœud son propre identifiant sous ha.hostId.',
    },
  },
  'states-forged': {
    severity: 'warning',
    en: {
      cause: 'Datagrams on the sync link were not sealed with a key of this cluster. They are refused.',
      remedy: 'Compare ha.sync.keys at both nodes, or find the host that sends them.',
    },
    fr: {
      cause:
        'Des datagrammes du lien de synchronisation ne sont pas scellés avec une clé de ce cluster. Ils sont refusés.',
      remedy: 'Comparez ha.sync.keys sur les deux nœuds, ou trouvez la machine qui les envoie.',
    },
  },
  'states-replayed': {
    severity: 'warning',
    en: {
      cause: 'Somebody repeats what was sent on the sync link before. It is refused.',
      remedy: 'Find the host that repeats it.',
    },
    fr: {
      cause: 'Quelqu’un répète ce qui a déjà été envoyé sur le lien de synchronisation. C’est refusé.',
      remedy: 'Trouvez la machine qui le répète.',
    },
  },
  'states-overrun': {
    severity: 'warning',
    en: {
      cause:
        'The kernel reported connections faster than they could be read; the whole table was sent again.',
      remedy: 'Give the node more processor time, or let root run it: then the buffer is 64 MiB.',
    },
    fr: {
      cause:
        'Le noyau a signalé les connexions plus vite qu’elles ne pouvaient être lues ; toute la table a été renvoyée.',
      remedy:
        'Donnez au nœud plus de temps processeur, ou faites-le tourner en root : le tampon est alors de 64 Mio.',
    },
  },
  'states-table-full': {
    severity: 'error',
    en: {
      cause: 'The table of connections is full: new ones are refused, here or for the peer.',
      remedy: 'Raise net.netfilter.nf_conntrack_max on all nodes alike.',
    },
    fr: {
      cause: 'La table des connexions est pleine : les nouvelles sont refusées, ici ou pour le pair.',
      remedy: 'Augmentez net.netfilter.nf_conntrack_max de la même façon sur tous les nœuds.',
    },
  },
  'states-behind': {
    severity: 'warning',
    en: {
      cause: 'A peer takes up states more slowly than they arise; the newest would break at a failover.',
      remedy: 'Look at the load of the peer and at losses on the sync link.',
    },
    fr: {
      cause:
        'Un pair reçoit les états plus lentement qu’ils ne naissent ; les plus récents seraient perdus à la bascule.',
      remedy: 'Examinez la charge du pair et les pertes du lien de synchronisation.',
    },
  },
  'states-stopped': {
    severity: 'error',
    en: {
      cause: 'State synchronisation does not run: connections break at a failover.',
      remedy: 'See the log for the reason.',
    },
    fr: {
      cause: 'La synchronisation des états ne tourne pas : les connexions seraient coupées à la bascule.',
      remedy: 'Le journal en dit la raison.',
    },
  },
  'hold-off-expired': {
    severity: 'warning',
    en: {
      cause: 'The node was not ready within the time limit and takes part all the same.',
      remedy: 'See the log for what it waited for.',
    },
    fr: {
      cause: 'Le nœud n’était pas prêt dans le délai imparti et participe malgré tout.',
      remedy: 'Le journal dit ce qu’il attendait.',
    },
  },
} as const satisfies Readonly<Record<string, RunningEntry>>;
