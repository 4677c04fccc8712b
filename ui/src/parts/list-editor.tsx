/**
 * A list of the document as a table: add at the top or the bottom, edit, clone, disable, delete, order by dragging or
 * by keyboard. Changes wait to be applied.
 */
import { useState } from 'react';
import type { z } from 'zod';
import { addPending, listAt, mapAt, useDocument } from '../data/document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { IconButton, Loading, Panel } from './basics.tsx';
import type { FieldSpec } from './entry-fields.ts';
import { EntryForm } from './entry-form.tsx';
import { type Column, type Entry, EntryButtons, EntryCells } from './entry-row.tsx';
import { Fault } from './fault.tsx';
import { Icon } from './icons.tsx';
import { dropMark, Handle, useOrder } from './sortable.tsx';
import { Table, useActionsHead } from './table.tsx';

export interface ListEditorProps {
  readonly title: string;
  /** The list in the document. */
  readonly path: readonly string[];
  readonly columns: readonly Column[];
  readonly fields: readonly FieldSpec[];
  readonly schema: z.ZodType;
  /** What a new entry begins with. */
  readonly fresh: Entry;
  /** Only these are shown; order is kept among all. */
  readonly filter?: (entry: Entry) => boolean;
  /** "Rule", for labels of changes. */
  readonly noun: string;
  readonly ordered?: boolean;
  /** The field that switches an entry off, when it has one. */
  readonly canDisable?: boolean;
  readonly empty?: string;
}

interface Edited {
  readonly index: number | undefined;
  readonly at: number | undefined;
  readonly entry: Entry;
}

export function ListEditor(props: ListEditorProps) {
  const {
    title,
    path,
    columns,
    fields,
    schema,
    fresh,
    filter,
    noun,
    ordered = true,
    canDisable = true,
    empty,
  } = props;
  const { t } = useSpeech();
  const actions = useActionsHead();
  const { now, shown, error } = useDocument();
  const [edited, setEdited] = useState<Edited>();
  const steps = [...path];
  const all = listAt(shown, path).map((entry, index) => ({ entry, index }));
  const rows = filter === undefined ? all : all.filter(({ entry }) => filter(entry));
  const nodes = mapAt(shown, ['nodes']).map(([name]) => name);
  const mayWrite = now?.writable.includes(path[0] ?? '') ?? false;
  const nameOf = (entry: Entry, index: number) => String(entry.description ?? '') || `${noun} ${index + 1}`;
  const order = useOrder(rows.length, (from, to) => {
    const [source, target] = [rows[from], rows[to]];
    if (source === undefined || target === undefined) return;
    addPending({
      operation: { op: 'move', path: steps, from: source.index, to: target.index },
      label: t('change.moved', { what: nameOf(source.entry, source.index), to: to + 1 }),
    });
  });
  if (now === undefined) return error === undefined ? <Loading /> : <Fault of={error} />;
  const save = (entry: Entry) => {
    if (edited?.index !== undefined) {
      addPending({
        operation: { op: 'set', path: [...steps, edited.index], value: entry },
        label: t('change.changed', { what: nameOf(entry, edited.index) }),
      });
    } else {
      addPending({
        operation: {
          op: 'insert',
          path: steps,
          ...(edited?.at === undefined ? {} : { at: edited.at }),
          value: entry,
        },
        label: t('change.added', { what: nameOf(entry, all.length) }),
      });
    }
    setEdited(undefined);
  };
  const toggle = (entry: Entry, index: number) => {
    const isOff = entry.disabled === true;
    addPending({
      operation: isOff
        ? { op: 'remove', path: [...steps, index, 'disabled'] }
        : { op: 'set', path: [...steps, index, 'disabled'], value: true },
      label: t(isOff ? 'change.enabled' : 'change.disabled', { what: nameOf(entry, index) }),
    });
  };
  const remove = (entry: Entry, index: number) =>
    addPending({
      operation: { op: 'remove', path: [...steps, index] },
      label: t('change.removed', { what: nameOf(entry, index) }),
    });
  const add = mayWrite && (
    <>
      {ordered && rows.length > 0 && (
        <button
          type="button"
          onClick={() => setEdited({ index: undefined, at: rows[0]?.index ?? 0, entry: fresh })}
        >
          <Icon name="up" /> {t('list.addTop')}
        </button>
      )}
      <button
        type="button"
        className="primary"
        onClick={() => setEdited({ index: undefined, at: undefined, entry: fresh })}
      >
        <Icon name="plus" /> {t('list.add')}
      </button>
    </>
  );
  return (
    <Panel title={title} actions={add} plain>
      {!mayWrite && <p className="muted pad">{t('readOnly')}</p>}
      <Table
        className="list"
        label={title}
        heads={[
          ...(ordered && mayWrite ? [{ title: t('order.column'), hidden: true }] : []),
          ...columns.map((column) => column.title),
          ...(mayWrite ? [actions] : []),
        ]}
        empty={rows.length === 0 ? (empty ?? t('list.empty')) : undefined}
      >
        {rows.map(({ entry, index }, place) => {
          const what = nameOf(entry, index);
          return (
            <tr
              key={`${index} ${JSON.stringify(entry)}`}
              data-row={place}
              className={`${entry.disabled === true ? 'off' : ''} ${dropMark(order, place)}`}
            >
              {ordered && mayWrite && (
                <td className="grip-cell">
                  <Handle order={order} index={place} label={t('order.handle', { what })} />
                </td>
              )}
              <EntryCells columns={columns} entry={entry} index={index} />
              {mayWrite && (
                <EntryButtons
                  what={what}
                  onEdit={() => setEdited({ index, at: undefined, entry })}
                  onClone={() => setEdited({ index: undefined, at: index + 1, entry })}
                  onRemove={() => remove(entry, index)}
                >
                  {canDisable && (
                    <IconButton
                      name="power"
                      label={t(entry.disabled === true ? 'list.enable' : 'list.disable', { what })}
                      onClick={() => toggle(entry, index)}
                    />
                  )}
                </EntryButtons>
              )}
            </tr>
          );
        })}
      </Table>
      <div className="hidden" aria-live="assertive">
        {order.said}
      </div>
      {edited !== undefined && (
        <EntryForm
          title={
            edited.index === undefined
              ? t('list.new', { noun })
              : t('list.edit', { what: nameOf(edited.entry, edited.index) })
          }
          place={`${path.join('.')}.${edited.index ?? `new${edited.at ?? ''}`}`}
          fields={fields}
          schema={schema}
          entry={edited.entry}
          nodes={nodes}
          onSave={save}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Panel>
  );
}
