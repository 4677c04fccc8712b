/** Changes of the document that a caller asks for: judged, allowed or not section by section, and carried out. */
import type { Said } from '#base/language.ts';
import { ok, type Result } from '#base/result.ts';
import type { Coordinator } from '#commit/coordinator.ts';
import { differenceInWords } from '#config/difference.ts';
import type { Finding } from '#config/findings.ts';
import { loadDocument } from '#config/load.ts';
import { type Operation, operated, plainDocument } from '#config/operations.ts';
import { areaOf, type Grants, mayDo } from '#config/privileges.ts';
import { changedSections } from '#config/sections.ts';
import type { DocumentFinding } from './contract/problem.ts';
import type { ReplyOf } from './contract/rest.ts';
import type { DocumentDesk, Paper } from './document-desk.ts';
import type { Caller } from './gate.ts';
import { type Refusal, refuse } from './problems.ts';

type Plain = Readonly<Record<string, unknown>>;
type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;
export type Change = { readonly text: string } | { readonly operations: readonly Operation[] };

export interface Proposed {
  readonly text: string;
  readonly plain: Plain;
  /** Sections that differ, be they all nodes' or one's own. */
  readonly sections: readonly string[];
  readonly words: readonly string[];
  readonly findings: readonly DocumentFinding[];
}

/** What a change makes of the document. Fails when it cannot be made, or the outcome cannot be used. */
export function drafted(paper: Paper, change: Change): Answer<Proposed> {
  const text = 'text' in change ? ok(change.text) : operated(paper.text, change.operations);
  if (!text.ok)
    return refuse('bad-request', text.error, { remedy: 'Read the document again: a path may have moved.' });
  const loaded = loadDocument(text.value, { assumed: true });
  const findings = (loaded.ok ? loaded.value.findings : loaded.error).map(shownFinding);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const plain = plainDocument(text.value);
  if (!loaded.ok || !plain.ok || errors.length > 0)
    return refuse('document-refused', firstOf(errors), { findings });
  return {
    ok: true,
    value: {
      text: text.value,
      plain: plain.value,
      sections: changedSections(paper.plain, plain.value),
      words: differenceInWords(paper.plain, plain.value),
      findings,
    },
  };
}

function firstOf(errors: readonly DocumentFinding[]): Said {
  const [first] = errors;
  if (first === undefined) return { en: 'it cannot be read', fr: 'il est illisible' };
  const { line, message, fr } = first;
  const rest = errors.length - 1;
  return {
    en: `line ${line}: ${message}${rest > 0 ? ` (and ${rest} more)` : ''}`,
    fr: `ligne ${line}\u00a0: ${fr.message}${rest > 0 ? ` (et ${rest} de plus)` : ''}`,
  };
}

export const shownFinding = ({ path, ...rest }: Finding): DocumentFinding => ({ ...rest, path: [...path] });

/** Whether somebody may change a section. Who can change users can make himself one who may everything. */
export const mayChange = (grants: Grants, section: string): boolean =>
  areaOf(section) === 'users' ? grants.all === 'write' : mayDo(grants, areaOf(section), 'write');

export const mayRead = (grants: Grants, section: string): boolean => mayDo(grants, areaOf(section), 'read');

/** Whether somebody sees the file as it is, with its secrets: he could not change a VIP's password less than know it. */
export const mayReadAll = (grants: Grants): boolean => grants.all === 'write';

export const forbiddenOf = (grants: Grants, sections: readonly string[]): string[] =>
  sections.filter((section) => !mayChange(grants, section));

export interface Order {
  readonly caller: Caller;
  readonly reason: string;
  readonly confirmSeconds?: number | undefined;
}

export interface ChangeParts {
  readonly desk: Pick<DocumentDesk, 'newest' | 'forget'>;
  readonly coordinator: Pick<Coordinator, 'propose'>;
}

/** Carries a draft out on every node, or on none. */
export async function carriedOut(
  { desk, coordinator }: ChangeParts,
  paper: Paper,
  draft: Proposed,
  { caller, reason, confirmSeconds }: Order,
): Promise<Answer<ReplyOf<'editDocument'>>> {
  const done = await coordinator.propose({
    text: draft.text,
    author: caller.title.slice(0, 100),
    reason,
    base: paper.head.number,
    ...(confirmSeconds === undefined ? {} : { confirmMs: confirmSeconds * 1_000 }),
  });
  desk.forget();
  if (!done.ok) return refusalOf(done.error, paper, await desk.newest());
  const { head, unchanged, words, away } = done.value;
  return {
    ok: true,
    value: {
      head,
      unchanged,
      nodes: {
        ...Object.fromEntries(Object.entries(words).map(([node, lines]) => [node, { words: [...lines] }])),
        ...Object.fromEntries(Object.entries(away).map(([node, error]) => [node, { error }])),
      },
      ...(confirmSeconds === undefined || unchanged ? {} : { confirmWithinMs: confirmSeconds * 1_000 }),
      findings: [...draft.findings],
    },
  };
}

/** The coordinator tells in words why it failed; that the document is another one by now can be seen. */
function refusalOf(error: string, paper: Paper, newest: Result<Paper>): Refusal {
  if (newest.ok && newest.value.head.hash !== paper.head.hash)
    return refuse('conflict', error, { head: newest.value.head });
  if (error.includes('is under way')) return refuse('busy', error);
  return refuse('document-refused', error, {
    remedy: 'Nothing has changed on any node; the text says which one objects.',
  });
}
