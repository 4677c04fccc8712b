/** Which sections the nodes share. Changed at once and by itself: it moves whole sections, and with them what is masked here. */
import { useState } from 'react';
import { ownSectionNames, ownSections } from '#config/own-document.ts';
import { call } from '../data/client.ts';
import { loadDocument, mapAt, useDocument } from '../data/document.ts';
import { type Json, valueAt } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Note, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';

type Section = (typeof ownSectionNames)[number];

export function SharedSections() {
  const { now } = useDocument();
  const document = (now?.document ?? {}) as Json;
  const apart = ownSectionNames.filter((section) => isOwn(document, section));
  return <Choice key={apart.join()} document={document} apart={apart} />;
}

function Choice({ document, apart }: { readonly document: Json; readonly apart: readonly Section[] }) {
  const { t } = useSpeech();
  const { now } = useDocument();
  const nodes = mapAt(document, ['nodes']).map(([name]) => name);
  const [own, setOwn] = useState(apart);
  const [take, setTake] = useState('');
  const [fault, setFault] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const parted = own.filter((section) => !apart.includes(section));
  const joined = apart.filter((section) => !own.includes(section));
  const mayWrite = [...parted, ...joined].every((section) => now?.writable.includes(ownSections[section][0]));
  const save = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const body = { own: parted, shared: joined, ...(take === '' ? {} : { take }) };
      await call('shareSections', { ifMatch: `"${now?.head.hash ?? ''}"`, body });
      await loadDocument();
    } catch (error) {
      setFault(() => error);
    }
    setBusy(false);
  };
  return (
    <Panel title={t('ha.between')}>
      <p className="muted">{t('ha.between.text')}</p>
      <Fault of={fault} />
      {apart.length > 0 && <Note tone="info">{t('ha.between.own')}</Note>}
      <div className="row">
        <button type="button" onClick={() => setOwn(own.length === 0 ? ownSectionNames : [])}>
          {t('ha.toggleAll')}
        </button>
      </div>
      <div className="checks">
        {ownSectionNames.map((section) => (
          <label key={section} className="check">
            <input
              type="checkbox"
              checked={!own.includes(section)}
              onChange={(event) =>
                setOwn(
                  ownSectionNames.filter((one) =>
                    one === section ? !event.target.checked : own.includes(one),
                  ),
                )
              }
            />
            {t(`section.${section}`)}
          </label>
        ))}
      </div>
      {joined.length > 0 && (
        <label>
          {t('ha.between.take')}{' '}
          <select value={take} onChange={(event) => setTake(event.target.value)}>
            <option value="">{t('ha.between.same')}</option>
            {nodes.map((node) => (
              <option key={node} value={node}>
                {node}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="row">
        <button
          type="button"
          className="primary"
          disabled={busy || !mayWrite || parted.length + joined.length === 0}
          onClick={() => void save()}
        >
          {t('save')}
        </button>
      </div>
    </Panel>
  );
}

const isOwn = (document: Json, section: Section): boolean =>
  mapAt(document, ['nodes']).some(([node]) =>
    ownSections[section].some((key) => valueAt(document, ['nodes', node, 'own', key]) !== undefined),
  );
