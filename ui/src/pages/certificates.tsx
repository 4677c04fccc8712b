/** System > Certificates: what browsers are shown, one's own in its place, and back to that of the node. */
import { useState } from 'react';
import type { PageCertificate } from '#api/contract/certificate.ts';
import { useAsked } from '../data/asked.ts';
import { call, Refusal } from '../data/client.ts';
import { useLive } from '../data/live.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { AreaField, SelectField } from '../parts/fields.tsx';
import { FileButton } from '../parts/file-button.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { Sender } from '../parts/sender.tsx';
import { toast } from '../parts/toasts.tsx';

const dayMs = 86_400_000;
/** So many days before the end it is time for the next. */
const soon = 30;

export default function CertificatesPage() {
  const { t } = useSpeech();
  const chosen = useNodeChoice();
  const may = useMay('system');
  const { node } = chosen;
  const asked = useAsked(`certificate ${node}`, () => call('certificate', { query: { node } }));
  const [isGoingBack, setGoingBack] = useState(false);
  const { value } = asked;
  return (
    <>
      <PageHead title={t('page.certificates')}>
        <NodeChoice chosen={chosen} />
      </PageHead>
      <Fault of={asked.error} />
      {value === undefined && asked.error === undefined && <Loading />}
      {value !== undefined && (
        <Panel
          title={t('certificate.inUse', { node })}
          actions={
            value.kind === 'own' &&
            may && (
              <button type="button" onClick={() => setGoingBack(true)}>
                {t('certificate.back')}
              </button>
            )
          }
        >
          <p className="muted">{t('certificate.text')}</p>
          <Shown certificate={value} />
        </Panel>
      )}
      {may && value !== undefined && <Upload key={node} node={node} onDone={asked.again} />}
      {isGoingBack && (
        <Sender
          small
          danger
          title={t('certificate.back')}
          submit={t('certificate.back')}
          onClose={() => {
            setGoingBack(false);
            asked.again();
          }}
          send={async () => {
            await call('removeCertificate', { query: { node } });
            toast('good', t('certificate.backDone', { node }));
          }}
        >
          <p>{t('certificate.back.text', { node })}</p>
        </Sender>
      )}
    </>
  );
}

function Shown({ certificate }: { readonly certificate: PageCertificate }) {
  const { t, day } = useSpeech();
  const { kind, subject, issuer, names, from, until, fingerprint, key, length } = certificate;
  const days = Math.floor((until - Date.now()) / dayMs);
  const lines = (text: string) => text.split('\n').join(', ');
  return (
    <>
      {days < 0 && <Note tone="bad">{t('certificate.ended')}</Note>}
      <dl className="facts">
        <dt>{t('certificate.subject')}</dt>
        <dd>
          {lines(subject)} <Badge tone={kind === 'own' ? 'good' : 'plain'}>{t(`certificate.${kind}`)}</Badge>
        </dd>
        <dt>{t('certificate.issuer')}</dt>
        <dd>{issuer === subject ? t('certificate.self') : lines(issuer)}</dd>
        <dt>{t('certificate.names')}</dt>
        <dd className="mono">{names.join(', ')}</dd>
        <dt>{t('certificate.validity')}</dt>
        <dd>
          {t('certificate.period', { from: day(from), until: day(until) })}{' '}
          {days >= 0 && days < soon && <Badge tone="warn">{t('certificate.left', { days })}</Badge>}
        </dd>
        <dt>{t('certificate.key')}</dt>
        <dd>{key}</dd>
        {length > 1 && (
          <>
            <dt>{t('certificate.chain')}</dt>
            <dd>{t('certificate.others', { count: length - 1 })}</dd>
          </>
        )}
        <dt>{t('certificate.fingerprint')}</dt>
        <dd className="mono">{(fingerprint.match(/../g) ?? []).join(':').toUpperCase()}</dd>
      </dl>
    </>
  );
}

const everywhere = '*';

/** A key is not kept in the browser: whoever reloads the page pastes it again. */
function Upload({ node, onDone }: { readonly node: string; readonly onDone: () => void }) {
  const { t, language } = useSpeech();
  const { nodes } = useLive();
  const [certificate, setCertificate] = useState('');
  const [key, setKey] = useState('');
  const [where, setWhere] = useState(node);
  const [fault, setFault] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const wrong = (field: string): string | undefined => {
    const found = fault instanceof Refusal ? fault.problem.fields : undefined;
    const named = found?.find(({ path }) => path[0] === field);
    return language === 'fr' ? named?.fr : named?.message;
  };
  const send = async () => {
    setBusy(true);
    try {
      for (const name of where === everywhere ? nodes.map((one) => one.node) : [where]) {
        await call('putCertificate', { body: { node: name, certificate, key } });
        toast('good', t('certificate.done', { node: name }));
      }
      setFault(undefined);
      setCertificate('');
      setKey('');
    } catch (error) {
      setFault(() => error);
    }
    setBusy(false);
    onDone();
  };
  return (
    <Panel title={t('certificate.new')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        {wrong('certificate') === undefined && wrong('key') === undefined && <Fault of={fault} />}
        <div className="fields">
          <div className="field">
            <AreaField
              label={t('certificate.pem')}
              help={t('certificate.pem.help')}
              error={wrong('certificate')}
              rows={9}
              value={certificate}
              onChange={setCertificate}
            />
            <FileButton label={t('certificate.file')} what={t('certificate.pem')} onRead={setCertificate} />
          </div>
          <div className="field">
            <AreaField
              label={t('certificate.keyPem')}
              help={t('certificate.keyPem.help')}
              error={wrong('key')}
              rows={9}
              value={key}
              onChange={setKey}
            />
            <FileButton label={t('certificate.file')} what={t('certificate.keyPem')} onRead={setKey} />
          </div>
        </div>
        <div className="row end">
          <SelectField
            label={t('certificate.where')}
            value={where}
            onChange={setWhere}
            choices={[
              ...nodes.map((one) => ({ value: one.node, label: one.node })),
              { value: everywhere, label: t('certificate.everyNode') },
            ]}
          />
          <button type="submit" className="primary" disabled={busy || certificate === '' || key === ''}>
            {busy ? t('working') : t('certificate.use')}
          </button>
        </div>
      </form>
    </Panel>
  );
}
