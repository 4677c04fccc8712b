/** French for what the schema says of a value, and for values within findings. */
import { type Phrase, phrasebook } from '#base/phrasebook.ts';

const endpoint = 'any, self, "IF net", "IF address", "IF vip", an alias, an address or a network';
const endpointFr = 'any, self, « IF net », « IF address », « IF vip », un alias, une adresse ou un réseau';

/** What zod says itself, in the words of load.ts. */
export const schemaPhrases: readonly Phrase[] = [
  ['expected {kind}, received {found}', '{kind} attendu, {found} reçu'],
  ['is missing, or empty ({kind} expected)', 'manque, ou est vide ({kind} attendu)'],
  ['Invalid input: expected {kind}, received undefined', 'ce champ est obligatoire'],
  ['Invalid input: expected {kind}, received {found}', '{kind} attendu, {found} reçu'],
  ['Invalid input', 'valeur non admise'],
  ['Invalid option: expected one of {options}', 'valeur non admise ; il faut l’une de celles-ci : {options}'],
  ['Invalid URL', 'URL incorrecte'],
  ['Too big: expected {kind} to be <={most}', 'trop grand : {most} au plus'],
  ['Too small: expected {kind} to be >={least}', 'trop petit : {least} au moins'],
  ['Too small: expected {kind} to be >{least}', 'trop petit : il faut plus de {least}'],
  ['Too big: expected {kind} to have <={most} items', 'trop d’entrées : {most} au plus'],
  ['Too small: expected {kind} to have >={least} items', 'trop peu d’entrées : {least} au moins'],
  ['Too big: expected {kind} to have <={most} characters', 'trop long : {most} caractères au plus'],
  ['Too small: expected {kind} to have >={least} characters', 'trop court : {least} caractères au moins'],
  ['Unrecognized key: "{name}"', 'champ inconnu : « {name} »'],
  ['string', 'texte'],
  ['number', 'nombre'],
  ['int', 'nombre entier'],
  ['boolean', 'booléen (true ou false)'],
  ['array', 'liste'],
  ['mapping', 'dictionnaire (clé: valeur)'],
  ['undefined', 'rien'],
];

/** What the YAML library says itself. */
export const yamlPhrases: readonly Phrase[] = [
  ['Map keys must be unique', 'la même clé figure deux fois'],
  ['Nested mappings are not allowed in compact mappings', 'deux « clé: valeur » sur une même ligne'],
  ['Implicit keys need to be on a single line', 'une clé doit tenir sur une seule ligne'],
  [
    'Implicit keys of flow sequence pairs need to be on a single line',
    'une clé doit tenir sur une seule ligne',
  ],
  ['Implicit map keys need to be followed by map values', 'il manque « : » et une valeur après la clé'],
  ['A block sequence may not be used as an implicit map key', 'une liste ne peut pas servir de clé'],
  [
    'All sequence items must start at the same column',
    'les entrées d’une liste doivent commencer à la même colonne',
  ],
  ['All mapping items must start at the same column', 'les clés doivent commencer à la même colonne'],
  ['Tabs are not allowed as indentation', 'une tabulation ne peut pas servir d’indentation'],
  ['Missing closing "quote', 'il manque un guillemet fermant'],
  ["Missing closing 'quote", 'il manque une apostrophe fermante'],
  ['Missing , between {collection} items', 'il manque une virgule entre deux entrées'],
  ['Missing , or : between {collection} items', 'il manque « , » ou « : » entre deux entrées'],
  ['Missing space after : in {collection}', 'il manque un espace après « : »'],
  ['Sequence item without - indicator', 'il manque le tiret devant une entrée de liste'],
  ['Invalid escape sequence {escape}', 'échappement incorrect : {escape}'],
  ['Plain value cannot start with {mark}', 'une valeur sans guillemets ne peut pas commencer par {mark}'],
  ['Unresolved tag: {tag}', 'étiquette YAML inconnue : {tag}'],
  ['Unresolved alias (the anchor must be set before the alias): {alias}', 'alias YAML sans ancre : {alias}'],
  [
    '{collection} must be sufficiently indented and end with a {mark}',
    'il manque « {mark} », ou l’indentation est insuffisante',
  ],
  ['Unexpected {token} token', 'élément inattendu : {token}'],
  ['Unexpected {token} at node end', 'élément inattendu en fin de valeur : {token}'],
];

