/**
 * What the main thread and the guard thread say to each other. Everything is plain data: it crosses threads by
 * structured clone.
 */
import type { Result } from '#base/result.ts';
import type { Micros } from '#base/time.ts';
import type { CarpEffect, CarpEvent, GroupConfig, GroupStatus, VhidKey } from '#carp/types.ts';
import type { VipDevice } from '#ports/kernel.ts';

/** What follows from the document: the guard starts with it, and gets another when the document changes. */
export interface GuardWorld {
  readonly group: GroupConfig;
  readonly vips: readonly GuardVip[];
  /** Kernel names of all interfaces whose link is watched, by the document's name. */
  readonly devices: Readonly<Record<string, string>>;
}

/** What the guard is started with. */
export interface GuardPlan extends GuardWorld {
  /** Eventfd by which the main thread wakes the guard. */
  readonly wakeFd: number;
  /** SharedArrayBuffer of one Int32 that the main thread increments while it is alive. */
  readonly heartbeat: SharedArrayBuffer;
  /** The main thread must beat within this time, microseconds, or the node demotes itself. */
  readonly stallLimit: number;
  readonly replay: unknown;
}

export interface GuardVip {
  readonly key: VhidKey;
  readonly device: VipDevice;
  /** Sources of our adverts; a family without one sends none. */
  readonly source4: string | undefined;
  readonly source6: string | undefined;
}

export type ToGuard =
  /** An event for the CARP group. */
  | { readonly kind: 'event'; readonly event: CarpEvent }
  /** The ruleset is in the kernel: links may come up. */
  | { readonly kind: 'start' }
  /** Another document: what it leaves as it is goes on undisturbed. Devices that are new are there already. */
  | { readonly kind: 'reconfigure'; readonly id: number; readonly world: GuardWorld }
  /** These VHIDs are given up here; the answer comes when nothing of them is held any more. */
  | {
      readonly kind: 'retire';
      readonly id: number;
      readonly keys: readonly VhidKey[];
      readonly patience: Micros;
    }
  | { readonly kind: 'report'; readonly id: number };

export type FromGuard =
  | { readonly kind: 'opened'; readonly realtime: boolean; readonly why: string | undefined }
  | {
      readonly kind: 'effect';
      readonly effect: Extract<CarpEffect, { kind: 'roleChanged' | 'demotionChanged' | 'finding' | 'left' }>;
    }
  | { readonly kind: 'log'; readonly level: 'warn' | 'error'; readonly message: string }
  | { readonly kind: 'link'; readonly ifname: string; readonly up: boolean }
  /** To `reconfigure` and `retire`. After a failure everything is as it was. */
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Result<void> }
  | { readonly kind: 'report'; readonly id: number; readonly report: GuardReport };

export interface GuardReport {
  readonly at: number;
  readonly group: GroupStatus;
  readonly links: Readonly<Record<string, boolean>>;
  readonly counters: Readonly<Record<string, number>>;
  /** Strict mode's last accepted sequences, to be kept across a restart. */
  readonly replay: unknown;
}

/** What the guard says of its own accord. */
export type GuardNews = Exclude<FromGuard, { kind: 'report' | 'answer' }>;
