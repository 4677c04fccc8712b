/** Diagnostics > Doctor: all nodes measure themselves and their segments; what is wrong, why, and what to do. */
import { useState } from 'react';
import type { DoctorFinding, DoctorProgress, DoctorReport } from '#api/contract/doctor.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useLive } from '../data/live.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useToldWords } from '../i18n/told-words.ts';
import { Badge, Empty, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';

const tones = { error: 'bad', warning: 'warn', info: 'info' } as const;
const standings = { measuring: 'info', answered: 'good', away: 'bad' } as const;

export default function DoctorPage() {
  const { t, language } = useSpeech();
  const may = useMay('diagnostics');
  const { doctor } = useLive();
  const [fault, setFault] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  // Asked again when an examination has ended, whoever began it.
  const { value, error, again } = useAsked(`${language} ${doctor === undefined}`, () =>
    call('doctor', { query: { lang: language } }),
  );
  const isRunning = isAsking || doctor !== undefined || value?.running !== undefined;
  const examine = async () => {
    setFault(undefined);
    setAsking(true);
    await call('examine', { body: { lang: language } }).catch(setFault);
    again();
    setAsking(false);
  };
  return (
    <>
      <PageHead title={t('page.doctor')}>
        <button type="button" className="primary" disabled={!may || isRunning} onClick={() => void examine()}>
          {t(isRunning ? 'working' : 'doctor.do')}
        </button>
      </PageHead>
      <p className="muted">{t('doctor.text')}</p>
      <Fault of={error} />
      <div aria-live="polite">
        <Fault of={fault} />
        {isRunning && <Progress nodes={doctor ?? value?.running?.nodes ?? {}} />}
      </div>
      {value === undefined && error === undefined && <Loading />}
      {value !== undefined && value.last === undefined && !isRunning && (
        <Panel>
          <Empty>{t('doctor.never')}</Empty>
        </Panel>
      )}
      {value?.last !== undefined && <Found last={value.last} judge={value.node} />}
    </>
  );
}

function Progress({ nodes }: { readonly nodes: DoctorProgress }) {
  const { t } = useSpeech();
  const names = Object.entries(nodes);
  const done = names.filter(([, stand]) => stand !== 'measuring').length;
  return (
    <Panel title={t('doctor.running')}>
      <progress
        aria-label={t('doctor.running')}
        {...(names.length === 0 ? {} : { value: done, max: names.length })}
      />
      <ul className="tight">
        {names.map(([node, stand]) => (
          <li key={node}>
            <b>{node}</b> <Badge tone={standings[stand]}>{t(`doctor.${stand}`)}</Badge>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Found({
  last,
  judge,
}: {
  readonly last: NonNullable<DoctorReport['last']>;
  readonly judge: string;
}) {
  const { t, when, number } = useSpeech();
  const told = useToldWords();
  const { findings, nodes } = last;
  const names = nodes.filter(({ away }) => away === undefined).map(({ node }) => node);
  return (
    <Panel
      title={t('doctor.found')}
      actions={
        <span className="muted num">
          {t('doctor.examined', {
            when: when(last.time),
            seconds: number(last.tookMs / 1_000, 1),
            nodes: names.join(', '),
            judge,
          })}
        </span>
      }
    >
      {nodes.map(({ node, away }) =>
        away === undefined ? null : (
          <Note key={node} tone="warn">
            {t('doctor.notExamined', { node })} {told(away)}
          </Note>
        ),
      )}
      {findings.length === 0 && <Note tone="good">{t('doctor.nothing')}</Note>}
      <ul className="findings">
        {findings.map((finding) => (
          <Finding key={`${finding.code} ${finding.subject} ${finding.evidence}`} finding={finding} />
        ))}
      </ul>
    </Panel>
  );
}

function Finding({ finding }: { readonly finding: DoctorFinding }) {
  const { t } = useSpeech();
  const { code, severity, subject, evidence, cause, remedy } = finding;
  return (
    <li>
      <Badge tone={tones[severity]} icon="warning">
        {t(`severity.${severity}`)}
      </Badge>
      <div>
        <b>{evidence}</b> <code>{subject}</code>
        {cause !== '' && (
          <div>
            <span className="muted">{t('finding.cause')}</span> {cause}
          </div>
        )}
        <div>
          <span className="muted">{t('finding.remedy')}</span> {remedy}
        </div>
        <div className="muted mono">{code}</div>
      </div>
    </li>
  );
}
