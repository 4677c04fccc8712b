/** Aliases and schedules of a pfSense as parts of a cluster document. */
import { type Alias, aliasDocument, type Schedule, scheduleDocument, weekdays } from '../aliases-document.ts';
import { parseAddress, parseCidr } from '../network.ts';
import type { PfAlias, PfConfig } from './model.ts';
import type { Tell } from './notes.ts';
import { described, portOf } from './places.ts';
import { type Every, given } from './whole.ts';
import { all, textAt, type XmlElement } from './xml.ts';

const aliasName = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/;
const hoursADay = 24;

/**
 * Those whose entries can all be taken over. An alias that names one that cannot, or itself by way of others, cannot
 * either.
 */
export function importAliases({ aliases }: PfConfig, tell: Tell): Map<string, Alias> {
  const byName = new Map(aliases.map((alias) => [alias.name, alias]));
  const judged = new Map<string, boolean>();
  const isFit = (alias: PfAlias, within: ReadonlySet<string>): boolean => {
    const known = judged.get(alias.name);
    if (known !== undefined) return known;
    const inside = new Set([...within, alias.name]);
    const fits =
      aliasName.test(alias.name) &&
      (alias.type === 'urltable'
        ? urlTableOf(alias) !== undefined
        : /^(host|network|port)s?$/.test(alias.type) &&
          alias.entries.every((entry) => {
            const nested = byName.get(entry);
            if (nested === undefined) return isPlain(alias, entry);
            return isPorts(nested) === isPorts(alias) && !inside.has(entry) && isFit(nested, inside);
          }));
    judged.set(alias.name, fits);
    return fits;
  };
  const found = new Map<string, Alias>();
  for (const alias of aliases) {
    const made = isFit(alias, new Set()) ? aliasOf(alias, byName) : undefined;
    if (made === undefined) tell('alias', alias.element, alias.name);
    else found.set(alias.name, made);
  }
  return found;
}

const isPorts = ({ type }: PfAlias): boolean => type.startsWith('port');
const isPlain = (alias: PfAlias, entry: string): boolean =>
  isPorts(alias) ? portOf(entry) !== undefined : parseCidr(entry, 'bare').ok;

function aliasOf(alias: PfAlias, byName: ReadonlyMap<string, PfAlias>): Alias | undefined {
  if (alias.type === 'urltable') return urlTableOf(alias);
  const description = described(alias.description);
  const entries = alias.entries.map((entry) =>
    isPorts(alias) && !byName.has(entry) ? (portOf(entry) ?? entry) : entry,
  );
  const isHosts =
    alias.type.startsWith('host') &&
    alias.entries.every((entry) => byName.has(entry) || parseAddress(entry).ok);
  const type = isPorts(alias) ? 'ports' : isHosts ? 'hosts' : 'networks';
  return aliasDocument.safeParse(given({ type, entries, description })).data;
}

function urlTableOf(alias: PfAlias): Alias | undefined {
  const days = Number(textAt(alias.element, 'updatefreq') || '7');
  return aliasDocument.safeParse(
    given<Extract<Alias, { type: 'urltable' }>>({
      type: 'urltable',
      url: textAt(alias.element, 'url') || alias.entries[0],
      refreshHours: days * hoursADay,
      description: described(alias.description),
    }),
  ).data;
}

type Time = Schedule['times'][number];

export function importSchedules({ schedules }: PfConfig, tell: Tell): Map<string, Schedule> {
  const found = new Map<string, Schedule>();
  for (const element of schedules) {
    const name = textAt(element, 'name');
    const times = all(element, 'timerange').map(timeOf);
    const made = scheduleDocument.safeParse(
      given({ times, description: described(textAt(element, 'descr')) } as Every<Schedule>),
    ).data;
    if (made === undefined || !aliasName.test(name)) tell('schedule', element, name);
    // Defaults are left out, as a person would.
    else found.set(name, { ...made, times: times as Schedule['times'] });
  }
  return found;
}

/** Either days of the week, Monday first, or pairs of months and days. */
function timeOf(element: XmlElement): Partial<Time> {
  const numbers = (name: string): number[] => textAt(element, name).split(',').filter(Boolean).map(Number);
  const two = (value: number | undefined): string => `${value ?? 0}`.padStart(2, '0');
  const [days, months] = [numbers('position'), numbers('month')];
  const dates = numbers('day').map((day, i) => `${two(months[i])}-${two(day)}`);
  const [from = '', to = ''] = textAt(element, 'hour').split('-');
  const isEveryDay = days.length === 0 ? dates.length === 0 : new Set(days).size === weekdays.length;
  return given<Time>({
    days: days.length === 0 || isEveryDay ? undefined : days.map((day) => weekdays[day - 1] ?? 'mon'),
    dates: days.length > 0 || dates.length === 0 ? undefined : dates,
    from: from === '' || clock(from) === '00:00' ? undefined : clock(from),
    // The last minute of a day is the end of it.
    to: to === '' || to === '23:59' ? undefined : clock(to),
  });
}

const clock = (text: string): string => text.padStart(5, '0');
