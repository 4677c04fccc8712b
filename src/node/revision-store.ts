/**
 * Revisions on disk: `revisions/00000012.json` each, `memory.json` beside them, and in `superseded/` those that lost
 * to a longer past. Documents hold passwords, so all of it is the owner's alone.
 */
import { join } from 'node:path';
import { ok, type Result } from '#base/result.ts';
import { revision } from '#commit/head.ts';
import { isWhole, noParent, type Revision } from '#commit/revision.ts';
import type { RevisionStore } from '#ports/revisions.ts';
import { DurableFolder, type FileCalls } from './durable-files.ts';

const memoryFile = 'memory.json';

/** Opens the revisions in `folder`; files that are damaged, or follow nothing, are told of and left alone. */
export function openRevisionStore(folder: string, calls?: FileCalls): RevisionStore {
  const own = new DurableFolder(folder, calls);
  const kept = new DurableFolder(join(folder, 'revisions'), calls);
  const aside = new DurableFolder(join(folder, 'superseded'), calls);
  const { revisions, damage } = readAll(kept);
  return {
    list: () => [...revisions],
    keptAt: () => {
      const last = revisions.at(-1);
      return last === undefined ? undefined : kept.changedAt(nameOf(last.number));
    },
    damage: () => damage,
    append: (full) => {
      const done = kept.write(nameOf(full.number), `${JSON.stringify(full)}\n`);
      if (done.ok) revisions.push(full);
      return done;
    },
    supersede: (number) => {
      // The newest first: whatever interrupts it, what remains is a chain.
      for (let last = revisions.at(-1); last !== undefined && last.number > number; last = revisions.at(-1)) {
        const newName = `${nameOf(last.number).replace('.json', '')}-${last.hash.slice(0, 12)}.json`;
        const moved = kept.move(nameOf(last.number), aside, newName);
        if (!moved.ok) return moved;
        revisions.pop();
      }
      return ok(undefined);
    },
    remember: (memory) => own.write(memoryFile, `${JSON.stringify(memory)}\n`),
    recall: () => {
      const text = own.read(memoryFile);
      return text.ok ? parse(text.value) : undefined;
    },
  };
}

const nameOf = (number: number): string => `${String(number).padStart(8, '0')}.json`;

/** The longest chain from the first revision on. */
function readAll(folder: DurableFolder): { revisions: Revision[]; damage: string[] } {
  const revisions: Revision[] = [];
  const damage: string[] = [];
  for (const name of folder.names()) {
    const read = readOne(folder, name);
    const before = revisions.at(-1);
    const follows = read.ok && read.value.number === (before?.number ?? 0) + 1;
    if (read.ok && follows && read.value.parent === (before?.hash ?? noParent)) revisions.push(read.value);
    else
      damage.push(
        `${join(folder.path, name)}: ${read.ok ? 'does not follow the one before it' : read.error}`,
      );
  }
  return { revisions, damage };
}

function readOne(folder: DurableFolder, name: string): Result<Revision> {
  const text = folder.read(name);
  if (!text.ok) return text;
  const parsed = revision.safeParse(parse(text.value));
  if (!parsed.success) return { ok: false, error: 'is not a revision' };
  return isWhole(parsed.data) ? ok(parsed.data) : { ok: false, error: 'its hash does not fit its text' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
