import { useState } from 'react';
import type { ReplyOf } from '#api/contract/rest.ts';
import { call } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, PageHead, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { SelectField, TextField } from '../parts/fields.tsx';
import { useNames } from '../parts/names.ts';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { QuestionForm } from '../parts/question-form.tsx';
import { useTask } from '../parts/task.ts';

export default function PingPage() {
  const { t, number } = useSpeech();
  const chosen = useNodeChoice();
  const names = useNames();
  const [address, setAddress] = useState('');
  const [ifname, setInterface] = useState('');
  const [count, setCount] = useState('4');
  const { value, fault, busy, run } = useTask<ReplyOf<'ping'>>();
  return (
    <>
      <PageHead title={t('page.ping')}>
        <NodeChoice chosen={chosen} />
      </PageHead>
      <QuestionForm
        area="diagnostics"
        ask={t('page.ping')}
        asking={t('working')}
        isBusy={busy}
        onAsk={() =>
          void run(() =>
            call('ping', {
              body: {
                node: chosen.node,
                address: address.trim(),
                count: Number(count),
                ...(ifname === '' ? {} : { interface: ifname }),
              },
            }),
          )
        }
      >
        <TextField label={t('ping.address')} value={address} onChange={setAddress} mono />
        <SelectField
          label={t('ping.from')}
          value={ifname}
          onChange={setInterface}
          choices={[{ value: '', label: t('ping.anyInterface') }, ...names.interfaces]}
        />
        <SelectField
          label={t('ping.count')}
          value={count}
          onChange={setCount}
          choices={['1', '2', '4', '10'].map((one) => ({ value: one, label: one }))}
        />
      </QuestionForm>
      <div aria-live="polite">
        <Fault of={fault} />
        {value !== undefined && (
          <Panel
            title={value.address}
            actions={
              <Badge tone={value.received === value.sent ? 'good' : value.received === 0 ? 'bad' : 'warn'}>
                {t('ping.result', { received: value.received, sent: value.sent })}
              </Badge>
            }
          >
            {value.error !== undefined && <p>{value.error}</p>}
            <ul className="tight mono">
              {value.replies.map(({ sequence, ttl, ms }) => (
                <li key={sequence}>
                  #{sequence} ttl {ttl} {number(ms, 2)} ms
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}
