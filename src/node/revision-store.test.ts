/** A power cut at any moment leaves the old revision or the new one, never half of one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { nextRevision, type Revision } from '#commit/revision.ts';
import { type FileCalls, realCalls } from './durable-files.ts';
import { openRevisionStore } from './revision-store.ts';

const origin = { time: 1, author: 'anna', reason: 'test', node: 'PF1' };
const first = nextRevision(undefined, 'one', origin);
const second = nextRevision(first, 'two', origin);

/** The power goes before call `at`; what was written and not yet flushed is half there. */
class PowerCut extends Error {}
function cutAt(at: number): FileCalls {
  let calls = 0;
  const unflushed = new Map<number, string>();
  const step = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      if (calls++ !== at) return call(...args);
      for (const path of unflushed.values()) truncateSync(path, Math.floor(statSync(path).size / 2));
      throw new PowerCut('power cut');
    };
  };
  return {
    open: step((path) => {
      const fd = realCalls.open(path);
      unflushed.set(fd, path);
      return fd;
    }),
    write: step(realCalls.write),
    sync: step((fd) => {
      realCalls.sync(fd);
      unflushed.delete(fd);
    }),
    // The kernel closes files of a process that is gone by itself.
    close: realCalls.close,
    rename: step(realCalls.rename),
    syncFolder: step(realCalls.syncFolder),
  };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bascule-revisions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const texts = (): string[] =>
  openRevisionStore(folder)
    .list()
    .map(({ text }) => text);

function fill(...revisions: readonly Revision[]): void {
  const store = openRevisionStore(folder);
  for (const revision of revisions) assert.ok(store.append(revision).ok);
}

describe('revisions on disk', () => {
  it('are there after a restart, for the owner alone', () => {
    fill(first, second);
    assert.deepEqual(openRevisionStore(folder).list(), [first, second]);
    const [name = ''] = readdirSync(join(folder, 'revisions'));
    assert.equal(statSync(join(folder, 'revisions', name)).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o077, 0);
  });

  it('an append that is cut anywhere leaves the old or the new head', () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < 5; at++) {
      rmSync(folder, { recursive: true });
      fill(first);
      const done = openRevisionStore(folder, cutAt(at)).append(second);
      assert.equal(done.ok, false);
      assert.equal(openRevisionStore(folder).damage().length, 0, 'no half file is taken for a revision');
      outcomes.add(texts().join());
      const again = openRevisionStore(folder);
      if (again.list().length === 1) assert.ok(again.append(second).ok, 'and it goes on from there');
    }
    assert.deepEqual([...outcomes].sort(), ['one', 'one,two']);
    assert.ok(openRevisionStore(folder, cutAt(5)).remember({}).ok, 'there are five calls');
  });

  it('a memory that is cut anywhere is the old or the new one', () => {
    for (let at = 0; at < 5; at++) {
      assert.ok(openRevisionStore(folder).remember({ value: 'old' }).ok);
      openRevisionStore(folder, cutAt(at)).remember({ value: 'new' });
      const { value } = openRevisionStore(folder).recall() as { value: string };
      assert.match(value, /^(old|new)$/);
    }
  });

  it('superseding that is cut anywhere leaves a chain, and loses nothing', () => {
    const third = nextRevision(second, 'three', origin);
    for (let at = 0; at < 6; at++) {
      rmSync(folder, { recursive: true });
      fill(first, second, third);
      openRevisionStore(folder, cutAt(at)).supersede(1);
      const left = texts();
      assert.deepEqual(left, ['one', 'two', 'three'].slice(0, left.length));
      assert.equal(readdirSync(join(folder, 'superseded')).length, 3 - left.length);
    }
  });

  it('a damaged revision, and those after it, are told of and not used', () => {
    fill(first, second);
    writeFileSync(join(folder, 'revisions', '00000002.json'), JSON.stringify({ ...second, text: 'other' }));
    const store = openRevisionStore(folder);
    assert.deepEqual(store.list(), [first]);
    assert.match(store.damage().join(), /00000002\.json: its hash does not fit its text/);
  });

  it('a full disk is an error, and the old head stays', () => {
    fill(first);
    const full: FileCalls = {
      ...realCalls,
      write: () => {
        throw new Error('ENOSPC: no space left on device, write');
      },
    };
    const done = openRevisionStore(folder, full).append(second);
    assert.match(done.ok ? '' : done.error, /no space left/);
    assert.deepEqual(texts(), ['one']);
  });
});
