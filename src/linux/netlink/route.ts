/** The rtnetlink requests that Bascule makes (rtnetlink(7), linux/if_link.h, linux/if_addr.h). */
import {
  addressBytes,
  addressFromBytes,
  familyOf,
  type Ipv4,
  type Ipv6,
  type Mac,
  macBytes,
} from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { VipDevice } from '#ports/kernel.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  EINTR,
  ENOBUFS,
  fixedBuffer,
  lastErrno,
  lastError,
  libc,
  MSG_DONTWAIT,
  mustOpen,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_SOCKET,
} from '../libc.ts';
import {
  attributesIn,
  MessageWriter,
  messagesIn,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  text,
  textOf,
  u32,
} from './message.ts';

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;
const NDA_DST = 1;
/** NUD_INCOMPLETE and NUD_FAILED (linux/neighbour.h). */
const NUD_UNRESOLVED = 0x01 | 0x20;
const RTMGRP_LINK = 1;
const IFLA = { address: 1, name: 3, link: 5, info: 18 };
const INFO = { kind: 1, data: 2 };
const MACVLAN_MODE = 1;
const MACVLAN_PRIVATE = 1;
/** Takes frames from listed sources alone; we never list any. */
const MACVLAN_SOURCE = 16;
const IFA = { address: 1, local: 2, flags: 8 };
const IFA_F_NODAD = 0x02;
const IFA_F_NOPREFIXROUTE = 0x200;
const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;
const IFF_LOWER_UP = 0x10000;
const usable = IFF_UP | IFF_RUNNING | IFF_LOWER_UP;
const ENODEV = 19;
const SO_RCVTIMEO = 20;
const answerLimitSeconds = 2n;
/** What a route that is no longer there answers when it shall go. */
const ESRCH = 3;
const EEXIST = 17;
const RTA = { destination: 1, outputInterface: 4 };
/** Table, protocol, scope and type of the route by which an address is the host's own (linux/rtnetlink.h). */
const ownRoute = { table: 255, protocolKernel: 2, scopeHost: 254, scopeAny: 255, typeLocal: 2 };

export interface Link {
  readonly index: number;
  readonly name: string;
  /** Administratively up, carrier present, able to send. */
  readonly up: boolean;
  readonly adminUp: boolean;
  readonly mac: Mac;
  /** Index of the interface below (macvlan, vlan), 0 if none. */
  readonly parent: number;
  /** "macvlan", "veth", "" ... */
  readonly kind: string;
}

export interface MacvlanChange {
  readonly index: number;
  /**
   * Mute: receives nothing, though its link stays up. Takes 20 us where `down` takes 16 ms (dev_close waits for RCU
   * under the RTNL lock). Only for links without IPv6, which reports its groups anew at every such change.
   */
  readonly to: 'up' | 'mute' | 'down';
  /**
   * Addresses that are the host's own while the link is up, and only then: a backup reaches the master by them. With
   * IPv6 the kernel itself keeps to that, once the link has been up.
   */
  readonly addresses: readonly (Ipv4 | Ipv6)[];
}

export interface LinkAddress {
  readonly index: number;
  readonly address: Ipv4 | Ipv6;
  readonly prefixLength: number;
}

/** A request/answer socket to rtnetlink. Requests are done when the call returns: the kernel works in it. */
export class RouteSocket {
  readonly fd: number;
  /** Room for the links and addresses of 255 virtual hosts and more. */
  readonly #writer = new MessageWriter(1 << 16);
  readonly #answer = fixedBuffer(1 << 16);
  #sequence = 0;

