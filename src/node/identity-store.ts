/** A node's own key and certificate on disk, and those of the nodes that it knows. */
import { join } from 'node:path';
import { fingerprintOf, type Identity, makeIdentity } from '#api/identity.ts';
import { ok, type Result } from '#base/result.ts';
import { DurableFolder } from './durable-files.ts';

const keyFile = 'key.pem';
const certificateFile = 'certificate.pem';
const joinedLine = /^joined: (\d{1,16})\n/;

export interface IdentityStore {
  /** Where its own are kept. */
  readonly folder: DurableFolder;
  /** Made at the first call. `now` is ms since 1970. */
  own(now: number): Promise<Result<Identity>>;
  /** The certificate (PEM) of a node that has joined. */
  certificateOf(node: string): string | undefined;
  /** When it joined, ms since 1970; 0 when nobody knows. */
  joinedAt(node: string): number;
  /** From now on this certificate, and no other, is that of the node, which joins at this time (ms since 1970). */
  trust(node: string, certificate: string, now?: number): Result<void>;
  /**
   * Another node says that a node joined there. True if this is news: the node is not known here, or joined with another
   * certificate before.
   */
  hear(node: string, certificate: string, joined: number): Result<boolean>;
}

/** `folder` is the node's own; `node` its name. */
export function openIdentity(folder: string, node: string): IdentityStore {
  const own = new DurableFolder(join(folder, 'identity'));
  const peers = new DurableFolder(join(folder, 'identity', 'peers'));
  const certificateOf = (peer: string): string | undefined => {
    const text = peers.read(`${peer}.pem`);
    return text.ok && fingerprintOf(text.value).ok ? text.value.replace(joinedLine, '') : undefined;
  };
  const joinedAt = (peer: string): number => {
    const text = peers.read(`${peer}.pem`);
    return text.ok ? Number(joinedLine.exec(text.value)?.[1] ?? 0) : 0;
  };
  // Time and certificate in one file, so that neither is there without the other. PEM allows text before it (RFC 7468, 2).
  const write = (peer: string, certificate: string, joined: number): Result<void> => {
    const known = fingerprintOf(certificate);
    return known.ok ? peers.write(`${peer}.pem`, `joined: ${joined}\n${certificate}`) : known;
  };
  return {
    folder: own,
    own: async (now) => {
      const [key, certificate] = [own.read(keyFile), own.read(certificateFile)];
      if (key.ok && certificate.ok) return ok({ key: key.value, certificate: certificate.value });
      const made = await makeIdentity(node, now);
      for (const [name, text] of [
        [keyFile, made.key],
        [certificateFile, made.certificate],
      ] as const) {
        const kept = own.write(name, text);
        if (!kept.ok) return kept;
      }
      return ok(made);
    },
    certificateOf,
    joinedAt,
    // A clock that was set back does not make a join an older one.
    trust: (peer, certificate, now = 0) => write(peer, certificate, Math.max(now, joinedAt(peer) + 1)),
    hear: (peer, certificate, joined) => {
      const known = certificateOf(peer);
      if (known === certificate || (known !== undefined && joined <= joinedAt(peer))) return ok(false);
      const done = write(peer, certificate, joined);
      return done.ok ? ok(true) : done;
    },
  };
}
