/** What is asked of nftables too often for a process of its own: by netlink (linux/netfilter/nf_tables.h). */
import type { Conntrack } from './conntrack.ts';
import { attributesIn, MessageWriter, NLM_F_DUMP, NLM_F_REQUEST, text } from './netlink/message.ts';

/** NFNL_SUBSYS_NFTABLES with NFT_MSG_GETSETELEM and NFT_MSG_NEWSETELEM. */
const [getElements, elements] = [0xa0d, 0xa0c];
/** NFT_MSG_GETGEN and NFT_MSG_NEWGEN. */
const [getGeneration, newGeneration] = [0xa10, 0xa0f];
/** NFTA_SET_ELEM_LIST_TABLE, _SET and _ELEMENTS; NFTA_LIST_ELEM; NFTA_SET_ELEM_KEY; NFTA_DATA_VALUE; NFTA_GEN_ID. */
const attribute = { table: 1, set: 2, elements: 3, one: 1, key: 1, value: 1, generation: 1 } as const;
/** struct nfgenmsg with the family NFPROTO_INET. */
const inet = Buffer.from([1, 0, 0, 0]);
const messageHeadBytes = 16;

/** The numbers in a set of 32-bit values; none when there is no such set. Costs a tenth of a millisecond, or two under load. */
export function numbersInSet(netlink: Pick<Conntrack, 'ask'>, table: string, set: string): number[] {
  const writer = new MessageWriter(256);
  writer.begin(getElements, NLM_F_REQUEST | NLM_F_DUMP, 1, inet);
  writer.attribute(attribute.table, text(table));
  writer.attribute(attribute.set, text(set));
  const numbers: number[] = [];
  netlink.ask(writer.buffer, writer.length, (bytes, at, end) => {
    if (bytes.readUInt16LE(at + 4) !== elements) return;
    const list = attributesIn(bytes.subarray(at, end), messageHeadBytes + inet.length).get(
      attribute.elements,
    );
    if (list !== undefined) numbers.push(...valuesIn(list));
  });
  return numbers;
}

/** The number of the ruleset's generation, which every change of nftables by anybody raises. */
export function generation(netlink: Pick<Conntrack, 'ask'>): number | undefined {
  const writer = new MessageWriter(64);
  writer.begin(getGeneration, NLM_F_REQUEST, 1, Buffer.alloc(4));
  let id: number | undefined;
  netlink.ask(writer.buffer, writer.length, (bytes, at, end) => {
    if (bytes.readUInt16LE(at + 4) !== newGeneration) return;
    const value = attributesIn(bytes.subarray(at, end), messageHeadBytes + 4).get(attribute.generation);
    if (value?.length === 4) id = value.readUInt32BE(0);
  });
  return id;
}

/** Every element is an attribute of the same type, so they cannot be told apart by it. */
function valuesIn(list: Buffer): number[] {
  const values: number[] = [];
  for (let at = 0; at + 4 <= list.length; ) {
    const length = list.readUInt16LE(at);
    if (length < 4 || at + length > list.length) break;
    const key = attributesIn(list.subarray(at, at + length), 4).get(attribute.key);
    const value = key === undefined ? undefined : attributesIn(key, 0).get(attribute.value);
    // A number in the host's order, as `meta priority` loads it.
    if (value?.length === 4) values.push(value.readUInt32LE(0));
    at += (length + 3) & ~3;
  }
  return values;
}
