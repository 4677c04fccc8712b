/**
 * The kernel's table of connections, and the link to the peers, as the states thread needs them. `linux/` provides
 * both for real. Messages are netlink's (linux/netfilter/nfnetlink_conntrack.h), host byte order, header included.
 */
import type { Instant } from '#base/time.ts';

/** A netlink message: `bytes[at..end)`. The buffer is reused after the call. */
export type MessageHandler = (bytes: Buffer, at: number, end: number) => void;

export interface ConntrackKernel {
  /** Under this number the kernel reports changes that `transmit` made (nlmsg_pid). */
  readonly port: number;
  /**
   * Whether the kernel shall report news at all, at first not. A backup that listens would have the kernel report each of
   * its own injections, a fifth of the whole work.
   */
  listen(on: boolean): void;
  /**
   * Hands over news of entries and expectations that have come, some hundreds at most. `overrun`: the kernel had no
   * room left and threw some away; `more`: there may be more at once.
   */
  readEvents(handle: MessageHandler): 'more' | 'empty' | 'overrun';
  /** Begins to read all entries, or all expectations; a reading under way is dropped. */
  startDump(what: 'entries' | 'expectations'): void;
  /** Hands over the next part of the table. `failed`: begin anew. */
  readDump(handle: MessageHandler): 'more' | 'done' | 'failed';
  /** Has messages carried out, in order; `failed` hears of each that was refused, by its sequence number, with errno. */
  transmit(messages: Buffer, length: number, failed: (sequence: number, errno: number) => void): void;
  /** Hands over the entry that a request names (CTGET), if there is one. */
  ask(request: Buffer, length: number, handle: MessageHandler): void;
  /** Entries in the table, and how many it may have. */
  count(): { readonly entries: number; readonly most: number };
}

export interface SyncLink {
  /** To all peers. False when the kernel refused it. */
  send(datagram: Buffer, length: number): boolean;
  /** Hands over datagrams that have come, some at most; their memory stays as it is until the next call. */
  receive(handle: (datagram: Buffer) => void): 'more' | 'empty';
}

/** What a thread waits for. */
export interface StatesClock {
  /** The monotonic clock, microseconds. */
  now(): Instant;
  /** Blocks until events or datagrams are there, somebody wakes the thread, or `until` has come. */
  wait(until: Instant): void;
  /** Blocks until somebody wakes the thread or `until` has come, whatever arrives: lets it gather. */
  gather(until: Instant): void;
}
