/** What is wrong with one node: its interfaces, its kernel, its ways out. */
import type { DoctorEntry } from './catalogue.ts';

export const hostCatalogue = {
  'password-weak': {
    severity: 'warning',
    en: {
      evidence: 'The password at {where} protects nothing: it is {how}.',
      cause: 'Whoever reads the guides, or records one advert, has it.',
      remedy: 'Give another one, for instance of "openssl rand -base64 12", and "bascule apply".',
    },
    fr: {
      evidence: 'Le mot de passe de {where} ne protège rien : il est {how}.',
      cause: 'Il suffit de lire les guides, ou d’enregistrer une seule annonce, pour l’avoir.',
      remedy: 'Donnez-en un autre, par exemple de « openssl rand -base64 12 », puis « bascule apply ».',
    },
  },
  'interface-missing': {
    severity: 'error',
    en: {
      evidence: '{node} has no interface {device} ({interface}).',
      cause: 'The card is gone, was renamed, or its driver is not loaded.',
      remedy:
        'Look at "ip link" there; name another device in the document, or keep the name by a .link file.',
    },
    fr: {
      evidence: '{node} n’a pas d’interface {device} ({interface}).',
      cause: 'La carte a disparu, a été renommée, ou son pilote n’est pas chargé.',
      remedy:
        'Consultez « ip link » sur ce nœud ; indiquez un autre périphérique dans le document, ou figez le nom par un fichier .link.',
    },
  },
  'link-down': {
    severity: 'error',
    en: {
      evidence: '{interface} ({device}) is down at {node}.',
      cause: 'No carrier, or somebody set the interface down.',
      remedy: 'Check cable and switch port, then "ip link set {device} up".',
    },
    fr: {
      evidence: '{interface} ({device}) est coupée sur {node}.',
      cause: 'Pas de porteuse, ou quelqu’un a désactivé l’interface.',
      remedy: 'Contrôlez le câble et le port du commutateur, puis « ip link set {device} up ».',
    },
  },
  'carrier-flapping': {
    severity: 'warning',
    en: {
      evidence:
        '{interface} ({device}) at {node}: the carrier changed {count} times in the last ten minutes.',
      cause: 'A cable, transceiver or port that fails; each change may move the virtual IPs.',
      remedy: 'Replace cable and transceiver, then try another port; see whether energy saving (EEE) is on.',
    },
    fr: {
      evidence:
        '{interface} ({device}) sur {node} : la porteuse a changé {count} fois ces dix dernières minutes.',
      cause: 'Câble, transceiver ou port défaillant ; chaque changement peut déplacer les IP virtuelles.',
      remedy:
        'Remplacez câble et transceiver, puis essayez un autre port ; voyez si l’économie d’énergie (EEE) est active.',
    },
  },
  'interface-errors': {
    severity: 'warning',
    en: {
      evidence:
        '{interface} ({device}) at {node}: {errors} errors and {dropped} dropped of {packets} packets.',
      cause:
        'Damaged frames come from cables and duplex, dropped ones from a queue or a far end that takes less.',
      remedy: 'Compare speed, duplex and MTU with the switch port; "ethtool -S {device}" tells the kind.',
    },
    fr: {
      evidence:
        '{interface} ({device}) sur {node} : {errors} erreurs et {dropped} rejets sur {packets} paquets.',
      cause:
        'Les trames abîmées viennent du câble ou du duplex, les rejets d’une file pleine ou d’un vis-à-vis qui accepte moins.',
      remedy:
        'Comparez vitesse, duplex et MTU avec le port du commutateur ; « ethtool -S {device} » précise la nature.',
    },
  },
  'vip-device-missing': {
    severity: 'error',
    en: {
      evidence: '{title}: {node} has no device {device}.',
      cause: 'Somebody deleted it, or it went with its parent interface; the node cannot carry the address.',
      remedy: 'Restart the node, which makes the device anew ("systemctl restart bascule").',
    },
    fr: {
      evidence: '{title} : {node} n’a pas de périphérique {device}.',
      cause:
        'Quelqu’un l’a supprimé, ou il a disparu avec son interface parente ; le nœud ne peut pas porter l’adresse.',
      remedy: 'Redémarrez le nœud, qui recrée le périphérique (« systemctl restart bascule »).',
    },
  },
  'vip-device-wrong': {
    severity: 'error',
    en: {
      evidence: '{title}: {device} at {node} {what}.',
      cause: 'Somebody changed the device behind the back of the node, so clients do not reach the address.',
      remedy: 'Restart the node ("systemctl restart bascule"), and let nothing else manage {device}.',
    },
    fr: {
      evidence: '{title} : {device} sur {node} {what}.',
      cause: 'Quelqu’un a modifié le périphérique à l’insu du nœud ; les clients ne joignent plus l’adresse.',
      remedy: 'Redémarrez le nœud (« systemctl restart bascule ») et ne laissez rien d’autre gérer {device}.',
    },
  },
  'setting-wrong': {
    severity: 'error',
    en: {
      evidence: '{name} is {found} at {node}, not {wanted}.',
      cause: '{why} Something set it back after the node had set it: sysctl.d, another daemon, a person.',
      remedy: 'sysctl -w {name}={wanted}, and remove it from /etc/sysctl.d.',
    },
    fr: {
      evidence: '{name} vaut {found} sur {node}, et non {wanted}.',
      cause:
        '{why} Quelque chose l’a remis après le réglage du nœud : sysctl.d, un autre démon, une personne.',
      remedy: 'sysctl -w {name}={wanted}, et retirez-le de /etc/sysctl.d.',
    },
  },
  'kernel-feature-missing': {
    severity: 'error',
    en: {
      evidence: 'The kernel of {node} lacks {feature}.',
      cause: 'It was built without it, or the module is not loaded or not visible in this container.',
      remedy: 'Load the module ("modprobe nf_conntrack"), or use the kernel of the distribution.',
    },
    fr: {
      evidence: 'Le noyau de {node} n’a pas {feature}.',
      cause: 'Il a été compilé sans, ou le module n’est pas chargé ou pas visible dans ce conteneur.',
      remedy: 'Chargez le module (« modprobe nf_conntrack »), ou prenez le noyau de la distribution.',
    },
  },
  'connections-nearly-full': {
    severity: 'warning',
    en: {
      evidence: '{node} tracks {entries} connections of at most {most}.',
      cause: 'When the table is full, new connections are refused without a word.',
      remedy:
        'sysctl -w net.netfilter.nf_conntrack_max={more}; look at "bascule states" for who opens so many.',
    },
    fr: {
      evidence: '{node} suit {entries} connexions sur {most} possibles.',
      cause: 'Quand la table est pleine, les nouvelles connexions sont refusées sans un mot.',
      remedy:
        'sysctl -w net.netfilter.nf_conntrack_max={more} ; « bascule states » montre qui en ouvre autant.',
    },
  },
  'ruleset-drift': {
    severity: 'error',
    en: {
      evidence: 'The rules in the kernel of {node} are not those of the document: {lines}',
      cause: 'Somebody changed them with nft; the next change of the document may put them back or not.',
      remedy: 'Write what is wanted into the document; "bascule apply" or a restart loads its rules.',
    },
    fr: {
      evidence: 'Les règles du noyau de {node} ne sont pas celles du document : {lines}',
      cause: 'Quelqu’un les a modifiées avec nft ; le prochain changement du document les rétablira, ou non.',
      remedy:
        'Inscrivez dans le document ce qui est voulu ; « bascule apply » ou un redémarrage charge ses règles.',
    },
  },
  'disk-full': {
    severity: 'warning',
    en: {
      evidence: '{folder} at {node}: {free} MB free of {total} MB.',
      cause: 'Without room no revision is kept, so every change of the document is refused.',
      remedy: 'Make room there; old revisions and logs are the first to look at.',
    },
    fr: {
      evidence: '{folder} sur {node} : {free} Mo libres sur {total} Mo.',
      cause: 'Sans place, aucune révision n’est gardée : toute modification du document est refusée.',
      remedy: 'Libérez de la place ; voyez d’abord les anciennes révisions et les journaux.',
    },
  },
  'gateway-unreachable': {
    severity: 'error',
    en: {
      evidence: '{node}: the gateway {address} on {interface} answers neither ARP nor ping.',
      cause: 'The router is down or not on this segment, or its address is another.',
      remedy: 'Check the router and its cable; correct the gateway in the document.',
    },
    fr: {
      evidence: '{node} : la passerelle {address} sur {interface} ne répond ni à l’ARP ni au ping.',
      cause: 'Le routeur est arrêté, n’est pas sur ce segment, ou a une autre adresse.',
      remedy: 'Contrôlez le routeur et son câble ; corrigez la passerelle dans le document.',
    },
  },
  'resolver-unreachable': {
    severity: 'warning',
    en: {
      evidence: '{node}: none of its name servers answers ({addresses}).',
      cause:
        'The server is down, or this node has no way out: a backup must not use an address that the master holds.',
      remedy:
        'Name servers that answer in /etc/resolv.conf; see whether the node itself reaches the internet.',
    },
    fr: {
      evidence: '{node} : aucun de ses serveurs de noms ne répond ({addresses}).',
      cause:
        'Le serveur est arrêté, ou ce nœud n’a pas de sortie : un nœud de secours ne doit pas utiliser une adresse que le maître tient.',
      remedy:
        'Indiquez dans /etc/resolv.conf des serveurs qui répondent ; voyez si le nœud lui-même accède à Internet.',
    },
  },
  'api-not-running': {
    severity: 'error',
    en: {
      evidence: '{node}: the API process does not run.',
      cause: 'It ended or cannot start; failover goes on, but no change of the document is possible.',
      remedy: 'The log of the node says why ("journalctl -u bascule"); often TCP port 443 is taken.',
    },
    fr: {
      evidence: '{node} : le processus d’API ne tourne pas.',
      cause:
        'Il s’est arrêté ou ne peut pas démarrer ; la bascule continue, mais aucune modification du document n’est possible.',
      remedy:
        'Le journal du nœud dit pourquoi (« journalctl -u bascule ») ; souvent le port TCP 443 est pris.',
    },
  },
} as const satisfies Record<string, DoctorEntry>;
