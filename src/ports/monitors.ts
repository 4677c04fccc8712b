/** Asks servers whether they live. */
import type { Ipv4, Ipv6 } from '#base/address.ts';

/** How to ask. `timeout` in milliseconds, for the whole conversation. */
export type Question = { readonly timeout: number } & (
  | { readonly type: 'icmp' | 'tcp' }
  | {
      readonly type: 'http' | 'https';
      readonly path: string;
      /** Of the Host header; the address when left out. */
      readonly host?: string | undefined;
      readonly status: readonly number[];
      /** What the answer must contain. */
      readonly text?: string | undefined;
      readonly verifyCertificate?: boolean;
    }
  /** Bytes as text with \r, \n, \t, \0, \\ and \xHH; in `expect` * is anything and ? one byte. */
  | { readonly type: 'send'; readonly send: string; readonly expect: string }
);

export type Answer = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface Asked {
  /** Comes within the timeout, whatever the server does, and never rejects. */
  readonly answer: Promise<Answer>;
  /** Nobody waits any more: sockets are closed, and the answer, if it comes at all, means nothing. */
  abandon(): void;
}

export interface Monitors {
  ask(address: Ipv4 | Ipv6, port: number, question: Question): Asked;
  /** Closes what is shared between checks and puts settings back. */
  close(): void;
}
