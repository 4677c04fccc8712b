import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import { type Instant, instant } from '#base/time.ts';
import { entryAttributes, established, reversed } from '#sim/states-entry.ts';
import { recordKind } from './record.ts';
import { Session } from './session.ts';

const original = {
  source: '10.0.0.1' as Ipv4,
  destination: '10.0.0.2' as Ipv4,
  protocol: 6,
  sourcePort: 1,
  destinationPort: 2,
};
const entry = entryAttributes({ original, reply: reversed(original), status: established, timeout: 9 });

/** One side of a link of two nodes; what it says is kept until somebody takes it to the other. */
class Side {
  readonly said: Buffer[] = [];
  readonly applied: Buffer[] = [];
  bulks = 0;
  readonly session: Session;
  readonly #now: () => Instant;

  constructor(node: number, session: bigint, now: () => Instant, secrets: readonly string[] = ['s']) {
    this.#now = now;
    const peers = [{ node: 3 - node, name: `N${3 - node}` }];
    const config = { self: { node, session }, peers, secrets, datagramBytes: 1_400, kept: 64 };
    const outlets = {
      send: (datagram: Buffer, length: number): void =>
        void this.said.push(Buffer.from(datagram.subarray(0, length))),
      apply: (_peer: number, _round: number, bytes: Buffer, at: number, end: number): void =>
        void this.applied.push(Buffer.from(bytes.subarray(at, end))),
      bulkDone: (): void => undefined,
      beginBulk: (): void => {
        this.bulks += 1;
      },
    };
    this.session = new Session(config, outlets, now());
  }

