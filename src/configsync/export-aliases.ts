/** Aliases and schedules of a document as a pfSense writes them. */
import { type Alias, type Schedule, weekdays } from '#config/aliases-document.ts';
import type { Path } from '#config/findings.ts';
import { nothingElse } from '#config/pfsense/whole.ts';
import { branch, type Scene } from './export-scene.ts';
import type { TreeMap } from './tree.ts';

export function aliasesOf(scene: Scene): TreeMap {
  const alias = Object.entries(scene.document.aliases).map(([name, one]) => aliasOf(scene, name, one));
  return new Map([['alias', alias]]);
}

function aliasOf(scene: Scene, name: string, alias: Alias): TreeMap {
  if (alias.type === 'urltable') {
    const { type, url, refreshHours, description, ...rest } = alias;
    nothingElse(rest);
    if (refreshHours % 24 !== 0) scene.tell('alias-refresh', ['aliases', name, 'refreshHours'], name);
    const updatefreq = `${Math.ceil(refreshHours / 24)}`;
    return branch({ name, type, url, updatefreq, address: url, descr: description ?? '', detail: '' });
  }
  const { type, entries, description, ...rest } = alias;
  nothingElse(rest);
  const address = entries.map((entry) => (type === 'ports' ? portText(entry) : `${entry}`)).join(' ');
  return branch({ name, type: aliasTypes[type], address, descr: description ?? '', detail: '' });
}

const aliasTypes = { hosts: 'host', networks: 'network', ports: 'port' } as const;

/** pfSense writes a range of ports in an alias with a colon. */
const portText = (port: string | number): string => `${port}`.replace('-', ':');

type Time = Schedule['times'][number];

export function schedulesOf(scene: Scene): TreeMap | undefined {
  const entries = Object.entries(scene.document.schedules);
  const schedule = entries.flatMap(([name, one]) => {
    const { times, description, ...rest } = one;
    nothingElse(rest);
    if (!canSchedule(one)) {
      scene.tell('schedule', ['schedules', name] satisfies Path, name);
      return [];
    }
    const timerange = times.map(timeOf);
    return [branch({ name, descr: description ?? '', timerange, schedlabel: `bascule-${name}` })];
  });
  return schedule.length === 0 ? undefined : new Map([['schedule', schedule]]);
}

/** Whether a pfSense can hold a schedule: no years, no days together with dates, nothing past midnight. */
export const canSchedule = ({ times }: Schedule): boolean =>
  times.every(
    ({ days, dates, from, to }) =>
      from < to &&
      (days === undefined || dates === undefined) &&
      (dates ?? []).every((date) => date.length === 5),
  );

function timeOf({ days, dates, from, to, ...rest }: Time): TreeMap {
  nothingElse(rest);
  const chosen = days ?? (dates === undefined ? weekdays : []);
  const [months, numbers] = [0, 1].map((part) =>
    (dates ?? []).map((date) => `${Number(date.split('-')[part])}`).join(','),
  );
  const clock = (text: string): string => (text === '24:00' ? '23:59' : text.replace(/^0/, ''));
  return branch({
    month: dates === undefined ? undefined : months,
    day: dates === undefined ? undefined : numbers,
    position: chosen.length === 0 ? undefined : chosen.map((day) => weekdays.indexOf(day) + 1).join(','),
    hour: `${clock(from)}-${clock(to)}`,
    rangedescr: '',
  });
}
