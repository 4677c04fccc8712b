/**
 * Every fault that a pair can have, by code, in French and in English. A code is never given a second meaning.
 * `{names}` in the texts are filled in with values of the two files.
 */
import type { Language, Names } from '#base/language.ts';
import type { Severity } from '../findings.ts';
import { carpCatalogue } from './catalogue-carp.ts';
import { networkCatalogue } from './catalogue-network.ts';
import { policyCatalogue } from './catalogue-policy.ts';
import { servicesCatalogue } from './catalogue-services.ts';
import { syncCatalogue } from './catalogue-sync.ts';
import { upkeepCatalogue } from './catalogue-upkeep.ts';
import { vipCatalogue } from './catalogue-vips.ts';

/** What suffers, in the order in which it hurts. */
export const areas = ['takeover', 'connections', 'services', 'synchronisation', 'upkeep'] as const;
export type Area = (typeof areas)[number];

export interface Texts {
  /** What is wrong, with values. */
  readonly cause: string;
  /** What it leads to. */
  readonly effect: string;
  readonly remedy: string;
}
export interface AuditEntry {
  readonly severity: Severity;
  readonly area: Area;
  readonly fr: Texts;
  readonly en: Texts;
}

export const auditCatalogue = {
  ...carpCatalogue,
  ...vipCatalogue,
  ...networkCatalogue,
  ...syncCatalogue,
  ...policyCatalogue,
  ...servicesCatalogue,
  ...upkeepCatalogue,
} as const;

export type AuditCode = keyof typeof auditCatalogue;
export const auditCodes = Object.keys(auditCatalogue) as AuditCode[];

type All<C extends AuditCode> = (typeof auditCatalogue)[C][Language][keyof Texts];
export type AuditValues<C extends AuditCode> = Readonly<Record<Names<All<C>>, string | number>>;
