import type { CarpEffect } from './types.ts';

/** Findings that hold; each is told once when it arises and once when it is over. */
export class OpenFindings {
  readonly #open = new Set<string>();

  raise(code: string, subject: string, cause: string): CarpEffect[] {
    const name = `${code} ${subject}`;
    if (this.#open.has(name)) return [];
    this.#open.add(name);
    return [{ kind: 'finding', code, subject, cause }];
  }

  clear(code: string, subject: string): CarpEffect[] {
    if (!this.#open.delete(`${code} ${subject}`)) return [];
    return [{ kind: 'finding', code, subject, cause: 'over', cleared: true }];
  }
}
