/** The drill that makes a rule at one node and takes it back at another: both kernels must follow each time. */
import { isMap, isSeq, parseDocument } from 'yaml';
import type { ControlReply } from '#api/contract/control.ts';
import type { Lab } from './lab.ts';

const description = 'drill of the lab';
/** A change compiles and tries the ruleset on both nodes, ms. */
const patience = 20_000;
/** A node that has just started opens its door to the others when it is ready, ms. */
const doorPatience = 10_000;
const author = 'lab';

/** Makes a rule at the node. Throws when it is not in every kernel as soon as the node says so. */
export async function makeRule(lab: Lab, node: string): Promise<void> {
  await inStep(lab, node);
  const { revision } = await lab.node(node).command({ command: 'revision' });
  if (revision === undefined) throw new Error(`${node} has no document`);
  const text = withRule(revision.text, Object.keys(lab.document.interfaces)[0] ?? '');
  const { applied } = await lab
    .node(node)
    .command({ command: 'apply', text, author, reason: description }, patience);
  expectAll(lab, applied);
  for (const name of lab.topology.nodes)
    if (!(await hasRule(lab, name)))
      throw new Error(`${node} says that the rule is in force, but ${name}'s kernel has none`);
}

/** Goes back to the revision before at another node than the given one. */
export async function takeRuleBack(lab: Lab, node: string): Promise<void> {
  const other = lab.topology.nodes.find((name) => name !== node) ?? node;
  await inStep(lab, other);
  const { history = [] } = await lab.node(other).command({ command: 'history', limit: 2 });
  const before = history[0]?.number ?? 0;
  const request = { command: 'rollback', number: before, author, reason: '' } as const;
  const { applied } = await lab.node(other).command(request, patience);
  expectAll(lab, applied);
  for (const name of lab.topology.nodes)
    if (await hasRule(lab, name))
      throw new Error(`${other} says that the rule is gone, but ${name}'s kernel has it`);
}

/** A rule for nobody: the source is a network of documentation (RFC 5737), so nothing that flows is touched. */
function withRule(text: string, ifname: string): string {
  const yaml = parseDocument(text);
  if (!isSeq(yaml.get('rules'))) yaml.set('rules', yaml.createNode([]));
  const rule = yaml.createNode({
    action: 'pass',
    interface: ifname,
    protocol: 'tcp',
    source: '192.0.2.77',
    ports: 4077,
    description,
  });
  if (isMap(rule)) rule.flow = true;
  yaml.addIn(['rules'], rule);
  return yaml.toString();
}

function expectAll(lab: Lab, applied: Extract<ControlReply, { ok: true }>['applied']): void {
  const missing = lab.topology.nodes.filter((name) => applied?.words[name] === undefined);
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')} did not take part: ${JSON.stringify(applied?.away)}`);
}

async function hasRule(lab: Lab, node: string): Promise<boolean> {
  return (await lab.run(node, ['nft', 'list', 'table', 'inet', 'bascule'])).stdout.includes(description);
}

async function inStep(lab: Lab, node: string): Promise<void> {
  const until = performance.now() + doorPatience;
  while (performance.now() < until) {
    const stands = Object.values((await lab.node(node).status())?.document?.peers ?? {});
    if (stands.length > 0 && stands.every(({ kind }) => kind === 'in step')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the documents of the nodes were not in step within ${doorPatience / 1_000} s`);
}
