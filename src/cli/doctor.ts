/** `bascule doctor`: examines the running pair from one of its nodes and explains what is wrong. */
import { ask } from '#api/client.ts';
import type { Language } from '#base/language.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { diagnose, readExamination } from '#doctor/diagnose.ts';
import type { Examination } from '#doctor/evidence.ts';
import type { DoctorFinding } from '#doctor/finding.ts';
import { groundFaults } from './doctor-ground.ts';
import { languageAsked, told } from './language.ts';

export interface DoctorOptions {
  readonly socket: string;
  readonly json?: boolean;
  readonly lang?: string;
  /** A document whose nodes are pfSenses, and exports of them; none for the running pair. */
  readonly files?: readonly string[];
}

/** Adverts are listened to, and a tool that hangs is given up, ms. */
const patienceMs = 12_000;

/** Returns the exit code: 0 nothing found or only remarks, 1 warnings or errors, 2 no answer. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const [file, ...exports] = options.files ?? [];
  if (file !== undefined) return doctorOf(file, exports, language, options.json === true);
  const asked = examinationAt(options.socket);
  const ground = await groundFaults(options.socket, language);
  const examined = await asked;
  if (!examined.ok) {
    console.error(told(examined.error, language));
    return 2;
  }
  const findings = diagnose(examined.value, language, ground);
  if (options.json === true)
    console.log(JSON.stringify({ nodes: nodesOf(examined.value), findings }, undefined, 2));
  else console.log(findingsText(nodesOf(examined.value), findings, language));
  return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
}

async function doctorOf(
  file: string,
  exports: readonly string[],
  language: Language,
  isJson: boolean,
): Promise<number> {
  const { examinePfsenses } = await import('./doctor-pfsense.ts');
  const examined = await examinePfsenses(file, exports, language);
  if (examined === undefined) return 2;
  const { nodes, findings } = examined;
  console.log(isJson ? JSON.stringify(examined, undefined, 2) : findingsText(nodes, findings, language));
  if (nodes.length === 0) return 2;
  return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
}

/** Has the nodes examined. */
export async function examinationAt(socket: string): Promise<Result<Examination>> {
  const reply = await ask(socket, { command: 'examine' }, patienceMs);
  if (!reply.ok) return reply;
  const examined = readExamination(reply.value.examined);
  return examined === undefined
    ? fail('the node answered something this version does not understand; is it of the same version?')
    : ok(examined);
}

/** Those that were examined. */
export const nodesOf = ({ self, peers }: Examination): string[] => [
  self.node,
  ...Object.entries(peers).flatMap(([node, peer]) => (peer.ok ? [node] : [])),
];

const words = {
  en: {
    examined: 'Examined',
    nothing: 'Nothing found.',
    cause: 'Cause',
    remedy: 'Remedy',
    severities: { error: 'ERROR', warning: 'WARNING', info: 'NOTE' },
    colon: ':',
  },
  fr: {
    examined: 'Examinés',
    nothing: 'Rien à signaler.',
    cause: 'Cause',
    remedy: 'Remède',
    severities: { error: 'ERREUR', warning: 'AVERTISSEMENT', info: 'REMARQUE' },
    colon: ' :',
  },
} as const;

/** The findings for a terminal: what was measured, its cause, what to do. */
export function findingsText(
  nodes: readonly string[],
  findings: readonly DoctorFinding[],
  language: Language,
): string {
  const { colon, ...text } = words[language];
  const head = `${text.examined}${colon} ${nodes.join(', ')}`;
  const blocks = findings.map(({ code, severity, subject, evidence, cause, remedy }) =>
    [
      `${text.severities[severity]} ${code} (${subject})`,
      `  ${evidence}`,
      ...(cause === '' ? [] : [`  ${text.cause}${colon} ${cause}`]),
      `  ${text.remedy}${colon} ${remedy}`,
    ].join('\n'),
  );
  return [head, ...(blocks.length === 0 ? [text.nothing] : blocks)].join('\n\n');
}
