/** Reads a node's cluster document from disk, with its secrets beside it. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';

const secretsFile = z.record(z.string(), z.string());

/** The document, or what is wrong with it, line by line. Findings of severity error keep a node from starting. */
export function readDocument(path: string, node: string): Result<ClusterDocument, readonly string[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail([`cannot read ${path}: ${String(error)}`]);
  }
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(path) });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (!loaded.ok || errors.length > 0) {
    return fail(
      errors.map(
        ({ code, line, column, message, remedy }) =>
          `${path}:${line}:${column}: ${code}: ${message} ${remedy}`,
      ),
    );
  }
  const { document } = loaded.value;
  if (!Object.hasOwn(document.nodes, node)) {
    return fail([`${path} has no node "${node}"; it has ${Object.keys(document.nodes).join(', ')}`]);
  }
  return ok(document);
}

/** `cluster.yaml` keeps its secrets in `cluster.secrets.yaml`; without that file there are none. */
export function readSecrets(path: string): Readonly<Record<string, string>> {
  try {
    return secretsFile.parse(parse(readFileSync(path.replace(/(\.ya?ml)?$/, '.secrets.yaml'), 'utf8')));
  } catch {
    return {};
  }
}
