/** French for what a change does: to the document (config/difference.ts), and on a node (node/following-*.ts). */
import { type Phrase, phrasebook } from '#base/phrasebook.ts';
import { nodePhrases } from './phrases-nodes.ts';

const lines: readonly Phrase[] = [
  ['1 line', '1 ligne'],
  ['{LINES} lines', '{LINES} lignes'],
];
/** "rules: 2 lines added, 1 line removed", in all its forms. */
const ruleLines: readonly Phrase[] = lines.flatMap(([english, french]): Phrase[] => {
  const [added, addedFr] = [english.replace('LINES', 'added'), french.replace('LINES', 'added')];
  const [removed, removedFr] = [english.replace('LINES', 'removed'), french.replace('LINES', 'removed')];
  return [
    [`rules: ${added} added`, `règles : ${addedFr} en plus`],
    [`rules: ${removed} removed`, `règles : ${removedFr} en moins`],
    ...lines.map(
      ([other, otherFr]): Phrase => [
        `rules: ${added} added, ${other.replace('LINES', 'removed')} removed`,
        `règles : ${addedFr} en plus, ${otherFr.replace('LINES', 'removed')} en moins`,
      ],
    ),
  ];
});

export const changePhrases: readonly Phrase[] = [
  ...ruleLines,
  ['rules: in another order', 'règles : dans un autre ordre'],
  [
    'load balancer: {pools} pools, {servers} virtual servers',
    'répartiteur de charge : {pools} pools, {servers} serveurs virtuels',
  ],
  ['state synchronisation begins', 'la synchronisation des états démarre'],
  ['state synchronisation ends', 'la synchronisation des états s’arrête'],
  ['state synchronisation starts anew', 'la synchronisation des états redémarre'],
  ['state synchronisation gets other keys', 'la synchronisation des états reçoit d’autres clés'],
  ['{where} changed', '{where} modifié'],
  ['{where} added: {value}', '{where} ajouté : {value}'],
  ['{where} removed (was {value})', '{where} supprimé (valait {value})'],
  ['{where} added', '{where} ajouté'],
  ['{where} removed', '{where} supprimé'],
  ['{where} moved there', '{where} déplacé ici'],
  ['policy routes: {gateways}', 'routes par règle : {gateways}'],
  ['virtual IP {key} is added', 'l’IP virtuelle {key} est ajoutée'],
  ['virtual IP {key} is removed', 'l’IP virtuelle {key} est supprimée'],
  ['virtual IP {key} changes in place: {fields}', 'l’IP virtuelle {key} change sur place : {fields}'],
  [
    'interface {name} ({device}) is in use here from now on',
    'l’interface {name} ({device}) sert désormais ici',
  ],
  ['interface {name} ({device}) is in use here no longer', 'l’interface {name} ({device}) ne sert plus ici'],
  ['interface {name} is {new} instead of {old}', 'l’interface {name} est {new} au lieu de {old}'],
  ['CARP: {field} becomes {new} instead of {old}', 'CARP : {field} devient {new} au lieu de {old}'],
];

export const changeInFrench = phrasebook([...changePhrases, ...nodePhrases]);
