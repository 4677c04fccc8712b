/** Diagnostics > Packet capture: the reply is a pcap file, which the browser saves. */
import { useState } from 'react';
import { download } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Note, PageHead } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { SelectField, TextField } from '../parts/fields.tsx';
import { useNames } from '../parts/names.ts';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { QuestionForm } from '../parts/question-form.tsx';
import { useTask } from '../parts/task.ts';

const protocols = ['any', 'tcp', 'udp', 'icmp', 'icmpv6', 'arp', 'carp', 'esp', 'gre'] as const;
const seconds = ['5', '10', '30', '60'] as const;

export default function CapturePage() {
  const { t, bytes } = useSpeech();
  const chosen = useNodeChoice();
  const names = useNames();
  const [ifname, setInterface] = useState('');
  const [protocol, setProtocol] = useState<(typeof protocols)[number]>('any');
  const [host, setHost] = useState('');
  const [port, setPort] = useState('');
  const [time, setTime] = useState('10');
  const { value, fault, busy, run } = useTask<number>();
  const wanted = ifname === '' ? (names.interfaces[0]?.value ?? '') : ifname;
  const capture = async () => {
    const file = await download('capture', {
      body: {
        node: chosen.node,
        interface: wanted,
        protocol,
        seconds: Number(time),
        snapLength: 0,
        ...(host === '' ? {} : { host: host.trim() }),
        ...(port === '' ? {} : { port: Number(port) }),
      },
    });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `${chosen.node}-${wanted}.pcap`;
    link.click();
    URL.revokeObjectURL(link.href);
    return file.size;
  };
  return (
    <>
      <PageHead title={t('page.capture')}>
        <NodeChoice chosen={chosen} />
      </PageHead>
      <QuestionForm
        area="capture"
        ask={t('capture.do')}
        asking={t('capture.running')}
        isBusy={busy}
        onAsk={() => void run(capture)}
      >
        <SelectField
          label={t('field.interface')}
          value={wanted}
          onChange={setInterface}
          choices={names.interfaces}
        />
        <SelectField
          label={t('field.protocol')}
          value={protocol}
          onChange={(next) => setProtocol(protocols.find((one) => one === next) ?? 'any')}
          choices={protocols.map((one) => ({ value: one, label: one }))}
        />
        <TextField
          label={t('capture.host')}
          help={t('capture.host.help')}
          value={host}
          onChange={setHost}
          mono
        />
        <TextField label={t('rules.port')} value={port} onChange={setPort} />
        <SelectField
          label={t('capture.seconds')}
          value={time}
          onChange={setTime}
          choices={seconds.map((one) => ({ value: one, label: `${one} s` }))}
        />
      </QuestionForm>
      <div aria-live="polite">
        <Fault of={fault} />
        {value !== undefined && <Note tone="good">{t('capture.done', { size: bytes(value) })}</Note>}
      </div>
    </>
  );
}
