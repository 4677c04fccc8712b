/** What `bascule status` says, in both languages; roles and profiles are words of the field. */
import type { StatesStatus } from '#api/contract/control.ts';
import type { Language } from '#base/language.ts';

type StatesState = StatesStatus['peers'][number]['state'];

interface Words {
  readonly silent: string;
  readonly head: (node: string, cluster: string, time: string, failover: string) => string;
  readonly realtime: string;
  readonly notRealtime: string;
  readonly columns: readonly string[];
  /** "MASTER for 3 min", "10.0.0.3, 12 ms ago" */
  readonly since: (what: string, time: string) => string;
  readonly ago: (what: string, time: string) => string;
  readonly links: string;
  readonly up: string;
  readonly down: string;
  readonly stateSync: (peer: string, hostId: string) => string;
  readonly states: Readonly<Record<StatesState, string>>;
  readonly entries: (count: number, lag: string) => string;
  readonly document: string;
  readonly documentAt: (node: string) => string;
  readonly undoneIn: (time: string) => string;
  readonly own: (sections: string) => string;
  readonly same: string;
  readonly differ: string;
  readonly inStep: string;
  readonly revisions: (count: number) => string;
  readonly behind: (revisions: string) => string;
  readonly away: string;
  readonly notReady: string;
  readonly carpOff: string;
  readonly maintenance: string;
  readonly demoted: (total: number, reasons: string) => string;
  readonly colon: string;
}

export const statusWords: Readonly<Record<Language, Words>> = {
  en: {
    silent: 'the node sent no status',
    head: (node, cluster, time, failover) =>
      `${node} of cluster ${cluster}, up ${time}, failover ${failover}`,
    realtime: 'real-time',
    notRealtime: 'no real-time scheduling',
    columns: ['Interface and VHID', 'Virtual IP address', 'Description', 'Status', 'Last advert from'],
    since: (what, time) => `${what} for ${time}`,
    ago: (what, time) => `${what}, ${time} ago`,
    links: 'Links:',
    up: 'up',
    down: 'DOWN',
    stateSync: (peer, hostId) => `State sync with ${peer} (${hostId}):`,
    states: {
      unknown: 'unknown',
      asking: 'asking',
      filling: 'filling',
      'in step': 'in step',
      silent: 'silent',
      left: 'left',
    },
    entries: (count, lag) => `, ${count} states, lag ${lag} ms`,
    document: 'Document:',
    documentAt: (node) => `Document at ${node}:`,
    undoneIn: (time) => `It is undone in ${time} unless you run "bascule confirm".`,
    own: (sections) => `Not shared, each node has its own: ${sections}`,
    same: 'the same just now',
    differ: 'they differ',
    inStep: 'in step',
    revisions: (count) => (count === 1 ? '1 revision' : `${count} revisions`),
    behind: (revisions) => `${revisions} behind`,
    away: 'away',
    notReady: 'Not ready yet: demoted until it is.',
    carpOff: 'CARP is temporarily disabled ("bascule carp enable" brings it back).',
    maintenance: 'Persistent maintenance mode ("bascule maintenance off" ends it).',
    demoted: (total, reasons) => `Demoted by ${total}: ${reasons}`,
    colon: ':',
  },
  fr: {
    silent: 'le nœud n’a pas envoyé d’état',
    head: (node, cluster, time, failover) =>
      `${node} du cluster ${cluster}, en marche depuis ${time}, failover ${failover}`,
    realtime: 'temps réel',
    notRealtime: 'sans ordonnancement temps réel',
    columns: ['Interface et VHID', 'Adresse IP virtuelle', 'Description', 'État', 'Dernière annonce de'],
    since: (what, time) => `${what} depuis ${time}`,
    ago: (what, time) => `${what}, il y a ${time}`,
    links: 'Liens\u00a0:',
    up: 'actif',
    down: 'COUPÉ',
    stateSync: (peer, hostId) => `Synchronisation des états avec ${peer} (${hostId})\u00a0:`,
    states: {
      unknown: 'inconnu',
      asking: 'demande en cours',
      filling: 'remplissage',
      'in step': 'synchronisé',
      silent: 'muet',
      left: 'parti',
    },
    entries: (count, lag) => `, ${count} états, retard ${lag.replace('.', ',')} ms`,
    document: 'Document\u00a0:',
    documentAt: (node) => `Document sur ${node}\u00a0:`,
    undoneIn: (time) => `Elle sera annulée dans ${time}, sauf si vous lancez «\u00a0bascule confirm\u00a0».`,
    own: (sections) => `Non partagé, chaque nœud a le sien\u00a0: ${sections}`,
    same: 'identiques en ce moment',
    differ: 'différents',
    inStep: 'à jour',
    revisions: (count) => (count === 1 ? '1 révision' : `${count} révisions`),
    behind: (revisions) => `${revisions} de retard`,
    away: 'absent',
    notReady: 'Pas encore prêt\u00a0: rétrogradé jusque-là.',
    carpOff: 'CARP est désactivé temporairement («\u00a0bascule carp enable\u00a0» le réactive).',
    maintenance: 'Mode de maintenance persistant («\u00a0bascule maintenance off\u00a0» y met fin).',
    demoted: (total, reasons) => `Rétrogradé de ${total}\u00a0: ${reasons}`,
    colon: '\u00a0:',
  },
};
