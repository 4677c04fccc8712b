/** An import as the two files that it becomes. */
import { stringify } from 'yaml';
import type { Locate } from '../findings.ts';
import { blockPlaces } from './block-places.ts';
import { blockText } from './block-text.ts';
import type { ImportedDocument } from './to-cluster.ts';

export interface ImportedFiles {
  /** The text of cluster.yaml. */
  readonly document: string;
  /** The passwords that the document refers to. */
  readonly passwords: Readonly<Record<string, string>>;
}

const header = `# Made by \`bascule import\`; \`bascule check\` judges it.
# The timers are those of the configuration. Once all nodes run Bascule, "failover: fast" without advbase and
# advskew takes over within 0.3 s.
`;

/** The name under which the password of a virtual IP is kept. */
export const secretName = (vip: { readonly interface: string; readonly vhid: number }): string =>
  `carp_${vip.interface}_${vip.vhid}`;

/** What the text says, and where, so that nobody need read it: a large one takes seconds. */
export interface KnownFiles extends ImportedFiles {
  readonly value: unknown;
  readonly locate: Locate;
}

export function filesOf(value: ImportedDocument): KnownFiles {
  const virtualIps = value.virtualIps.map((vip) => ({ ...vip, password: { secret: secretName(vip) } }));
  const passwords = Object.fromEntries(value.virtualIps.map((vip) => [secretName(vip), vip.password]));
  const shown = { ...withoutEmpty(value), virtualIps };
  const document = header + blockText(shown, 110);
  return { document, passwords, value: shown, locate: blockPlaces(document) };
}

/** Without the lists of which a pfSense has none. */
const withoutEmpty = (part: object): object =>
  Object.fromEntries(
    Object.entries(part)
      .filter(([, value]) => !Array.isArray(value) || value.length > 0)
      .map(([name, value]) => [name, name === 'nat' || name === 'outbound' ? withoutEmpty(value) : value]),
  );

/** The text of the file of secrets. */
export const secretsText = (passwords: Readonly<Record<string, string>>): string => stringify(passwords);
