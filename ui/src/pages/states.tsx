/** Diagnostics > States: only the rows in view are drawn and asked for, so that a hundred thousand scroll smoothly. */
import { memo, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { StateRow } from '#api/contract/control.ts';
import { call } from '../data/client.ts';
import { useMay } from '../data/session.ts';
import { pageRows, rowAt, StateTable, type StateView } from '../data/state-table.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Empty, IconButton, Loading, PageHead, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { Sender } from '../parts/sender.tsx';
import { toast } from '../parts/toasts.tsx';
import { usePlace } from '../router.ts';

const rowHeight = 26;
/** Rows drawn above and below the view. */
const spare = 12;
/** One has stopped typing, ms. */
const typingMs = 300;

export default function StatesPage() {
  const { t, number } = useSpeech();
  const chosen = useNodeChoice();
  const may = useMay('states');
  const wanted = usePlace().query.get('filter') ?? '';
  const [typed, setTyped] = useState(wanted);
  const [filter, setFilter] = useState(wanted);
  const [isKilling, setKilling] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setFilter(typed.trim()), typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const { node } = chosen;
  const [turn, setTurn] = useState(0);
  const table = useMemo(
    () => new StateTable((after) => call('states', { query: { node, filter, limit: pageRows, after } })),
    [node, filter, turn],
  );
  const view = useSyncExternalStore(table.subscribe, table.view);
  useEffect(() => table.look(0, 1), [table]);
  const { matching, all, error } = view;
  const again = () => setTurn(turn + 1);
  return (
    <>
      <PageHead title={t('page.states')}>
        <NodeChoice chosen={chosen} />
        <input
          type="search"
          aria-label={t('states.filter')}
          placeholder={t('states.filter')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <IconButton name="refresh" label={t('refresh')} onClick={again} />
        <button
          type="button"
          className="danger"
          disabled={!may || filter === ''}
          title={t('states.kill.help')}
          onClick={() => setKilling(true)}
        >
          {t('states.kill')}
        </button>
      </PageHead>
      <Fault of={error} />
      {matching === undefined && error === undefined && <Loading />}
      {matching !== undefined && (
        <Panel
          title={
            <span className="num">{t('states.found', { matching: number(matching), all: number(all) })}</span>
          }
          plain
        >
          {matching === 0 ? <Empty>{t('nothing')}</Empty> : <Rows key={filter} table={table} view={view} />}
        </Panel>
      )}
      {isKilling && (
        <Kill
          filter={filter}
          count={matching ?? 0}
          onClose={() => {
            setKilling(false);
            again();
          }}
        />
      )}
    </>
  );
}

const end = ({ address, port }: StateRow['source']) =>
  port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** Widths of the columns, so that they do not move while one scrolls; a phone scrolls sideways. */
const widths = ['75px', undefined, '200px', '125px', '105px', '105px', '150px', '70px'] as const;

function Rows({ table, view }: { readonly table: StateTable; readonly view: StateView }) {
  const { t } = useSpeech();
  const [top, setTop] = useState(0);
  const count = view.matching ?? 0;
  const height = Math.min(count * rowHeight + 32, Math.max(320, window.innerHeight - 230));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  useEffect(() => table.look(first, last), [table, first, last]);
  const heads = [
    t('field.protocol'),
    t('field.source'),
    t('field.destination'),
    t('carp.status'),
    t('states.age'),
    t('states.timeout'),
    t('rules.counted'),
    t('states.creator'),
  ];
  const places = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <section
      className="virtual"
      style={{ height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={t('page.states')}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <table aria-rowcount={count}>
        <colgroup>
          {widths.map((width, index) => (
            <col key={heads[index]} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {heads.map((head, index) => (
              <th key={head} scope="col" className={index >= 4 && index <= 6 ? 'right' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: first * rowHeight }} />}
          {places.map((place) => (
            <Row key={place} place={place} row={rowAt(view, place)} />
          ))}
          {last < count && <tr style={{ height: (count - last) * rowHeight }} />}
        </tbody>
      </table>
    </section>
  );
}

const Row = memo(function Row({
  place,
  row,
}: {
  readonly place: number;
  readonly row: StateRow | undefined;
}) {
  const { number, bytes, duration } = useSpeech();
  if (row === undefined)
    return (
      <tr aria-rowindex={place + 1} style={{ height: rowHeight }}>
        <td className="muted" colSpan={widths.length}>
          {number(place + 1)} ...
        </td>
      </tr>
    );
  return (
    <tr aria-rowindex={place + 1} style={{ height: rowHeight }}>
      <td>{row.protocol.toUpperCase()}</td>
      <Ends of={row.source} translated={row.natSource} />
      <Ends of={row.destination} translated={row.natDestination} />
      <td>{row.state}</td>
      <td className="num right">{row.ageSeconds === undefined ? '' : duration(row.ageSeconds * 1_000)}</td>
      <td className="num right">{duration(row.timeoutSeconds * 1_000)}</td>
      <td className="num right">
        {number(row.packets)} / {bytes(row.bytes)}
      </td>
      <td>{row.creator}</td>
    </tr>
  );
});

function Ends({
  of: source,
  translated,
}: {
  readonly of: StateRow['source'];
  readonly translated: StateRow['source'] | undefined;
}) {
  const words = [source, ...(translated === undefined ? [] : [translated])].map(end);
  return (
    <td className="mono" title={words.join(' → ')}>
      {words[0]}
      {words.length > 1 && <span className="muted"> → {words[1]}</span>}
    </td>
  );
}

function Kill({
  filter,
  count,
  onClose,
}: {
  readonly filter: string;
  readonly count: number;
  readonly onClose: () => void;
}) {
  const { t, number } = useSpeech();
  const send = async () => {
    const { ended } = await call('killStates', { query: { filter } });
    toast('good', t('states.killed', { count: number(ended) }));
  };
  return (
    <Sender small danger title={t('states.kill')} submit={t('states.kill')} onClose={onClose} send={send}>
      <p>{t('states.kill.text', { count: number(count), filter })}</p>
    </Sender>
  );
}
