/**
 * What rules and elements of nf_tables have counted (linux/netfilter/nf_tables.h). `nft list chain` would first read
 * every set of the kernel with all its elements, which takes 75 ms of processor time behind 10,000 of them.
 */
import { fail, ok, type Result } from '#base/result.ts';
import type { NftCount, NftLine } from '#ports/nft.ts';
import {
  AF_NETLINK,
  EINTR,
  fixedBuffer,
  lastErrno,
  lastError,
  libc,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_RAW,
} from '../libc.ts';
import {
  attributesIn,
  listIn,
  MessageWriter,
  messagesIn,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  text,
  textOf,
} from './message.ts';

const NETLINK_NETFILTER = 12;
const NFNL_SUBSYS_NFTABLES = 10 << 8;
const NFT_MSG_GETRULE = NFNL_SUBSYS_NFTABLES | 7;
const NFT_MSG_GETSET = NFNL_SUBSYS_NFTABLES | 10;
const NFT_MSG_GETSETELEM = NFNL_SUBSYS_NFTABLES | 13;
const NFPROTO_INET = 1;
const NFTA_RULE = { table: 1, chain: 2, handle: 3, expressions: 4, userdata: 7 };
const NFTA_SET = { table: 1, name: 2, flags: 3 };
/** enum nft_set_flags */
const [anonymousSet, mapSet] = [1, 8];
const NFTA_SET_ELEM_LIST = { table: 1, set: 2, elements: 3 };
const NFTA_SET_ELEM = { userdata: 6, expression: 7 };
const NFTA_EXPR = { name: 1, data: 2 };
const NFTA_COUNTER = { bytes: 1, packets: 2 };
/** As nft marks a comment in what it keeps with a rule or an element (libnftnl/udata.h). */
const commentMark = 0;
const ENOENT = 2;
/** struct nfgenmsg */
const headBytes = 4;
/** A dump comes in pieces of at most 32 KiB. */
const answerBytes = 1 << 16;

/** The rules of a chain in their order, or those of all chains. */
export const rulesIn = (table: string, chain?: string): Result<(NftLine & { readonly chain: string })[]> =>
  mapped(dump(NFT_MSG_GETRULE, [NFTA_RULE.table, table], [NFTA_RULE.chain, chain]), (body) => {
    const rule = attributesIn(body, headBytes);
    const expressions = listIn(rule.get(NFTA_RULE.expressions));
    return [
      {
        chain: textOf(rule.get(NFTA_RULE.chain)),
        handle: Number(rule.get(NFTA_RULE.handle)?.readBigUInt64BE() ?? 0n),
        comment: commentIn(rule.get(NFTA_RULE.userdata)),
        ...countIn(expressions),
      },
    ];
  });

/** The elements of a set or a map. */
export const elementsIn = (table: string, set: string): Result<NftCount[]> =>
  mapped(dump(NFT_MSG_GETSETELEM, [NFTA_SET_ELEM_LIST.table, table], [NFTA_SET_ELEM_LIST.set, set]), (body) =>
    listIn(attributesIn(body, headBytes).get(NFTA_SET_ELEM_LIST.elements)).map((one) => {
      const element = attributesIn(one, 0);
      const expression = element.get(NFTA_SET_ELEM.expression);
      return {
        comment: commentIn(element.get(NFTA_SET_ELEM.userdata)),
        ...countIn(expression === undefined ? [] : [expression]),
      };
    }),
  );

/** The names of the maps that bear one. */
export const mapsIn = (table: string): Result<string[]> =>
  mapped(dump(NFT_MSG_GETSET, [NFTA_SET.table, table]), (body) => {
    const set = attributesIn(body, headBytes);
    const flags = set.get(NFTA_SET.flags)?.readUInt32BE() ?? 0;
    return (flags & (anonymousSet | mapSet)) === mapSet ? [textOf(set.get(NFTA_SET.name))] : [];
  });

const mapped = <T>(dumped: Result<Buffer[]>, of: (body: Buffer) => T[]): Result<T[]> =>
  dumped.ok ? ok(dumped.value.flatMap(of)) : dumped;

/** What the first counter among some expressions says. */
function countIn(expressions: readonly Buffer[]): { readonly packets: number; readonly bytes: number } {
  for (const expression of expressions) {
    const { name, data } = partsOf(expression);
    if (name !== 'counter' || data === undefined) continue;
    const counter = attributesIn(data, 0);
    const figure = (type: number): number => Number(counter.get(type)?.readBigUInt64BE() ?? 0n);
    return { packets: figure(NFTA_COUNTER.packets), bytes: figure(NFTA_COUNTER.bytes) };
  }
  return { packets: 0, bytes: 0 };
}

function partsOf(expression: Buffer): { readonly name: string; readonly data: Buffer | undefined } {
  const parts = attributesIn(expression, 0);
  return { name: textOf(parts.get(NFTA_EXPR.name)), data: parts.get(NFTA_EXPR.data) };
}

/** Type, length and value, one after the other; "" without a comment. */
function commentIn(userdata: Buffer | undefined): string {
  for (let at = 0; userdata !== undefined && at + 2 <= userdata.length; ) {
    const [type = 0, length = 0] = userdata.subarray(at, at + 2);
    if (type === commentMark) return textOf(userdata.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return '';
}

/** The bodies of a dump about one table of the family inet; none when what is asked for is not there. */
function dump(
  type: number,
  ...attributes: readonly (readonly [type: number, value: string | undefined])[]
): Result<Buffer[]> {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER) as number;
  if (fd < 0) return fail(`netlink socket for nf_tables: ${lastError()}`);
  try {
    const writer = new MessageWriter(1_024);
    writer.begin(type, NLM_F_REQUEST | NLM_F_DUMP, 1, Buffer.from([NFPROTO_INET, 0, 0, 0]));
    for (const [kind, value] of attributes) if (value !== undefined) writer.attribute(kind, text(value));
    if (libc.send(fd, writer.buffer, writer.length, 0) !== writer.length)
      return fail(`nf_tables: ${lastError()}`);
    return answersOf(fd);
  } finally {
    libc.close(fd);
  }
}

/** The kernel works in the call: what is to be read is there. */
function answersOf(fd: number): Result<Buffer[]> {
  const answer = fixedBuffer(answerBytes);
  const bodies: Buffer[] = [];
  for (;;) {
    const length = libc.recv(fd, answer, answerBytes, MSG_DONTWAIT) as number;
    if (length < 0 && lastErrno() === EINTR) continue;
    if (length < 0) return fail(`nf_tables: ${lastError()}`);
    for (const message of messagesIn(answer.subarray(0, length))) {
      if (message.type === NLMSG_DONE) return ok(bodies);
      if (message.type === NLMSG_ERROR) {
        const errno = -message.body.readInt32LE(0);
        return errno === ENOENT ? ok([]) : fail(`nf_tables: error ${errno}`);
      }
      bodies.push(Buffer.from(message.body));
    }
  }
}
