/** Versions, accounts, certificates, and the sections that travel. */
import type { AuditEntry } from './catalogue.ts';

export const upkeepCatalogue = {
  'product-differs': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: '{node} est un {ours}, {peer} un {theirs}.',
      effect: 'La configuration ne peut pas passer de l’un à l’autre, ni les états de façon fiable.',
      remedy: 'Installez le même produit sur les deux nœuds.',
    },
    en: {
      cause: '{node} runs {ours}, {peer} runs {theirs}.',
      effect: 'The configuration cannot be synchronised between them, nor states reliably.',
      remedy: 'Install the same product on both nodes.',
    },
  },
  'version-differs': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: 'La version de configuration est {ours} sur {node} et {theirs} sur {peer}.',
      effect:
        'pfSense refuse alors la synchronisation et ne le dit que dans le journal ; les états peuvent aussi être incompatibles.',
      remedy: 'Mettez à jour le nœud en retard, le nœud de secours d’abord.',
    },
    en: {
      cause: 'The configuration version is {ours} on {node} and {theirs} on {peer}.',
      effect:
        'pfSense then refuses to synchronise and says so in the log only; states may be incompatible too.',
      remedy: 'Upgrade the node that lags behind, the backup first.',
    },
  },
  'hostname-equal': {
    severity: 'warning',
    area: 'upkeep',
    fr: {
      cause: 'Les deux nœuds s’appellent {name}.',
      effect:
        'Rien ne les distingue dans les journaux ni dans l’interface ; on finit par modifier le mauvais.',
      remedy: 'Donnez à chacun son nom, par exemple fw1 et fw2.',
    },
    en: {
      cause: 'Both nodes are called {name}.',
      effect:
        'Nothing tells them apart in logs or in the web interface, and sooner or later somebody edits the wrong one.',
      remedy: 'Give each a name of its own, for example fw1 and fw2.',
    },
  },
  'xmlrpc-password-missing': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: 'Le mot de passe de synchronisation manque sur {node}.',
      effect: '{peer} refuse la configuration, et bloque l’adresse de {node} après quelques essais.',
      remedy: 'Saisissez le mot de passe de {user} sur {peer}.',
    },
    en: {
      cause: 'The synchronisation password is missing on {node}.',
      effect: '{peer} refuses the configuration, and blocks the address of {node} after a few attempts.',
      remedy: 'Enter the password that {user} has on {peer}.',
    },
  },
  'xmlrpc-user-missing': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause:
        '{node} se connecte en tant que {user}, un compte qui n’existe pas ou qui est désactivé sur {peer}.',
      effect: '{peer} refuse la configuration, et bloque l’adresse de {node} après quelques essais.',
      remedy: 'Créez ou réactivez ce compte sur {peer}, ou utilisez admin.',
    },
    en: {
      cause: '{node} logs in as {user}, an account that {peer} does not have or has disabled.',
      effect: '{peer} refuses the configuration, and blocks the address of {node} after a few attempts.',
      remedy: 'Create or enable the account on {peer}, or use admin.',
    },
  },
  'xmlrpc-user-privilege': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: 'Le compte {user} de {peer} n’a pas le privilège « System - HA node sync ».',
      effect: '{peer} refuse la configuration envoyée par {node}.',
      remedy: 'Accordez ce privilège au compte ou à l’un de ses groupes.',
    },
    en: {
      cause: 'The account {user} of {peer} lacks the privilege "System - HA node sync".',
      effect: '{peer} refuses the configuration that {node} sends.',
      remedy: 'Grant the privilege to the account or to one of its groups.',
    },
  },
  'sections-missing': {
    severity: 'warning',
    area: 'synchronisation',
    fr: {
      cause: '{node} envoie sa configuration sans ces sections, qui sont pourtant utilisées : {sections}.',
      effect: 'Un changement dans l’une d’elles n’arrive pas sur {peer} et manque après une bascule.',
      remedy: 'Cochez ces sections dans System > High Availability.',
    },
    en: {
      cause: '{node} sends its configuration without these sections, although they are in use: {sections}.',
      effect: 'A change in one of them does not reach {peer} and is missing after a failover.',
      remedy: 'Set their boxes in System > High Availability.',
    },
  },
  'webgui-protocol-differs': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: 'L’interface web est en {ours} sur {node} et en {theirs} sur {peer}.',
      effect: 'La synchronisation emploie le protocole de l’expéditeur : elle échoue.',
      remedy: 'Mettez HTTPS des deux côtés (System > Advanced).',
    },
    en: {
      cause: 'The web interface speaks {ours} on {node} and {theirs} on {peer}.',
      effect: 'Synchronisation uses the sender’s protocol, so it fails.',
      remedy: 'Use HTTPS on both nodes (System > Advanced).',
    },
  },
  'webgui-port-differs': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: 'L’interface web écoute sur le port {ours} de {node} et sur le port {theirs} de {peer}.',
      effect: 'La synchronisation vise le port de l’expéditeur : elle échoue.',
      remedy: 'Mettez le même port des deux côtés (System > Advanced).',
    },
    en: {
      cause: 'The web interface listens on port {ours} of {node} and on port {theirs} of {peer}.',
      effect: 'Synchronisation uses the sender’s port, so it fails.',
      remedy: 'Use the same port on both nodes (System > Advanced).',
    },
  },
  'webgui-http': {
    severity: 'warning',
    area: 'upkeep',
    fr: {
      cause: 'L’interface web de {node} est en HTTP.',
      effect: 'Le mot de passe d’administration et toute la configuration synchronisée passent en clair.',
      remedy: 'Choisissez HTTPS sur les deux nœuds (System > Advanced).',
    },
    en: {
      cause: 'The web interface of {node} uses HTTP.',
      effect: 'The administrator’s password and the whole synchronised configuration travel in clear text.',
      remedy: 'Choose HTTPS on both nodes (System > Advanced).',
    },
  },
  'password-default': {
    severity: 'error',
    area: 'upkeep',
    fr: {
      cause: 'Le compte {user} de {node} a encore le mot de passe d’origine.',
      effect: 'C’est le premier que l’on essaie : qui joint l’interface web devient administrateur.',
      remedy:
        'Changez-le dans System > User Manager, puis dans les réglages de synchronisation de l’autre nœud.',
    },
    en: {
      cause: 'The account {user} of {node} still has the factory password.',
      effect: 'It is the first that anybody tries: whoever reaches the web interface becomes administrator.',
      remedy: 'Change it in System > User Manager, then in the synchronisation settings of the other node.',
    },
  },
  'certificate-expired': {
    severity: 'error',
    area: 'services',
    fr: {
      cause: 'Le certificat « {name} » de {node} a expiré le {date}.',
      effect: 'Ce qui l’utilise (interface web, VPN) est refusé par les clients.',
      remedy: 'Renouvelez-le dans System > Certificates.',
    },
    en: {
      cause: 'The certificate "{name}" of {node} expired on {date}.',
      effect: 'Whatever uses it (web interface, VPN) is refused by clients.',
      remedy: 'Renew it in System > Certificates.',
    },
  },
  'certificate-expires': {
    severity: 'warning',
    area: 'services',
    fr: {
      cause: 'Le certificat « {name} » de {node} expire le {date} (jours restants : {days}).',
      effect: 'Ce qui l’utilise (interface web, VPN) sera refusé par les clients.',
      remedy: 'Renouvelez-le à temps dans System > Certificates.',
    },
    en: {
      cause: 'The certificate "{name}" of {node} expires on {date} (days left: {days}).',
      effect: 'Whatever uses it (web interface, VPN) will be refused by clients.',
      remedy: 'Renew it in time in System > Certificates.',
    },
  },
  'packages-differ': {
    severity: 'warning',
    area: 'services',
    fr: {
      cause: 'Le paquet {name} est installé sur {node}, mais pas sur {peer}.',
      effect: 'Ce qu’il apporte manque après la bascule ; les paquets ne sont jamais synchronisés.',
      remedy: 'Installez-le sur {peer}.',
    },
    en: {
      cause: 'The package {name} is installed on {node} but not on {peer}.',
      effect: 'What it provides is missing after a failover; packages are never synchronised.',
      remedy: 'Install it on {peer}.',
    },
  },
  'tunables-differ': {
    severity: 'info',
    area: 'upkeep',
    fr: {
      cause: 'Le réglage système {name} vaut {ours} sur {node} et {theirs} sur {peer}.',
      effect: 'Les nœuds ne se comportent pas de la même façon ; pfSense ne synchronise pas ces réglages.',
      remedy: 'Mettez la même valeur des deux côtés.',
    },
    en: {
      cause: 'The system tunable {name} is {ours} on {node} and {theirs} on {peer}.',
      effect: 'The nodes behave differently; pfSense does not synchronise tunables.',
      remedy: 'Use the same value on both nodes.',
    },
  },
  'maximum-states-differ': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'Le nombre maximal d’états est {ours} sur {node} et {theirs} sur {peer}.',
      effect: 'Le nœud au plus petit maximum ne peut pas tenir toutes les connexions de l’autre.',
      remedy: 'Mettez la même valeur des deux côtés (System > Advanced > Firewall & NAT).',
    },
    en: {
      cause: 'The maximum number of states is {ours} on {node} and {theirs} on {peer}.',
      effect: 'The node with the smaller maximum cannot hold all connections of the other.',
      remedy: 'Use the same value on both nodes (System > Advanced > Firewall & NAT).',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
