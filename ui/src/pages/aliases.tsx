import { aliasDocument } from '#config/aliases-document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { PageHead } from '../parts/basics.tsx';
import { MapEditor } from '../parts/map-editor.tsx';
import { Words } from '../parts/words.tsx';

const types = ['hosts', 'networks', 'ports', 'urltable'] as const;

export default function AliasesPage() {
  const { t } = useSpeech();
  return (
    <>
      <PageHead title={t('page.aliases')} />
      <MapEditor
        title={t('page.aliases')}
        path={['aliases']}
        noun={t('aliases.alias')}
        fresh={{ type: 'hosts', entries: [] }}
        schema={aliasDocument}
        columns={[
          { title: t('field.type'), cell: ({ type }) => t(`aliases.${type as 'hosts'}`) },
          {
            title: t('aliases.entries'),
            cell: ({ entries, url }) => <Words value={entries ?? url} otherwise="" />,
            mono: true,
          },
          { title: t('field.description'), cell: ({ description }) => String(description ?? '') },
        ]}
        fields={[
          {
            name: 'type',
            label: 'field.type',
            kind: 'select',
            choices: types.map((value) => ({ value, label: t(`aliases.${value}`) })),
          },
          { name: 'description', label: 'field.description', kind: 'text' },
          {
            name: 'entries',
            label: 'aliases.entries',
            help: 'help.aliasEntries',
            kind: 'lines',
            shown: ({ type }) => type !== 'urltable',
          },
          {
            name: 'url',
            label: 'aliases.url',
            help: 'help.aliasUrl',
            kind: 'text',
            wide: true,
            shown: ({ type }) => type === 'urltable',
          },
          {
            name: 'refreshHours',
            label: 'aliases.refresh',
            kind: 'number',
            default: 24,
            shown: ({ type }) => type === 'urltable',
          },
        ]}
        empty={t('aliases.none')}
      />
    </>
  );
}
