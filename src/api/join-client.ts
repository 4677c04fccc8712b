/** The side of joining that has the code: finds the right machine by its fingerprint, and learns its certificate. */
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { fail, ok, type Result } from '#base/result.ts';
import { yes } from '#commit/coordinator.ts';
import type { Revision } from '#commit/revision.ts';
import { type Secrets, secretNamesIn } from '#commit/secrets.ts';
import { fingerprintOf, type Identity } from './identity.ts';
import { joinProof, joinReply, readCode } from './joining.ts';
import { peerCaller } from './peer-client.ts';
import { post } from './post.ts';
import { nodeServerName } from './proof.ts';

const patience = 10_000;

export interface Joined {
  /** The node that invited, and its certificate (PEM). */
  readonly node: string;
  readonly certificate: string;
  /** All revisions that it has, oldest first. */
  readonly revisions: readonly Revision[];
  /** Those that the newest of them names and the inviting node has. */
  readonly secrets: Secrets;
}

/** Joins as `self` at the node that shows the code. */
export async function join(
  host: string,
  port: number,
  code: string,
  self: string,
  identity: Identity,
): Promise<Result<Joined>> {
  const read = readCode(code);
  if (!read.ok) return read;
  const shown = await certificateAt(host, port);
  if (!shown.ok) return shown;
  const fingerprint = fingerprintOf(shown.value);
  if (!fingerprint.ok || fingerprint.value !== read.value.fingerprint)
    return fail(
      `${host} port ${port} is not the machine that made the code: its certificate is another. Nothing was sent to it`,
    );
  const { certificate } = identity;
  const answer = await post(
    { host, port, ca: shown.value },
    '/join',
    patience,
    () => ({}),
    (socket) =>
      JSON.stringify({ node: self, certificate, proof: joinProof(socket, read.value.secret, certificate) }),
  );
  if (!answer.ok) return answer;
  const reply = replyOf(answer.value.status, answer.value.text);
  if (!reply.ok) return reply;
  const caller = peerCaller(
    { node: reply.value.node, address: host, certificate: shown.value },
    port,
    self,
    identity,
  );
  try {
    const revisions = await allRevisions(caller);
    if (!revisions.ok) return revisions;
    const names = secretNamesIn(revisions.value.at(-1)?.text ?? '');
    const told = await yes(caller, { kind: 'secrets', names });
    if (!told.ok) return told;
    const { secrets = {} } = told.value;
    return ok({ ...reply.value, certificate: shown.value, revisions: revisions.value, secrets });
  } finally {
    caller.close();
  }
}

function certificateAt(host: string, port: number): Promise<Result<string>> {
  return new Promise((resolve) => {
    // Nothing is sent on this connection; it only shows which certificate to expect.
    const socket = connect({
      host,
      port,
      servername: nodeServerName,
      rejectUnauthorized: false,
      timeout: patience,
    });
    const finish = (result: Result<string>): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () =>
      finish(ok(new X509Certificate(socket.getPeerCertificate().raw).toString())),
    );
    socket.on('timeout', () => finish(fail(`${host} port ${port} does not answer`)));
    socket.on('error', (error) => finish(fail(`${host} port ${port}: ${error.message}`)));
  });
}

function replyOf(
  status: number,
  text: string,
): Result<{ readonly node: string; readonly certificate: string }> {
  try {
    const body: unknown = JSON.parse(text);
    const parsed = joinReply.safeParse(body);
    if (status === 200 && parsed.success) return ok(parsed.data);
    const { error } = body as { error?: unknown };
    return fail(typeof error === 'string' ? error : `HTTP status ${status}`);
  } catch {
    return fail(`an answer that is none of Bascule's (HTTP status ${status})`);
  }
}

async function allRevisions(caller: ReturnType<typeof peerCaller>): Promise<Result<readonly Revision[]>> {
  const all: Revision[] = [];
  for (;;) {
    const reply = await yes(caller, { kind: 'revisions', after: all.at(-1)?.number ?? 0 });
    if (!reply.ok) return reply;
    const more = reply.value.revisions ?? [];
    if (more.length === 0) return ok(all);
    all.push(...more);
  }
}
