/** `bascule status`: what a running node says of itself. */
import { ask } from '#api/client.ts';
import type { DocumentStatus, NodeStatus, OwnSectionStand, StatesStatus } from '#api/contract/control.ts';
import type { Language } from '#base/language.ts';
import { titleOf } from '#commit/revision.ts';
import { languageAsked, told } from './language.ts';
import { statusWords } from './status-words.ts';
import { duration, table } from './text.ts';

/** Prints the status; 0 when all is well, 1 when something deserves a look, 2 when no node answers. */
export async function status(options: {
  readonly socket: string;
  readonly json?: boolean;
  readonly lang?: string;
}): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const reply = await ask(options.socket, { command: 'status' });
  if (!reply.ok || reply.value.status === undefined) {
    console.error(reply.ok ? statusWords[language].silent : told(reply.error, language));
    return 2;
  }
  const node = reply.value.status;
  console.log(options.json === true ? JSON.stringify(node, undefined, 2) : statusText(node, language));
  return isWell(node) ? 0 : 1;
}

/** Nothing that a person should look at. */
export function isWell(node: NodeStatus): boolean {
  return (
    node.ready &&
    node.carp === 'enabled' &&
    !node.maintenance &&
    node.demotion === 0 &&
    node.findings.length === 0 &&
    node.vips.every((vip) => vip.status === 'MASTER' || vip.status === 'BACKUP')
  );
}

/** "State sync with PF2 (0a0b0c0d): in step, 1204 states, lag 0.3 ms" */
function statesLines(states: StatesStatus, language: Language): string[] {
  const say = statusWords[language];
  return states.peers.map(({ node, state, lagMs, hostId }) => {
    const more = state === 'in step' ? say.entries(states.entries, lagMs.toFixed(1)) : '';
    return `${say.stateSync(node, hostId)} ${say.states[state]}${more}`;
  });
}

/** "Document: revision 12 (by anna at PF1: open port 443)", and how the other nodes stand to it. */
function documentLines(document: DocumentStatus, language: Language): string[] {
  const say = statusWords[language];
  const { confirmWithinMs, peers, ownSections = [] } = document;
  return [
    `${say.document} ${told(titleOf(document), language)}`,
    ...(confirmWithinMs === undefined ? [] : [say.undoneIn(duration(confirmWithinMs, language))]),
    ...Object.entries(peers).map(([node, stand]) => `${say.documentAt(node)} ${standText(stand, language)}`),
    ...ownLines(ownSections, language),
  ];
}

/** "Not shared, each node has its own: rules (they differ), nat (the same just now)" */
export function ownLines(sections: readonly OwnSectionStand[], language: Language): string[] {
  const { own, same, differ } = statusWords[language];
  const list = sections.map((one) => `${one.section} (${one.same ? same : differ})`);
  return list.length === 0 ? [] : [own(list.join(', '))];
}

function standText(stand: DocumentStatus['peers'][string], language: Language): string {
  const say = statusWords[language];
  const why = (text: string | undefined): string =>
    text === undefined ? '' : `${say.colon} ${told(text, language)}`;
  const behind = (count: number): string => say.behind(say.revisions(count));
  switch (stand.kind) {
    case 'in step':
      return say.inStep;
    case 'behind':
      return `${behind(stand.revisions)}${why(stand.why)}`;
    case 'away': {
      const late = stand.revisions === undefined ? '' : `, ${behind(stand.revisions)}`;
      return `${say.away}${late}${why(stand.why)}`;
    }
    case 'unrelated':
      return told(stand.why, language);
  }
}

/** The status as a person reads it. */
export function statusText(node: NodeStatus, language: Language): string {
  const say = statusWords[language];
  const rows = node.vips.map((vip) => [
    vip.title,
    vip.addresses.join(' '),
    vip.description,
    say.since(vip.status, duration(vip.forMs, language)),
    vip.heardFrom === undefined ? '' : say.ago(vip.heardFrom, duration(vip.heardMsAgo ?? 0, language)),
  ]);
  const head = say.head(node.node, node.cluster, duration(node.uptimeMs, language), node.failover);
  const links = node.links.map((link) => `${link.interface} ${link.up ? say.up : say.down}`);
  const lines = [
    `${head}, ${node.realtime ? say.realtime : say.notRealtime}, ${Math.round(node.residentBytes / 1e6)} MB`,
    '',
    table(say.columns, rows),
    '',
    `${say.links} ${links.join(', ')}`,
  ];
  if (node.states !== undefined) lines.push(...statesLines(node.states, language));
  if (node.document !== undefined) lines.push(...documentLines(node.document, language));
  if (!node.ready) lines.push(say.notReady);
  if (node.carp === 'disabled') lines.push(say.carpOff);
  if (node.maintenance) lines.push(say.maintenance);
  if (node.demotion > 0) {
    const reasons = Object.entries(node.demotionReasons).map(([reason, amount]) => `${reason} +${amount}`);
    lines.push(say.demoted(node.demotion, reasons.join(', ')));
  }
  for (const finding of node.findings) {
    const { cause, remedy } = language === 'fr' ? (finding.fr ?? finding) : finding;
    const subject = finding.subject === undefined ? '' : ` (${finding.subject})`;
    lines.push(`! ${finding.code}${subject}${say.colon} ${cause}`, `  ${remedy}`);
  }
  return lines.join('\n');
}
