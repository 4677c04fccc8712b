/** Apply changes: first what would change, in the document and on each node; then why, and for how long on trial. */
import { useState } from 'react';
import { useAsked } from '../data/asked.ts';
import { call, Refusal } from '../data/client.ts';
import { applyPending, loadDocument, useDocument } from '../data/document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useToldWords } from '../i18n/told-words.ts';
import { Loading, Note } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Fault } from '../parts/fault.tsx';
import { SelectField, TextField } from '../parts/fields.tsx';
import { FindingList } from '../parts/findings.tsx';
import { NodeWords } from '../parts/node-words.tsx';
import { toast } from '../parts/toasts.tsx';

const trialSeconds = [0, 30, 60, 300, 900] as const;

export function ApplyDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, duration } = useSpeech();
  const told = useToldWords();
  const { pending } = useDocument();
  const [reason, setReason] = useState('');
  const [trial, setTrial] = useState('0');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  // Those that the preview is about; while they are applied, the list of what is pending becomes empty.
  const [operations] = useState(() => pending.map(({ operation }) => operation));
  const plan = useAsked(JSON.stringify(operations), () => call('planDocument', { body: { operations } }));
  const errors = plan.value?.findings.filter(({ severity }) => severity === 'error') ?? [];
  const apply = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const seconds = Number(trial);
      const done = await applyPending(reason, seconds === 0 ? undefined : seconds);
      const away = Object.entries(done.nodes).filter(([, { error }]) => error !== undefined);
      toast('good', t('apply.done', { number: done.head.number }));
      for (const [node, { error }] of away) toast('warn', t('pair', { of: node, what: told(error ?? '') }));
      onClose();
    } catch (error) {
      setFault(error);
      if (error instanceof Refusal && error.problem.code === 'conflict') {
        await loadDocument();
        onClose();
      }
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={t('apply.title')}
      submit={t('apply.do')}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void apply()}
    >
      <Refused by={plan.error} />
      <Refused by={fault} />
      {plan.value === undefined && plan.error === undefined && <Loading />}
      {plan.value !== undefined && (
        <>
          <section>
            <h3>{t('apply.changes')}</h3>
            <ul className="tight">
              {plan.value.changes.map((line) => (
                <li key={line}>{line}</li>
              ))}
              {plan.value.changes.length === 0 && <li className="muted">{t('apply.nothing')}</li>}
            </ul>
          </section>
          <NodeWords nodes={plan.value.nodes} />
          {plan.value.forbidden.length > 0 && (
            <Note tone="bad">{t('apply.forbidden', { sections: plan.value.forbidden.join(', ') })}</Note>
          )}
          {plan.value.findings.length > 0 && <FindingList findings={plan.value.findings} />}
          {errors.length > 0 && <Note tone="bad">{t('apply.errors')}</Note>}
        </>
      )}
      <div className="fields">
        <TextField
          label={t('apply.reason')}
          help={t('apply.reason.help')}
          value={reason}
          onChange={setReason}
        />
        <SelectField
          label={t('apply.trial')}
          help={t('apply.trial.help')}
          value={trial}
          onChange={setTrial}
          choices={trialSeconds.map((seconds) => ({
            value: String(seconds),
            label: seconds === 0 ? t('apply.trial.none') : duration(seconds * 1_000),
          }))}
        />
      </div>
    </Dialog>
  );
}

/** Why, with the findings of a document that cannot be used. */
function Refused({ by: error }: { readonly by: unknown }) {
  const findings = error instanceof Refusal ? error.problem.findings : undefined;
  return (
    <>
      <Fault of={error} />
      {findings !== undefined && <FindingList findings={findings} />}
    </>
  );
}
