/**
 * The French of what a drill says. Sentences are made in English where they are known (faults, stories, the judge); the
 * patterns here turn each of them into French, and a test makes them all.
 */

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
  [/^the rule is taken back at the other node$/, 'la règle est retirée sur l’autre nœud'],
];

const patterns: readonly Pattern[] = [...faults];

/** The French of a sentence; the sentence itself where there is none. */
export function french(sentence: string): string {
  const found = patterns.find(([pattern]) => pattern.test(sentence));
  return found === undefined ? sentence : sentence.replace(found[0], found[1]);
}
