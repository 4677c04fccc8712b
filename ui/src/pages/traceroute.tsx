import { useState } from 'react';
import type { ReplyOf } from '#api/contract/rest.ts';
import { call } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, PageHead, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { TextField } from '../parts/fields.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { QuestionForm } from '../parts/question-form.tsx';
import { useTask } from '../parts/task.ts';

export default function TraceroutePage() {
  const { t, number } = useSpeech();
  const chosen = useNodeChoice();
  const [address, setAddress] = useState('');
  const { value, fault, busy, run } = useTask<ReplyOf<'traceroute'>>();
  return (
    <>
      <PageHead title={t('page.traceroute')}>
        <NodeChoice chosen={chosen} />
      </PageHead>
      <QuestionForm
        area="diagnostics"
        ask={t('page.traceroute')}
        asking={t('working')}
        isBusy={busy}
        onAsk={() =>
          void run(() => call('traceroute', { body: { node: chosen.node, address: address.trim() } }))
        }
      >
        <TextField label={t('ping.address')} value={address} onChange={setAddress} mono />
      </QuestionForm>
      <div aria-live="polite">
        <Fault of={fault} />
        {value !== undefined && (
          <Panel
            title={value.address}
            actions={
              <Badge tone={value.reached ? 'good' : 'bad'}>
                {t(value.reached ? 'traceroute.reached' : 'traceroute.lost')}
              </Badge>
            }
          >
            <ol className="tight mono">
              {value.hops.map(({ hop, address: from, ms }) => (
                <li key={hop} value={hop}>
                  {from ?? '*'} {ms === undefined ? '' : `${number(ms, 2)} ms`}
                </li>
              ))}
            </ol>
          </Panel>
        )}
      </div>
    </>
  );
}
