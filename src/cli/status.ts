/** `bascule status`: what a running node says of itself. */
import { ask } from '#api/client.ts';
import type { DocumentStatus, NodeStatus, OwnSectionStand, StatesStatus } from '#api/contract/control.ts';
import { titleOf } from '#commit/revision.ts';
import { duration, table } from './text.ts';

/** Prints the status; 0 when all is well, 1 when something deserves a look, 2 when no node answers. */
export async function status(options: { socket: string; json?: boolean }): Promise<number> {
  const reply = await ask(options.socket, { command: 'status' });
  if (!reply.ok || reply.value.status === undefined) {
    console.error(reply.ok ? 'the node sent no status' : reply.error);
    return 2;
  }
  const node = reply.value.status;
  console.log(options.json === true ? JSON.stringify(node, undefined, 2) : statusText(node));
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

/** "State sync: PF2 in step, 1204 states, lag 0.3 ms" */
function statesLines(states: StatesStatus): string[] {
  return states.peers.map(({ node, state, lagMs, hostId }) => {
    const lag = state === 'in step' ? `, ${states.entries} states, lag ${lagMs.toFixed(1)} ms` : '';
    return `State sync with ${node} (${hostId}): ${state}${lag}`;
  });
}

/** "Document: revision 12 (by anna at PF1: open port 443)", and how the other nodes stand to it. */
function documentLines(document: DocumentStatus): string[] {
  const { confirmWithinMs, peers, ownSections = [] } = document;
  const trial =
    confirmWithinMs === undefined
      ? []
      : [`It is undone in ${duration(confirmWithinMs)} unless you run "bascule confirm".`];
  return [
    `Document: ${titleOf(document)}`,
    ...trial,
    ...Object.entries(peers).map(([node, stand]) => `Document at ${node}: ${standText(stand)}`),
    ...ownLines(ownSections),
  ];
}

/** "Not shared, each node has its own: rules (they differ), nat (the same just now)" */
export const ownLines = (sections: readonly OwnSectionStand[]): string[] =>
  sections.length === 0
    ? []
    : [
        `Not shared, each node has its own: ${sections.map(({ section, same }) => `${section} (${same ? 'the same just now' : 'they differ'})`).join(', ')}`,
      ];

function standText(stand: DocumentStatus['peers'][string]): string {
  switch (stand.kind) {
    case 'in step':
      return 'in step';
    case 'behind':
      return `${revisionsText(stand.revisions)} behind${stand.why === undefined ? '' : `: ${stand.why}`}`;
    case 'away':
      return `away${stand.revisions === undefined ? '' : `, ${revisionsText(stand.revisions)} behind`}: ${stand.why}`;
    case 'unrelated':
      return stand.why;
  }
}

const revisionsText = (count: number): string => (count === 1 ? '1 revision' : `${count} revisions`);

/** The status as a person reads it. */
export function statusText(node: NodeStatus): string {
  const rows = node.vips.map((vip) => [
    vip.title,
    vip.addresses.join(' '),
    vip.description,
    `${vip.status} for ${duration(vip.forMs)}`,
    vip.heardFrom === undefined ? '' : `${vip.heardFrom}, ${duration(vip.heardMsAgo ?? 0)} ago`,
  ]);
  const lines = [
    `${node.node} of cluster ${node.cluster}, up ${duration(node.uptimeMs)}, failover ${node.failover}, ` +
      `${node.realtime ? 'real-time' : 'no real-time scheduling'}, ${Math.round(node.residentBytes / 1e6)} MB`,
    '',
    table(['Interface and VHID', 'Virtual IP address', 'Description', 'Status', 'Last advert from'], rows),
    '',
    `Links: ${node.links.map((link) => `${link.interface} ${link.up ? 'up' : 'DOWN'}`).join(', ')}`,
  ];
  if (node.states !== undefined) lines.push(...statesLines(node.states));
  if (node.document !== undefined) lines.push(...documentLines(node.document));
  if (!node.ready) lines.push('Not ready yet: demoted until it is.');
  if (node.carp === 'disabled')
    lines.push('CARP is temporarily disabled ("bascule carp enable" brings it back).');
  if (node.maintenance) lines.push('Persistent maintenance mode ("bascule maintenance off" ends it).');
  if (node.demotion > 0) {
    const reasons = Object.entries(node.demotionReasons).map(([reason, amount]) => `${reason} +${amount}`);
    lines.push(`Demoted by ${node.demotion}: ${reasons.join(', ')}`);
  }
  for (const finding of node.findings) {
    lines.push(
      `! ${finding.code}${finding.subject === undefined ? '' : ` (${finding.subject})`}: ${finding.cause}`,
    );
    lines.push(`  ${finding.remedy}`);
  }
  return lines.join('\n');
}
