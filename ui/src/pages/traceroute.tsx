import { useState } from 'react';
import type { ReplyOf } from '#api/contract/rest.ts';
import { call } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, Note, PageHead, Panel } from '../parts/basics.tsx';
import { TextField } from '../parts/fields.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
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
      <Panel>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void run(() => call('traceroute', { body: { node: chosen.node, address: address.trim() } }));
          }}
        >
          <div className="fields">
            <TextField label={t('ping.address')} value={address} onChange={setAddress} mono />
          </div>
          <div>
            <button type="submit" className="primary" disabled={busy}>
              {busy ? t('working') : t('page.traceroute')}
            </button>
          </div>
        </form>
      </Panel>
      <div aria-live="polite">
        {fault !== undefined && <Note tone="bad">{fault}</Note>}
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
