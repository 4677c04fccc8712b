import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useSpeech } from '../i18n/language.tsx';
import { AskedTable } from '../parts/asked-table.tsx';
import { Badge } from '../parts/basics.tsx';
import { useNodeChoice } from '../parts/node-choice.tsx';

export default function InterfacesPage() {
  const { t, number, bytes } = useSpeech();
  const chosen = useNodeChoice();
  const asked = useAsked(chosen.node, () => call('interfaces', { query: { node: chosen.node } }), 2_000);
  return (
    <AskedTable
      title={t('page.interfaces')}
      asked={asked}
      chosen={chosen}
      keyOf={({ device }) => device}
      columns={[
        { title: t('field.interface'), text: ({ title, interface: name }) => title ?? name ?? '' },
        { title: t('routes.device'), text: ({ device }) => device, mono: true },
        {
          title: t('interfaces.link'),
          text: ({ up }) => t(up ? 'link.up' : 'link.down'),
          cell: ({ up }) => (
            <Badge tone={up ? 'good' : 'bad'} icon={up ? 'check' : 'cross'}>
              {t(up ? 'link.up' : 'link.down')}
            </Badge>
          ),
        },
        {
          title: t('carp.address'),
          text: ({ addresses }) => addresses.join(' '),
          cell: ({ addresses }) =>
            addresses.map((one) => (
              <span className="word" key={one}>
                {one}
              </span>
            )),
          mono: true,
        },
        { title: t('interfaces.mac'), text: ({ mac }) => mac ?? '', mono: true },
        { title: 'MTU', text: ({ mtu }) => String(mtu), right: true },
        {
          title: t('traffic.in'),
          text: ({ rxBytes, rxPackets }) => `${bytes(rxBytes)} / ${number(rxPackets)}`,
          right: true,
        },
        {
          title: t('traffic.out'),
          text: ({ txBytes, txPackets }) => `${bytes(txBytes)} / ${number(txPackets)}`,
          right: true,
        },
        {
          title: t('interfaces.faults'),
          text: ({ rxErrors, txErrors, rxDropped, txDropped }) =>
            `${number(rxErrors + txErrors)} / ${number(rxDropped + txDropped)}`,
          right: true,
        },
      ]}
    />
  );
}
