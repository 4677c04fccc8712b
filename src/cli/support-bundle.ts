/** `bascule diag support-bundle`: what somebody who helps wants to see, without secrets. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import { ask } from '#api/client.ts';
import { diagnose } from '#doctor/diagnose.ts';
import { clean, withoutSecrets } from '#doctor/redact.ts';
import { tarOf } from '#doctor/tar.ts';
import { openShell } from '#infra/shell.ts';
import { readSecrets } from '#node/document-file.ts';
import { openSecrets } from '#node/secret-store.ts';
import { examinationAt, findingsText, nodesOf } from './doctor.ts';

export interface BundleOptions {
  readonly socket: string;
  readonly output: string;
  /** The document's file, beside which its secrets are: they are looked for everywhere. */
  readonly config?: string;
  /** Where the node keeps those that came to it from others. */
  readonly state: string;
  /** Where the node's log goes when the journal does not have it. */
  readonly log?: string;
}

/** Commands whose output says how the machine stands, by the name of the file. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'addresses.txt': ['ip', '-d', 'address', 'show'],
  'counters.txt': ['ip', '-s', '-s', 'link', 'show'],
  'routes.txt': ['ip', 'route', 'show', 'table', 'all'],
  'rules-of-routes.txt': ['ip', 'rule', 'show'],
  'neighbours.txt': ['ip', 'neighbour', 'show'],
  'ruleset.nft': ['nft', 'list', 'ruleset'],
  'sysctl.txt': ['sysctl', '-a', '--pattern', '^net[.]'],
  'bridges.txt': ['bridge', '-d', 'link', 'show'],
  'mac-table.txt': ['bridge', 'fdb', 'show'],
  'kernel.txt': ['uname', '-a'],
};

/** Returns the exit code: 0 written, 2 the node does not answer or the file cannot be written. */
export async function supportBundle(options: BundleOptions, version: string): Promise<number> {
  const { socket, output } = options;
  const [status, held, examined] = await Promise.all([
    ask(socket, { command: 'status' }),
    ask(socket, { command: 'revision' }),
    examinationAt(socket),
  ]);
  if (!status.ok) {
    console.error(status.error);
    return 2;
  }
  const text = held.ok ? (held.value.revision?.text ?? '') : '';
  const { document, secrets } = withoutSecrets(parse(text));
  const files: Record<string, string> = {
    'versions.txt': `bascule ${version}\nnode ${process.version}\n`,
    'status.json': JSON.stringify(status.value.status, undefined, 2),
    'document.yaml': stringify(document),
    ...commandOutputs(options.log),
  };
  if (examined.ok) {
    const found = withoutPrints(examined.value);
    files['evidence.json'] = JSON.stringify(found, undefined, 2);
    files['findings.txt'] = findingsText(nodesOf(found), diagnose(examined.value, 'en'), 'en');
  } else files['findings.txt'] = examined.error;
  const known = [...secrets, ...secretsAt(options, status.value.status?.node)];
  const cleaned = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`bascule-support/${name}`, clean(content, known)]),
  );
  try {
    writeFileSync(output, gzipSync(tarOf(cleaned, Date.now())), { mode: 0o600 });
  } catch (error) {
    console.error(`cannot write ${output}: ${(error as Error).message}`);
    return 2;
  }
  console.log(`${output}: ${Object.keys(files).sort().join(', ')}; passwords and keys are removed`);
  return 0;
}

function commandOutputs(log: string | undefined): Record<string, string> {
  const shell = openShell();
  const journal = ['journalctl', '--no-pager', '-u', 'bascule', '-n', '5000'];
  const all = { ...commands, 'log.txt': log === undefined ? journal : ['tail', '-n', '5000', log] };
  return Object.fromEntries(
    Object.entries(all).map(([name, argv]) => {
      const answer = shell.run(argv);
      return [name, answer.ok ? answer.value : `${answer.error}\n`];
    }),
  );
}

/** Even a few bits of a password's hash stay in the house. */
function withoutPrints<T>(examined: T): T {
  return JSON.parse(
    JSON.stringify(examined, (name, value) => (name === 'passwordPrint' ? undefined : value)),
  ) as T;
}

const secretsAt = ({ config, state }: BundleOptions, node: string | undefined): string[] => [
  ...(config === undefined ? [] : Object.values(readSecrets(config))),
  ...(node === undefined ? [] : Object.values(openSecrets(join(state, node)).known())),
];
