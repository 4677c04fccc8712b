/** A table of rows that a node was asked for, with a filter over what is shown. */
import { type ReactNode, useState } from 'react';
import type { Asked } from '../data/asked.ts';
import { useSpeech } from '../i18n/language.tsx';
import { IconButton, Loading, PageHead, Panel } from './basics.tsx';
import { Fault } from './fault.tsx';
import { NodeChoice, type NodeChosen } from './node-choice.tsx';
import { Table } from './table.tsx';

export interface AskedColumn<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  readonly cell?: (row: T) => ReactNode;
  readonly mono?: boolean;
  readonly right?: boolean;
}

export function AskedTable<T>({
  title,
  asked,
  columns,
  chosen,
  keyOf,
}: {
  readonly title: string;
  readonly asked: Asked<readonly T[]>;
  readonly columns: readonly AskedColumn<T>[];
  readonly chosen: NodeChosen;
  readonly keyOf: (row: T) => string;
}) {
  const { t } = useSpeech();
  const [filter, setFilter] = useState('');
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = (asked.value ?? []).filter((row) => {
    const line = columns
      .map((column) => column.text(row))
      .join(' ')
      .toLowerCase();
    return words.every((word) => line.includes(word));
  });
  return (
    <>
      <PageHead title={title}>
        <NodeChoice chosen={chosen} />
        <input
          type="search"
          aria-label={t('filter')}
          placeholder={t('filter')}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <IconButton name="refresh" label={t('refresh')} onClick={asked.again} />
      </PageHead>
      <Fault of={asked.error} />
      {asked.value === undefined && asked.error === undefined && <Loading />}
      {asked.value !== undefined && (
        <Panel plain>
          <Table
            label={title}
            heads={columns.map((column) => ({ title: column.title, right: column.right ?? false }))}
            empty={rows.length === 0 ? t('nothing') : undefined}
          >
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column) => (
                  <td
                    key={column.title}
                    className={`${column.mono ? 'mono ' : ''}${column.right ? 'right num' : ''}`}
                  >
                    {column.cell?.(row) ?? column.text(row)}
                  </td>
                ))}
              </tr>
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}
