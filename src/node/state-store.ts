/**
 * What a node remembers across a restart: maintenance mode, and strict mode's last accepted sequences. Written
 * whole to a temporary file, flushed, then renamed, so that a power cut leaves the old or the new one.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const stored = z.object({
  maintenance: z.boolean().default(false),
  replay: z.unknown(),
});
export type NodeMemory = z.infer<typeof stored>;

export interface StateStore {
  read(): NodeMemory;
  write(memory: NodeMemory): void;
}

/** The memory of `node` in `folder`; a missing or unreadable file is a fresh memory. */
export function openStateStore(folder: string, node: string): StateStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${node}.json`);
  return {
    read: () => {
      try {
        return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return { maintenance: false, replay: undefined };
      }
    },
    write: (memory) => {
      const temporary = `${path}.new`;
      const fd = openSync(temporary, 'w', 0o600);
      writeSync(fd, JSON.stringify(memory));
      fsyncSync(fd);
      closeSync(fd);
      renameSync(temporary, path);
    },
  };
}
