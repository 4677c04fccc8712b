/** NAT, rules, aliases, and what the transfer of the configuration needs. */
import type { AuditEntry } from './catalogue.ts';

export const policyCatalogue = {
  'nat-automatic': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause:
        'Le NAT sortant de {node} est automatique, alors que {interface} a une IP virtuelle ({address}).',
      effect: 'Les connexions sortent avec l’adresse propre du nœud : toutes sont coupées à la bascule.',
      remedy: 'Passez en mode hybride et ajoutez une règle qui traduit les réseaux internes vers {address}.',
    },
    en: {
      cause: 'Outbound NAT of {node} is automatic, although {interface} has a virtual IP ({address}).',
      effect: 'Connections leave with the node’s own address: all of them break at a failover.',
      remedy: 'Switch to hybrid mode and add a rule that translates the inner networks to {address}.',
    },
  },
  'nat-not-vip': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause:
        'La règle de NAT sortant « {rule} » de {node} traduit vers {target} au lieu de l’IP virtuelle de {interface}.',
      effect: 'Les connexions concernées sont coupées à la bascule.',
      remedy: 'Choisissez pour cible l’IP virtuelle {address}.',
    },
    en: {
      cause:
        'The outbound NAT rule "{rule}" of {node} translates to {target} instead of the virtual IP of {interface}.',
      effect: 'The connections concerned break at a failover.',
      remedy: 'Choose the virtual IP {address} as the target.',
    },
  },
  'nat-no-rule': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause:
        'Le NAT sortant de {node} est en mode {mode}, mais aucune règle ne traduit vers l’IP virtuelle de {interface} ({address}).',
      effect:
        'Ce qui sort porte l’adresse propre du nœud, ou une adresse privée : rien ne survit à la bascule.',
      remedy: 'Ajoutez une règle sur {interface} qui traduit les réseaux internes vers {address}.',
    },
    en: {
      cause:
        'Outbound NAT of {node} is in {mode} mode, but no rule translates to the virtual IP of {interface} ({address}).',
      effect: 'What leaves carries the node’s own address, or a private one: nothing survives a failover.',
      remedy: 'Add a rule on {interface} that translates the inner networks to {address}.',
    },
  },
  'nat-self': {
    severity: 'warning',
    area: 'upkeep',
    fr: {
      cause:
        'La règle de NAT sortant « {rule} » de {node} traduit aussi le trafic du pare-feu lui-même vers l’IP virtuelle {target}.',
      effect:
        'Le nœud de secours n’a plus accès à Internet : les réponses arrivent au maître. Ni mises à jour, ni DNS, ni NTP.',
      remedy: 'Limitez la source aux réseaux internes.',
    },
    en: {
      cause:
        'The outbound NAT rule "{rule}" of {node} also translates the firewall’s own traffic to the virtual IP {target}.',
      effect:
        'The backup cannot reach the Internet: answers arrive at the master. No updates, no DNS, no NTP.',
      remedy: 'Restrict the source to the inner networks.',
    },
  },
  'nat-mode-differs': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'Le NAT sortant est en mode {ours} sur {node} et en mode {theirs} sur {peer}.',
      effect: 'Les connexions ne sortent pas avec la même adresse selon le maître.',
      remedy: 'Mettez le même mode, et synchronisez la section NAT.',
    },
    en: {
      cause: 'Outbound NAT is in {ours} mode on {node} and in {theirs} mode on {peer}.',
      effect: 'Connections leave with an address that depends on who is master.',
      remedy: 'Use the same mode, and synchronise the NAT section.',
    },
  },
  'nat-differs': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause:
        'Les règles de NAT ne sont pas les mêmes : certaines de {node} ({count}) n’existent pas à l’identique sur {peer}, à commencer par « {first} ».',
      effect: 'Certaines redirections ou traductions cessent à la bascule.',
      remedy: 'Synchronisez la section NAT, ou reportez ces règles.',
    },
    en: {
      cause:
        'NAT rules are not the same: some of {node} ({count}) do not exist alike on {peer}, "{first}" to begin with.',
      effect: 'Some forwards or translations stop working at a failover.',
      remedy: 'Synchronise the NAT section, or copy these rules over.',
    },
  },
  'forward-not-vip': {
    severity: 'error',
    area: 'services',
    fr: {
      cause:
        'La redirection de port « {rule} » de {node} vise {destination} au lieu de l’IP virtuelle de {interface}.',
      effect: 'Le service publié n’est joignable que par l’adresse d’un nœud et disparaît avec lui.',
      remedy: 'Choisissez pour destination l’IP virtuelle {address}.',
    },
    en: {
      cause:
        'The port forward "{rule}" of {node} is for {destination} instead of the virtual IP of {interface}.',
      effect: 'The published service is reachable by one node’s address only, and disappears with it.',
      remedy: 'Choose the virtual IP {address} as the destination.',
    },
  },
  'rules-differ': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause:
        'Les règles de filtrage ne sont pas les mêmes : certaines de {node} ({count}) n’existent pas à l’identique sur {peer}, à commencer par « {first} ».',
      effect: 'Après la bascule, des flux autorisés sont bloqués, ou l’inverse.',
      remedy: 'Synchronisez la section des règles, ou reportez celles-ci.',
    },
    en: {
      cause:
        'Filter rules are not the same: some of {node} ({count}) do not exist alike on {peer}, "{first}" to begin with.',
      effect: 'After a failover, permitted traffic is blocked or the other way round.',
      remedy: 'Synchronise the rules section, or copy these over.',
    },
  },
  'rules-order-differs': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause:
        'Les deux nœuds ont les mêmes règles sur {interface}, mais dans un autre ordre à partir de « {first} ».',
      effect:
        'La première règle qui correspond décide : le même flux peut passer sur un nœud et être bloqué sur l’autre.',
      remedy: 'Synchronisez la section des règles.',
    },
    en: {
      cause: 'Both nodes have the same rules on {interface}, but in another order from "{first}" on.',
      effect:
        'The first rule that matches decides: the same traffic may pass on one node and be blocked on the other.',
      remedy: 'Synchronise the rules section.',
    },
  },
  'rule-without-pfsync': {
    severity: 'info',
    area: 'connections',
    fr: {
      cause: 'La règle « {rule} » de {node} exclut ses états de la synchronisation (No pfSync).',
      effect: 'Les connexions qu’elle laisse passer sont coupées à la bascule.',
      remedy: 'Décochez cette option, sauf si c’est voulu.',
    },
    en: {
      cause: 'The rule "{rule}" of {node} keeps its states out of synchronisation (No pfSync).',
      effect: 'The connections that it lets through break at a failover.',
      remedy: 'Clear the option, unless this is intended.',
    },
  },
  'rules-nosync': {
    severity: 'info',
    area: 'synchronisation',
    fr: {
      cause:
        'Des règles de {node} sont exclues de la synchronisation (No XMLRPC Sync ; {count} en tout), à commencer par « {first} ».',
      effect: 'Elles manquent sur {peer} après une bascule.',
      remedy: 'Vérifiez que c’est voulu pour chacune d’elles.',
    },
    en: {
      cause:
        'Rules of {node} are kept out of synchronisation (No XMLRPC Sync; {count} in all), "{first}" to begin with.',
      effect: 'They are missing on {peer} after a failover.',
      remedy: 'Check that this is intended for each of them.',
    },
  },
  'aliases-differ': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'L’alias {name} n’a pas le même contenu sur {node} et sur {peer}, ou n’existe que d’un côté.',
      effect: 'Les règles qui l’emploient ne visent pas les mêmes machines après la bascule.',
      remedy: 'Synchronisez la section des alias, ou reportez celui-ci.',
    },
    en: {
      cause: 'The alias {name} does not hold the same on {node} and {peer}, or exists on one of them only.',
      effect: 'Rules that use it concern other machines after a failover.',
      remedy: 'Synchronise the aliases section, or copy this one over.',
    },
  },
  'routes-differ': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause:
        'La route statique vers {network} n’est pas la même sur {node} et sur {peer}, ou n’existe que d’un côté.',
      effect: 'Après la bascule, ce réseau n’est plus joignable ou l’est par un autre chemin.',
      remedy: 'Synchronisez la section des routes, ou reportez celle-ci.',
    },
    en: {
      cause:
        'The static route to {network} is not the same on {node} and {peer}, or exists on one of them only.',
      effect: 'After a failover this network is out of reach, or reached another way.',
      remedy: 'Synchronise the static routes, or copy this one over.',
    },
  },
  'gateways-differ': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'La passerelle {name} n’est pas la même sur {node} et sur {peer}, ou n’existe que d’un côté.',
      effect: 'Après la bascule, le trafic sort par un autre chemin, ou ne sort plus.',
      remedy: 'Déclarez la même passerelle des deux côtés.',
    },
    en: {
      cause: 'The gateway {name} is not the same on {node} and {peer}, or exists on one of them only.',
      effect: 'After a failover traffic leaves another way, or not at all.',
      remedy: 'Define the same gateway on both nodes.',
    },
  },
  'gateway-outside': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'La passerelle {name} ({address}) n’est dans aucun réseau de {interface} sur {node}.',
      effect: 'Le nœud ne peut pas la joindre et n’a pas de sortie quand il devient maître.',
      remedy: 'Corrigez l’adresse de la passerelle ou le masque de l’interface.',
    },
    en: {
      cause: 'The gateway {name} ({address}) is in no network of {interface} on {node}.',
      effect: 'The node cannot reach it and has no way out when it becomes master.',
      remedy: 'Correct the address of the gateway or the mask of the interface.',
    },
  },
  'gateway-unmonitored': {
    severity: 'info',
    area: 'connections',
    fr: {
      cause: 'La passerelle {name} de {node} n’est pas surveillée.',
      effect: 'Une coupure en amont reste invisible : le nœud garde la main sans issue.',
      remedy: 'Activez la surveillance, au besoin avec une autre adresse de test.',
    },
    en: {
      cause: 'The gateway {name} of {node} is not monitored.',
      effect: 'A failure upstream goes unseen: the node stays master with no way out.',
      remedy: 'Switch monitoring on, with another address to test if need be.',
    },
  },
  'gateway-is-node': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'La passerelle {name} de {node} ({address}) est l’adresse d’un des deux nœuds.',
      effect: 'Le trafic tourne en rond entre les pare-feu, ou s’arrête à la bascule.',
      remedy: 'Mettez l’adresse du routeur en amont.',
    },
    en: {
      cause: 'The gateway {name} of {node} ({address}) is the address of one of the two nodes.',
      effect: 'Traffic goes round in circles between the firewalls, or stops at a failover.',
      remedy: 'Use the address of the upstream router.',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
