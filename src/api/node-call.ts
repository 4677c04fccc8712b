/** Answers to other nodes of the cluster, which have shown who they are. */
import { secretMask } from './contract/edit.ts';
import type { NodeCall } from './contract/processes.ts';
import { isReading } from './own-node.ts';
import type { Sharing } from './sharing.ts';
import type { Api } from './world.ts';

/** `from`: the node that asks. What somebody asks there was allowed, and is written down, there; and here, too. */
export async function answerNode(
  { world, live }: Api,
  sharing: Sharing,
  call: NodeCall,
  from: string,
): Promise<unknown> {
  if (call.kind === 'watch') return live.next(call.seen);
  if (call.kind === 'shared') return sharing.answer(call.keptAfter);
  const { question, by } = call;
  const told = await world.self.ask(question, { user: `${by.user} at ${from}`.slice(0, 100), from: by.from });
  if (!isReading(question))
    world.audit({
      actor: `${by.user} at ${from}`,
      from: by.from,
      action: `node.${question.command}`,
      ok: told.ok && told.value.ok,
      detail: JSON.stringify(question, (name, value) => (name === 'key' ? secretMask : value)),
    });
  return told.ok ? told.value : { ok: false, error: told.error };
}
