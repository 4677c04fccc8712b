/** What is wrong between the nodes beyond the election: states, the document, ways, clocks, versions. Pure. */
import { type Case, firstOf, interfaceAt, isUpAt, pairs } from './case.ts';
import type { Examination, NodeEvidence } from './evidence.ts';
import type { Fault, Value } from './finding.ts';

/** Clocks further apart than this are told of, ms: what the nodes compare is told in seconds. */
const clockPatience = 2_000;
/** News that take longer are worth a word, ms. */
const lagPatience = 1_000;
/** A node that has run for less has not heard of its peers yet, ms. */
const youngMs = 4_000;

export function judgePair(found: Case, { peers, self }: Examination): Fault[] {
  const faults = [
    ...found.nodes.flatMap((node) => [
      ...judgeStates(found, node),
      ...judgeConfig(found, node),
      ...judgeMtu(found, node),
      ...node.routes.map(({ node: peer, address, interface: at, device, via }): Fault => {
        const title = interfaceAt(node, at)?.title ?? at;
        const values = { node: node.node, address, peer, interface: title, via, device };
        return { code: 'route-asymmetric', subject: address, values };
      }),
    ]),
    ...pairs(found).flatMap(([one, other]) => judgeVersions(one, other)),
    ...Object.entries(peers).flatMap(([peer, answer]): Fault[] => {
      if (!answer.ok) return [];
      const ahead = answer.evidence.wallMs - answer.gotMs;
      if (Math.abs(ahead) < clockPatience) return [];
      const seconds = (Math.abs(ahead) / 1_000).toFixed(1);
      const direction = ahead > 0 ? { en: 'ahead of', fr: 'avance' } : { en: 'behind', fr: 'retarde' };
      return [{ code: 'clock-skew', subject: peer, values: { peer, node: self.node, seconds, direction } }];
    }),
  ];
  const told = firstOf(faults, ({ code, subject }) => `${code} ${subject}`);
  const isExplained = told.some(({ code }) => code.startsWith('config-')) || !self.api;
  const unexamined = Object.entries(peers).flatMap(([peer, answer]): Fault[] =>
    answer.ok || isExplained
      ? []
      : [{ code: 'peer-not-examined', subject: peer, values: { peer, node: self.node, why: answer.error } }],
  );
  return [...told, ...unexamined];
}

/** A cut of the sync link is told by itself; that nothing comes over it then goes without saying. */
const isSyncCut = ({ nodes }: Case): boolean =>
  nodes.some(({ syncInterface, ...node }) => syncInterface !== undefined && !isUpAt(node, syncInterface));

function judgeStates(found: Case, node: NodeEvidence): Fault[] {
  if (node.states === undefined) return [];
  const forged = node.findings.some(({ code }) => code === 'states-forged');
  if (forged) {
    const count = node.states.counters['refused forged'] ?? 0;
    return [{ code: 'states-key-differs', subject: node.node, values: { node: node.node, count } }];
  }
  // What the peer seals in another way than we do, we never hear from it either.
  const elsewhere = found.nodes.some(({ findings }) => findings.some(({ code }) => code === 'states-forged'));
  if (elsewhere || isSyncCut(found) || node.uptimeMs < youngMs) return [];
  return node.states.peers.flatMap(({ node: peer, state, lagMs }): Fault[] => {
    if (state === 'silent' || state === 'unknown') return [silent(node, peer)];
    const isLate = state === 'asking' || state === 'filling' || (state === 'in step' && lagMs > lagPatience);
    if (!isLate) return [];
    return [
      {
        code: 'states-behind',
        subject: peer,
        values: { node: node.node, peer, state, lag: Math.round(lagMs) },
      },
    ];
  });
}

