/** `bascule pfsense push`: virtual IPs, high availability, rules and NAT of a document to its pfSenses. */
import type { PfsenseRemote } from '#api/pfsense-remote.ts';
import type { Language } from '#base/language.ts';
import { ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { type NodePlan, nodePlan, readSections } from '#configsync/node-plan.ts';
import { languageAsked } from './language.ts';
import { heldBy, pfsensesOf, readDocument, remoteOf } from './pfsense-nodes.ts';
import { planText, pushWords } from './pfsense-words.ts';

export interface PushOptions {
  readonly dryRun?: boolean;
  readonly node?: string;
  readonly lang?: string;
  readonly json?: boolean;
}

/** A node that was looked at. */
interface Looked {
  readonly node: string;
  readonly remote: PfsenseRemote;
  readonly version: string;
  readonly plan: NodePlan;
}

/** Returns the exit code: 0 as the document says, 1 something to do or not done, 2 bad input or no answer. */
export async function pfsensePush(file: string, options: PushOptions): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const say = pushWords[language];
  const document = readDocument(file, language)?.document;
  if (document === undefined) return 2;
  const nodes = pfsensesOf(document);
  const chosen = nodes.filter((node) => node === (options.node ?? node));
  if (chosen.length === 0) {
    console.error(`${file}: ${nodes.length === 0 ? say.noNodes : say.noNode(options.node ?? '')}`);
    return 2;
  }
  const looks = await Promise.all(chosen.map((node) => look(document, node)));
  const looked = looks.flatMap((one) => (one.ok ? [one.value] : []));
  const failures = looks.flatMap((one, i) => (one.ok ? [] : [say.unread(chosen[i] ?? '', one.error)]));
  console.log(options.json === true ? asJson(looked, failures) : asText(looked, language));
  for (const failure of failures) console.error(failure);
  const isDue = looked.some(({ plan }) => plan.changes.length > 0);
  if (options.dryRun === true) {
    if (isDue && options.json !== true) console.log(`\n${say.dry}`);
    return failures.length > 0 ? 2 : isDue ? 1 : 0;
  }
  // A pair of which one half has other rules is worse than one that waits.
  if (failures.length > 0 || looked.some(({ plan }) => plan.misfits.length > 0)) {
    console.error(say.held);
    return failures.length > 0 ? 2 : 1;
  }
  return isDue ? send(document, looked, language) : 0;
}

async function look(document: ClusterDocument, node: string): Promise<Result<Looked>> {
  const remote = remoteOf(document, node);
  if (!remote.ok) return remote;
  const held = await heldBy(remote.value, readSections);
  if (!held.ok) return held;
  const { version, sections } = held.value;
  return ok({ node, remote: remote.value, version, plan: nodePlan(document, node, version, sections) });
}

/** The preferred master last: it sends its own configuration on as soon as it is changed. */
async function send(
  document: ClusterDocument,
  looked: readonly Looked[],
  language: Language,
): Promise<number> {
  const say = pushWords[language];
  let code = 0;
  for (const { node, remote, version, plan } of looked.toReversed()) {
    if (plan.sections.size === 0) continue;
    const done = await remote.restore(plan.sections);
    const read = done.ok ? await remote.read(readSections) : done;
    const left = read.ok ? nodePlan(document, node, version, read.value).sections : undefined;
    if (left?.size === 0) {
      console.log(say.sent(node, [...plan.sections.keys()].join(', ')));
      continue;
    }
    code = 1;
    if (!done.ok) console.error(say.refused(node, done.error));
    else if (!read.ok) console.error(say.unsure(node, read.error));
    else console.error(say.differs(node, [...(left?.keys() ?? [])].join(', ')));
  }
  return code;
}

const asText = (looked: readonly Looked[], language: Language): string =>
  looked.map(({ node, plan }) => planText(node, plan, language)).join('\n');

const asJson = (looked: readonly Looked[], failures: readonly string[]): string => {
  const nodes = looked.map(({ node, version, plan: { changes, misfits, byHand, notes } }) => ({
    ...{ node, version, changes, misfits, byHand, notes },
  }));
  return JSON.stringify({ nodes, failures }, undefined, 2);
};