export const documentPhrases: readonly Phrase[] = [
  // The form of values.
  ['there is no field "{name}"', 'il n’y a pas de champ « {name} »'],
  [endpoint, endpointFr],
  [`${endpoint}, or a list of these`, `${endpointFr}, ou une liste de ceux-ci`],
  [
    'a port (0 to 65535), a range such as 8000-8010, or an alias',
    'un port (0 à 65535), une plage comme 8000-8010, ou un alias',
  ],
  [
    'a port (0 to 65535), a range such as 8000-8010, an alias, or a list of these',
    'un port (0 à 65535), une plage comme 8000-8010, un alias, ou une liste de ceux-ci',
  ],
  [
    '"{value}" is not a port, a range such as 8000-8010, or an alias',
    '« {value} » n’est ni un port, ni une plage comme 8000-8010, ni un alias',
  ],
  [
    'a node name is letters, digits and hyphens, letter first, at most 63',
    'un nom de nœud est fait de lettres, de chiffres et de tirets, 63 au plus, une lettre en tête',
  ],
  [
    'an interface name is lower-case letters, digits and underscores, letter first',
    'un nom d’interface est fait de minuscules, de chiffres et de tirets bas, une lettre en tête',
  ],
  [
    'a name is letters, digits and underscores, at most 31, no digit first',
    'un nom est fait de lettres, de chiffres et de tirets bas, 31 au plus, sans chiffre en tête',
  ],
  [
    'a device name is 1 to 15 letters, digits, dots, hyphens, underscores',
    'un nom de périphérique est fait de 1 à 15 lettres, chiffres, points, tirets ou tirets bas',
  ],
  [
    'a cluster name is letters, digits, hyphens, underscores, at most 32',
    'un nom de cluster est fait de lettres, de chiffres, de tirets et de tirets bas, 32 au plus',
  ],
  [
    'a name of a user or group is letters, digits, dots, hyphens and underscores, letter first, at most 32',
    'un nom d’utilisateur ou de groupe est fait de lettres, chiffres, points, tirets et tirets bas, 32 au plus, une lettre en tête',
  ],
  ['a name is letters, digits and hyphens', 'un nom est fait de lettres, de chiffres et de tirets'],
  ['at most {count} characters', '{count} caractères au plus'],
  ['at most {count} members', '{count} membres au plus'],
  ['not empty', 'ne peut pas être vide'],
  ['at least one is due', 'il en faut au moins un'],
  ['true or false', 'true ou false'],
  [
    '{expected}, or a map of node names to them',
    '{expected}, ou un dictionnaire qui en donne par nom de nœud',
  ],
  ['{expected}, or the name of an alias', '{expected}, ou le nom d’un alias'],
  ['an address', 'une adresse'],
  ['an address or a network', 'une adresse ou un réseau'],
  ['{what} is a whole number from {low} to {high}', '{what} est un nombre entier de {low} à {high}'],
  ['a port', 'un port'],
  ['a status', 'un code de réponse'],
  ['a VHID', 'un VHID'],
  ['an MTU', 'un MTU'],
  ['a VLAN tag', 'une étiquette VLAN'],
  ['the key of a VXLAN tunnel', 'la clé d’un tunnel VXLAN'],
  ['a VM ID', 'un identifiant de VM'],
  ['a protocol number', 'un numéro de protocole'],
  ['"{text}" is not an IP address', '« {text} » n’est pas une adresse IP'],
  ['"{text}" is not an IPv4 address', '« {text} » n’est pas une adresse IPv4'],
  ['"{text}" is not an IPv6 address', '« {text} » n’est pas une adresse IPv6'],
  [
    '"{text}" lacks a prefix length, such as /{example}',
    'il manque une longueur de préfixe à « {text} », par exemple /{example}',
  ],
  [
    '"{text}" has a bad prefix length: 0 to {bits} is due',
    '« {text} » a une longueur de préfixe incorrecte : il faut 0 à {bits}',
  ],
  ['a virtual IP needs at least one address', 'une IP virtuelle a besoin d’au moins une adresse'],
  ['a cluster needs at least one node', 'un cluster a besoin d’au moins un nœud'],
  ['a firewall needs at least one interface', 'un pare-feu a besoin d’au moins une interface'],
  ['keys has at least one entry', 'keys a au moins une entrée'],
  ['at least one hypervisor is due', 'il faut au moins un hyperviseur'],
  ['a schedule has at least one time', 'un planning a au moins une plage'],
  ['a time is HH:MM, from 00:00 to 24:00', 'une heure s’écrit HH:MM, de 00:00 à 24:00'],
  [
    'a date is YYYY-MM-DD, or MM-DD for every year',
    'une date s’écrit AAAA-MM-JJ, ou MM-JJ pour chaque année',
  ],
  ['a day is one of {days}', 'un jour est l’un de ceux-ci : {days}'],
  ['a URL that begins with http:// or https://', 'une URL qui commence par http:// ou https://'],
  ['a pool needs a member', 'un pool a besoin d’un membre'],
  ['a virtual server needs an address', 'un serveur virtuel a besoin d’une adresse'],
  ['a machine has at most 32 network cards', 'une machine a 32 cartes réseau au plus'],
  ['printable ASCII without blanks', 'de l’ASCII imprimable, sans espaces'],
  [
    'the escapes are \\r, \\n, \\t, \\0, \\\\ and \\xHH',
    'les échappements sont \\r, \\n, \\t, \\0, \\\\ et \\xHH',
  ],

  // What a field may say.
  [
    'the type of an alias is hosts, networks, ports or urltable',
    'le type d’un alias est hosts, networks, ports ou urltable',
  ],
  ['a port, or a range such as 8000-8010', 'un port, ou une plage telle que 8000-8010'],
  [
    'a range goes from the lower port to the higher, at most 65535',
    'une plage va du port le plus bas au plus haut, 65535 au plus',
  ],
  ['blockBogons is true, false, or the name of an alias', 'blockBogons est true, false ou le nom d’un alias'],
  ['monitor is an address, or "none"', 'monitor est une adresse, ou « none »'],
  ['a tier has at least one gateway', 'un niveau a au moins une passerelle'],
  ['a group has at least one tier', 'un groupe a au moins un niveau'],
  [
    'the type of a monitor is icmp, tcp, http, https or send',
    'le type d’un moniteur est icmp, tcp, http, https ou send',
  ],
  ['mode is loadbalance or failover', 'mode vaut loadbalance ou failover'],
  ['mode is automatic, hybrid, manual or off', 'mode vaut automatic, hybrid, manual ou off'],
  ['protocol is tcp or udp', 'protocol vaut tcp ou udp'],
  ['protocol is tcp, udp or tcp/udp', 'protocol vaut tcp, udp ou tcp/udp'],
  [
    'protocol is a number from 0 to 255 or one of {names}',
    'protocol est un nombre de 0 à 255 ou l’un de ces noms : {names}',
  ],
  [
    'fallback is the name of a pool, or {address: ADDRESS, port: PORT}',
    'fallback est le nom d’un pool, ou {address: ADRESSE, port: PORT}',
  ],
  ['rule is pass or none', 'rule vaut pass ou none'],
  ['rule is associated, pass or none', 'rule vaut associated, pass ou none'],
  ['mac is virtual or interface', 'mac vaut virtual ou interface'],
  ['"all" or a list of sections', '« all » ou une liste de sections'],
  ['failover is standard, fast or fastest', 'failover vaut standard, fast ou fastest'],
  ['a helper is one of {names}', 'un module d’assistance est l’un de ceux-ci : {names}'],
  ['antiLockout is an interface, or false', 'antiLockout est une interface, ou false'],
  ['kind is bascule or pfsense', 'kind vaut bascule ou pfsense'],
  ['kind is linux or ovs', 'kind vaut linux ou ovs'],
  [
    'datapath is system (the kernel) or netdev (userspace)',
    'datapath vaut system (le noyau) ou netdev (en espace utilisateur)',
  ],
  ['a tunnel is between two hypervisors', 'un tunnel relie deux hyperviseurs'],
  ['model is one of {names}', 'model est l’un de ceux-ci : {names}'],
  ['os is linux, freebsd, windows or other', 'os vaut linux, freebsd, windows ou other'],
  ['osType is one of {names}', 'osType est l’un de ceux-ci : {names}'],
  [
    'translateTo is the address of a virtual IP, "interface", or "none" for no translation',
    'translateTo est l’adresse d’une IP virtuelle, « interface », ou « none » pour ne pas traduire',
  ],
  ['icmpType is one of {names}, or a list of these', 'icmpType est l’un de ceux-ci, ou une liste : {names}'],
  ['icmpType is one of {names}', 'icmpType est l’un de ceux-ci : {names}'],
  ['seconds is 1, 60 or 3600', 'seconds vaut 1, 60 ou 3600'],
  ['family is ipv4, ipv6 or both', 'family vaut ipv4, ipv6 ou both'],
  ['state is keep or none', 'state vaut keep ou none'],
  ['action is pass, block or reject', 'action vaut pass, block ou reject'],
  [
    'rules of an interface judge what comes in: direction is in',
    'les règles d’une interface jugent ce qui entre : direction vaut in',
  ],
  ['interfaces is "any" or a list of interfaces', 'interfaces vaut « any » ou une liste d’interfaces'],
  ['direction of a floating rule is in, out or any', 'la direction d’une règle flottante est in, out ou any'],
  [
    'a MAC is six hex bytes with colons',
    'une MAC s’écrit en six octets hexadécimaux séparés par des deux-points',
  ],
  [
    'a zone is 2 to 8 lower-case letters and digits, letter first',
    'une zone est faite de 2 à 8 minuscules et chiffres, une lettre en tête',
  ],

  // Passwords, tokens, certificates.
  [
    'a password is a text, {secret: NAME} or {env: NAME}',
    'un mot de passe est un texte, {secret: NOM} ou {env: NOM}',
  ],
  ['a password has at least 12 characters', 'un mot de passe a au moins 12 caractères'],
  [
    'a password is written as its argon2id hash ($argon2id$v=19$m=19456,t=2,p=1$SALT$HASH); the page and the API make it',
    'un mot de passe s’inscrit sous forme de condensat argon2id ($argon2id$v=19$m=19456,t=2,p=1$SEL$CONDENSAT) ; la page et l’API le calculent',
  ],
  ['a privilege is read or write', 'un privilège vaut read ou write'],
  ['an IPv4 or IPv6 address', 'une adresse IPv4 ou IPv6'],
  ['not a name of a secret', 'ce n’est pas un nom de secret'],
  [
    'a token is {secret: NAME} or {env: NAME}: the document goes to both firewalls',
    'un jeton est {secret: NOM} ou {env: NOM} : le document va aux deux pare-feu',
  ],
  ['the SHA-256 hash of a token', 'l’empreinte SHA-256 d’un jeton'],
  [
    'a fingerprint is the SHA-256 of a certificate, 64 hex digits',
    'une empreinte est le SHA-256 d’un certificat, en 64 chiffres hexadécimaux',
  ],
  [
    'a SHA-256 fingerprint: 32 hex bytes with colons',
    'une empreinte SHA-256 : 32 octets hexadécimaux séparés par des deux-points',
  ],
  ['the environment has no variable {name}', 'l’environnement n’a pas de variable {name}'],
  ['the secrets have no entry "{name}"', 'les secrets n’ont pas d’entrée « {name} »'],
];

