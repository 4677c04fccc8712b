/** Two real nodes on one segment that have the same document and know each other, as if they had joined. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { introduce } from '#lab/introduction.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import type { Segment } from './interop/segment.ts';

export class Pair {
  readonly #nodes: readonly NodeHandle[];

  private constructor(nodes: readonly NodeHandle[]) {
    this.#nodes = nodes;
  }

  /** None of them runs yet. */
  static async on(segment: Segment, names: readonly string[], document: string): Promise<Pair> {
    const file = join(segment.folder, 'cluster.yaml');
    writeFileSync(file, document);
    assert.ok((await introduce(segment.folder, names)).ok);
    const commandOf = basculeCommand(file, segment.folder);
    return new Pair(names.map((name) => new NodeHandle(name, segment.folder, commandOf)));
  }

  node(name: string): NodeHandle {
    const found = this.#nodes.find((node) => node.name === name);
    assert.ok(found);
    return found;
  }

  start(): void {
    for (const node of this.#nodes) node.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop(2_000)));
  }
}
