/** A node's own key and certificate on disk, and those of the nodes that it knows. */
import { join } from 'node:path';
import { fingerprintOf, type Identity, makeIdentity } from '#api/identity.ts';
import { ok, type Result } from '#base/result.ts';
import { DurableFolder } from './durable-files.ts';

const keyFile = 'key.pem';
const certificateFile = 'certificate.pem';

export interface IdentityStore {
  /** Where its own are kept. */
  readonly folder: DurableFolder;
  /** Made at the first call. `now` is ms since 1970. */
  own(now: number): Promise<Result<Identity>>;
  /** The certificate (PEM) of a node that has joined. */
  certificateOf(node: string): string | undefined;
  /** From now on this certificate, and no other, is that of the node. */
  trust(node: string, certificate: string): Result<void>;
}

/** `folder` is the node's own; `node` its name. */
export function openIdentity(folder: string, node: string): IdentityStore {
  const own = new DurableFolder(join(folder, 'identity'));
  const peers = new DurableFolder(join(folder, 'identity', 'peers'));
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
    certificateOf: (peer) => {
      const text = peers.read(`${peer}.pem`);
      return text.ok && fingerprintOf(text.value).ok ? text.value : undefined;
    },
    trust: (peer, certificate) => {
      const known = fingerprintOf(certificate);
      return known.ok ? peers.write(`${peer}.pem`, certificate) : known;
    },
  };
}
