/** The secrets that stand beside a cluster document. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const secretsFile = z.record(z.string(), z.string());

/** `cluster.yaml` keeps its secrets in `cluster.secrets.yaml`; without that file there are none. */
export function readSecrets(path: string): Readonly<Record<string, string>> {
  try {
    return secretsFile.parse(parse(readFileSync(path.replace(/(\.ya?ml)?$/, '.secrets.yaml'), 'utf8')));
  } catch {
    return {};
  }
}
