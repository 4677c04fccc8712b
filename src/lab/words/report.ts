/** The words of the report, in both languages. */
import type { Text } from '#lab/acceptance/plan.ts';

export const words = {
  timeline: { en: 'Timeline', fr: 'Chronologie' },
  noMaster: { en: ', without one master in the end', fr: ', sans maître unique à la fin' },
  master: { en: 'master', fr: 'maître' },
  backup: { en: 'backup', fr: 'secours' },
  init: { en: 'init or disabled', fr: 'initial ou désactivé' },
  down: { en: 'down', fr: 'arrêté' },
  replies: { en: 'replies', fr: 'réponses' },
  lost: { en: 'lost', fr: 'perdus' },
  context: { en: 'Context', fr: 'Contexte' },
  drawing: { en: 'The network', fr: 'Le réseau' },
  addresses: { en: 'Addresses', fr: 'Plan d’adressage' },
  configuration: { en: 'Configuration', fr: 'Configuration' },
  tests: { en: 'Tests of the document', fr: 'Tests du document' },
  drills: { en: 'Drills', fr: 'Exercices de panne' },
  findings: { en: 'Findings', fr: 'Constats' },
  noFindings: { en: 'The document has no findings.', fr: 'Le document n’appelle aucun constat.' },
  interface: { en: 'Interface', fr: 'Interface' },
  network: { en: 'Network', fr: 'Réseau' },
  virtualIp: { en: 'Virtual IP', fr: 'IP virtuelle' },
  virtualMac: { en: 'Virtual MAC', fr: 'MAC virtuelle' },
  host: { en: 'Host', fr: 'Hôte' },
  address: { en: 'Address', fr: 'Adresse' },
  gateway: { en: 'Gateway', fr: 'Passerelle' },
  setting: { en: 'Setting', fr: 'Réglage' },
  value: { en: 'Value', fr: 'Valeur' },
  failover: { en: 'Failover profile', fr: 'Profil de basculement' },
  takeover: { en: 'Takeover after', fr: 'Prise de relais après' },
  priority: { en: 'Order of the nodes', fr: 'Ordre des nœuds' },
  sync: { en: 'Synchronisation', fr: 'Synchronisation' },
  outbound: { en: 'Outbound NAT', fr: 'NAT sortant' },
  hypervisors: { en: 'Hypervisors', fr: 'Hyperviseurs' },
  rules: { en: 'Rules', fr: 'Règles' },
  action: { en: 'Action', fr: 'Action' },
  protocol: { en: 'Protocol', fr: 'Protocole' },
  source: { en: 'Source', fr: 'Source' },
  destination: { en: 'Destination', fr: 'Destination' },
  ports: { en: 'Ports', fr: 'Ports' },
  description: { en: 'Description', fr: 'Description' },
  translation: { en: 'Translated to', fr: 'Traduit en' },
  pool: { en: 'Pool', fr: 'Pool' },
  member: { en: 'Member', fr: 'Membre' },
  monitor: { en: 'Checks', fr: 'Contrôles' },
  expected: { en: 'Expected', fr: 'Attendu' },
  measured: { en: 'Measured', fr: 'Mesuré' },
  result: { en: 'Result', fr: 'Résultat' },
  test: { en: 'Test', fr: 'Test' },
  drill: { en: 'Drill', fr: 'Exercice' },
  gap: { en: 'Longest gap', fr: 'Plus longue coupure' },
  oneMaster: { en: 'One master after', fr: 'Maître unique après' },
  twoMasters: { en: 'Two masters', fr: 'Deux maîtres' },
  returnGap: { en: 'Return: longest gap', fr: 'Retour : plus longue coupure' },
  passed: { en: 'passed', fr: 'réussi' },
  failed: { en: 'failed', fr: 'échoué' },
  never: { en: 'never', fr: 'jamais' },
  realtime: { en: 'real-time scheduling', fr: 'ordonnancement temps réel' },
  notRealtime: { en: 'without real-time scheduling', fr: 'sans ordonnancement temps réel' },
  finished: { en: 'finished', fr: 'terminé le' },
  probes: {
    en: 'Probes left every millisecond; one that was not answered within a second counts as lost.',
    fr: 'Une sonde part chaque milliseconde ; sans réponse au bout d’une seconde, elle compte comme perdue.',
  },
  notJudged: { en: 'Not judged', fr: 'Non évalué' },
  remedy: { en: 'Remedy', fr: 'Remède' },
  allKept: { en: 'Every promise was kept.', fr: 'Toutes les promesses ont été tenues.' },
  error: { en: 'error', fr: 'erreur' },
  warning: { en: 'warning', fr: 'avertissement' },
  info: { en: 'info', fr: 'information' },
  line: { en: 'line', fr: 'ligne' },
} as const satisfies Readonly<Record<string, Text>>;

/** French sets a space before it. */
export const colon: Text = { en: ':', fr: ' :' };

/** Says what the nodes were, and how often they were probed, where they are virtual machines. */
export const machineWords = (kernel: string): Text => ({
  en: `The nodes were virtual machines (${kernel}), their processors emulated by QEMU. Probes left every 5 ms; one that was not answered within a second counts as lost.`,
  fr: `Les nœuds étaient des machines virtuelles (${kernel}), aux processeurs émulés par QEMU. Une sonde part toutes les 5 ms ; sans réponse au bout d’une seconde, elle compte comme perdue.`,
});

export const brokenWords = (broken: number, total: number): Text => ({
  en: `${broken} of ${total} drills and tests broke a promise.`,
  fr: `Sur ${total} exercices et tests, ${broken} ${broken === 1 ? 'n’a pas tenu ses' : 'n’ont pas tenu leurs'} promesses.`,
});

export const titleWords = (scenario: string): Text => ({
  en: `Drills of ${scenario}`,
  fr: `Exercices de ${scenario}`,
});
