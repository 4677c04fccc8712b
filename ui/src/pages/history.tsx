/** System > History: revisions, what they changed, and the way back. */
import { useState } from 'react';
import type { RevisionHead } from '#commit/head.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { loadDocument, useDocument } from '../data/document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, Loading, PageHead, Panel } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Fault } from '../parts/fault.tsx';
import { TextField } from '../parts/fields.tsx';
import { Icon } from '../parts/icons.tsx';
import { Sender } from '../parts/sender.tsx';
import { Table, useActionsHead } from '../parts/table.tsx';
import { toast } from '../parts/toasts.tsx';

export default function HistoryPage() {
  const { t, when } = useSpeech();
  const actions = useActionsHead();
  const { now } = useDocument();
  const history = useAsked(`history ${now?.head.number ?? 0}`, () =>
    call('history', { query: { limit: 200 } }),
  );
  const [looked, setLooked] = useState<RevisionHead>();
  const [back, setBack] = useState<RevisionHead>();
  if (history.value === undefined)
    return history.error === undefined ? <Loading /> : <Fault of={history.error} />;
  const newest = now?.head.number;
  // An old revision may differ in any section.
  const mayWrite = Object.keys(now?.document ?? {}).every((section) => now?.writable.includes(section));
  return (
    <>
      <PageHead title={t('page.history')} />
      <Panel title={t('history.revisions')} plain>
        <Table
          label={t('history.revisions')}
          heads={[
            t('history.number'),
            t('history.when'),
            t('history.author'),
            { title: t('history.node'), wide: true },
            t('history.reason'),
            actions,
          ]}
        >
          {history.value.map((head) => (
            <tr key={head.number}>
              <th scope="row" className="num">
                {head.number} {head.number === newest && <Badge tone="good">{t('history.inForce')}</Badge>}
              </th>
              <td className="num nowrap">{when(head.time)}</td>
              <td>{head.author}</td>
              <td className="wide-cell">{head.node}</td>
              <td className="prose">{head.reason}</td>
              <td className="actions">
                {head.number > 1 && (
                  <button type="button" className="quiet" onClick={() => setLooked(head)}>
                    <Icon name="search" /> <span className="wide-text">{t('history.diff')}</span>
                  </button>
                )}
                {head.number !== newest && mayWrite && (
                  <button type="button" className="quiet" onClick={() => setBack(head)}>
                    <Icon name="undo" /> <span className="wide-text">{t('history.rollback')}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Panel>
      {looked !== undefined && (
        <Dialog title={t('history.changes', { number: looked.number })} onClose={() => setLooked(undefined)}>
          <Difference from={looked.number - 1} to={looked.number} />
        </Dialog>
      )}
      {back !== undefined && newest !== undefined && (
        <Rollback head={back} newest={newest} onClose={() => setBack(undefined)} />
      )}
    </>
  );
}

function Difference({ from, to }: { readonly from: number; readonly to: number }) {
  const { t } = useSpeech();
  const { value, error } = useAsked(`${from} ${to}`, () => call('diff', { query: { from, to } }));
  if (value === undefined) return error === undefined ? <Loading /> : <Fault of={error} />;
  const marks = { same: ' ', removed: '-', added: '+' } as const;
  return (
    <>
      <ul className="tight">
        {value.changes.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {value.changes.length === 0 && <li className="muted">{t('apply.nothing')}</li>}
      </ul>
      {value.lines !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="diff mono" tabIndex={0} aria-label={t('history.diff')}>
          {near(value.lines).map(({ kind, text, place }) => (
            <span key={place} className={kind}>{`${marks[kind]} ${text}\n`}</span>
          ))}
        </section>
      )}
    </>
  );
}

type Line = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };

/** Lines that changed, with three around them. */
function near(lines: readonly Line[]): readonly (Line & { readonly place: number })[] {
  const all = lines.map((line, place) => ({ ...line, place }));
  return all.filter(({ place }) =>
    all.slice(Math.max(0, place - 3), place + 4).some(({ kind }) => kind !== 'same'),
  );
}

function Rollback({
  head,
  newest,
  onClose,
}: {
  readonly head: RevisionHead;
  readonly newest: number;
  readonly onClose: () => void;
}) {
  const { t } = useSpeech();
  const { now } = useDocument();
  const [reason, setReason] = useState('');
  const send = async () => {
    await call('rollback', { ifMatch: `"${now?.head.hash ?? ''}"`, body: { number: head.number, reason } });
    toast('good', t('history.done', { number: head.number }));
    await loadDocument();
  };
  return (
    <Sender
      title={t('history.back', { number: head.number })}
      submit={t('history.rollback')}
      onClose={onClose}
      send={send}
    >
      <p>{t('history.back.text')}</p>
      <Difference from={newest} to={head.number} />
      <TextField label={t('apply.reason')} value={reason} onChange={setReason} />
    </Sender>
  );
}
