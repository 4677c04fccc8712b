import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scheduleDocument } from './aliases-document.ts';
import { isDue, type LocalTime, localTimeOf, weekdayOf } from './schedule.ts';

const at = (date: string, time: string): LocalTime => localTimeOf(new Date(`${date}T${time}`));

test('days of the week', () => {
  for (const [date, day] of [
    ['2024-02-29', 'thu'],
    ['2026-01-01', 'thu'],
    ['2026-11-21', 'sat'],
    ['2026-11-22', 'sun'],
    ['2000-02-29', 'tue'],
  ] as const)
    assert.equal(weekdayOf(at(date, '12:00')), day, date);
});

test('a weekly time holds from its first minute to the one before its last', () => {
  const work = scheduleDocument.parse({ times: [{ days: ['mon', 'fri'], from: '08:00', to: '18:00' }] });
  for (const [date, time, due] of [
    ['2026-11-20', '07:59', false],
    ['2026-11-20', '08:00', true],
    ['2026-11-20', '17:59', true],
    ['2026-11-20', '18:00', false],
    ['2026-11-19', '10:00', false],
    ['2026-11-23', '10:00', true],
  ] as const)
    assert.equal(isDue(work, at(date, time)), due, `${date} ${time}`);
});

test('dates of one year and of every year, whole days', () => {
  const holidays = scheduleDocument.parse({ times: [{ dates: ['12-24', '2026-05-01'] }] });
  for (const [date, time, due] of [
    ['2026-12-24', '00:00', true],
    ['2031-12-24', '23:59', true],
    ['2026-05-01', '12:00', true],
    ['2027-05-01', '12:00', false],
    ['2026-12-25', '00:00', false],
  ] as const)
    assert.equal(isDue(holidays, at(date, time)), due, `${date} ${time}`);
});
