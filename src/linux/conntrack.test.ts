/** Peers' entries in a real kernel: what is put into the table is what stands there, and is told as our own doing. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, type TestContext, test } from 'node:test';
import type { Ipv4, Ipv6 } from '#base/address.ts';
import {
  attr,
  attributesIn,
  type Entry,
  entryAttributes,
  established,
  familyOf,
  ipsDestinationNat,
  ipsSourceNat,
  nested,
  plainTuple,
  reversed,
  type Tuple,
  tupleAttr,
  u8,
  u16,
  u32,
} from '#sim/states-entry.ts';
import { Applier, holdSeconds } from '#statesync/applier.ts';
import { describeState } from '#statesync/describe.ts';
import { Owners } from '#statesync/owners.ts';
import { recordKind, writeRecord } from '#statesync/record.ts';
import { Conntrack } from './conntrack.ts';
import { SO_RCVBUF, SOL_SOCKET, setIntOption } from './libc.ts';
import { inPrivateNamespaces, makeSegment, run } from './test-namespaces.ts';

const tcp: Tuple = {
  source: '10.1.1.1' as Ipv4,
  destination: '198.51.100.9' as Ipv4,
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 443,
};
const outside = { destination: '192.0.2.1' as Ipv4, destinationPort: 1_030 };
const inside = { source: '10.1.1.80' as Ipv4, sourcePort: 8_443 };
const tcp6: Tuple = { ...tcp, source: 'fd00::1' as Ipv6, destination: '2001:db8:1::9' as Ipv6 };
const entryOf = (original: Tuple, changes: Partial<Entry> = {}): Entry => ({
  original,
  reply: reversed(original),
  status: established,
  timeout: 100,
  ...(original.protocol === 6 ? { tcpState: 3 } : {}),
  ...changes,
});
const translated = established | ipsSourceNat;
const entries: Readonly<Record<string, Entry>> = {
  'TCP with source NAT': entryOf(tcp, { reply: { ...reversed(tcp), ...outside }, status: translated }),
  'TCP with destination NAT': entryOf(tcp, {
    reply: { ...reversed(tcp), ...inside },
    status: established | ipsDestinationNat,
  }),
  'TCP with both': entryOf(tcp, {
    reply: { ...reversed(tcp), ...inside, ...outside },
    status: translated | ipsDestinationNat,
  }),
  'UDP with a mark': entryOf({ ...tcp, protocol: 17 }, { mark: 0x1234 }),
  'UDP that nobody has answered': entryOf({ ...tcp, protocol: 17 }, { status: 8 }),
  'UDP in a zone': entryOf({ ...tcp, protocol: 17 }, { zone: 9 }),
  'an entry for long': entryOf(tcp, { timeout: 300_000 }),
  'TCP over IPv6': entryOf(tcp6),
  'IPv6 with source NAT': entryOf(tcp6, {
    reply: { ...reversed(tcp6), destination: '2001:db8::1' as Ipv6, destinationPort: 77 },
    status: translated,
  }),
  'an ICMP query with source NAT': entryOf(
    { ...tcp, protocol: 1, sourcePort: 700, destinationPort: 0 },
    {
      reply: {
        ...reversed({ ...tcp, protocol: 1, sourcePort: 700, destinationPort: 0 }),
        destination: outside.destination,
        sourcePort: 701,
      },
      status: 8 | 2 | ipsSourceNat,
    },
  ),
};

/** What a record is made of, and the record. */
function recordOf(kind: number, family: number, attributes: Buffer): Buffer {
  const out = Buffer.alloc(1_200);
  return out.subarray(0, writeRecord(kind, family, attributes, 0, attributes.length, out, 0));
}
const recordOfEntry = (entry: Entry, kind: number = recordKind.created): Buffer =>
  recordOf(kind, familyOf(entry.original), entryAttributes(entry));

