/** The process that looks into a firewall's table of connections, from within its namespace. */
import { readFileSync } from 'node:fs';
import {
  AF_NETLINK,
  fixedBuffer,
  libc,
  mustOpen,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_SOCKET,
  setIntOption,
} from '#linux/libc.ts';
import {
  attributesIn,
  messagesIn,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from '#linux/netlink/message.ts';
import { keyOf, type Listed, mostFlows, type ObserverRequest, udpPorts } from './flows-wire.ts';

const NETLINK_NETFILTER = 12;
const SO_RCVBUFFORCE = 33;
const conntrackGet = 0x101;
const conntrackDelete = 0x102;
/** struct nfgenmsg */
const generalHead = 4;
const requestBytes = 20;
/** CTA_TUPLE_ORIG, CTA_TUPLE_PROTO, CTA_PROTO_SRC_PORT, CTA_PROTO_DST_PORT; CTA_TIMESTAMP, CTA_TIMESTAMP_START */
const attribute = { original: 1, proto: 2, sourcePort: 2, targetPort: 3, timestamp: 20, start: 1 };

const fd = mustOpen(libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER) as number, 'netlink');
setIntOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20);
const answer = fixedBuffer(1 << 17);
const nothing = Buffer.alloc(0);

function request(type: number, flags: number): void {
  const message = Buffer.alloc(requestBytes);
  message.writeUInt32LE(requestBytes, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(NLM_F_REQUEST | flags, 6);
  // AF_INET: a flush of no family in particular takes all.
  libc.send(fd, message, requestBytes, 0);
}

/** Hands over the messages of the answer until it ends. */
function answers(handle: (body: Buffer) => void): void {
  for (;;) {
    const got = libc.recv(fd, answer, answer.length, 0) as number;
    if (got <= 0) return;
    for (const { type, body } of messagesIn(answer.subarray(0, got))) {
      if (type === NLMSG_DONE || type === NLMSG_ERROR) return;
      handle(body);
    }
  }
}

function list(): Listed {
  const keys = new Uint32Array(mostFlows);
  const startedAt = new BigInt64Array(mostFlows);
  let count = 0;
  request(conntrackGet, NLM_F_DUMP);
  answers((body) => {
    const all = attributesIn(body, generalHead);
    const proto = attributesIn(all.get(attribute.original) ?? nothing, 0).get(attribute.proto);
    const ports = attributesIn(proto ?? nothing, 0);
    const [source, target] = [ports.get(attribute.sourcePort), ports.get(attribute.targetPort)];
    if (source === undefined || target === undefined || count === mostFlows) return;
    const place = target.readUInt16BE(0) - udpPorts.first;
    if (place < 0 || place >= udpPorts.count) return;
    const started = attributesIn(all.get(attribute.timestamp) ?? nothing, 0).get(attribute.start);
    keys[count] = keyOf(source.readUInt16BE(0), target.readUInt16BE(0));
    startedAt[count] = started?.readBigInt64BE(0) ?? 0n;
    count += 1;
  });
  return { keys: keys.slice(0, count), startedAt: startedAt.slice(0, count) };
}

process.on('message', ({ kind }: ObserverRequest) => {
  if (kind === 'flush') {
    request(conntrackDelete, NLM_F_ACK);
    answers(() => {});
    process.send?.(true);
  } else if (kind === 'list') process.send?.(list());
  else process.send?.(Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8')));
});
process.on('disconnect', () => process.exit());
