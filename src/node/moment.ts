/** What only the moment can tell a ruleset: the time, the contents of URL tables, and which gateways lead out. */
import { ruleWord } from '#base/connection-mark.ts';
import type { ClusterDocument } from '#config/document.ts';
import { localTimeOf } from '#config/schedule.ts';
import type { Facts } from '#ruleset/setting.ts';
import { followTime } from './by-time.ts';
import type { RulesPart } from './following-rules.ts';
import { type GatewayParts, GatewayWatch } from './gateway-watch.ts';
import type { Log } from './log.ts';
import { fetchText, UrlTables } from './url-tables.ts';

/** Schedules know minutes; asked more often, none begins much too late. */
const timeEveryMs = 10_000;
const gatewaysEveryMs = 1_000;

export interface MomentParts extends Pick<GatewayParts, 'ask' | 'raise' | 'clear'> {
  /** Where the contents of URL tables are kept. */
  readonly file: string;
  readonly log: Log;
  /** The one in force. */
  readonly document: () => ClusterDocument;
}

/** What follows the moment. */
export interface Following {
  readonly rules: Pick<RulesPart, 'refresh'>;
  /** The kernel was changed on purpose. */
  readonly settle: () => Promise<void>;
  /** Ends the connections that a word of a filter picks; `which` says in the log which they are. */
  readonly endConnections: (word: string, which: string) => Promise<void>;
}

export class Moment {
  readonly #parts: MomentParts;
  readonly #lists: UrlTables;
  #gateways: GatewayWatch | undefined;
  #timers: NodeJS.Timeout[] = [];

  constructor(parts: MomentParts) {
    this.#parts = parts;
    this.#lists = new UrlTables({ file: parts.file, fetch: fetchText, log: parts.log });
  }

  readonly facts = (): Facts => ({
    now: localTimeOf(new Date()),
    tables: this.#lists.tables(),
    ...(this.#gateways === undefined ? {} : { gatewaysDown: this.#gateways.down }),
  });

  /** From now on the rules follow. */
  begin({ rules, settle, endConnections }: Following): void {
    const { document, log } = this.#parts;
    const refresh = followTime({
      document,
      facts: this.facts,
      wallClock: Date.now,
      lists: this.#lists,
      rules,
      settle,
      endConnectionsOf: (ids) => endConnections(ruleWord(ids), 'whose schedule is over'),
      log,
    });
    const gateways = new GatewayWatch({
      ...this.#parts,
      changed: async () => {
        const touched = await rules.refresh(document());
        if (!touched.ok) log('error', `rules with a gateway: ${touched.error}`);
        else if (touched.value) await settle();
      },
      endConnectionsBy: (way) => endConnections(`way=${way}`, 'whose gateway is down'),
    });
    this.#gateways = gateways;
    void refresh();
    let isAsking = false;
    const ask = async (): Promise<void> => {
      if (isAsking) return;
      isAsking = true;
      await gateways.round().finally(() => {
        isAsking = false;
      });
    };
    this.#timers = [
      setInterval(() => void refresh(), timeEveryMs),
      setInterval(() => void ask(), gatewaysEveryMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