  constructor(groups = 0) {
    this.fd = mustOpen(libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) as number, 'netlink socket');
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF_NETLINK, 0);
    address.writeUInt32LE(groups, 8);
    if (libc.bind(this.fd, address, 12) !== 0) throw new Error(`netlink bind: ${lastError()}`);
    // The kernel answers within the call; should an answer be lost, nobody waits for it for ever.
    const limit = Buffer.alloc(16);
    limit.writeBigInt64LE(answerLimitSeconds, 0);
    libc.setsockopt(this.fd, SOL_SOCKET, SO_RCVTIMEO, limit, 16);
  }

  /** A socket that hears of every change of a link. */
  static monitor(): RouteSocket {
    return new RouteSocket(RTMGRP_LINK);
  }

  close(): void {
    libc.close(this.fd);
  }

  links(): Link[] {
    return this.#dump(RTM_GETLINK, Buffer.alloc(16)).flatMap(({ type, body }) => parseLink(type, body) ?? []);
  }

  addresses(): LinkAddress[] {
    return this.#dump(RTM_GETADDR, Buffer.alloc(8)).flatMap(({ body }) => parseAddress(body) ?? []);
  }

  /**
   * Forgets neighbours that were asked for in vain. After a link was down the kernel would wait up to a second
   * before it asks again (neigh/default/retrans_time_ms), and a new master could not answer until then.
   */
  forgetUnresolvedNeighbours(index: number): void {
    const unresolved = this.#dump(RTM_GETNEIGH, Buffer.alloc(12)).filter(
      ({ body }) =>
        body.length >= 12 && body.readInt32LE(4) === index && (body.readUInt16LE(8) & NUD_UNRESOLVED) !== 0,
    );
    for (const { body } of unresolved) {
      const address = attributesIn(body, 12).get(NDA_DST);
      if (address === undefined) continue;
      this.#begin(RTM_DELNEIGH, 0, body.subarray(0, 12)).attribute(NDA_DST, address);
      this.#transact('forget a neighbour');
    }
  }

  /** Makes the macvlan of a VIP, down. */
  createVip(device: VipDevice, parentIndex: number): Result<void> {
    const writer = this.#begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, Buffer.alloc(16));
    writer.attribute(IFLA.name, text(device.name));
    writer.attribute(IFLA.link, u32(parentIndex));
    writer.attribute(IFLA.address, macBytes(device.mac));
    writeMacvlan(writer, MACVLAN_PRIVATE);
    return this.#transact(`create ${device.name}`);
  }

  deleteLink(index: number): Result<void> {
    this.#begin(RTM_DELLINK, 0, linkBody(index, 0, 0));
    return this.#transact('delete link');
  }

  /** Adds a host address without a route for its network and without duplicate detection. */
  addAddress(index: number, address: Ipv4 | Ipv6): Result<void> {
    const bytes = addressBytes(address);
    const writer = this.#begin(RTM_NEWADDR, NLM_F_CREATE, addressBody(index, address));
    writer.attribute(IFA.local, bytes);
    writer.attribute(IFA.address, bytes);
    writer.attribute(IFA.flags, u32(IFA_F_NOPREFIXROUTE | (familyOf(address) === 'ipv6' ? IFA_F_NODAD : 0)));
    return this.#transact(`add ${address}`);
  }

  deleteAddress(index: number, address: Ipv4 | Ipv6): Result<void> {
    const writer = this.#begin(RTM_DELADDR, 0, addressBody(index, address));
    writer.attribute(IFA.local, addressBytes(address));
    return this.#transact(`remove ${address}`);
  }

  /** Links down in one transmission, in the given order. The kernel takes some 16 ms for each that was up. */
  setDown(indices: readonly number[]): Result<void> {
    if (indices.length === 0) return ok(undefined);
    for (const index of indices) this.#begin(RTM_NEWLINK, 0, linkBody(index, 0, IFF_UP));
    return this.#transact('set links down');
  }

  /** Does several changes in one transmission, in the given order. */
  setMacvlans(changes: readonly MacvlanChange[]): Result<void> {
    if (changes.length === 0) return ok(undefined);
    for (const { index, to, addresses } of changes) {
      const writer = this.#begin(RTM_NEWLINK, 0, linkBody(index, to === 'up' ? IFF_UP : 0, flagsOf[to]));
      if (to !== 'down') writeMacvlan(writer, to === 'up' ? MACVLAN_PRIVATE : MACVLAN_SOURCE);
      for (const address of addresses) {
        // A link that was down has its IPv4 routes back by now, one that was mute has none.
        this.#beginOwnRoute(to === 'up' ? RTM_NEWROUTE : RTM_DELROUTE, index, address);
      }
    }
    return this.#transact('set virtual IP devices', [ESRCH, EEXIST]);
  }

  /**
   * Disowns addresses of a link that is down, as `setMacvlans` does. Before that an own route is made by hand: the
   * kernel then judges a packet's source by its routes; else it drops whatever comes from an address that it
   * holds, be the link down or not (net/ipv4/fib_frontend.c, fib_has_custom_local_routes).
   */
  disown(index: number, addresses: readonly Ipv4[]): Result<void> {
    if (addresses.length === 0) return ok(undefined);
    for (const address of addresses) {
      for (const type of [RTM_DELROUTE, RTM_NEWROUTE, RTM_DELROUTE]) {
        this.#beginOwnRoute(type, index, address);
      }
    }
    return this.#transact('disown addresses', [ESRCH]);
  }

  /** Own routes of addresses that a link had: the kernel leaves those of IPv6 that were made by hand. */
  removeOwnRoutes(index: number, addresses: readonly (Ipv4 | Ipv6)[]): Result<void> {
    if (addresses.length === 0) return ok(undefined);
    for (const address of addresses) this.#beginOwnRoute(RTM_DELROUTE, index, address);
    return this.#transact('remove routes of addresses', [ESRCH]);
  }

  #beginOwnRoute(type: number, index: number, address: Ipv4 | Ipv6): void {
    const isNew = type === RTM_NEWROUTE;
    const bytes = addressBytes(address);
    // struct rtmsg { family, destination length, source length, tos, table, protocol, scope, type, flags }
    const body = Buffer.alloc(12);
    const isV4 = familyOf(address) === 'ipv4';
    body.set([isV4 ? AF_INET : AF_INET6, isV4 ? 32 : 128, 0, 0, ownRoute.table], 0);
    // IPv6 routes have no scope.
    const scope = !isV4 ? 0 : isNew ? ownRoute.scopeHost : ownRoute.scopeAny;
    body.set([isNew ? ownRoute.protocolKernel : 0, scope, ownRoute.typeLocal], 5);
    const writer = this.#begin(type, isNew ? NLM_F_CREATE | NLM_F_EXCL : 0, body);
    writer.attribute(RTA.destination, bytes);
    writer.attribute(RTA.outputInterface, u32(index));
  }

  /** What the kernel has said since: changed links, or 'lost' when some news did not fit. */
  news(handle: (link: Link) => void): 'complete' | 'lost' {
    for (;;) {
      const length = libc.recv(this.fd, this.#answer, this.#answer.length, MSG_DONTWAIT) as number;
      if (length < 0) return lastErrno() === ENOBUFS ? 'lost' : 'complete';
      for (const { type, body } of messagesIn(this.#answer.subarray(0, length))) {
        const link = parseLink(type, body);
        if (link !== undefined) handle(link);
      }
    }
  }

  #begin(type: number, flags: number, body: Uint8Array): MessageWriter {
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#writer.begin(type, NLM_F_REQUEST | flags, this.#sequence, body);
    return this.#writer;
  }

  /**
   * Sends all begun messages; the first error that is not `tolerated` wins. Only the last is acknowledged: the kernel
   * reports errors of the others anyhow, in order, and acknowledgements of many would not fit the socket's buffer.
   */
  #transact(what: string, tolerated: readonly number[] = []): Result<void> {
    this.#writer.addFlags(NLM_F_ACK);
    const last = this.#sequence;
    const sent = libc.send(this.fd, this.#writer.buffer, this.#writer.length, 0) as number;
    const first = last - this.#writer.count;
    this.#writer.reset();
    if (sent < 0) return fail(`${what}: ${lastError()}`);
    let error = 0;
    for (;;) {
      const length = libc.recv(this.fd, this.#answer, this.#answer.length, 0) as number;
      if (length < 0) {
        if (lastErrno() === EINTR) continue;
        return fail(`${what}: no answer, ${lastError()}`);
      }
      for (const { type, sequence, body } of messagesIn(this.#answer.subarray(0, length))) {
        // Answers to an earlier transmission that was given up are none to this one.
        if (type !== NLMSG_ERROR || body.length < 4 || sequence <= first) continue;
        const code = -body.readInt32LE(0);
        if (error === 0 && !tolerated.includes(code)) error = code;
        if (sequence === last) return error === 0 ? ok(undefined) : fail(`${what}: ${errorName(error)}`);
      }
    }
  }

  #dump(type: number, body: Buffer): { type: number; body: Buffer }[] {
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#writer.begin(type, NLM_F_REQUEST | NLM_F_DUMP, this.#sequence, body);
    libc.send(this.fd, this.#writer.buffer, this.#writer.length, 0);
    this.#writer.reset();
    const found: { type: number; body: Buffer }[] = [];
    for (;;) {
      const length = libc.recv(this.fd, this.#answer, this.#answer.length, 0) as number;
      if (length < 0) throw new Error(`netlink dump: ${lastError()}`);
      for (const message of messagesIn(this.#answer.subarray(0, length))) {
        if (message.type === NLMSG_DONE || message.type === NLMSG_ERROR) return found;
        found.push({ type: message.type, body: Buffer.from(message.body) });
      }
    }
  }
}

/**
 * A lost carrier shows at once in LOWER_UP; a link that came up can send only once RUNNING shows, too, which may be
 * a second later (net/core/link_watch.c activates its queue then).
 */
const isUpBy = (flags: number): boolean => (flags & usable) === usable;

/** The flags that a change touches. */
const flagsOf = { up: IFF_UP, mute: 0, down: IFF_UP } as const;

function writeMacvlan(writer: MessageWriter, mode: number): void {
  writer.nested(IFLA.info, () => {
    writer.attribute(INFO.kind, text('macvlan'));
    writer.nested(INFO.data, () => writer.attribute(MACVLAN_MODE, u32(mode)));
  });
}

function linkBody(index: number, flags: number, change: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeInt32LE(index, 4);
  body.writeUInt32LE(flags, 8);
  body.writeUInt32LE(change, 12);
  return body;
}

function addressBody(index: number, address: Ipv4 | Ipv6): Buffer {
  const ipv6 = familyOf(address) === 'ipv6';
  const body = Buffer.alloc(8);
  body.writeUInt8(ipv6 ? AF_INET6 : AF_INET, 0);
  body.writeUInt8(ipv6 ? 128 : 32, 1);
  body.writeUInt32LE(index, 4);
  return body;
}

/** Reads an RTM_NEWLINK or RTM_DELLINK; undefined for anything else. A deleted link is down. */
export function parseLink(type: number, body: Buffer): Link | undefined {
  if ((type !== RTM_NEWLINK && type !== RTM_DELLINK) || body.length < 16) return undefined;
  // A bridge tells of its ports in the same words (family AF_BRIDGE): leaving a bridge is no end of a link.
  if (body.readUInt8(0) !== 0) return undefined;
  const attributes = attributesIn(body, 16);
  const info = attributes.get(IFLA.info);
  const parent = attributes.get(IFLA.link);
  const flags = type === RTM_DELLINK ? 0 : body.readUInt32LE(8);
  return {
    index: body.readInt32LE(4),
    name: textOf(attributes.get(IFLA.name)),
    up: isUpBy(flags),
    adminUp: (flags & IFF_UP) !== 0,
    mac: (attributes
      .get(IFLA.address)
      ?.toString('hex')
      .replace(/(..)(?=.)/g, '$1:') ?? '') as Mac,
    parent: parent !== undefined && parent.length >= 4 ? parent.readInt32LE(0) : 0,
    kind: info === undefined ? '' : textOf(attributesIn(info, 0).get(INFO.kind)),
  };
}

/** Reads an RTM_NEWADDR; undefined when it is cut or holds no address. */
export function parseAddress(body: Buffer): LinkAddress | undefined {
  if (body.length < 8) return undefined;
  const attributes = attributesIn(body, 8);
  const bytes = attributes.get(IFA.local) ?? attributes.get(IFA.address);
  if (bytes === undefined || (bytes.length !== 4 && bytes.length !== 16)) return undefined;
  return { index: body.readUInt32LE(4), prefixLength: body.readUInt8(1), address: addressFromBytes(bytes) };
}

function errorName(errno: number): string {
  const known: Readonly<Record<number, string>> = {
    1: 'not permitted (EPERM): it takes root or CAP_NET_ADMIN',
    [EEXIST]: 'it exists already (EEXIST)',
    [ENODEV]: 'no such interface (ENODEV)',
    95: 'this kernel does not know that kind of device (EOPNOTSUPP)',
    99: 'address not available (EADDRNOTAVAIL)',
  };
  return known[errno] ?? `errno ${errno}`;
}
