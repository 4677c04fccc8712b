import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import {
  type Entry,
  entryAttributes,
  established,
  protocol,
  reversed,
  type Tuple,
} from '#sim/states-entry.ts';
import { parseFilter } from '#statesync/filter.ts';
import { nameOf } from '#statesync/owners.ts';
import type { StatesAnswer, StatesQuestion } from './states-protocol.ts';
import { StatesQuery } from './states-query.ts';

const entryOf = (index: number): Entry => {
  const original: Tuple = {
    source: `10.0.${index >> 8}.${index & 0xff}` as Ipv4,
    destination: '192.0.2.1' as Ipv4,
    protocol: protocol.tcp,
    sourcePort: 1_024 + index,
    destinationPort: index % 4 === 0 ? 443 : 80,
  };
  return { original, reply: reversed(original), status: established, timeout: 60, tcpState: 3 };
};
const table = (count: number, order = 1): Buffer[] =>
  Array.from({ length: count }, (_, at) => entryAttributes(entryOf((at * order) % count)));

/** The answer over a table, as the states thread asks for it. */
function ask(entries: readonly Buffer[], over: Partial<StatesQuestion> = {}): StatesAnswer {
  const question: StatesQuestion = { kind: 'query', id: 1, words: [], limit: 10, kill: false, ...over };
  const filter = parseFilter(question.words);
  assert.ok(filter.ok);
  const query = new StatesQuery(question, question.words.length === 0 ? undefined : filter.value);
  const name = { high: 0, low: 0 };
  for (const bytes of entries) {
    assert.ok(nameOf(bytes, 0, bytes.length, name));
    query.look(bytes, 0, bytes.length, name, 'PF1', 0);
  }
  return query.answer;
}

const portsOf = ({ rows }: StatesAnswer): (number | undefined)[] => rows.map(({ source }) => source.port);

/** All pages, one after the other. */
function pages(of: (after: string | undefined) => StatesAnswer): StatesAnswer[] {
  const all: StatesAnswer[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = of(after);
    all.push(page);
    after = page.next;
    assert.ok(all.length < 1_000, 'the pages never end');
  }
  return all;
}

test('page by page every entry is seen once, whatever order the kernel tells them in', () => {
  const orders = [1, 7, 333];
  const found = pages((after) =>
    ask(table(1_000, orders[(after ?? '0').charCodeAt(0) % 3]), { limit: 64, after }),
  );
  assert.equal(found.length, 16);
  const ports = found.flatMap(portsOf);
  assert.equal(new Set(ports).size, 1_000);
  assert.equal(ports.length, 1_000);
  assert.deepEqual(
    found.map(({ before }) => before),
    found.map((_, page) => page * 64),
  );
});

test('what comes and goes between two pages moves nothing else', () => {
  const first = ask(table(500), { limit: 100 });
  const rest = pages((after) => ask(table(499).slice(1), { limit: 100, after: after ?? first.next }));
  const ports = [first, ...rest].flatMap(portsOf);
  assert.equal(new Set(ports).size, ports.length);
  for (let index = 1; index < 499; index += 1) assert.ok(ports.includes(1_024 + index), String(index));
});

test('a filter picks what pages are made of; the page that is full and the last one has no next', () => {
  const found = pages((after) => ask(table(400), { words: [':443'], limit: 50, after }));
  assert.deepEqual(
    found.map(({ rows, matching, all }) => [rows.length, matching, all]),
    [
      [50, 100, 400],
      [50, 100, 400],
    ],
  );
});

test('any place is one to begin at, and the reply says at which row that is', () => {
  const { rows, before } = ask(table(2_000), { limit: 3, after: '8000000000000000' });
  assert.ok(before > 800 && before < 1_200, String(before));
  const whole = ask(table(2_000), { limit: 2_000 });
  assert.deepEqual(rows, whole.rows.slice(before, before + 3));
});

test('nothing is shown without a limit, but counted', () => {
  assert.deepEqual(ask(table(20), { limit: 0 }), { rows: [], matching: 20, all: 20, before: 0 });
});
