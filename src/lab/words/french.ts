/**
 * The French of what a drill says. Sentences are made in English where they are known (faults, stories, the judge); the
 * patterns here turn each of them into French, and a test makes them all.
 */

import type { Language } from '#lab/acceptance/plan.ts';

type Pattern = readonly [RegExp, string];

const faults: readonly Pattern[] = [
  [/^(\S+) dies$/, '$1 meurt'],
  [/^(\S+) boots again$/, '$1 redémarre'],
  [/^(\S+)'s daemon is killed$/, 'le démon de $1 est tué'],
  [/^(\S+)'s daemon starts again$/, 'le démon de $1 redémarre'],
  [/^(\S+): (\S+) cable pulled$/, '$1 : câble $2 débranché'],
  [/^(\S+): (\S+) cable plugged in$/, '$1 : câble $2 rebranché'],
  [/^(\S+): LAN interface disabled$/, '$1 : interface LAN désactivée'],
  [/^(\S+): LAN interface enabled$/, '$1 : interface LAN réactivée'],
  [/^(\S+) is stopped$/, '$1 est arrêté'],
  [/^(\S+) is started again$/, '$1 est relancé'],
  [/^(\S+) enters maintenance mode$/, '$1 passe en maintenance'],
  [/^(\S+) leaves maintenance mode$/, '$1 quitte la maintenance'],
  [/^(\S+): CARP disabled$/, '$1 : CARP désactivé'],
  [/^(\S+): CARP enabled$/, '$1 : CARP réactivé'],
  [/^(\S+)'s adverts get lost$/, 'les annonces de $1 se perdent'],
  [/^(\S+)'s adverts arrive again$/, 'les annonces de $1 arrivent de nouveau'],
  [/^a rule is made at (\S+)$/, 'une règle est créée sur $1'],
  [/^(\S+) freezes$/, '$1 se fige'],
  [/^(\S+) thaws$/, '$1 reprend'],
  [/^the rule is taken back at the other node$/, 'la règle est retirée sur l’autre nœud'],
];

/** What holds while a fault lasts, and what the operator of a lab is told. */
const states: readonly Pattern[] = [
  [/^host dead$/, 'hôte mort'],
  [/^daemon killed$/, 'démon tué'],
  [/^(\S+) cable pulled$/, 'câble $1 débranché'],
  [/^LAN interface disabled$/, 'interface LAN désactivée'],
  [/^stopped$/, 'arrêté'],
  [/^CARP off$/, 'CARP désactivé'],
  [/^adverts lost$/, 'annonces perdues'],
  [/^rule made$/, 'règle créée'],
  [/^frozen$/, 'figé'],
  [/^(\S+) is dead: k boots it again$/, '$1 est mort : k le redémarre'],
  [/^(\S+) does not run: s starts it again$/, '$1 ne tourne pas : s le relance'],
  [/^(\S+) is dead: boot it first$/, '$1 est mort : redémarrez-le d’abord'],
  [/^something else is being done$/, 'autre chose est en cours'],
  [/^a drill is running$/, 'un exercice est en cours'],
  [/^there is no drill (\S+)$/, 'il n’y a pas d’exercice $1'],
  [/^there is no node (\S+)$/, 'il n’y a pas de nœud $1'],
  [/^(\S+) has no cable (\S+)$/, '$1 n’a pas de câble $2'],
  [/^no node runs$/, 'aucun nœud n’est en marche'],
  [/^(\S+) does not answer$/, '$1 ne répond pas'],
  [/^log in first$/, 'connectez-vous d’abord'],
  [/^unknown action$/, 'action inconnue'],
  [/^no drill has been run yet$/, 'aucun exercice n’a encore été lancé'],
  [
    /^everything is restored; loss and gaps count from here$/,
    'tout est rétabli ; pertes et coupures comptent à partir d’ici',
  ],
];

const titles: readonly Pattern[] = [
  [/^The first node dies with all its links$/, 'Le premier nœud meurt avec tous ses liens'],
  [/^The first node returns after its death$/, 'Le premier nœud revient après sa mort'],
  [
    /^The first node's daemon is killed; its kernel still forwards$/,
    'Le démon du premier nœud est tué ; son noyau route encore',
  ],
  [
    /^The first node's (\S+) cable is pulled, and plugged in again$/,
    'Le câble $1 du premier nœud est débranché, puis rebranché',
  ],
  [
    /^The first node's LAN interface is disabled, and enabled again$/,
    'L’interface LAN du premier nœud est désactivée, puis réactivée',
  ],
  [/^The first node is stopped, and started again$/, 'Le premier nœud est arrêté, puis relancé'],
  [
    /^The first node enters maintenance mode, and leaves it$/,
    'Le premier nœud passe en maintenance, puis la quitte',
  ],
  [
    /^CARP is disabled on the first node, and enabled again$/,
    'CARP est désactivé sur le premier nœud, puis réactivé',
  ],
  [/^The sync link is cut, and mended$/, 'Le lien de synchronisation est coupé, puis réparé'],
  [
    /^The first node's adverts do not arrive; then they do again$/,
    'Les annonces du premier nœud n’arrivent plus, puis arrivent de nouveau',
  ],
  [
    /^A rule made at the first node is in both kernels; taken back at the second, in neither$/,
    'Une règle créée sur le premier nœud est dans les deux noyaux ; retirée sur le second, dans aucun',
  ],
  [
    /^The machine of the first node freezes, and thaws believing that it is still the master$/,
    'La machine du premier nœud se fige, puis reprend en se croyant toujours maître',
  ],
];

const back = '( on the way back)?$';
const promises: readonly Pattern[] = [
  [new RegExp(`^No flow is silent for more than (\\d+) ms${back}`), 'Aucun flux ne se tait plus de $1 ms$2'],
  [new RegExp(`^No flow loses more than (\\d+) probes${back}`), 'Aucun flux ne perd plus de $1 sondes$2'],
  [
    new RegExp(`^One master per virtual IP within (\\d+) ms${back}`),
    'Un seul maître par IP virtuelle en moins de $1 ms$2',
  ],
  [
    new RegExp(`^Two masters at once for at most (\\d+) ms${back}`),
    'Deux maîtres à la fois pendant au plus $1 ms$2',
  ],
  [new RegExp(`^(\\S+) is master of everything in the end${back}`), '$1 est finalement maître de tout$2'],
  [
    new RegExp(`^Every connection goes on, every byte right${back}`),
    'Chaque connexion continue, chaque octet exact$1',
  ],
  [new RegExp(`^No role changes${back}`), 'Aucun rôle ne change$1'],
];

/** Parts of what was measured, and names of flows, wherever they stand in a sentence. */
const parts: readonly Pattern[] = [
  [/ on the way back$/, ' au retour'],
  [/^so it was$/, 'c’est le cas'],
  [/^none$/, 'aucun'],
  [/^no flow$/, 'aucun flux'],
  [/^not until the end$/, 'pas avant la fin'],
  [/^never got there$/, 'jamais atteint'],
  [/^none were opened$/, 'aucune n’était ouverte'],
  [/client to internet/g, 'client vers Internet'],
  [/client to LAN VIP/g, 'client vers VIP LAN'],
  [/internet to WAN VIP/g, 'Internet vers VIP WAN'],
  [/(\d+) of (\d+)/g, '$1 sur $2'],
  [/(\d)\.(\d ms)/g, '$1,$2'],
  [/(\S): (\d+)(?=,|$)/g, '$1 : $2'],
  [/TCP streams/g, 'flux TCP'],
  [/server-first TCP connections/g, 'connexions TCP ouvertes par le serveur'],
  [/idle TCP connections/g, 'connexions TCP inactives'],
  [/UDP flows/g, 'flux UDP'],
  [/FTP sessions/g, 'sessions FTP'],
  [
    /nobody answers it even without a fault, for no rule lets it pass/,
    'personne n’y répond même sans panne, car aucune règle ne le laisse passer',
  ],
];

const patterns: readonly Pattern[] = [...faults, ...states, ...titles, ...promises];

/** The French of a sentence; the sentence itself where there is none. */
export function french(sentence: string): string {
  const found = patterns.find(([pattern]) => pattern.test(sentence));
  const whole = found === undefined ? sentence : sentence.replace(found[0], found[1]);
  return parts.reduce((text, [pattern, words]) => text.replace(pattern, words), whole);
}

/** A sentence that was made in English, in a language. */
export const said = (sentence: string, language: Language): string =>
  language === 'fr' ? french(sentence) : sentence;
