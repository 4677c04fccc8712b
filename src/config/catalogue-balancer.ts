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
    fr: {
      message: 'il n’y a pas de pool « {name} »',
      cause: 'Personne ne servirait.',
      remedy: 'Définissez-le sous loadBalancer.pools, ou désignez l’un de ceux qui existent.',
    },
  },
  'balancer-monitor-unknown': {
    severity: 'error',
    en: {
      message: 'there is no monitor "{name}"',
      cause: 'Nobody would know whether the members live.',
      remedy: 'Define it under loadBalancer.monitors, or take one of {known}.',
    },
    fr: {
      message: 'il n’y a pas de moniteur « {name} »',
      cause: 'Personne ne saurait si les membres sont vivants.',
      remedy: 'Définissez-le sous loadBalancer.monitors, ou prenez l’un de ceux-ci : {known}.',
    },
  },
  'balancer-fallback-circle': {
    severity: 'error',
    en: {
      message: 'the fall-backs go in a circle: {circle}',
      cause: 'Where all of these pools are offline nobody would serve, whatever the document seems to say.',
      remedy: 'End the chain with a pool that has no fall-back.',
    },
    fr: {
      message: 'les pools de repli tournent en rond : {circle}',
      cause: 'Si tous ces pools sont hors ligne, personne ne sert, quoi que le document laisse croire.',
      remedy: 'Terminez la chaîne par un pool sans repli.',
    },
  },
  'balancer-port-missing': {
    severity: 'error',
    en: {
      message: 'the member {address} of {pool} has no port',
      cause: 'Neither the member nor its pool names one.',
      remedy: 'Write a port at the pool, or at the member.',
    },
    fr: {
      message: 'le membre {address} de {pool} n’a pas de port',
      cause: 'Ni le membre ni son pool n’en indiquent.',
      remedy: 'Écrivez un port au pool ou au membre.',
    },
  },
  'balancer-member-twice': {
    severity: 'error',
    en: {
      message: 'the member {member} is in the pool {pool} twice',
      cause: 'It would be checked, counted and drained as one.',
      remedy: 'Remove one of them; for a larger share write a weight.',
    },
    fr: {
      message: 'le membre {member} figure deux fois dans le pool {pool}',
      cause: 'Il serait contrôlé, compté et vidé comme un seul.',
      remedy: 'Supprimez l’un des deux ; pour une plus grande part, donnez un poids.',
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
    fr: {
      message: 'le membre {member} est {owner}',
      cause:
        'Le pare-feu ne répartit pas vers lui-même : ce qui est traduit vers sa propre adresse tourne en rond ou atteint un autre service.',
      remedy: 'Indiquez l’adresse d’un serveur derrière le pare-feu.',
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
    fr: {
      message: 'le membre {member} n’est dans aucun réseau du pare-feu',
      cause:
        'Les adresses des clients sont conservées : si le membre répond par un autre chemin que ce pare-feu, les connexions ne s’établissent jamais.',
      remedy: 'Vérifiez que le chemin du membre vers les clients passe par l’IP virtuelle du pare-feu.',
    },
  },
  'balancer-address-not-vip': {
    severity: 'error',
    en: {
      message: 'the address {address} of the virtual server {server} is no virtual IP',
      cause: 'It would not move to the other node at a failover.',
      remedy: 'Take an address under virtualIps, or add one there.',
    },
    fr: {
      message: 'l’adresse {address} du serveur virtuel {server} n’est pas une IP virtuelle',
      cause: 'Elle ne passerait pas à l’autre nœud à la bascule.',
      remedy: 'Prenez une adresse de virtualIps, ou ajoutez-en une.',
    },
  },
  'balancer-server-twice': {
    severity: 'error',
    en: {
      message: 'the virtual servers {other} and {server} both take {protocol} port {port} of {address}',
      cause: 'Only one of them can get a connection.',
      remedy: 'Change address, port or protocol of one.',
    },
    fr: {
      message:
        'les serveurs virtuels {other} et {server} prennent tous deux {address}, port {protocol} {port}',
      cause: 'Un seul des deux peut recevoir une connexion.',
      remedy: 'Changez l’adresse, le port ou le protocole de l’un.',
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
    fr: {
      message: 'personne ne sert {family} derrière le serveur virtuel {server}',
      cause:
        'Une adresse est traduite vers une autre de sa famille, et aucun pool n’a de tel membre : les clients sont refusés.',
      remedy: 'Ajoutez un membre avec une adresse {family}, ou retirez cette adresse du serveur virtuel.',
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
    fr: {
      message:
        'le serveur virtuel {server} transporte de l’UDP, mais les membres de {pool} sont contrôlés en TCP ({monitor})',
      cause:
        'Un serveur sans ce port TCP reste hors ligne à jamais, et celui dont le service UDP est mort reste en ligne.',
      remedy: 'Contrôlez par icmp, ou indiquez le port d’un service TCP qui vit et meurt avec lui.',
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
    fr: {
      message:
        'le moniteur {monitor} attend une réponse {timeout} ms, mais contrôle toutes les {interval} ms',
      cause:
        'Le contrôle suivant d’un serveur figé commence en retard : sa mort est constatée plus tard que ne le dit l’intervalle.',
      remedy: 'Rendez le délai d’attente plus court que l’intervalle.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
