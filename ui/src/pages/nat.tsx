/** Firewall > NAT: port forwards, 1:1, outbound with its four modes, and prefixes (NPt). */
import { npt, oneToOne, outboundRule, portForward } from '#config/nat-document.ts';
import { protocols } from '#config/rules-document.ts';
import { addPending, useDocument } from '../data/document.ts';
import { valueAt } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { PageHead, Panel } from '../parts/basics.tsx';
import { endFields } from '../parts/end-fields.ts';
import type { FieldSpec } from '../parts/entry-fields.ts';
import type { Column } from '../parts/entry-row.tsx';
import { SelectField } from '../parts/fields.tsx';
import { ListEditor } from '../parts/list-editor.tsx';
import { useNames } from '../parts/names.ts';
import { Tabs } from '../parts/tabs.tsx';
import { Words } from '../parts/words.tsx';
import { usePlace } from '../router.ts';

const tabs = ['portForwards', 'oneToOne', 'outbound', 'npt'] as const;
const modes = ['automatic', 'hybrid', 'manual', 'off'] as const;

export default function NatPage() {
  const { t } = useSpeech();
  const { query } = usePlace();
  const tab = tabs.find((one) => one === query.get('tab')) ?? 'portForwards';
  return (
    <>
      <PageHead title={t('page.nat')} />
      <Tabs
        label={t('page.nat')}
        path="/firewall/nat"
        current={tab}
        tabs={tabs.map((name) => ({ name, title: t(`nat.${name}`), query: { tab: name } }))}
      />
      {tab === 'outbound' && <OutboundMode />}
      <NatList key={tab} tab={tab} />
    </>
  );
}

function OutboundMode() {
  const { t } = useSpeech();
  const { shown, now } = useDocument();
  const mode = String(valueAt(shown, ['nat', 'outbound', 'mode']) ?? 'automatic');
  return (
    <Panel>
      <SelectField
        label={t('nat.mode')}
        help={t(`nat.mode.${mode as 'automatic'}.text`)}
        value={mode}
        disabled={!(now?.writable.includes('nat') ?? false)}
        choices={modes.map((value) => ({ value, label: t(`nat.mode.${value}`) }))}
        onChange={(value) =>
          addPending({
            operation: { op: 'set', path: ['nat', 'outbound', 'mode'], value },
            label: `${t('nat.mode')}: ${t(`nat.mode.${value as 'automatic'}`)}`,
          })
        }
      />
    </Panel>
  );
}

