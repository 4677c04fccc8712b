/** `bascule invite` and `bascule join`: how a node comes to a cluster. */
import { join as pathOf } from 'node:path';
import { ask } from '#api/client.ts';
import { join as joinAt } from '#api/join-client.ts';
import { titleOf } from '#commit/revision.ts';
import { managementPort } from '#config/peers.ts';
import { openIdentity } from '#node/identity-store.ts';
import { openRevisionStore } from '#node/revision-store.ts';
import { openSecrets } from '#node/secret-store.ts';

/** Shows what to run at the node that is to join. */
export async function invite(node: string, options: { readonly socket: string }): Promise<number> {
  const reply = await ask(options.socket, { command: 'invite', node }, 10_000);
  if (!reply.ok || reply.value.invitation === undefined)
    return complain(reply.ok ? 'no code came' : reply.error);
  const { code, address = 'ADDRESS-OF-THIS-NODE' } = reply.value.invitation;
  console.log(`Within 15 minutes, run this at ${node}:\n  bascule join ${address} ${code} --node ${node}`);
  return 0;
}

export interface JoinOptions {
  readonly node: string;
  readonly state: string;
  readonly socket: string;
  readonly replace?: boolean;
}

/** Takes the document and its history from the node that invited. 0 joined, 1 refused, 2 bad input. */
export async function join(address: string, code: string, options: JoinOptions): Promise<number> {
  const { node, state, socket } = options;
  const running = await ask(socket, { command: 'status' }, 1_000);
  if (running.ok) return complain(`a node is running behind ${socket}; stop it, join, and start it again`);
  const folder = pathOf(state, node);
  const store = openRevisionStore(folder);
  const own = store.list().at(-1);
  if (own !== undefined && options.replace !== true)
    return complain(
      `${node} has a document already: ${titleOf(own)}. With --replace it is put aside, and the other node's counts`,
    );
  const identities = openIdentity(folder, node);
  const identity = await identities.own(Date.now());
  if (!identity.ok) return complain(identity.error);
  const joined = await joinAt(address, managementPort, code, node, identity.value);
  if (!joined.ok) {
    console.error(joined.error);
    return 1;
  }
  const trusted = identities.trust(joined.value.node, joined.value.certificate, Date.now());
  if (!trusted.ok) return complain(trusted.error);
  const secrets = openSecrets(folder).replace(joined.value.secrets);
  if (!secrets.ok) return complain(secrets.error);
  const aside = store.supersede(0);
  if (!aside.ok) return complain(aside.error);
  for (const revision of joined.value.revisions) {
    const kept = store.append(revision);
    if (!kept.ok) return complain(kept.error);
  }
  const head = joined.value.revisions.at(-1);
  const what = head === undefined ? 'no document yet' : titleOf(head);
  console.log(`${node} has joined ${joined.value.node}, which has ${what}.`);
  console.log(`Start it with "bascule node run --node ${node}".`);
  return 0;
}

function complain(error: string): number {
  console.error(error);
  return 2;
}
