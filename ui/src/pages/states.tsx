/** Diagnostics > States: only the rows in view are drawn, so that a hundred thousand scroll smoothly. */
import { useEffect, useRef, useState } from 'react';
import type { StateRow } from '#api/contract/control.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Empty, IconButton, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { toast } from '../parts/toasts.tsx';
import { usePlace } from '../router.ts';

const rowHeight = 26;
/** Rows drawn above and below the view. */
const spare = 12;
/** One has stopped typing, ms. */
const typingMs = 300;
const most = 5_000;

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
  const asked = useAsked(`${chosen.node} ${filter}`, () =>
    call('states', { query: { node: chosen.node, filter, limit: most } }),
  );
  const { value } = asked;
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
        <IconButton name="refresh" label={t('refresh')} onClick={asked.again} />
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
      {asked.error !== undefined && (
        <Note tone="bad" role="alert">
          {(asked.error as Error).message}
        </Note>
      )}
      {value === undefined && asked.error === undefined && <Loading />}
      {value !== undefined && (
        <Panel
          title={
            <span className="num">
              {t('states.found', { matching: number(value.matching), all: number(value.all) })}
            </span>
          }
          plain
        >
          {value.rows.length === 0 ? <Empty>{t('nothing')}</Empty> : <Rows rows={value.rows} />}
        </Panel>
      )}
      {isKilling && (
        <Kill
          filter={filter}
          count={value?.matching ?? 0}
          onClose={() => {
            setKilling(false);
            asked.again();
          }}
        />
      )}
    </>
  );
}

const end = ({ address, port }: StateRow['source']) =>
  port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

function Rows({ rows }: { readonly rows: readonly StateRow[] }) {
  const { t, number, bytes, duration } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const height = Math.min(rows.length * rowHeight + 32, Math.max(320, window.innerHeight - 230));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + spare);
  return (
    <section
      ref={box}
      className="virtual"
      style={{ height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={t('page.states')}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <table aria-rowcount={rows.length}>
        <thead>
          <tr>
            <th scope="col">{t('field.protocol')}</th>
            <th scope="col">{t('field.source')}</th>
            <th scope="col">{t('field.destination')}</th>
            <th scope="col">{t('carp.status')}</th>
            <th scope="col" className="right">
              {t('states.age')}
            </th>
            <th scope="col" className="right">
              {t('states.timeout')}
            </th>
            <th scope="col" className="right">
              {t('rules.counted')}
            </th>
            <th scope="col">{t('states.creator')}</th>
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: first * rowHeight }} />}
          {rows.slice(first, last).map((row, index) => (
            <tr key={first + index} aria-rowindex={first + index + 1} style={{ height: rowHeight }}>
              <td>{row.protocol.toUpperCase()}</td>
              <td className="mono">
                {end(row.source)}
                {row.natSource !== undefined && <span className="muted"> → {end(row.natSource)}</span>}
              </td>
              <td className="mono">
                {end(row.destination)}
                {row.natDestination !== undefined && (
                  <span className="muted"> → {end(row.natDestination)}</span>
                )}
              </td>
              <td>{row.state}</td>
              <td className="num right">
                {row.ageSeconds === undefined ? '' : duration(row.ageSeconds * 1_000)}
              </td>
              <td className="num right">{duration(row.timeoutSeconds * 1_000)}</td>
              <td className="num right">
                {number(row.packets)} / {bytes(row.bytes)}
              </td>
              <td>{row.creator}</td>
            </tr>
          ))}
          {last < rows.length && <tr style={{ height: (rows.length - last) * rowHeight }} />}
        </tbody>
      </table>
    </section>
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
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const { ended } = await call('killStates', { query: { filter } });
      toast('good', t('states.killed', { count: number(ended) }));
    } catch (error) {
      toast('bad', (error as Error).message);
    }
    onClose();
  };
  return (
    <Dialog
      small
      danger
      title={t('states.kill')}
      submit={t('states.kill')}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void send()}
    >
      <p>{t('states.kill.text', { count: number(count), filter })}</p>
    </Dialog>
  );
}
