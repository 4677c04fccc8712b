/** From what all nodes measured to what is wrong, in words. Pure. */

import { inFrench } from '#api/contract/phrases.ts';
import type { Language } from '#base/language.ts';
import { remedyOf } from '#config/findings.ts';
import { caseOf } from './case.ts';
import { type Examination, examination, nodeEvidence, peerEvidence } from './evidence.ts';
import { type DoctorFinding, type Fault, inWords, type WordedFault } from './finding.ts';
import { judgeAgreement, judgeReadiness, judgeRoles, judgeSegments } from './judge-election.ts';
import { judgeHost, judgePasswords } from './judge-host.ts';
import { judgePair } from './judge-pair.ts';
import { judgeWires } from './judge-wire.ts';

/** Findings of the running node that the doctor judges anew from its own measurements. */
const judgedAnew: ReadonlySet<string> = new Set([
  'dual-master',
  'carp-family-silent',
  'advert-hmac-mismatch',
  'vrrp-on-segment',
  'advert-loop',
  'vhid-collision',
  'states-peer-silent',
  'states-bulk-failed',
  'states-behind',
  'states-forged',
  'config-behind',
  'config-unrelated',
]);

/** Reads an examination; a peer whose evidence this version does not understand was not examined. */
export function readExamination(value: unknown): Examination | undefined {
  const loose = examination.extend({ peers: examination.shape.peers.catch({}) }).safeParse(value);
  if (!loose.success) return undefined;
  const raw = (value as { readonly peers?: Readonly<Record<string, unknown>> }).peers ?? {};
  const peers = Object.entries(raw).map(([node, peer]) => {
    const parsed = peerEvidence.safeParse(peer);
    const error = 'it answers in a way that this version does not understand';
    return [node, parsed.success ? parsed.data : { ok: false as const, error }] as const;
  });
  return { self: nodeEvidence.parse(loose.data.self), peers: Object.fromEntries(peers) };
}

/** All findings, the worst first; none when the pair is well. `others`: what was found elsewhere. */
export function diagnose(
  examined: Examination,
  language: Language,
  others: readonly WordedFault[] = [],
): DoctorFinding[] {
  const found = caseOf(examined);
  const wires = judgeWires(found);
  const agreement = judgeAgreement(found);
  const segments = judgeSegments(found);
  const explained = new Set([...wires, ...agreement].map(({ subject }) => subject));
  const faults: Fault[] = [
    ...agreement,
    ...wires,
    ...judgeRoles(found, explained),
    ...judgeReadiness(found),
    ...segments,
    ...found.nodes.flatMap(judgeHost),
    ...judgePasswords(found.nodes),
    ...judgePair(found, examined),
  ];
  return inWords([...faults, ...others, ...nodeFindings(examined, language)], language);
}

/** What the nodes know themselves, in their words. */
function nodeFindings({ self, peers }: Examination, language: Language): WordedFault[] {
  const nodes = [self, ...Object.values(peers).flatMap((peer) => (peer.ok ? [peer.evidence] : []))];
  return nodes.flatMap(({ node, findings }) =>
    findings
      .filter(({ code }) => !judgedAnew.has(code))
      .map(({ code, subject, cause, remedy }) => ({
        code,
        severity: 'warning',
        subject: subject ?? node,
        evidence: language === 'fr' ? `${node}\u00a0: ${inFrench(cause)}` : `${node}: ${cause}`,
        cause: '',
        remedy: language === 'fr' ? remedyOf(code).fr : remedy,
      })),
  );
}
