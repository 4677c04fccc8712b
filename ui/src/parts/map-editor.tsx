/** Named entries of the document (aliases, schedules, pools ...) as a table. Changes wait to be applied. */
import { useState } from 'react';
import type { z } from 'zod';
import { name as nameSchema } from '#config/fields.ts';
import { addPending, mapAt, useDocument } from '../data/document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Loading, Panel } from './basics.tsx';
import type { FieldSpec } from './entry-fields.ts';
import { EntryForm } from './entry-form.tsx';
import { type Column, type Entry, EntryButtons, EntryCells } from './entry-row.tsx';
import { Fault } from './fault.tsx';
import { Icon } from './icons.tsx';
import { Table, useActionsHead } from './table.tsx';

export interface MapEditorProps {
  readonly title: string;
  readonly path: readonly string[];
  readonly columns: readonly Column[];
  readonly fields: readonly FieldSpec[];
  readonly schema: z.ZodType;
  readonly fresh: Entry;
  readonly noun: string;
  readonly empty?: string;
}

interface Edited {
  /** The name it has; undefined for a new one. */
  readonly name: string | undefined;
  readonly entry: Entry;
}

export function MapEditor({ title, path, columns, fields, schema, fresh, noun, empty }: MapEditorProps) {
  const { t } = useSpeech();
  const actions = useActionsHead();
  const { now, shown, error } = useDocument();
  const [edited, setEdited] = useState<Edited>();
  const entries = mapAt(shown, path);
  const nodes = mapAt(shown, ['nodes']).map(([name]) => name);
  const mayWrite = now?.writable.includes(path[0] ?? '') ?? false;
  if (now === undefined) return error === undefined ? <Loading /> : <Fault of={error} />;
  const save = (entry: Entry, name: string) => {
    const before = edited?.name;
    if (before !== undefined && before !== name) {
      addPending({
        operation: { op: 'rename', path: [...path, before], to: name },
        label: t('change.renamed', { what: before, to: name }),
      });
    }
    addPending({
      operation: { op: 'set', path: [...path, name], value: entry },
      label: t(before === undefined ? 'change.added' : 'change.changed', { what: name }),
    });
    setEdited(undefined);
  };
  return (
    <Panel
      title={title}
      plain
      actions={
        mayWrite && (
          <button
            type="button"
            className="primary"
            onClick={() => setEdited({ name: undefined, entry: fresh })}
          >
            <Icon name="plus" /> {t('list.add')}
          </button>
        )
      }
    >
      {!mayWrite && <p className="muted pad">{t('readOnly')}</p>}
      <Table
        className="list"
        label={title}
        heads={[t('field.name'), ...columns.map((column) => column.title), ...(mayWrite ? [actions] : [])]}
        empty={entries.length === 0 ? (empty ?? t('list.empty')) : undefined}
      >
        {entries.map(([name, entry], index) => (
          <tr key={name} className={entry.disabled === true ? 'off' : ''}>
            <th scope="row">{name}</th>
            <EntryCells columns={columns} entry={entry} index={index} />
            {mayWrite && (
              <EntryButtons
                what={name}
                onEdit={() => setEdited({ name, entry })}
                onClone={() => setEdited({ name: undefined, entry })}
                onRemove={() =>
                  addPending({
                    operation: { op: 'remove', path: [...path, name] },
                    label: t('change.removed', { what: name }),
                  })
                }
              />
            )}
          </tr>
        ))}
      </Table>
      {edited !== undefined && (
        <EntryForm
          title={edited.name === undefined ? t('list.new', { noun }) : t('list.edit', { what: edited.name })}
          place={`${path.join('.')}.${edited.name ?? 'new'}`}
          fields={fields}
          schema={schema}
          entry={edited.entry}
          nodes={nodes}
          name={{ value: edited.name ?? '', taken: entries.map(([name]) => name), schema: nameSchema }}
          onSave={save}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Panel>
  );
}
