/** Firewall > Schedules. Each time is a line, such as "mon tue 08:00-18:00" or "2026-12-24 00:00-12:00". */
import { useState } from 'react';
import { z } from 'zod';
import { scheduleDocument, type weekdays } from '#config/aliases-document.ts';
import { name as nameSchema } from '#config/fields.ts';
import { addPending, mapAt, useDocument } from '../data/document.ts';
import type { Json } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useSchemaWords } from '../i18n/schema-words.ts';
import { IconButton, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useDraft } from '../parts/draft.ts';
import { DraftNote } from '../parts/draft-note.tsx';
import { Fault } from '../parts/fault.tsx';
import { AreaField, TextField } from '../parts/fields.tsx';
import { Icon } from '../parts/icons.tsx';
import { Table, useActionsHead } from '../parts/table.tsx';

type Entry = Record<string, Json>;
type Time = Record<string, Json>;

export default function SchedulesPage() {
  const { t } = useSpeech();
  const actions = useActionsHead();
  const { now, shown, error } = useDocument();
  const [edited, setEdited] = useState<string>();
  const schedules = mapAt(shown, ['schedules']);
  const mayWrite = now?.writable.includes('schedules') ?? false;
  if (now === undefined) return error === undefined ? <Loading /> : <Fault of={error} />;
  const found = schedules.find(([name]) => name === edited);
  return (
    <>
      <PageHead title={t('page.schedules')} />
      <Panel
        title={t('page.schedules')}
        plain
        actions={
          mayWrite && (
            <button type="button" className="primary" onClick={() => setEdited('')}>
              <Icon name="plus" /> {t('list.add')}
            </button>
          )
        }
      >
        <Table
          className="list"
          label={t('page.schedules')}
          heads={[t('field.name'), t('schedules.times'), t('field.description'), actions]}
          empty={schedules.length === 0 ? t('schedules.none') : undefined}
        >
          {schedules.map(([name, entry]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="mono">
                {linesOf(entry).map((line) => (
                  <span className="word" key={line}>
                    {line}
                  </span>
                ))}
              </td>
              <td>{String(entry.description ?? '')}</td>
              <td className="actions">
                {mayWrite && (
                  <>
                    <IconButton
                      name="edit"
                      label={t('list.edit', { what: name })}
                      onClick={() => setEdited(name)}
                    />
                    <IconButton
                      name="bin"
                      label={t('list.remove', { what: name })}
                      onClick={() =>
                        addPending({
                          operation: { op: 'remove', path: ['schedules', name] },
                          label: t('change.removed', { what: name }),
                        })
                      }
                    />
                  </>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Panel>
      {edited !== undefined && (
        <ScheduleForm
          name={edited}
          entry={found?.[1] ?? { times: [] }}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

function ScheduleForm({
  name,
  entry,
  onClose,
}: {
  readonly name: string;
  readonly entry: Entry;
  readonly onClose: () => void;
}) {
  const { t } = useSpeech();
  const words = useSchemaWords();
  const hold = useDraft(`schedules.${name}`, {
    name,
    lines: linesOf(entry).join('\n'),
    description: String(entry.description ?? ''),
  });
  const { draft, set, forget } = hold;
  const [fault, setFault] = useState<string>();
  const save = () => {
    const wanted = String(draft.name);
    const description = String(draft.description);
    const made = {
      times: String(draft.lines)
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean)
        .map(timeOf),
      ...(description === '' ? {} : { description }),
    };
    const judged = z
      .object({ name: nameSchema, schedule: scheduleDocument })
      .safeParse({ name: wanted, schedule: made });
    if (!judged.success) return setFault(words(judged.error.issues[0]?.message ?? ''));
    if (name !== '' && name !== wanted)
      addPending({
        operation: { op: 'rename', path: ['schedules', name], to: wanted },
        label: t('change.renamed', { what: name, to: wanted }),
      });
    addPending({
      operation: { op: 'set', path: ['schedules', wanted], value: made },
      label: t(name === '' ? 'change.added' : 'change.changed', { what: wanted }),
    });
    forget();
    onClose();
  };
  return (
    <Dialog
      title={name === '' ? t('list.new', { noun: t('schedules.schedule') }) : t('list.edit', { what: name })}
      submit={t('save')}
      onClose={onClose}
      onSubmit={save}
    >
      <DraftNote hold={hold} />
      {fault !== undefined && (
        <Note tone="bad" role="alert">
          {fault}
        </Note>
      )}
      <div className="fields">
        <TextField
          label={t('field.name')}
          help={t('help.name')}
          value={String(draft.name)}
          onChange={(value) => set('name', value)}
        />
        <TextField
          label={t('field.description')}
          value={String(draft.description)}
          onChange={(value) => set('description', value)}
        />
        <AreaField
          label={t('schedules.times')}
          help={t('help.times')}
          wide
          value={String(draft.lines)}
          onChange={(value) => set('lines', value)}
        />
      </div>
    </Dialog>
  );
}

const list = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

function linesOf(entry: Entry): string[] {
  const times = Array.isArray(entry.times) ? (entry.times as Time[]) : [];
  return times.map(({ days, dates, from, to }) =>
    [...list(days), ...list(dates), `${String(from ?? '00:00')}-${String(to ?? '24:00')}`].join(' '),
  );
}

function timeOf(line: string): Time {
  const words = line.split(/[\s,]+/);
  const hours = words.find((word) => /^\d\d?:\d\d-\d\d?:\d\d$/.test(word));
  const [from, to] = hours?.split('-').map((hour) => hour.padStart(5, '0')) ?? [];
  const rest = words.filter((word) => word !== hours);
  const days = rest.filter((word) => !/^\d/.test(word)).map((word) => word.toLowerCase().slice(0, 3));
  const known = days.map((day) => french[day] ?? day);
  const dates = rest.filter((word) => /^\d/.test(word));
  return {
    ...(known.length === 0 ? {} : { days: known }),
    ...(dates.length === 0 ? {} : { dates }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** French names of the days are understood, too. */
const french: Readonly<Record<string, (typeof weekdays)[number]>> = {
  lun: 'mon',
  mar: 'tue',
  mer: 'wed',
  jeu: 'thu',
  ven: 'fri',
  sam: 'sat',
  dim: 'sun',
};
