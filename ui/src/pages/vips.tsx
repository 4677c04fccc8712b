import { clusterSchema } from '#config/document.ts';
import { listAt, useDocument } from '../data/document.ts';
import { valueAt } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { PageHead } from '../parts/basics.tsx';
import { ListEditor } from '../parts/list-editor.tsx';
import { useNames } from '../parts/names.ts';
import { Words } from '../parts/words.tsx';

/** References to secrets are looked up by the server; here any will do. */
const schema = clusterSchema(() => 'secret').shape.virtualIps.unwrap().element;

export default function VirtualIpsPage() {
  const { t } = useSpeech();
  const names = useNames();
  const { shown } = useDocument();
  const taken = new Set(listAt(shown, ['virtualIps']).map(({ vhid }) => Number(vhid)));
  const free = Array.from({ length: 255 }, (_, index) => index + 1).find((vhid) => !taken.has(vhid)) ?? 255;
  const isStandard = valueAt(shown, ['failover']) === 'standard';
  return (
    <>
      <PageHead title={t('page.vips')} />
      <ListEditor
        title={t('page.vips')}
        path={['virtualIps']}
        noun={t('vips.vip')}
        canDisable={false}
        schema={schema}
        fresh={{ interface: names.interfaces[0]?.value ?? '', vhid: free, addresses: [], password: '' }}
        columns={[
          {
            title: t('field.interface'),
            cell: ({ interface: name, vhid }) =>
              `${names.interfaces.find(({ value }) => value === name)?.label ?? String(name)}@${vhid}`,
          },
          {
            title: t('carp.address'),
            cell: ({ addresses }) => <Words value={addresses} otherwise="" />,
            mono: true,
          },
          { title: t('vips.mac'), cell: ({ mac }) => t(`vips.mac.${(mac ?? 'virtual') as 'virtual'}`) },
          { title: t('field.description'), cell: ({ description }) => String(description ?? '') },
        ]}
        fields={[
          { name: 'interface', label: 'field.interface', kind: 'select', choices: names.interfaces },
          { name: 'vhid', label: 'vips.vhid', help: 'help.vhid', kind: 'number' },
          { name: 'addresses', label: 'carp.address', help: 'help.vipAddresses', kind: 'array' },
          { name: 'password', label: 'vips.password', help: 'help.vipPassword', kind: 'password' },
          { name: 'description', label: 'field.description', kind: 'text', default: '' },
          {
            name: 'mac',
            label: 'vips.mac',
            help: 'help.mac',
            kind: 'select',
            default: 'virtual',
            choices: (['virtual', 'interface'] as const).map((value) => ({
              value,
              label: t(`vips.mac.${value}`),
            })),
          },
          {
            name: 'advbase',
            label: 'vips.advbase',
            help: 'help.advbase',
            kind: 'number',
            shown: () => isStandard,
          },
          {
            name: 'advskew',
            label: 'vips.advskew',
            help: 'help.advskew',
            kind: 'perNodeNumber',
            shown: () => isStandard,
          },
        ]}
        empty={t('vips.none')}
      />
    </>
  );
}
