/** `bascule config sections`: which sections the nodes share, and which each of them has for itself. */
import { parse } from 'yaml';
import { ask } from '#api/client.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { type OwnSection, ownSectionNames, ownSections } from '#config/own-document.ts';
import { isOwn, toggled } from '#config/toggle.ts';
import { type ApplyOptions, applyText } from './apply.ts';
import { table } from './text.ts';

const patience = 30_000;

export interface SectionOptions extends Omit<ApplyOptions, 'base'> {
  readonly own?: readonly string[];
  readonly shared?: readonly string[];
  /** All sections are shared. */
  readonly all?: boolean;
  readonly take?: string;
}

/** Lists the sections, or changes which are shared, as one revision. 0 done, 1 refused, 2 bad input or no answer. */
export async function sections(options: SectionOptions): Promise<number> {
  const own = namesOf(options.own);
  const shared = namesOf(options.all === true ? ['all'] : options.shared);
  if (!own.ok) return complain(own.error);
  if (!shared.ok) return complain(shared.error);
  const reply = await ask(options.socket, { command: 'revision' }, patience);
  if (!reply.ok || reply.value.revision === undefined)
    return complain(reply.ok ? 'no revision came' : reply.error);
  const { text, number } = reply.value.revision;
  if (own.value.length + shared.value.length === 0) {
    console.log(sectionsText(text));
    return 0;
  }
  const changed = toggled(text, { own: own.value, shared: shared.value, take: options.take });
  if (!changed.ok) {
    console.error(`Nothing was changed on any node.\n${changed.error}`);
    return 1;
  }
  const reason = options.reason ?? reasonOf(own.value, shared.value);
  return applyText(changed.value, { ...options, reason, base: number });
}

export function sectionsText(text: string): string {
  const plain: Readonly<Record<string, unknown>> = parse(text);
  const rows = ownSectionNames.map((section) => [
    section,
    isOwn(plain, section) ? 'each node has its own' : 'shared',
    ownSections[section].join(', '),
  ]);
  return table(['Section', 'Between the nodes', 'Parts of the document'], rows);
}

function namesOf(words: readonly string[] = []): Result<OwnSection[]> {
  if (words.includes('all')) return ok([...ownSectionNames]);
  const unknown = words.find((word) => !Object.hasOwn(ownSections, word));
  return unknown === undefined
    ? ok(words as OwnSection[])
    : fail(
        `"${unknown}" is none of the sections that nodes may have for themselves: ${ownSectionNames.join(', ')}, all`,
      );
}

const reasonOf = (own: readonly string[], shared: readonly string[]): string =>
  [
    ...(own.length === 0 ? [] : [`each node's own: ${own.join(', ')}`]),
    ...(shared.length === 0 ? [] : [`shared: ${shared.join(', ')}`]),
  ].join('; ');

function complain(error: string): number {
  console.error(error);
  return 2;
}
