/** Whether a schedule's time has come. The moment is an argument: this room has no clock. */
import { type Schedule, weekdays } from './aliases-document.ts';

/** A minute by the wall clock of the node's place. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** The minute of a moment by the wall clock of this machine. */
export const localTimeOf = (moment: Date): LocalTime => ({
  year: moment.getFullYear(),
  month: moment.getMonth() + 1,
  day: moment.getDate(),
  hour: moment.getHours(),
  minute: moment.getMinutes(),
});

export function isDue(schedule: Schedule, at: LocalTime): boolean {
  const minute = at.hour * 60 + at.minute;
  return schedule.times.some(
    ({ days, dates, from, to }) =>
      (days === undefined || days.includes(weekdayOf(at))) &&
      (dates === undefined || dates.some((text) => isDate(text, at))) &&
      minuteOf(from) <= minute &&
      minute < minuteOf(to),
  );
}

/** Day of the week in the Gregorian calendar (Zeller's congruence, with Monday first). */
export function weekdayOf({ year, month, day }: LocalTime): (typeof weekdays)[number] {
  // January and February count as months 13 and 14 of the year before.
  const [y, m] = month < 3 ? [year - 1, month + 12] : [year, month];
  const fromSaturday =
    (day +
      Math.floor((13 * (m + 1)) / 5) +
      y +
      Math.floor(y / 4) -
      Math.floor(y / 100) +
      Math.floor(y / 400)) %
    7;
  const name = weekdays[(fromSaturday + 5) % 7];
  if (name === undefined) throw new Error('bug: a week has seven days');
  return name;
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** `2026-12-24`, or `12-24` in any year. */
function isDate(text: string, at: LocalTime): boolean {
  const [day, month, year] = text.split('-').map(Number).reverse();
  return day === at.day && month === at.month && (year === undefined || year === at.year);
}
