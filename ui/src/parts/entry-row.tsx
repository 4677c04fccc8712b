/** A row of a table of the document's entries: what it says of one, and what can be done with it. */
import type { ReactNode } from 'react';
import type { Json } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { IconButton } from './basics.tsx';

export type Entry = Record<string, Json>;

export interface Column {
  readonly title: string;
  readonly cell: (entry: Entry, index: number) => ReactNode;
  readonly mono?: boolean;
}

export function EntryCells({
  columns,
  entry,
  index,
}: {
  readonly columns: readonly Column[];
  readonly entry: Entry;
  readonly index: number;
}) {
  return columns.map((column) => (
    <td key={column.title} className={column.mono ? 'mono' : undefined}>
      {column.cell(entry, index)}
    </td>
  ));
}

export function EntryButtons({
  what,
  onEdit,
  onClone,
  onRemove,
  children,
}: {
  /** The entry, as the buttons' labels name it. */
  readonly what: string;
  readonly onEdit: () => void;
  readonly onClone: () => void;
  readonly onRemove: () => void;
  /** More of them, before the one that removes. */
  readonly children?: ReactNode;
}) {
  const { t } = useSpeech();
  return (
    <td className="actions">
      <IconButton name="edit" label={t('list.edit', { what })} onClick={onEdit} />
      <IconButton name="copy" label={t('list.clone', { what })} onClick={onClone} />
      {children}
      <IconButton name="bin" label={t('list.remove', { what })} onClick={onRemove} />
    </td>
  );
}