/** What a finding says within its sentence. */
export const valuePhrases: readonly Phrase[] = [
  ['the document', 'le document'],
  ['network', 'réseau'],
  ['broadcast', 'diffusion'],
  ['addresses', 'adresses'],
  ['hosts', 'hôtes'],
  ['networks', 'réseaux'],
  ['urltable', 'adresses'],
  ['{node} on {interface}', '{node} sur {interface}'],
  ['advbase and advskew', 'advbase et advskew'],
  ['the user {name}', 'utilisateur {name}'],
  ['VHID {vhid} of {interface}', 'VHID {vhid} de {interface}'],
  ['tcp, udp, tcp/udp or sctp', 'tcp, udp, tcp/udp ou sctp'],
  ['icmp or icmpv6', 'icmp ou icmpv6'],
  ["the interface's own address", 'l’adresse propre de l’interface'],
  ['{address}, the address of {node}', '{address}, l’adresse de {node}'],
  ['the address of {node}', 'l’adresse de {node}'],
  ['the virtual IP of VHID {vhid}', 'l’IP virtuelle du VHID {vhid}'],
  ['an address of {node} itself', 'une adresse de {node} lui-même'],
  ['its own address', 'sa propre adresse'],
  ['no address of it', 'une adresse étrangère'],
  ["{node}'s on {interface}", 'celle de {node} sur {interface}'],
  ["{node}'s", 'celle de {node}'],
  ['a virtual IP of {interface}', 'une IP virtuelle de {interface}'],
  ['the gateway of {interface}', 'la passerelle de {interface}'],
  ['the bridge {name}', 'le pont {name}'],
  ['no tag', 'pas d’étiquette'],
  ['tag {tag}', 'étiquette {tag}'],
];

/** What is wrong with the form of a value, in French. */
export const formInFrench = phrasebook([...yamlPhrases, ...schemaPhrases, ...documentPhrases]);
/** A value of a finding, in French. */
export const valueInFrench = phrasebook(valuePhrases);
