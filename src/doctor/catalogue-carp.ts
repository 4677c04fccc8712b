/** What keeps the election from working: adverts that do not arrive, strangers on the segment, nodes that cannot take over. */
import type { DoctorEntry } from './catalogue.ts';

export const carpCatalogue = {
  'multicast-blocked': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: neither adverts nor test datagrams to 224.0.0.1 and 224.0.0.18 get from {sender} to {node}, while {node} reaches {sender} by ARP. {roles}',
      cause: 'Something on the segment drops multicast: storm control, a port filter, or a virtual switch.',
      remedy: 'Let multicast pass on the ports of both nodes, or take this filter off the hypervisor.',
    },
    fr: {
      evidence:
        '{interface} : ni les annonces ni les datagrammes d’essai vers 224.0.0.1 et 224.0.0.18 n’arrivent de {sender} à {node}, alors que {node} joint {sender} par ARP. {roles}',
      cause:
        'Un équipement du segment rejette le multicast : limitation des tempêtes, filtre de port ou commutateur virtuel.',
      remedy: 'Autorisez le multicast sur les ports des deux nœuds, ou retirez ce filtre de l’hyperviseur.',
    },
  },
  'igmp-snooping': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: test datagrams to 224.0.0.1 get from {sender} to {node}, those to the CARP group 224.0.0.18 do not; IGMP queries heard: {queries}. {roles}',
      cause:
        'A switch snoops IGMP and has forgotten that the nodes listen to the group: without a querier, memberships expire.',
      remedy:
        'Set up an IGMP querier on this VLAN, or exempt 224.0.0.0/24 from snooping (RFC 4541 asks for that), or switch snooping off here.',
    },
    fr: {
      evidence:
        '{interface} : les datagrammes d’essai vers 224.0.0.1 arrivent de {sender} à {node}, ceux vers le groupe CARP 224.0.0.18 non ; requêtes IGMP entendues : {queries}. {roles}',
      cause:
        'Un commutateur pratique l’IGMP snooping et a oublié que les nœuds écoutent ce groupe : sans querier, les abonnements expirent.',
      remedy:
        'Activez un querier IGMP sur ce VLAN, exemptez 224.0.0.0/24 du snooping (la RFC 4541 le demande) ou désactivez-le ici.',
    },
  },
  'adverts-filtered': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: test datagrams to 224.0.0.18 and ARP answers of the virtual MAC get from {sender} to {node}, adverts (IP protocol 112) do not. {roles}',
      cause: 'An access list or a firewall on the way drops IP protocol 112.',
      remedy:
        'Permit IP protocol 112 to 224.0.0.18 between the nodes; on a hypervisor, switch its firewall off for their network cards.',
    },
    fr: {
      evidence:
        '{interface} : les datagrammes d’essai vers 224.0.0.18 et les réponses ARP de la MAC virtuelle arrivent de {sender} à {node}, les annonces (protocole IP 112) non. {roles}',
      cause: 'Une liste de contrôle d’accès ou un pare-feu sur le trajet rejette le protocole IP 112.',
      remedy:
        'Autorisez le protocole IP 112 vers 224.0.0.18 entre les nœuds ; sur un hyperviseur, désactivez le pare-feu de leurs cartes réseau.',
    },
  },
  'virtual-mac-blocked': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: test datagrams from the own MAC of {sender} reach {node}, but nothing from the virtual MAC {mac} does, neither adverts nor ARP answers. {roles}',
      cause:
        'A switch or hypervisor drops frames whose source is not the MAC of the port: port security, MAC spoofing protection, "forged transmits" refused.',
      remedy:
        'Allow {mac} on the ports of both nodes: VMware promiscuous mode, MAC changes and forged transmits; Proxmox firewall or MAC filter off; Hyper-V MAC spoofing on; more than one MAC per switch port.',
    },
    fr: {
      evidence:
        '{interface} : les datagrammes d’essai émis avec la MAC propre de {sender} arrivent à {node}, mais rien de ce qui vient de la MAC virtuelle {mac}, ni annonces ni réponses ARP. {roles}',
      cause:
        'Un commutateur ou un hyperviseur rejette les trames dont la source n’est pas la MAC du port : port security, protection contre l’usurpation de MAC, « forged transmits » refusés.',
      remedy:
        'Autorisez {mac} sur les ports des deux nœuds : VMware, mode promiscuous, MAC changes et forged transmits ; Proxmox, pare-feu ou filtre MAC désactivé ; Hyper-V, usurpation d’adresse MAC permise ; plus d’une MAC par port de commutateur.',
    },
  },
  'virtual-mac-not-delivered': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: {sender} answers for {address} when all are asked by ARP, but not when {node} asks the virtual MAC {mac} alone.',
      cause:
        'The segment does not carry frames to the virtual MAC: the switch has learnt it at another port, or the hypervisor only delivers the MAC of the card.',
      remedy:
        'Clear the MAC table of the switch and see whether another port learns {mac}; on a hypervisor allow promiscuous mode or MAC learning on the port of {sender}.',
    },
    fr: {
      evidence:
        '{interface} : {sender} répond pour {address} quand tous sont interrogés par ARP, mais pas quand {node} n’interroge que la MAC virtuelle {mac}.',
      cause:
        'Le segment n’achemine pas les trames vers la MAC virtuelle : le commutateur l’a apprise sur un autre port, ou l’hyperviseur ne livre que la MAC de la carte.',
      remedy:
        'Videz la table MAC du commutateur et voyez si un autre port apprend {mac} ; sur un hyperviseur, autorisez le mode promiscuous ou l’apprentissage MAC sur le port de {sender}.',
    },
  },
  'one-way-link': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: {sender} hears {node}, but {node} hears neither adverts nor test datagrams of {sender}. {roles}',
      cause:
        'The segment carries multicast in one direction only: a broken fibre or port, or a filter on one side.',
      remedy:
        'Look at cable, transceiver and filters on the way from {sender} to {node}; swap them one by one.',
    },
    fr: {
      evidence:
        '{interface} : {sender} entend {node}, mais {node} n’entend ni les annonces ni les datagrammes d’essai de {sender}. {roles}',
      cause:
        'Le segment n’achemine le multicast que dans un sens : fibre ou port défectueux, ou filtre d’un seul côté.',
      remedy:
        'Contrôlez câble, transceiver et filtres sur le trajet de {sender} vers {node} ; échangez-les un à un.',
    },
  },
  'segment-cut': {
    severity: 'error',
    en: {
      evidence: '{interface}: {node} hears nothing of {sender}, which does not even answer ARP. {roles}',
      cause:
        'The two nodes are not on the same segment here: a cable, a trunk without this VLAN, another bridge.',
      remedy: 'Check that the ports of both nodes carry the same VLAN all the way.',
    },
    fr: {
      evidence: '{interface} : {node} n’entend rien de {sender}, qui ne répond même pas à l’ARP. {roles}',
      cause:
        'Les deux nœuds ne sont pas sur le même segment ici : un câble, un trunk sans ce VLAN, un autre pont.',
      remedy: 'Vérifiez que les ports des deux nœuds portent le même VLAN de bout en bout.',
    },
  },
  'password-differs': {
    severity: 'error',
    en: {
      evidence:
        '{title}: the password at {node} is another than at {peer}; {count} adverts were refused for their HMAC.',
      cause: 'Each node takes the adverts of the other for forged, so both become master.',
      remedy:
        'Give both nodes the same secret (cluster.secrets.yaml or environment), or write it into the document, and restart the node that was changed.',
    },
    fr: {
      evidence:
        '{title} : le mot de passe de {node} n’est pas celui de {peer} ; {count} annonces ont été refusées à cause de leur HMAC.',
      cause: 'Chaque nœud tient les annonces de l’autre pour falsifiées ; tous deux deviennent maîtres.',
      remedy:
        'Donnez le même secret aux deux nœuds (cluster.secrets.yaml ou environnement), ou inscrivez-le dans le document, puis redémarrez le nœud modifié.',
    },
  },
  'vip-addresses-differ': {
    severity: 'error',
    en: {
      evidence: '{title}: {node} has {ours}, {peer} has {theirs}.',
      cause:
        'The HMAC of an advert covers the addresses, so each node refuses the other and both become master.',
      remedy: 'Bring both nodes to the same document: "bascule config compare", then "bascule apply".',
    },
    fr: {
      evidence: '{title} : {node} a {ours}, {peer} a {theirs}.',
      cause:
        'Le HMAC d’une annonce couvre les adresses : chaque nœud refuse l’autre et tous deux deviennent maîtres.',
      remedy: 'Mettez les deux nœuds au même document : « bascule config compare », puis « bascule apply ».',
    },
  },
  'vhid-differs': {
    severity: 'error',
    en: {
      evidence: '{address} on {interface} has VHID {ours} at {node}, but {theirs} at {peer}.',
      cause: 'The nodes hold two elections for one address, and each wins its own.',
      remedy: 'Bring both nodes to the same document: "bascule config compare", then "bascule apply".',
    },
    fr: {
      evidence: '{address} sur {interface} a le VHID {ours} sur {node}, mais {theirs} sur {peer}.',
      cause: 'Les nœuds tiennent deux élections pour une même adresse, et chacun gagne la sienne.',
      remedy: 'Mettez les deux nœuds au même document : « bascule config compare », puis « bascule apply ».',
    },
  },
  'both-master': {
    severity: 'error',
    en: {
      evidence: '{title}: {masters} are master at the same time, though they hear each other.',
      cause:
        'Adverts arrive and are not refused; this is the moment of a failover, or clocks and timers that disagree.',
      remedy:
        'Ask again in a few seconds. If it stays so, write "bascule diag support-bundle" and report it.',
    },
    fr: {
      evidence: '{title} : {masters} sont maîtres en même temps, alors qu’ils s’entendent.',
      cause:
        'Les annonces arrivent et ne sont pas refusées : c’est l’instant d’une bascule, ou des temporisations qui ne s’accordent pas.',
      remedy:
        'Redemandez dans quelques secondes. Si cela dure, produisez « bascule diag support-bundle » et signalez-le.',
    },
  },
  'no-master': {
    severity: 'error',
    en: {
      evidence: '{title}: no node is master ({roles}).',
      cause: 'Nobody answers for the address: every node that could is disabled, cut off, or still starting.',
      remedy: 'Put right what is named for the nodes below.',
    },
    fr: {
      evidence: '{title} : aucun nœud n’est maître ({roles}).',
      cause:
        'Personne ne répond pour cette adresse : tous les nœuds sont désactivés, coupés ou en démarrage.',
      remedy: 'Corrigez ce qui est signalé pour chaque nœud.',
    },
  },
  'split-roles': {
    severity: 'warning',
    en: {
      evidence: 'Virtual IPs are split: {masters}.',
      cause: 'Traffic comes in by one node and leaves by the other, which does not know its connections.',
      remedy:
        'Find out why the group could not move together: an interface that is down or disabled at one node only.',
    },
    fr: {
      evidence: 'Les IP virtuelles sont réparties : {masters}.',
      cause: 'Le trafic entre par un nœud et sort par l’autre, qui n’en connaît pas les connexions.',
      remedy:
        'Cherchez pourquoi le groupe n’a pas basculé d’un bloc : une interface coupée ou désactivée sur un seul nœud.',
    },
  },
  'cannot-take-over': {
    severity: 'warning',
    en: {
      evidence: '{node} would not take over: {why}.',
      cause: 'If the other node fails now, nobody or a demoted node answers for the virtual IPs.',
      remedy: '{todo}',
    },
    fr: {
      evidence: '{node} ne prendrait pas le relais : {why}.',
      cause:
        'Si l’autre nœud tombe maintenant, personne, ou un nœud rétrogradé, ne répond pour les IP virtuelles.',
      remedy: '{todo}',
    },
  },
  'foreign-vhid': {
    severity: 'info',
    en: {
      evidence: '{interface}: {source} advertises VHID {vhid} by CARP, and is no node of this cluster.',
      cause: 'Another group shares the segment. That works as long as no VHID is used twice.',
      remedy:
        'Do not use VHID {vhid} on this segment; if nobody should be there, look for {mac} in the switch.',
    },
    fr: {
      evidence: '{interface} : {source} annonce le VHID {vhid} en CARP et n’est pas un nœud de ce cluster.',
      cause: 'Un autre groupe partage le segment. Cela fonctionne tant qu’aucun VHID ne sert deux fois.',
      remedy:
        'N’utilisez pas le VHID {vhid} sur ce segment ; si personne ne devrait y être, cherchez {mac} dans le commutateur.',
    },
  },
  'vhid-taken': {
    severity: 'error',
    en: {
      evidence: '{interface}: {source} advertises our VHID {vhid} by CARP, and is no node of this cluster.',
      cause: 'Two groups share one virtual MAC: the switch sends each one’s traffic to the other.',
      remedy: 'Give one of the two groups another VHID. {mac} tells the switch port of the stranger.',
    },
    fr: {
      evidence:
        '{interface} : {source} annonce notre VHID {vhid} en CARP et n’est pas un nœud de ce cluster.',
      cause: 'Deux groupes partagent une MAC virtuelle : le commutateur envoie le trafic de l’un à l’autre.',
      remedy:
        'Donnez un autre VHID à l’un des deux groupes. {mac} mène au port de commutateur de l’étranger.',
    },
  },
  'vrrp-router': {
    severity: 'info',
    en: {
      evidence: '{interface}: {source} speaks VRRP with VRID {vhid}.',
      cause:
        'VRRP has the same protocol number and the same virtual MACs as CARP. Different numbers do no harm.',
      remedy: 'Do not use {vhid} as a VHID on this segment.',
    },
    fr: {
      evidence: '{interface} : {source} parle VRRP avec le VRID {vhid}.',
      cause:
        'VRRP a le même numéro de protocole et les mêmes MAC virtuelles que CARP. Des numéros différents ne se gênent pas.',
      remedy: 'N’utilisez pas {vhid} comme VHID sur ce segment.',
    },
  },
  'vrrp-same-id': {
    severity: 'error',
    en: {
      evidence: '{interface}: {source} speaks VRRP with VRID {vhid}, which is a VHID of ours.',
      cause:
        'VRRP and CARP make the same virtual MAC of it: the switch sends our traffic to the other router.',
      remedy: 'Choose another VHID for the virtual IP, or another VRID for the router.',
    },
    fr: {
      evidence: '{interface} : {source} parle VRRP avec le VRID {vhid}, qui est l’un de nos VHID.',
      cause:
        'VRRP et CARP en tirent la même MAC virtuelle : le commutateur envoie notre trafic à l’autre routeur.',
      remedy: 'Choisissez un autre VHID pour l’IP virtuelle, ou un autre VRID pour le routeur.',
    },
  },
  'adverts-looped': {
    severity: 'error',
    en: {
      evidence: '{interface}: {count} adverts of {node} came back to it within {seconds} s.',
      cause: 'A loop, or a virtual switch or bond that reflects what the node sends.',
      remedy:
        'Look for a second way around the segment (spanning tree), a bond without LACP on the switch, or a virtual switch in promiscuous mode with two uplinks (VMware: Net.ReversePathFwdCheckPromisc=1).',
    },
    fr: {
      evidence: '{interface} : {count} annonces de {node} lui sont revenues en {seconds} s.',
      cause: 'Une boucle, ou un commutateur virtuel ou un agrégat qui renvoie ce que le nœud émet.',
      remedy:
        'Cherchez un second chemin dans le segment (spanning tree), un agrégat sans LACP côté commutateur, ou un commutateur virtuel en mode promiscuous à deux liens montants (VMware : Net.ReversePathFwdCheckPromisc=1).',
    },
  },
  'duplicate-address': {
    severity: 'error',
    en: {
      evidence: '{interface}: {macs} answers by ARP for {address}, which belongs to {owner}.',
      cause: 'Another machine has the same address; neighbours reach now the one, now the other.',
      remedy: 'Find the machine by its MAC in the switch and give it another address.',
    },
    fr: {
      evidence: '{interface} : {macs} répond par ARP pour {address}, qui appartient à {owner}.',
      cause: 'Une autre machine a la même adresse ; les voisins joignent tantôt l’une, tantôt l’autre.',
      remedy: 'Retrouvez la machine par sa MAC dans le commutateur et donnez-lui une autre adresse.',
    },
  },
} as const satisfies Record<string, DoctorEntry>;
