import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { AskedTable } from '../parts/asked-table.tsx';
import { useNodeChoice } from '../parts/node-choice.tsx';

export default function RoutesPage() {
  const { t } = useSpeech();
  const chosen = useNodeChoice();
  const asked = useAsked(chosen.node, () => call('routes', { query: { node: chosen.node } }));
  return (
    <AskedTable
      title={t('page.routes')}
      asked={asked}
      chosen={chosen}
      keyOf={(row) => JSON.stringify(row)}
      columns={[
        { title: t('field.family'), text: ({ family }) => t(`family.${family}`) },
        { title: t('field.destination'), text: ({ destination }) => destination, mono: true },
        { title: t('field.gateway'), text: ({ gateway }) => gateway ?? '', mono: true },
        { title: t('routes.device'), text: ({ device }) => device ?? '', mono: true },
        { title: t('field.source'), text: ({ source }) => source ?? '', mono: true },
        { title: t('routes.metric'), text: ({ metric }) => String(metric ?? ''), right: true },
        { title: t('routes.protocol'), text: ({ protocol, type }) => `${protocol} ${type}` },
        { title: t('routes.table'), text: ({ table }) => table },
      ]}
    />
  );
}
