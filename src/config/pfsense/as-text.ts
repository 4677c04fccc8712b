/** An import as the two files that it becomes. */
import { stringify } from 'yaml';
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

export function filesOf(value: ImportedDocument): ImportedFiles {
  const virtualIps = value.virtualIps.map((vip) => ({ ...vip, password: { secret: secretName(vip) } }));
  const passwords = Object.fromEntries(value.virtualIps.map((vip) => [secretName(vip), vip.password]));
  const document = stringify({ ...withoutEmpty(value), virtualIps }, { lineWidth: 110 });
  return { document: header + document, passwords };
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
