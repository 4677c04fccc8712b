/** Balanced connections in the kernel: nft's counters, and the table of connections (nfnetlink_conntrack.h). */
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { addressFromBytes } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { BalancerKernel } from '#ports/balancer-kernel.ts';
import { generation, numbersInSet } from './balancer-doubts.ts';
import { Conntrack } from './conntrack.ts';
import { NLM_F_REQUEST } from './netlink/message.ts';

/** CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_STATUS, CTA_ZONE; within a tuple CTA_TUPLE_IP and CTA_TUPLE_PROTO. */
const attribute = { original: 1, reply: 2, status: 3, zone: 18, ip: 1, protocol: 2, sourcePort: 2 } as const;
/** IPS_DST_NAT (nf_conntrack_common.h) */
const translatedDestination = 32;
/** IPCTNL_MSG_CT_DELETE of NFNL_SUBSYS_CTNETLINK */
const conntrackDelete = 0x102;
/** Netlink's head and struct nfgenmsg. */
const headBytes = 20;
/** So many pieces of at most 32 KiB are read before others get their turn. */
const piecesInARow = 8;
/** Requests that go to the kernel in one call. */
const batchBytes = 16_384;
/** Counters of some thousands of members. */
const mostListing = 16 << 20;

export function createBalancerKernel(): BalancerKernel {
  let opened: Result<Conntrack> | undefined;
  const table = (): Result<Conntrack> => {
    opened ??= Conntrack.open();
    return opened;
  };
  // A second reading would drop the one under way.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (conntrack: Result<Conntrack>, look: Look): Promise<Result<void>> => {
    const reading = last.then(() => readAll(conntrack, look));
    last = reading.catch(() => undefined);
    return reading;
  };
  return {
    counters: listCounters,
    states: async () => {
      const counts = new Map<string, number>();
      const read = await inTurn(table(), (_, __, ___, to) => counts.set(to, (counts.get(to) ?? 0) + 1));
      return read.ok ? ok(counts) : read;
    },
    endStates: async (address, port) => {
      const wanted = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      const requests: Buffer[] = [];
      const conntrack = table();
      const read = await inTurn(conntrack, (bytes, at, end, to) => {
        if (to === wanted) requests.push(removal(bytes, at, end));
      });
      if (!conntrack.ok) return conntrack;
      if (!read.ok) return read;
      for (const batch of batches(requests)) conntrack.value.transmit(batch, batch.length, () => undefined);
      return ok(requests.length);
    },
    doubted: () => {
      const netlink = table();
      return netlink.ok ? numbersInSet(netlink.value, 'bascule_balancer', 'doubted') : [];
    },
    generation: () => {
      const netlink = table();
      return netlink.ok ? generation(netlink.value) : undefined;
    },
    listing: async () => {
      const listed = await nft(['--stateless', 'list', 'table', 'inet', 'bascule_balancer']);
      return listed.ok || !listed.error.includes('No such file or directory') ? listed : ok('');
    },
    close: () => {
      if (opened?.ok === true) opened.value.close();
      opened = undefined;
    },
  };
}

type Look = (bytes: Buffer, at: number, end: number, to: string) => void;

/** Shows every entry whose destination was translated, with where it leads. Others have their turn meanwhile. */
async function readAll(table: Result<Conntrack>, look: Look): Promise<Result<void>> {
  if (!table.ok) return table;
  const conntrack = table.value;
  conntrack.startDump('entries');
  for (let piece = 1; ; piece++) {
    const state = conntrack.readDump((bytes, at, end) => {
      const to = leadsTo(bytes, at + headBytes, end);
      if (to !== undefined) look(bytes, at, end, to);
    });
    if (state === 'done') return ok(undefined);
    if (state === 'failed') return fail('the table of connections could not be read');
    if (piece % piecesInARow === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Who answers: the source of the reply. Undefined where the destination was not translated. */
function leadsTo(bytes: Buffer, from: number, end: number): string | undefined {
  const status = find(bytes, attribute.status, from, end);
  if (status < 0 || (bytes.readUInt32BE(status + 4) & translatedDestination) === 0) return undefined;
  const reply = find(bytes, attribute.reply, from, end);
  if (reply < 0) return undefined;
  const inside = (at: number, type: number): number =>
    at < 0 ? -1 : find(bytes, type, at + 4, at + bytes.readUInt16LE(at));
  const ip = inside(reply, attribute.ip);
  const port = inside(inside(reply, attribute.protocol), attribute.sourcePort);
  if (ip < 0 || port < 0) return undefined;
  // The source is the first attribute, CTA_IP_V4_SRC or CTA_IP_V6_SRC.
  const length = bytes.readUInt16LE(ip + 4) - 4;
  const address = addressFromBytes(bytes.subarray(ip + 8, ip + 8 + length));
  return length === 4
    ? `${address}:${bytes.readUInt16BE(port + 4)}`
    : `[${address}]:${bytes.readUInt16BE(port + 4)}`;
}

function find(bytes: Buffer, type: number, from: number, end: number): number {
  for (let at = from; at + 4 <= end; at += (bytes.readUInt16LE(at) + 3) & ~3) {
    if ((bytes.readUInt16LE(at + 2) & 0x3fff) === type) return at;
    if (bytes.readUInt16LE(at) < 4) return -1;
  }
  return -1;
}

/** The request that removes the entry of a message, by its original tuple and zone. */
function removal(bytes: Buffer, at: number, end: number): Buffer {
  const parts = [attribute.original, attribute.zone].flatMap((type) => {
    const from = find(bytes, type, at + headBytes, end);
    if (from < 0) return [];
    return [Buffer.from(bytes.subarray(from, from + ((bytes.readUInt16LE(from) + 3) & ~3)))];
  });
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(headBytes + parts.reduce((sum, part) => sum + part.length, 0), 0);
  head.writeUInt16LE(conntrackDelete, 4);
  head.writeUInt16LE(NLM_F_REQUEST, 6);
  // struct nfgenmsg begins with the address family.
  head[16] = bytes[at + 16] ?? 0;
  return Buffer.concat([head, ...parts]);
}

function batches(requests: readonly Buffer[]): Buffer[] {
  const all: Buffer[][] = [];
  let bytes = batchBytes;
  for (const request of requests) {
    if (bytes + request.length > batchBytes) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(request);
    bytes += request.length;
  }
  return all.map((batch) => Buffer.concat(batch));
}

async function listCounters(): Promise<Result<ReadonlyMap<string, number>>> {
  const listed = await nft(['list', 'counters', 'table', 'inet', 'bascule_balancer']);
  if (!listed.ok) return listed;
  const figures = listed.value.matchAll(/counter (\w+) \{\s*packets (\d+)/g);
  return ok(new Map([...figures].map(([, name = '', packets]) => [name, Number(packets)])));
}

function nft(args: readonly string[]): Promise<Result<string>> {
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const options = { env: { ...process.env, PATH: path }, maxBuffer: mostListing };
  return new Promise((resolve) => {
    execFile('nft', args, options, (error, listing, complaint) =>
      resolve(error === null ? ok(listing) : fail(`nft: ${complaint.trim() || error.message}`)),
    );
  });
}
