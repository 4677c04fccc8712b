/** State synchronisation follows the document: its thread starts, ends, or starts anew when its plan has changed. */
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { type StatesConfig, statesConfigOf } from '#config/states.ts';
import type { VipProvisioner } from '#ports/kernel.ts';
import type { Part } from './following.ts';

/** A states thread that runs. */
export interface RunningStates {
  /** Resolves when it has spoken for the first time, or could not begin. */
  readonly begun: Promise<Result<void>>;
  /** Says farewell to the peers; resolves when the thread has ended. */
  leave(): Promise<void>;
  /** Other secrets from now on; nothing that was told is lost. The first seals, all of them open. */
  rekey(secrets: readonly string[]): void;
}

export interface StatesParts {
  readonly node: string;
  /** A document that peers may still go by when the node starts. */
  readonly former?: ClusterDocument | undefined;
  /** Starts the thread; undefined when the document wants none here. */
  readonly start: (document: ClusterDocument) => RunningStates | undefined;
  /** Settings of the kernel that only a node with a states thread has; the returned call puts them back. */
  readonly prepare: () => () => void;
  readonly describe: VipProvisioner['describe'];
}

export interface FollowingStates extends Part {
  /** Ends the thread and puts the kernel's settings back. */
  end(): Promise<void>;
}

/** Starts state synchronisation if the document wants it. */
export function statesOf(first: ClusterDocument, parts: StatesParts): FollowingStates {
  let restore: (() => void) | undefined;
  let running: RunningStates | undefined;
  const configOf = (document: ClusterDocument): StatesConfig | undefined =>
    statesConfigOf(document, parts.node);

  const run = (document: ClusterDocument): void => {
    // Not put back for a thread that only starts anew: connections would end at the old settings.
    if (configOf(document) !== undefined) restore ??= parts.prepare();
    running = parts.start(document);
  };
  const putBack = (): void => {
    restore?.();
    restore = undefined;
  };
  const tryOut = (to: ClusterDocument): Result<void> => {
    const config = configOf(to);
    if (config === undefined) return ok(undefined);
    const found = parts.describe(config.device);
    if (!found.ok) return found;
    return found.value.ipv4.includes(config.own)
      ? ok(undefined)
      : fail(`ha.sync: ${config.device} has no address ${config.own} here; give it to the interface first`);
  };

  run(first);
  const spoken = parts.former === undefined ? undefined : configOf(parts.former);
  // Old secrets that give way at once open for a while, as at a node that was running.
  for (const one of spoken === undefined ? [] : [spoken, configOf(first)])
    if (one !== undefined) running?.rekey(one.secrets);
  return {
    tryOut: async (from, to) => {
      const possible = tryOut(to);
      if (!possible.ok) return possible;
      return ok(wordsOf(configOf(from), configOf(to)));
    },
    follow: async (from, to) => {
      const [before, config] = [configOf(from), configOf(to)];
      if (wordsOf(before, config).length === 0) return ok(undefined);
      const possible = tryOut(to);
      if (!possible.ok) return possible;
      if (running !== undefined && config !== undefined && isSameButSecrets(before, config)) {
        running.rekey(config.secrets);
        return ok(undefined);
      }
      await running?.leave();
      run(to);
      const begun = (await running?.begun) ?? ok(undefined);
      if (begun.ok) {
        if (running === undefined) putBack();
        return begun;
      }
      run(from);
      return fail(`state synchronisation does not begin: ${begun.error}`);
    },
    end: async () => {
      await running?.leave();
      putBack();
    },
  };
}

function wordsOf(before: StatesConfig | undefined, after: StatesConfig | undefined): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before === undefined) return ['state synchronisation begins'];
  if (after === undefined) return ['state synchronisation ends'];
  return [
    isSameButSecrets(before, after)
      ? 'state synchronisation gets other keys'
      : 'state synchronisation starts anew',
  ];
}

const isSameButSecrets = (before: StatesConfig | undefined, after: StatesConfig): boolean =>
  before !== undefined &&
  JSON.stringify({ ...before, secrets: [] }) === JSON.stringify({ ...after, secrets: [] });
