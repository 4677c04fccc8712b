/** What concerns every page: changes that wait to be applied, a change on trial, somebody else's change meanwhile. */
import { useEffect, useState } from 'react';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { discardPending, loadDocument, rebasePending, useDocument } from '../data/document.ts';
import { useLive } from '../data/live.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useErrorWords } from '../i18n/problem-words.ts';
import { Note } from '../parts/basics.tsx';
import { toast } from '../parts/toasts.tsx';
import { ApplyDialog } from './apply.tsx';

export function Banners() {
  const { t } = useSpeech();
  const { now, at, pending, base } = useDocument();
  const { nodes, connected } = useLive();
  const [isOpen, setOpen] = useState(false);
  const isConflict =
    pending.length > 0 && base !== undefined && now !== undefined && now.head.number !== base;
  return (
    <>
      {!connected && nodes.length > 0 && (
        <Note tone="bad" role="status">
          {t('live.lost')}
        </Note>
      )}
      {now?.confirmWithinMs !== undefined && <Trial until={at + now.confirmWithinMs} />}
      {isConflict && <Conflict base={base} />}
      {pending.length > 0 && !isConflict && (
        <Note
          tone="warn"
          role="status"
          actions={
            <>
              <button type="button" onClick={discardPending}>
                {t('pending.discard')}
              </button>
              <button type="button" className="primary" onClick={() => setOpen(true)}>
                {t('pending.apply')}
              </button>
            </>
          }
        >
          <b>{t(pending.length === 1 ? 'pending.one' : 'pending.many', { count: pending.length })}</b>{' '}
          {pending
            .slice(-3)
            .map(({ label }) => label)
            .join(' · ')}
        </Note>
      )}
      {isOpen && <ApplyDialog onClose={() => setOpen(false)} />}
    </>
  );
}

/** A change that undoes itself unless somebody who still gets through confirms it. */
function Trial({ until }: { /** ms since 1970. */ readonly until: number }) {
  const { t, duration } = useSpeech();
  const errorWords = useErrorWords();
  const [left, setLeft] = useState(() => until - Date.now());
  const { now } = useDocument();
  useEffect(() => {
    const timer = setInterval(() => setLeft(until - Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  const confirm = async () => {
    try {
      await call('confirmDocument');
      toast('good', t('trial.kept'));
    } catch (error) {
      toast('bad', errorWords(error));
    }
    await loadDocument();
  };
  const undo = async () => {
    if (now === undefined) return;
    try {
      await call('rollback', {
        ifMatch: `"${now.head.hash}"`,
        body: { number: now.head.number - 1, reason: t('trial.reason', { number: now.head.number }) },
      });
    } catch (error) {
      toast('bad', errorWords(error));
    }
    await loadDocument();
  };
  return (
    <Note
      tone="warn"
      role="status"
      actions={
        <>
          <button type="button" onClick={() => void undo()}>
            {t('trial.undo')}
          </button>
          <button type="button" className="primary" onClick={() => void confirm()}>
            {t('trial.keep')}
          </button>
        </>
      }
    >
      <b>{t('trial.title', { number: now?.head.number ?? 0 })}</b>{' '}
      {t('trial.text', { left: duration(Math.max(0, left)) })}
    </Note>
  );
}

function Conflict({ base }: { readonly base: number }) {
  const { t, when } = useSpeech();
  const { now } = useDocument();
  const errorWords = useErrorWords();
  const number = now?.head.number ?? 0;
  const putOnTop = async () => {
    try {
      const lost = await rebasePending();
      if (lost.length > 0)
        toast('bad', t('conflict.lost', { what: lost.map(({ label }) => label).join(' · ') }));
    } catch (error) {
      toast('bad', errorWords(error));
    }
  };
  const { value } = useAsked(`${base}-${number}`, () => call('diff', { query: { from: base, to: number } }));
  return (
    <Note
      tone="bad"
      role="alert"
      actions={
        <>
          <button type="button" onClick={discardPending}>
            {t('pending.discard')}
          </button>
          <button type="button" className="primary" onClick={() => void putOnTop()}>
            {t('conflict.rebase')}
          </button>
        </>
      }
    >
      <b>
        {t('conflict.title', {
          author: now?.head.author ?? '',
          node: now?.head.node ?? '',
          when: when(now?.head.time ?? 0),
        })}
      </b>
      <ul className="tight">
        {value?.changes.slice(0, 8).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {t('conflict.text')}
    </Note>
  );
}
