/** Finds and loads the document of a scenario. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Finding } from '#config/findings.ts';
import { loadDocument } from '#config/load.ts';
import { type AcceptancePlan, loadAcceptance } from './acceptance/plan.ts';

export interface Scenario {
  readonly name: string;
  readonly file: string;
  readonly document: ClusterDocument;
  /** The tests that it lists; undefined when it has none. */
  readonly acceptance: AcceptancePlan | undefined;
  /** As its author wrote it, and what is to be said of it. */
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** `wanted` is a name in scenarios/ or the path of a cluster document; `failover` is put in place of its profile. */
export function loadScenario(wanted: string, failover?: ClusterDocument['failover']): Result<Scenario> {
  const shipped = fileURLToPath(new URL(`../../scenarios/${wanted}.yaml`, import.meta.url));
  const isName = /^[A-Za-z0-9_-]+$/.test(wanted) && existsSync(shipped);
  const file = isName ? shipped : resolve(wanted);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    if (failover !== undefined) text = withFailover(text, failover);
  } catch (error) {
    return fail(`There is no scenario "${wanted}", and it is no readable file: ${(error as Error).message}`);
  }
  const loaded = loadDocument(text, { env: process.env });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (!loaded.ok || errors.length > 0) {
    const list = errors.map((error) => `  ${file}:${error.line}:${error.column}: ${error.cause}`);
    return fail([`${wanted} cannot be used:`, ...list].join('\n'));
  }
  const { document } = loaded.value;
  if (Object.keys(document.nodes).length < 2) return fail(`${wanted} has one node only; a lab needs two`);
  const acceptance = loadAcceptance(file);
  if (!acceptance.ok) return acceptance;
  return ok({ name: document.cluster, file, document, acceptance: acceptance.value, text, findings });
}

function withFailover(text: string, failover: string): string {
  const yaml = parseDocument(text);
  yaml.set('failover', failover);
  return yaml.toString();
}