/** What matters of an entry, as the kernel tells it. */
function plainEntry(parts: ReadonlyMap<number, Buffer>): unknown {
  const timeout = parts.get(7)?.readUInt32BE() ?? 0;
  const status = parts.get(3)?.readUInt32BE() ?? 0;
  const tcpInfo = attributesIn(parts.get(4) ?? Buffer.alloc(0)).get(1);
  return {
    original: plainTuple(parts.get(1) as Buffer),
    reply: plainTuple(parts.get(2) as Buffer),
    status: status & (established | ipsSourceNat | ipsDestinationNat),
    // Some of it may have passed.
    lives: Math.ceil(timeout / 10) * 10,
    mark: parts.get(8)?.readUInt32BE() ?? 0,
    zone: parts.get(18)?.readUInt16BE() ?? 0,
    tcpState: tcpInfo === undefined ? undefined : attributesIn(tcpInfo).get(1)?.[0],
  };
}
function expectedOf(entry: Entry): unknown {
  const parts = attributesIn(entryAttributes({ ...entry, timeout: Math.max(holdSeconds, entry.timeout) }));
  return plainEntry(parts);
}

inPrivateNamespaces(import.meta.filename, () => {
  const opened = Conntrack.open();
  assert.ok(opened.ok);
  const kernel = opened.value;
  kernel.listen(true);
  const applier = new Applier(new Owners(), (messages, length, failed) =>
    kernel.transmit(messages, length, failed),
  );
  const apply = (...records: readonly Buffer[]): void => {
    for (const record of records) applier.apply(0, 1, record, 0, record.length);
    applier.flush();
  };
  const dump = (what: 'entries' | 'expectations'): { family: number; attributes: Buffer }[] => {
    const found: { family: number; attributes: Buffer }[] = [];
    kernel.startDump(what);
    for (let i = 0; i < 1_000; i++) {
      const outcome = kernel.readDump(
        (bytes, at, end) =>
          void found.push({
            family: bytes[at + 16] as number,
            attributes: Buffer.from(bytes.subarray(at + 20, end)),
          }),
      );
      if (outcome === 'done') return found;
      assert.equal(outcome, 'more');
    }
    throw new Error('a dump without an end');
  };
  const table = (): unknown[] =>
    dump('entries').map(({ attributes }) => plainEntry(attributesIn(attributes)));
  interface Event {
    readonly type: number;
    readonly port: number;
    readonly parts: Map<number, Buffer>;
  }
  const events = (): Event[] => {
    const heard: Event[] = [];
    let outcome = 'more';
    while (outcome === 'more')
      outcome = kernel.readEvents(
        (bytes, at, end) =>
          void heard.push({
            type: bytes.readUInt16LE(at + 4),
            port: bytes.readUInt32LE(at + 12),
            parts: attributesIn(Buffer.from(bytes.subarray(at + 20, end))),
          }),
      );
    return heard;
  };

  before(makeSegment);
  beforeEach(() => {
    kernel.flush();
    events();
    applier.counters.failed = {};
  });
  after(() => kernel.close());

  describe('what is injected stands in the table', () => {
    for (const [name, entry] of Object.entries(entries))
      test(name, () => {
        apply(recordOfEntry(entry));
        assert.deepEqual(applier.counters.failed, {});
        assert.deepEqual(table(), [expectedOf(entry)]);
        // Once more out of the kernel's own words, as a peer would hear them.
        const [told] = dump('entries');
        assert.ok(told);
        kernel.flush();
        apply(recordOf(recordKind.created, told.family, told.attributes));
        assert.deepEqual(table(), [expectedOf(entry)]);
        apply(recordOfEntry(entry, recordKind.destroyed));
        assert.deepEqual(table(), []);
        assert.deepEqual(applier.counters.failed, {});
      });
  });

  test('GRE and SCTP, if this kernel knows them', (context: TestContext) => {
    const gre = { ...tcp, protocol: 47, sourcePort: 1, destinationPort: 2 };
    const sctp = { ...tcp, protocol: 132 };
    const info = nested(4, nested(3, attr(1, u8(4)), attr(2, u32(7)), attr(3, u32(8))));
    apply(
      recordOfEntry(entryOf(gre)),
      recordOf(recordKind.created, 2, Buffer.concat([entryAttributes(entryOf(sctp)), info])),
    );
    if (Object.keys(applier.counters.failed).length > 0) {
      context.skip(`refused: ${JSON.stringify(applier.counters.failed)}`);
      return;
    }
    const known = dump('entries').map(({ attributes }) =>
      plainTuple(attributesIn(attributes).get(1) as Buffer),
    );
    assert.deepEqual(known.map(({ protocol }) => protocol).sort(), [132, 47]);
  });

  test('an entry that is there is changed; one with another translation, or in the way, has to go', () => {
    const entry = entries['TCP with source NAT'] as Entry;
    const reply = { ...entry.reply, destinationPort: 2_222 };
    apply(recordOfEntry({ ...entry, reply }));
    const before = dump('entries')[0];
    apply(recordOfEntry({ ...entry, reply, mark: 9 }, recordKind.listed));
    assert.deepEqual(table(), [expectedOf({ ...entry, reply, mark: 9 })]);
    const idOf = (attributes: Buffer | undefined): string | undefined =>
      attributes && attributesIn(attributes).get(12)?.toString('hex');
    assert.equal(idOf(dump('entries')[0]?.attributes), idOf(before?.attributes), 'it is the same one');
    apply(recordOfEntry(entry, recordKind.listed));
    assert.deepEqual(table(), [expectedOf(entry)]);
    // Another connection has got the outside port of one whose end was missed.
    const other: Entry = { ...entry, original: { ...tcp, sourcePort: 5 } };
    apply(recordOfEntry(other));
    assert.deepEqual(table(), [expectedOf(other)]);
    assert.deepEqual(applier.counters.failed, {});
  });

  test('states that may not go back do not', () => {
    const entry = entries['TCP with source NAT'] as Entry;
    apply(recordOfEntry(entry));
    apply(recordOfEntry({ ...entry, status: 8 | ipsSourceNat, mark: 3 }, recordKind.updated));
    assert.deepEqual(table(), [expectedOf({ ...entry, mark: 3 })]);
    assert.deepEqual(applier.counters.failed, {});
  });

  test('what is adopted lives on for a short time', () => {
    const entry = entries['UDP with a mark'] as Entry;
    apply(recordOfEntry(entry));
    const [held] = dump('entries');
    assert.ok(held);
    const record = recordOf(recordKind.listed, held.family, held.attributes);
    applier.adopt(record, 0, record.length);
    applier.flush();
    assert.deepEqual(table(), [{ ...(expectedOf(entry) as object), lives: 180 }]);
  });

  test('our own doing is not told to us; the doing of others bears their number', () => {
    const entry = entries['TCP with source NAT'] as Entry;
    apply(recordOfEntry(entry));
    apply(recordOfEntry({ ...entry, mark: 8 }, recordKind.updated));
    apply(recordOfEntry(entry, recordKind.destroyed));
    assert.deepEqual(events(), []);
    const stranger = Conntrack.open();
    assert.ok(stranger.ok);
    const theirs = new Applier(new Owners(), (messages, length, failed) =>
      stranger.value.transmit(messages, length, failed),
    );
    const record = recordOfEntry(entry);
    theirs.apply(0, 1, record, 0, record.length);
    theirs.flush();
    assert.deepEqual(
      events().map(({ port }) => port),
      [stranger.value.port],
    );
    stranger.value.close();
  });

  test('traffic is told as new, and bears nobody’s number', () => {
    run('nft add table ip t');
    run('nft add chain ip t c { type filter hook output priority 0 ; }');
    run('nft add rule ip t c ct state new accept');
    run('ping -c 1 -W 1 192.0.2.9');
    const heard = events().filter(({ type }) => type === 0x100);
    assert.ok(heard.length > 0);
    for (const { port, parts } of heard) {
      assert.equal(port, 0);
      assert.equal(plainTuple(parts.get(1) as Buffer).destination, 'c0000209');
    }
    run('nft delete table ip t');
  });

  test('an entry is described as a person reads it, translated ends and all', () => {
    apply(recordOfEntry(entries['TCP with both'] as Entry));
    const rows = dump('entries').map(({ attributes }) =>
      describeState(attributes, 0, attributes.length, Date.now()),
    );
    const row = rows.find((one) => one?.natDestination !== undefined);
    assert.deepEqual(
      { ...row, timeoutSeconds: undefined, ageSeconds: undefined },
      {
        protocol: 'tcp',
        source: { address: '10.1.1.1', port: 40_000 },
        natSource: { address: '192.0.2.1', port: 1_030 },
        destination: { address: '198.51.100.9', port: 443 },
        natDestination: { address: '10.1.1.80', port: 8_443 },
        state: 'ESTABLISHED',
        ageSeconds: undefined,
        timeoutSeconds: undefined,
        packets: 0,
        bytes: 0,
        mark: 0,
        zone: 0,
      },
    );
    assert.ok((row?.timeoutSeconds ?? 0) > holdSeconds - 5);
  });

  test('a table of thousands comes whole, in pieces', () => {
    const many = Array.from({ length: 5_000 }, (_, i) =>
      recordOfEntry(entryOf({ ...tcp, protocol: 17, sourcePort: 1_000 + i })),
    );
    apply(...many);
    const ports = dump('entries').map(
      ({ attributes }) => plainTuple(attributesIn(attributes).get(1) as Buffer).sourcePort,
    );
    assert.equal(new Set(ports).size, 5_000);
    assert.equal(kernel.count().entries, 5_000);
    apply(...many.slice(0, 2_500).map((record) => Buffer.concat([Buffer.from([3]), record.subarray(1)])));
    assert.equal(kernel.count().entries, 5_000 - 2_500);
  });

  test('FTP: the helper and what it foresees', (context: TestContext) => {
    const control = { ...tcp, destinationPort: 21 };
    const helped = Buffer.concat([
      entryAttributes(entryOf(control)),
      nested(5, attr(1, Buffer.from('ftp\0'))),
    ]);
    apply(recordOf(recordKind.created, 2, helped));
    const help = attributesIn(dump('entries')[0]?.attributes ?? Buffer.alloc(0)).get(5);
    if (help === undefined) {
      context.skip('this kernel has no helper for FTP');
      return;
    }
    assert.equal(attributesIn(help).get(1)?.toString(), 'ftp\0');
    const data: Tuple = {
      ...tcp,
      source: tcp.destination,
      destination: tcp.source,
      sourcePort: 0,
      destinationPort: 3_333,
    };
    const ones = '255.255.255.255' as Ipv4;
    const mask: Tuple = {
      source: ones,
      destination: ones,
      protocol: 6,
      sourcePort: 0,
      destinationPort: 0xffff,
    };
    const foreseen = Buffer.concat([
      tupleAttr(1, control),
      tupleAttr(2, data),
      tupleAttr(3, mask),
      attr(4, u32(300)),
      attr(6, Buffer.from('ftp\0')),
      attr(7, u16(0)),
      attr(8, u32(0)),
      attr(9, u32(0)),
    ]);
    apply(recordOf(recordKind.expected, 2, foreseen));
    assert.deepEqual(applier.counters.failed, {});
    const expectations = dump('expectations');
    assert.equal(expectations.length, 1);
    const parts = attributesIn(expectations[0]?.attributes ?? Buffer.alloc(0));
    assert.deepEqual(plainTuple(parts.get(2) as Buffer), plainTuple(tupleAttr(2, data).subarray(4)));
    apply(recordOf(recordKind.unexpected, 2, foreseen));
    assert.equal(dump('expectations').length, 0);
  });

  test('news that had no room are noticed once', () => {
    const small = Conntrack.open();
    assert.ok(small.ok);
    small.value.listen(true);
    setIntOption(small.value.eventsFd, SOL_SOCKET, SO_RCVBUF, 1);
    apply(
      ...Array.from({ length: 500 }, (_, i) =>
        recordOfEntry(entryOf({ ...tcp, protocol: 17, sourcePort: i })),
      ),
    );
    const outcomes: string[] = [];
    for (let i = 0; i < 600; i++) {
      const outcome = small.value.readEvents(() => undefined);
      outcomes.push(outcome);
      if (outcome === 'empty') break;
    }
    assert.equal(outcomes.filter((outcome) => outcome === 'overrun').length, 1);
    small.value.close();
  });
});