function NatList({ tab }: { readonly tab: (typeof tabs)[number] }) {
  const { t } = useSpeech();
  const names = useNames();
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const anInterface: FieldSpec = {
    name: 'interface',
    label: 'field.interface',
    kind: 'select',
    choices: names.interfaces,
  };
  const ends = endFields(names);
  const reflection: FieldSpec = {
    name: 'reflection',
    label: 'nat.reflection',
    help: 'help.reflection',
    kind: 'check',
    default: false,
  };
  const outside: FieldSpec = {
    name: 'external',
    label: 'nat.external',
    kind: 'text',
    list: names.virtualAddresses,
  };
  const inside: FieldSpec = { name: 'internal', label: 'nat.internal', kind: 'text' };
  const remarks: readonly FieldSpec[] = [
    { name: 'description', label: 'field.description', kind: 'text', default: '', wide: true },
    { name: 'disabled', label: 'field.disabled', help: 'help.disabled', kind: 'check', default: false },
  ];
  const words = (title: string, name: string, otherwise = '*'): Column => ({
    title,
    cell: (entry) => <Words value={entry[name]} otherwise={otherwise} />,
  });
  const description = words(t('field.description'), 'description', '');
  const ifname: Column = {
    title: t('field.interface'),
    cell: ({ interface: key }) => names.interfaces.find(({ value }) => value === key)?.label ?? String(key),
  };
  const wan =
    names.interfaces.find(({ value }) => value.includes('wan'))?.value ?? names.interfaces[0]?.value ?? '';
  if (tab === 'portForwards') {
    return (
      <ListEditor
        title={t('nat.portForwards')}
        path={['nat', 'portForwards']}
        noun={t('nat.portForward')}
        schema={portForward}
        fresh={{ interface: wan, destination: `${wan} vip`, ports: '', target: '' }}
        columns={[
          ifname,
          words(t('field.protocol'), 'protocol', 'tcp'),
          words(t('field.source'), 'source'),
          words(t('field.destination'), 'destination'),
          words(t('rules.destinationPort'), 'ports'),
          words(t('nat.target'), 'target', ''),
          words(t('nat.targetPort'), 'targetPort', '='),
          description,
        ]}
        fields={[
          anInterface,
          {
            name: 'protocol',
            label: 'field.protocol',
            kind: 'select',
            default: 'tcp',
            choices: plain(['tcp', 'udp', 'tcp/udp']),
          },
          ...ends,
          { name: 'ports', label: 'field.ports', help: 'help.ports', kind: 'ports', list: names.ports },
          { name: 'target', label: 'nat.target', help: 'help.target', kind: 'text' },
          { name: 'targetPort', label: 'nat.targetPort', help: 'help.targetPort', kind: 'number' },
          {
            name: 'rule',
            label: 'nat.rule',
            help: 'help.natRule',
            kind: 'select',
            default: 'associated',
            choices: (['associated', 'pass', 'none'] as const).map((value) => ({
              value,
              label: t(`nat.rule.${value}`),
            })),
          },
          reflection,
          ...remarks,
        ]}
      />
    );
  }
  if (tab === 'oneToOne') {
    return (
      <ListEditor
        title={t('nat.oneToOne')}
        path={['nat', 'oneToOne']}
        noun={t('nat.oneToOne.one')}
        schema={oneToOne}
        fresh={{ interface: wan, external: '', internal: '' }}
        columns={[
          ifname,
          words(t('nat.external'), 'external', ''),
          words(t('nat.internal'), 'internal', ''),
          words(t('field.destination'), 'destination'),
          description,
        ]}
        fields={[anInterface, outside, inside, ...ends.slice(1), reflection, ...remarks]}
      />
    );
  }
  if (tab === 'npt') {
    return (
      <ListEditor
        title={t('nat.npt')}
        path={['nat', 'npt']}
        noun={t('nat.npt.one')}
        schema={npt}
        fresh={{ interface: wan, internal: '', external: '' }}
        columns={[
          ifname,
          words(t('nat.internal'), 'internal', ''),
          words(t('nat.external'), 'external', ''),
          description,
        ]}
        fields={[anInterface, inside, outside, ...remarks]}
      />
    );
  }
  return (
    <ListEditor
      title={t('nat.outbound')}
      path={['nat', 'outbound', 'rules']}
      noun={t('nat.outbound.one')}
      schema={outboundRule}
      fresh={{ interface: wan, source: 'lan net', translateTo: names.virtualAddresses[0] ?? 'interface' }}
      columns={[
        ifname,
        words(t('field.source'), 'source'),
        words(t('field.destination'), 'destination'),
        words(t('nat.translateTo'), 'translateTo', t('nat.translateTo.interface')),
        description,
      ]}
      fields={[
        anInterface,
        {
          name: 'protocol',
          label: 'field.protocol',
          kind: 'select',
          default: 'any',
          choices: plain(protocols),
        },
        ...ends,
        {
          name: 'translateTo',
          label: 'nat.translateTo',
          help: 'help.translateTo',
          kind: 'text',
          default: 'interface',
          list: ['interface', 'none', ...names.virtualAddresses],
        },
        { name: 'staticPort', label: 'nat.staticPort', kind: 'check', default: false },
        ...remarks,
      ]}
      empty={t('nat.outbound.none')}
    />
  );
}
