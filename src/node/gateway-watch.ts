/**
 * Whether gateways lead out. Those of groups are asked, and those that name whom to ask; a rule then takes those that
 * answer. Connections by a gateway that has fallen are ended, so that the next packet goes another way and both ends
 * learn of it, instead of waiting for a timeout.
 */
import type { ClusterDocument } from '#config/document.ts';
import type { Answer } from '#ports/monitors.ts';
import { type MonitoredWay, monitoredWays } from '#ruleset/ways.ts';
import type { Log } from './log.ts';

/** Answers that fail in a row until a gateway counts as down, and that come until it is up again. */
const fall = 3;
const rise = 3;

export interface GatewayParts {
  readonly document: () => ClusterDocument;
  /** Comes within a second, and never rejects. */
  readonly ask: (address: string) => Promise<Answer>;
  /** Another gateway is down, or is not any more: the rules follow. */
  readonly changed: () => Promise<void>;
  /** Ends the connections that take a way, by its number. */
  readonly endConnectionsBy: (way: number) => Promise<void>;
  readonly raise: (code: string, subject: string, cause: string) => void;
  readonly clear: (code: string, subject: string) => void;
  readonly log: Log;
}

interface Watched {
  /** Answers of one kind in a row. */
  good: number;
  bad: number;
  isDown: boolean;
}

export class GatewayWatch {
  readonly #parts: GatewayParts;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  get down(): ReadonlySet<string> {
    return new Set([...this.#watched].flatMap(([name, { isDown }]) => (isDown ? [name] : [])));
  }

  /** Asks every gateway once, all at the same time. To be called every second, one call after the other. */
  async round(): Promise<void> {
    const asked = monitoredWays(this.#parts.document());
    const gone = [...this.#watched.keys()].filter(
      (name) => !asked.some(({ reference }) => reference === name),
    );
    const wereDown = gone.filter((name) => this.#forget(name));
    const turned = await Promise.all(asked.map((way) => this.#ask(way)));
    if (wereDown.length === 0 && !turned.includes(true)) return;
    await this.#parts.changed();
    // The rules lead elsewhere by now.
    for (const [i, { reference, number }] of asked.entries())
      if (turned[i] === true && this.down.has(reference)) await this.#parts.endConnectionsBy(number);
  }

  /** Whether it was down. */
  #forget(name: string): boolean {
    const isDown = this.#watched.get(name)?.isDown === true;
    this.#watched.delete(name);
    this.#parts.clear('gateway-down', name);
    return isDown;
  }

  /** Whether the gateway has come to be down, or up. */
  async #ask({ reference, monitor }: MonitoredWay): Promise<boolean> {
    const { ask, raise, clear, log } = this.#parts;
    const watched = this.#watched.get(reference) ?? { good: 0, bad: 0, isDown: false };
    this.#watched.set(reference, watched);
    const answer = await ask(monitor);
    watched.good = answer.ok ? watched.good + 1 : 0;
    watched.bad = answer.ok ? 0 : watched.bad + 1;
    const isDown = watched.isDown ? watched.good < rise : watched.bad >= fall;
    if (isDown === watched.isDown) return false;
    watched.isDown = isDown;
    if (isDown) raise('gateway-down', reference, `${monitor} does not answer`);
    else {
      clear('gateway-down', reference);
      log('info', `gateway ${reference} leads out again`);
    }
    return true;
  }
}