function silent(node: NodeEvidence, peer: string): Fault {
  const at = node.syncInterface ?? '';
  const title = interfaceAt(node, at)?.title ?? at;
  const answers = answersPing(node, at, peer);
  const [why, todo]: readonly [Value, Value] = answers
    ? [
        {
          en: 'Something on the way drops IP protocol 240, or the states thread of the peer has stopped.',
          fr: 'Quelque chose sur le trajet rejette le protocole IP 240, ou le fil des états du pair s’est arrêté.',
        },
        {
          en: `Permit IP protocol 240 between the nodes (and 224.0.0.240, without ha.sync.peers), and look at the log of ${peer}.`,
          fr: `Autorisez le protocole IP 240 entre les nœuds (et 224.0.0.240 sans ha.sync.peers), et voyez le journal de ${peer}.`,
        },
      ]
    : [
        {
          en: 'The sync link does not carry anything, or the peer is down.',
          fr: 'Le lien de synchronisation ne transporte rien, ou le pair est arrêté.',
        },
        {
          en: `Check the sync link, and whether ${peer} runs.`,
          fr: `Contrôlez le lien de synchronisation, et si ${peer} tourne.`,
        },
      ];
  return {
    code: 'states-silent',
    subject: peer,
    values: { node: node.node, peer, interface: title, ping: pingWords(answers), why, todo },
  };
}

const answersPing = (node: NodeEvidence, at: string, peer: string): boolean =>
  node.pings.some((ping) => ping.interface === at && ping.node === peer && ping.answered);

const pingWords = (answers: boolean): Value =>
  answers
    ? { en: 'answers pings there', fr: 'y répond au ping' }
    : { en: 'does not answer pings there', fr: 'n’y répond pas au ping' };

/** How a node fails to agree on the document with its peers, told by what it met with. */
function judgeConfig(found: Case, node: NodeEvidence): Fault[] {
  if (!node.api || node.document === undefined || isSyncCut(found)) return [];
  return Object.entries(node.document.peers).flatMap(([peer, { kind, why = '', revisions = 0 }]): Fault[] => {
    const values = { node: node.node, peer, why, revisions };
    if (kind === 'in step') return [];
    if (kind === 'unrelated') return [{ code: 'config-unrelated', subject: peer, values }];
    if (kind === 'behind') return [{ code: 'config-behind', subject: peer, values }];
    const address = /(\S+) port \d+/.exec(why)?.[1] ?? peer;
    const answers = node.pings.some((ping) => ping.address === address && ping.answered);
    const code = causeOf(why, answers);
    return [{ code, subject: peer, values: { ...values, address, ping: pingWords(answers) } }];
  });
}

/** The words are those of api/post.ts and api/peer-client.ts. */
function causeOf(why: string, answersPings: boolean): Fault['code'] {
  if (why.includes('has not joined')) return 'config-not-joined';
  if (why.includes('another certificate')) return 'config-certificate';
  if (why.includes("does not know this node's key")) return 'config-credentials';
  if (why.includes('no address on a network')) return 'config-no-address';
  if (why.includes('nobody listens')) return 'config-refused';
  if (why.includes('no answer within') || why.includes('ETIMEDOUT'))
    return answersPings ? 'config-blocked' : 'config-unreachable';
  return why.includes('there is no way to it') ? 'config-unreachable' : 'config-fails';
}

function judgeMtu(found: Case, node: NodeEvidence): Fault[] {
  const large = node.pings.filter(({ bytes, answered, interface: at, node: peer }) => {
    const passesSmall = node.pings.some(
      (ping) => ping.interface === at && ping.node === peer && ping.bytes < bytes && ping.answered,
    );
    return !answered && passesSmall && !differs(found, at);
  });
  return large.map(({ interface: at, node: peer, bytes }) => ({
    code: 'mtu-too-small',
    subject: at,
    values: { interface: interfaceAt(node, at)?.title ?? at, peer, node: node.node, bytes },
  }));
}

const differs = ({ nodes }: Case, at: string): boolean =>
  new Set(nodes.flatMap((node) => interfaceAt(node, at)?.link?.mtu ?? [])).size > 1;

function judgeVersions(one: NodeEvidence, other: NodeEvidence): Fault[] {
  const who = { node: one.node, peer: other.node };
  const faults = one.interfaces.flatMap(({ name, title, link }): Fault[] => {
    const theirs = interfaceAt(other, name)?.link?.mtu;
    if (link === undefined || theirs === undefined || link.mtu === theirs) return [];
    const values = { ...who, interface: title, ours: link.mtu, theirs };
    return [{ code: 'mtu-differs', subject: name, values }];
  });
  if (one.version === other.version) return faults;
  const values = { ...who, ours: one.version, theirs: other.version };
  return [...faults, { code: 'version-differs', subject: other.node, values }];
}
