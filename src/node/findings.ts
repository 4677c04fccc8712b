/** The findings that hold at a running node, until they are cleared. */
import type { RuntimeFinding } from '#api/contract/control.ts';
import { inFrench } from '#api/contract/phrases.ts';
import { remedyOf } from '#config/findings.ts';

export class RuntimeFindings {
  readonly #open = new Map<
    string,
    { code: string; subject: string | undefined; cause: string; since: number }
  >();

  /** `nowMs`: any clock that only goes forward. Returns true when the finding is new. */
  raise(code: string, subject: string | undefined, cause: string, nowMs: number): boolean {
    const key = `${code} ${subject ?? ''}`;
    const known = this.#open.get(key);
    this.#open.set(key, { code, subject, cause, since: known?.since ?? nowMs });
    return known === undefined;
  }

  /** Returns true when it was open. */
  clear(code: string, subject: string | undefined): boolean {
    return this.#open.delete(`${code} ${subject ?? ''}`);
  }

  list(nowMs: number): RuntimeFinding[] {
    return [...this.#open.values()].map(({ code, subject, cause, since }) => {
      const { en, fr } = remedyOf(code);
      return {
        code,
        ...(subject === undefined ? {} : { subject }),
        cause,
        remedy: en,
        fr: { cause: inFrench(cause), remedy: fr },
        forMs: Math.max(0, nowMs - since),
      };
    });
  }
}
