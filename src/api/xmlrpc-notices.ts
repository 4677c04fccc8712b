/** What the endpoint notices, as findings: a few at a time, whoever asks, and over when the source has done well. */
import type { NoticeCode } from '#configsync/serve.ts';
import type { PfsenseTells } from './contract/pfsense-words.ts';

/** Strangers must not fill the memory; what happened longest ago goes first. */
const mostOpen = 16;
/** After so long without another one it is over, ms. */
const lasts = 3_600_000;

interface Open {
  readonly code: NoticeCode;
  readonly source: string;
  readonly timer: NodeJS.Timeout;
}

export class Notices {
  readonly #tell: (words: PfsenseTells) => void;
  /** In the order of their last occurrence. */
  readonly #open = new Map<string, Open>();

  constructor(tell: (words: PfsenseTells) => void) {
    this.#tell = tell;
  }

  raise(code: NoticeCode, source: string, detail: string): void {
    const key = `${code} ${source}`;
    clearTimeout(this.#open.get(key)?.timer);
    this.#open.delete(key);
    this.#open.set(key, { code, source, timer: setTimeout(() => this.#end(key), lasts).unref() });
    this.#tell({ kind: 'pfsense', code, subject: source, cause: detail.slice(0, 2_000) });
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#end(oldest);
  }

  /** Whatever was wrong with this source is over. */
  settle(source: string): void {
    for (const [key, open] of [...this.#open]) if (open.source === source) this.#end(key);
  }

  #end(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    clearTimeout(open.timer);
    this.#open.delete(key);
    this.#tell({ kind: 'pfsense', code: open.code, subject: open.source });
  }
}