  tick(): void {
    this.session.tick(this.#now());
    for (; this.bulks > 0; this.bulks--) {
      this.session.openBulk(this.#now());
      this.session.closeBulk(this.#now());
    }
  }

  hear(datagrams: readonly Buffer[]): void {
    for (const datagram of datagrams) this.session.hear(Buffer.from(datagram), this.#now());
  }

  get refused(): number {
    return Object.values(this.session.counters.refused).reduce((sum, count) => sum + count, 0);
  }
}

function pair(secrets: readonly [readonly string[], readonly string[]] = [['s'], ['s']]) {
  let now = 0;
  const clock = (): Instant => instant(now);
  const one = new Side(1, 11n, clock, secrets[0]);
  let two = new Side(2, 22n, clock, secrets[1]);
  const step = (isCut = false): Buffer[] => {
    now += 10_000;
    one.tick();
    two.tick();
    const [fromOne, fromTwo] = [one.said.splice(0), two.said.splice(0)];
    two.hear(fromOne);
    if (!isCut) one.hear(fromTwo);
    return fromTwo;
  };
  const run = (steps: number): Buffer[] => Array.from({ length: steps }, () => step()).flat();
  const phase = (): string | undefined => one.session.peers(clock())[0]?.phase;
  return {
    one,
    two: () => two,
    step,
    run,
    phase,
    clock,
    restart: (session: bigint) => {
      two = new Side(2, session, clock, secrets[1]);
    },
  };
}

test('two nodes come into step, and again after a restart of one', () => {
  const link = pair();
  link.run(20);
  assert.equal(link.phase(), 'inStep');
  link.restart(23n);
  link.run(20);
  assert.equal(link.phase(), 'inStep');
  const { forged, replayed, damaged } = link.one.session.counters.refused;
  assert.deepEqual([forged, replayed, damaged], [0, 0, 0]);
});

test('they do so while their secret is changed, and not without a common one', () => {
  const changing = pair([
    ['new', 'old'],
    ['old', 'new'],
  ]);
  changing.run(20);
  assert.equal(changing.phase(), 'inStep');
  const strange = pair([['a'], ['b']]);
  strange.run(20);
  assert.equal(strange.phase(), 'unknown');
  assert.ok(strange.one.session.counters.refused.forged > 0);
});

test('their secret changes while they run, at one a second after the other, and nothing is refused or lost', () => {
  const link = pair();
  link.run(20);
  const tellFrom = (side: Side): void => {
    side.session.tell(recordKind.created, 2, entry, 0, entry.length, link.clock());
    side.session.flush(link.clock());
  };
  const change = (side: Side, ...secrets: string[]): void => side.session.seals.change(secrets, link.clock());
  const run = (steps: number): void => {
    for (let i = 0; i < steps; i += 1) {
      tellFrom(link.one);
      for (const side of [link.one, link.two()]) side.session.seals.tick(link.clock());
      link.step();
    }
  };
  const before = link.two().session.counters.records;
  change(link.one, 't');
  run(100);
  change(link.two(), 't');
  run(1_500);
  // And back again, before the first change is all over.
  for (const side of [link.one, link.two()]) change(side, 's');
  run(1_500);
  const refused = [link.one, link.two()].map((side) => Object.values(side.session.counters.refused));
  assert.deepEqual(
    refused.flat().filter((count) => count > 0),
    [],
  );
  assert.equal(link.two().session.counters.records - before, 3_100);
  assert.equal(link.phase(), 'inStep');
});

test('a secret that gave way at once still opens for a while, and seals nothing', () => {
  const link = pair([['new'], ['old']]);
  const { one } = link;
  for (const secret of ['old', 'new']) one.session.seals.change([secret], link.clock());
  link.two().session.seals.change(['new'], link.clock());
  for (let i = 0; i < 600; i += 1) {
    for (const side of [one, link.two()]) side.session.seals.tick(link.clock());
    link.step();
    if (i === 50) assert.equal(link.phase(), 'inStep', 'before the other seals with the new one');
  }
  assert.deepEqual([one.refused, link.two().refused], [0, 0]);
});

test('an old secret opens nothing any more after ten seconds', () => {
  const link = pair();
  link.run(20);
  const [one, two] = [link.one, link.two()];
  one.session.seals.change(['t'], link.clock());
  const forged = (): number => one.session.counters.refused.forged;
  for (let i = 0; i < 990; i += 1) {
    one.session.seals.tick(link.clock());
    link.step();
  }
  assert.equal(forged(), 0, 'who has not heard of it is still understood');
  for (let i = 0; i < 100; i += 1) {
    one.session.seals.tick(link.clock());
    link.step();
  }
  assert.ok(forged() > 0);
  assert.ok(two.session.counters.refused.forged > 0, 'and seals what the other cannot open');
});

test('every cut and every flipped bit of what a peer says is refused and counted, and changes nothing', () => {
  const link = pair();
  link.run(20);
  const two = link.two();
  two.session.tell(recordKind.created, 2, entry, 0, entry.length, link.clock());
  two.session.flush(link.clock());
  const [datagram] = two.said.splice(0);
  assert.ok(datagram);
  let expected = link.one.refused;
  for (let length = 0; length < datagram.length; length++) {
    link.one.hear([datagram.subarray(0, length)]);
    assert.equal(link.one.refused, ++expected, `${length} bytes`);
  }
  for (let bit = 0; bit < datagram.length * 8; bit++) {
    const changed = Buffer.from(datagram);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    const { repeated } = link.one.session.counters;
    link.one.hear([changed]);
    // A counter that has been: it is not even opened.
    const isRepeated = link.one.session.counters.repeated > repeated;
    if (!isRepeated) expected += 1;
    assert.equal(link.one.refused, expected, `bit ${bit}`);
  }
  assert.equal(link.one.applied.length, 0);
  link.one.hear([datagram]);
  assert.equal(link.one.applied.length, 1);
  link.one.hear([datagram]);
  assert.equal(link.one.applied.length, 1);
});

test('what was said before is not heard again', () => {
  const link = pair();
  const past = link.run(20);
  const { applied } = link.one;
  const before = applied.length;
  link.one.hear(past);
  assert.equal(link.phase(), 'inStep');
  assert.equal(applied.length, before);
  assert.ok(link.one.session.counters.refused.replayed > 0);
});

test('a session that has ended is not followed after its successor, even if it was never heard', () => {
  const link = pair();
  link.run(20);
  link.restart(23n);
  // This session hears us, but what it says is kept from us by somebody who repeats it later.
  const kept = Array.from({ length: 20 }, () => link.step(true)).flat();
  link.restart(24n);
  link.run(20);
  assert.equal(link.phase(), 'inStep');
  const { replayed } = link.one.session.counters.refused;
  link.one.hear(kept);
  assert.ok(link.one.session.counters.refused.replayed > replayed);
  link.run(20);
  assert.equal(link.phase(), 'inStep');
  assert.equal(link.one.session.counters.refused.early > 0, true, 'data of the ended session');
});

test('a node restarts, and what its former self was told cannot be told it again', () => {
  const link = pair();
  const past = link.run(20);
  const fresh = new Side(1, 99n, link.clock);
  fresh.hear(past);
  assert.equal(fresh.session.peers(link.clock())[0]?.phase, 'unknown');
  assert.equal(fresh.applied.length, 0);
});

test('a node that says farewell has left; one that says nothing is silent', () => {
  const link = pair();
  link.run(20);
  link.two().session.leave(link.clock());
  link.one.hear(link.two().said.splice(0));
  assert.equal(link.phase(), 'left');
  const other = pair();
  other.run(20);
  for (let i = 0; i < 120; i++) other.step(true);
  assert.equal(other.phase(), 'silent');
});

test('another node with our host id is noticed; our own voice is not', () => {
  const link = pair();
  link.run(3);
  link.one.tick();
  const twin = new Side(1, 77n, link.clock);
  twin.tick();
  const own = new Side(1, 11n, link.clock);
  own.tick();
  link.one.hear(own.said);
  assert.equal(link.one.session.sameHostId, false);
  link.one.hear(twin.said);
  assert.equal(link.one.session.sameHostId, true);
});
