/** The contents of URL tables: fetched when they are due, kept across restarts, and kept when a fetch fails. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fail, ok, type Result } from '#base/result.ts';
import type { Tables } from '#config/aliases.ts';
import type { ClusterDocument } from '#config/document.ts';
import { parseCidr } from '#config/network.ts';
import type { Log } from './log.ts';

/** pfSense's default for the entries of all tables; one list has fewer. */
const mostEntries = 400_000;
/** A server that hangs or never ends costs no more than this. */
const patienceMs = 30_000;
const mostBytes = 32 << 20;
/** After a failure it is tried again this much later, whatever the alias says. */
const retryMs = 300_000;

interface Kept {
  readonly url: string;
  readonly entries: readonly string[];
  /** Milliseconds since 1970. */
  readonly nextAt: number;
}

export type FetchText = (url: string) => Promise<Result<string>>;

export class UrlTables {
  readonly #file: string;
  readonly #fetch: FetchText;
  readonly #log: Log;
  #kept: Readonly<Record<string, Kept>>;

  constructor(parts: { readonly file: string; readonly fetch: FetchText; readonly log: Log }) {
    this.#file = parts.file;
    this.#fetch = parts.fetch;
    this.#log = parts.log;
    this.#kept = read(parts.file);
  }

  /** What is known now. */
  tables(): Tables {
    return Object.fromEntries(Object.entries(this.#kept).map(([name, { entries }]) => [name, entries]));
  }

  /** Fetches what is due at `now` (milliseconds since 1970); true when something was. */
  async refresh(document: ClusterDocument, now: number): Promise<boolean> {
    let isFetched = false;
    for (const [name, alias] of Object.entries(document.aliases)) {
      if (alias.type !== 'urltable') continue;
      const kept = Object.hasOwn(this.#kept, name) ? this.#kept[name] : undefined;
      if (kept !== undefined && kept.url === alias.url && now < kept.nextAt) continue;
      isFetched = true;
      const text = await this.#fetch(alias.url);
      const entries = text.ok ? entriesOf(text.value) : text;
      if (!entries.ok)
        this.#log('warn', `the alias ${name} keeps what it had: ${alias.url}: ${entries.error}`);
      const next: Kept = {
        url: alias.url,
        entries: entries.ok ? entries.value : (kept?.entries ?? []),
        nextAt: now + (entries.ok ? alias.refreshHours * 3_600_000 : retryMs),
      };
      this.#kept = { ...this.#kept, [name]: next };
      this.#write();
    }
    return isFetched;
  }

  #write(): void {
    try {
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#kept));
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      this.#log('warn', `URL tables will be fetched anew after a restart: ${String(error)}`);
    }
  }
}

/** One address or network a line; what follows it, # or ; is a remark. A text without any is no list. */
export function entriesOf(text: string): Result<string[]> {
  const entries: string[] = [];
  for (const line of text.split('\n')) {
    const word = line.trim().split(/[\s#;]/, 1)[0] ?? '';
    if (word === '' || !parseCidr(word, 'bare').ok) continue;
    if (entries.length === mostEntries) return fail(`it has more than ${mostEntries} entries`);
    entries.push(word);
  }
  return entries.length === 0 ? fail('there is no address or network in it') : ok(entries);
}

/** By HTTP or HTTPS. */
export async function fetchText(url: string): Promise<Result<string>> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) return fail(`the server answers ${response.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > mostBytes) return fail(`it is longer than ${mostBytes >> 20} MiB`);
      chunks.push(chunk);
    }
    return ok(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function read(file: string): Readonly<Record<string, Kept>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Kept>>;
  } catch {
    // Not there yet, or cut off by a crash: everything is due.
    return {};
  }
}
