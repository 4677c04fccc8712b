/** The schema speaks English; what it says most is said in French here. The rest is shown as it is. */
import { useSpeech } from './language.tsx';

const endpoints = 'any, self, "IF net", "IF address", "IF vip", an alias, an address or a network';

const french: Readonly<Record<string, string>> = {
  [endpoints]: 'any, self, « IF net », « IF address », « IF vip », un alias, une adresse ou un réseau',
  [`${endpoints}, or a list of these`]:
    'any, self, « IF net », « IF address », « IF vip », un alias, une adresse, un réseau, ou une liste de ceux-ci',
  'a port (0 to 65535), a range such as 8000-8010, or an alias':
    'un port (0 à 65535), une plage comme 8000-8010, ou un alias',
  'a port (0 to 65535), a range such as 8000-8010, an alias, or a list of these':
    'un port (0 à 65535), une plage comme 8000-8010, un alias, ou une liste de ceux-ci',
  'a name is letters, digits and underscores, at most 31, no digit first':
    'un nom est fait de lettres, de chiffres et de tirets bas, 31 au plus, sans chiffre en tête',
  'at most 200 characters': '200 caractères au plus',
  'at least one is due': 'il en faut au moins un',
  'a virtual IP needs at least one address': 'une adresse IP virtuelle a besoin d’au moins une adresse',
  'an interface name is lower-case letters, digits and underscores, letter first': 'choisissez une interface',
  'a VHID is a whole number from 1 to 255': 'un VHID est un nombre entier de 1 à 255',
  'a schedule has at least one time': 'un planning a au moins une plage',
  'a time is HH:MM, from 00:00 to 24:00': 'une heure s’écrit HH:MM, de 00:00 à 24:00',
  'a URL that begins with http:// or https://': 'une URL qui commence par http:// ou https://',
  'a pool needs a member': 'un pool a besoin d’un membre',
  'a virtual server needs an address': 'un serveur virtuel a besoin d’une adresse',
  'a password has at least 12 characters': 'un mot de passe a au moins 12 caractères',
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^"(.*)" is not an IP address$/, '« $1 » n’est pas une adresse IP'],
  [
    /^"(.*)" is not a port, a range such as 8000-8010, or an alias$/,
    '« $1 » n’est ni un port, ni une plage comme 8000-8010, ni un alias',
  ],
  [/^(\w+) is a whole number from (\d+) to (\d+)$/, '$1 est un nombre entier de $2 à $3'],
  [/^a port is a whole number from (\d+) to (\d+)$/, 'un port est un nombre entier de $1 à $2'],
  [/^Invalid input: expected (\w+), received undefined$/, 'ce champ est obligatoire'],
];

export function useSchemaWords(): (message: string) => string {
  const { language } = useSpeech();
  return (message) => {
    if (language === 'en')
      return message.startsWith('Invalid input: expected') && message.endsWith('undefined')
        ? 'this field is due'
        : message;
    const found = french[message];
    if (found !== undefined) return found;
    const pattern = patterns.find(([pattern]) => pattern.test(message));
    return pattern === undefined ? message : message.replace(...pattern);
  };
}
