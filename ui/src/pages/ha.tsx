/** System > High availability: state synchronisation, configuration synchronisation, and what it covers. */
import { useState } from 'react';
import { clusterSchema } from '#config/document.ts';
import { addPending, mapAt, useDocument } from '../data/document.ts';
import { type Json, valueAt } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useSchemaWords } from '../i18n/schema-words.ts';
import { Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { Checks } from '../parts/checks.tsx';
import { useDraft } from '../parts/draft.ts';
import { DraftNote } from '../parts/draft-note.tsx';
import { draftOf, entryOf, type FieldSpec } from '../parts/entry-fields.ts';
import { errorsOf, OneField } from '../parts/entry-form.tsx';
import { useNames } from '../parts/names.ts';
import { SharedSections } from './ha-sections.tsx';

const cluster = clusterSchema(() => 'secret');
const whole = cluster.shape.ha;
// biome-ignore format: one list
const sections = [
  'users', 'authentication', 'certificates', 'rules', 'schedules', 'aliases', 'nat', 'ipsec', 'openvpn', 'dhcp',
  'dhcpRelay', 'dhcpv6Relay', 'wakeOnLan', 'routes', 'virtualIps', 'trafficShaper', 'limiters', 'dns', 'captivePortal',
] as const;

export default function HighAvailabilityPage() {
  const { t } = useSpeech();
  const { now, shown } = useDocument();
  if (now === undefined) return <Loading />;
  const ha = (valueAt(shown, ['ha']) ?? {}) as Record<string, Json>;
  return (
    <>
      <PageHead title={t('page.ha')} />
      <Profile />
      <SharedSections />
      <HaForm key={JSON.stringify(ha)} ha={ha} />
    </>
  );
}

/** How fast the cluster fails over, and whether the better node takes the master's place back. */
function Profile() {
  const { t } = useSpeech();
  const { shown, now } = useDocument();
  const mayWrite = now?.writable.includes('failover') ?? false;
  const set = (name: string, value: Json, label: string) =>
    addPending({ operation: { op: 'set', path: [name], value }, label });
  const failover = String(valueAt(shown, ['failover']) ?? 'fast');
  return (
    <Panel title={t('ha.failover')}>
      <fieldset className="fields bare" disabled={!mayWrite}>
        <OneField
          field={{
            name: 'failover',
            label: 'node.failover',
            help: `ha.failover.${failover as 'fast'}`,
            kind: 'select',
            choices: (['standard', 'fast', 'fastest'] as const).map((value) => ({ value, label: value })),
          }}
          draft={{ failover }}
          nodes={[]}
          error={undefined}
          set={(name, value) => set(name, String(value), `${t('node.failover')}: ${String(value)}`)}
        />
        <OneField
          field={{ name: 'preempt', label: 'ha.preempt', help: 'help.preempt', kind: 'check' }}
          draft={{ preempt: valueAt(shown, ['preempt']) !== false }}
          nodes={[]}
          error={undefined}
          set={(name, value) => set(name, value === true, t('ha.preempt'))}
        />
      </fieldset>
    </Panel>
  );
}

function HaForm({ ha }: { readonly ha: Record<string, Json> }) {
  const { t } = useSpeech();
  const words = useSchemaWords();
  const names = useNames();
  const { shown, now } = useDocument();
  const nodes = mapAt(shown, ['nodes']).map(([name]) => name);
  const mayWrite = now?.writable.includes('ha') ?? false;
  const held = valueAt(ha, ['sync', 'config', 'sections']);
  const fields: readonly FieldSpec[] = [
    {
      name: 'sync.states',
      label: 'ha.states',
      help: 'help.states',
      kind: 'check',
      default: true,
    },
    {
      name: 'sync.interface',
      label: 'ha.interface',
      help: 'help.syncInterface',
      kind: 'select',
      choices: names.interfaces,
    },
    { name: 'hostId', label: 'ha.hostId', help: 'help.hostId', kind: 'perNode' },
    { name: 'sync.peers', label: 'ha.peers', help: 'help.peers', kind: 'perNode' },
  ];
  const configFields: readonly FieldSpec[] = [
    {
      name: 'sync.config.from',
      label: 'ha.from',
      help: 'help.from',
      kind: 'select',
      choices: [{ value: '', label: t('ha.from.any') }, ...nodes.map((value) => ({ value, label: value }))],
    },
    { name: 'sync.config.peer', label: 'ha.peer', help: 'help.configPeer', kind: 'text' },
    { name: 'sync.config.user', label: 'login.user', kind: 'text', default: 'admin' },
    { name: 'sync.config.password', label: 'login.password', kind: 'password' },
    {
      name: 'sync.config.synchroniseAdmin',
      label: 'ha.admin',
      help: 'help.admin',
      kind: 'check',
      default: false,
    },
    {
      name: 'sync.config.verifyCertificate',
      label: 'ha.verify',
      help: 'help.verify',
      kind: 'check',
      default: true,
    },
  ];
  const all = [...fields, ...configFields];
  const hold = useDraft('ha', {
    ...draftOf(all, ha),
    wantsConfig: valueAt(ha, ['sync', 'config']) !== undefined,
    sections: Array.isArray(held) ? held : [...sections],
  });
  const { draft, set, forget } = hold;
  const [tried, setTried] = useState(false);
  const wantsConfig = draft.wantsConfig === true;
  const chosen = Array.isArray(draft.sections) ? draft.sections.map(String) : [];
  const made = () => {
    const entry = entryOf(wantsConfig ? all : fields, draft, ha);
    const sync = { ...((entry.sync ?? {}) as Record<string, Json>) };
    const config = (sync.config ?? {}) as Record<string, Json>;
    delete sync.config;
    if (wantsConfig)
      sync.config = { ...config, sections: chosen.length === sections.length ? 'all' : chosen };
    return { ...entry, ...(Object.keys(sync).length === 0 ? {} : { sync }) };
  };
  const entry = made();
  const errors = errorsOf(whole, entry, all, words);
  const save = () => {
    setTried(true);
    if (Object.keys(errors).length > 0) return;
    forget();
    addPending({ operation: { op: 'set', path: ['ha'], value: entry }, label: t('page.ha') });
  };
  const render = (list: readonly FieldSpec[]) =>
    list.map((field) => (
      <OneField
        key={field.name}
        field={field}
        draft={draft}
        nodes={nodes}
        set={set}
        error={tried ? errors[field.name] : undefined}
      />
    ));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {!mayWrite && <Note>{t('readOnly')}</Note>}
      <DraftNote hold={hold} />
      {tried && Object.keys(errors).length > 0 && (
        <Note tone="bad" role="alert">
          {errors[''] ?? t('form.wrong')}
        </Note>
      )}
      <fieldset className="bare" disabled={!mayWrite}>
        <Panel title={t('ha.stateSync')}>
          <div className="fields">{render(fields)}</div>
        </Panel>
        <Panel title={t('ha.configSync')}>
          <p className="muted">{t('ha.configSync.text')}</p>
          <div className="fields">
            <OneField
              field={{
                name: 'wantsConfig',
                label: 'ha.wantsConfig',
                help: 'help.wantsConfig',
                kind: 'check',
                wide: true,
              }}
              draft={draft}
              nodes={nodes}
              set={set}
              error={undefined}
            />
            {wantsConfig && render(configFields)}
          </div>
          {wantsConfig && (
            <fieldset className="apart">
              <legend>{t('ha.sections')}</legend>
              <div className="row">
                <button
                  type="button"
                  onClick={() => set('sections', chosen.length === sections.length ? [] : [...sections])}
                >
                  {t('ha.toggleAll')}
                </button>
              </div>
              <div className="checks">
                <Checks
                  choices={sections.map((value) => ({ value, label: t(`section.${value}`) }))}
                  held={chosen}
                  onChange={(next) => set('sections', next)}
                />
              </div>
            </fieldset>
          )}
        </Panel>
      </fieldset>
      <button type="submit" className="primary" disabled={!mayWrite}>
        {t('save')}
      </button>
    </form>
  );
}
