/** The part of the catalogue about sections that the nodes do not share. */
import type { Entry } from './findings.ts';

export const sectionsCatalogue = {
  'section-not-own': {
    severity: 'error',
    en: {
      message: 'nodes.{node}.own: "{key}" cannot be a node\'s own',
      cause:
        'Nodes may each have their users and groups, rules, schedules, aliases, nat, dhcp, gateways and loadBalancer; everything else makes them one cluster.',
      remedy: 'Write it once, for all nodes; what differs there has a field for each node.',
    },
    fr: {
      message: 'nodes.{node}.own : « {key} » ne peut pas être propre à un nœud',
      cause:
        'Chaque nœud peut avoir ses users et groups, rules, schedules, aliases, nat, dhcp, gateways et loadBalancer ; tout le reste fait des nœuds un seul cluster.',
      remedy: 'Écrivez-le une fois, pour tous les nœuds ; ce qui y diffère a un champ par nœud.',
    },
  },
  'section-own-missing': {
    severity: 'error',
    en: {
      message: 'the section "{section}" is each node\'s own, and {node} has none',
      cause: 'It stands under {other}: what {node} is to do without it would be a guess.',
      remedy:
        'Write nodes.{node}.own.{key}, empty if need be, or share the section again with "bascule config sections --shared {section}".',
    },
    fr: {
      message: 'la section « {section} » est propre à chaque nœud, et {node} n’en a pas',
      cause: 'Elle figure sous {other} : sans elle, rien ne dit ce que {node} doit faire.',
      remedy:
        'Écrivez nodes.{node}.own.{key}, vide au besoin, ou partagez de nouveau la section par « bascule config sections --shared {section} ».',
    },
  },
  'section-twice': {
    severity: 'error',
    en: {
      message: '"{part}" stands for all nodes, and as {node}\'s own as well',
      cause: 'The section "{section}" is each node\'s own, so that no node would go by what stands here.',
      remedy: 'Take it away here, or from under the nodes.',
    },
    fr: {
      message: '« {part} » figure pour tous les nœuds, et aussi comme propre à {node}',
      cause: 'La section « {section} » est propre à chaque nœud : aucun n’appliquerait ce qui figure ici.',
      remedy: 'Retirez-la d’ici, ou des nœuds.',
    },
  },
  'section-not-sent': {
    severity: 'warning',
    en: {
      message: 'the section "{section}" is listed, and each node has its own',
      cause: 'A section that the nodes do not share is not sent to a pfSense either.',
      remedy: 'Take it off the list, or share it with "bascule config sections --shared {section}".',
    },
    fr: {
      message: 'la section « {section} » est dans la liste, et chaque nœud a la sienne',
      cause: 'Une section que les nœuds ne partagent pas n’est pas non plus envoyée à un pfSense.',
      remedy: 'Retirez-la de la liste, ou partagez-la par « bascule config sections --shared {section} ».',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
