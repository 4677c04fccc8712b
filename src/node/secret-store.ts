/**
 * The secrets of a node: those beside its document (`cluster.secrets.yaml`), and those that came with a change from
 * another node (`secrets.json` in its state folder, for the owner alone).
 */
import { z } from 'zod';
import { ok, type Result } from '#base/result.ts';
import { readSecrets } from './document-file.ts';
import { DurableFolder } from './durable-files.ts';

const receivedFile = 'secrets.json';
const stored = z.record(z.string(), z.string());

type Secrets = Readonly<Record<string, string>>;

export interface SecretStore {
  /** By name; what stands beside the document counts before what came. */
  known(): Secrets;
  /** Keeps what is not known yet. */
  keep(given: Secrets): Result<void>;
  /** Forgets what came from others, and keeps this: the node has joined another cluster. */
  replace(given: Secrets): Result<void>;
}

/** `path` is the node's own folder; `config` its document's file, if it has one. */
export function openSecrets(path: string, config?: string): SecretStore {
  const folder = new DurableFolder(path);
  let received = receivedIn(folder);
  const write = (all: Secrets): Result<void> => {
    const done = folder.write(receivedFile, `${JSON.stringify(all)}\n`);
    if (done.ok) received = all;
    return done;
  };
  const known = (): Secrets => ({ ...received, ...(config === undefined ? {} : readSecrets(config)) });
  return {
    known,
    keep: (given) => {
      const here = known();
      const fresh = Object.entries(given).filter(([name]) => !Object.hasOwn(here, name));
      return fresh.length === 0 ? ok(undefined) : write({ ...received, ...Object.fromEntries(fresh) });
    },
    replace: write,
  };
}

/** A file that cannot be read holds nothing. */
function receivedIn(folder: DurableFolder): Secrets {
  const text = folder.read(receivedFile);
  if (!text.ok) return {};
  try {
    return stored.parse(JSON.parse(text.value));
  } catch {
    return {};
  }
}
