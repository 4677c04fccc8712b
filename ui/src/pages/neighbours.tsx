import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { AskedTable } from '../parts/asked-table.tsx';
import { Badge } from '../parts/basics.tsx';
import { useNodeChoice } from '../parts/node-choice.tsx';

export default function NeighboursPage() {
  const { t } = useSpeech();
  const chosen = useNodeChoice();
  const asked = useAsked(chosen.node, () => call('neighbours', { query: { node: chosen.node } }), 5_000);
  return (
    <AskedTable
      title={t('page.neighbours')}
      asked={asked}
      chosen={chosen}
      keyOf={({ address, device }) => `${device} ${address}`}
      columns={[
        { title: t('carp.address'), text: ({ address }) => address, mono: true },
        { title: t('interfaces.mac'), text: ({ mac }) => mac ?? '', mono: true },
        { title: t('routes.device'), text: ({ device }) => device, mono: true },
        {
          title: t('carp.status'),
          text: ({ state }) => state,
          cell: ({ state }) => (
            <Badge
              tone={
                /failed|incomplete/i.test(state)
                  ? 'bad'
                  : /reachable|permanent/i.test(state)
                    ? 'good'
                    : 'plain'
              }
            >
              {state}
            </Badge>
          ),
        },
      ]}
    />
  );
}
