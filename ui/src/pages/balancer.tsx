/** Services > Load balancer: pools, virtual servers, monitors. */
import { balancerDocument, builtInMonitors } from '#config/balancer-document.ts';
import { mapAt, useDocument } from '../data/document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { PageHead } from '../parts/basics.tsx';
import { MapEditor } from '../parts/map-editor.tsx';
import { MembersEditor } from '../parts/members-editor.tsx';
import { useNames } from '../parts/names.ts';
import { Tabs } from '../parts/tabs.tsx';
import { Words } from '../parts/words.tsx';
import { hrefOf, usePlace } from '../router.ts';

const shape = balancerDocument.unwrap().shape;
const tabs = ['pools', 'virtualServers', 'monitors'] as const;
const types = ['icmp', 'tcp', 'http', 'https', 'send'] as const;

export default function BalancerPage() {
  const { t } = useSpeech();
  const { query } = usePlace();
  const { shown } = useDocument();
  const names = useNames();
  const tab = tabs.find((one) => one === query.get('tab')) ?? 'pools';
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const pools = mapAt(shown, ['loadBalancer', 'pools']).map(([name]) => name);
  const monitors = [...builtInMonitors, ...mapAt(shown, ['loadBalancer', 'monitors']).map(([name]) => name)];
  const description = {
    title: t('field.description'),
    cell: ({ description: text }: Record<string, unknown>) => String(text ?? ''),
  };
  const isWeb = ({ type }: Readonly<Record<string, unknown>>) => type === 'http' || type === 'https';
  const isSend = ({ type }: Readonly<Record<string, unknown>>) => type === 'send';
  return (
    <>
      <PageHead title={t('page.balancer')}>
        <a href={hrefOf('/status/load-balancer')}>{t('page.balancerStatus')}</a>
      </PageHead>
      <Tabs
        label={t('page.balancer')}
        path="/services/load-balancer"
        current={tab}
        tabs={tabs.map((name) => ({ name, title: t(`balancer.${name}`), query: { tab: name } }))}
      />
      {tab === 'pools' && (
        <>
          <MapEditor
            title={t('balancer.pools')}
            path={['loadBalancer', 'pools']}
            noun={t('balancer.pool')}
            schema={shape.pools.unwrap().valueType}
            fresh={{ members: [] }}
            columns={[
              {
                title: t('balancer.mode'),
                cell: ({ mode }) => t(`balancer.mode.${(mode ?? 'loadbalance') as 'failover'}`),
              },
              {
                title: t('balancer.members'),
                cell: ({ members }) => (Array.isArray(members) ? members.length : 0),
              },
              { title: t('balancer.monitor'), cell: ({ monitor }) => String(monitor ?? 'tcp') },
              description,
            ]}
            fields={[
              {
                name: 'mode',
                label: 'balancer.mode',
                kind: 'select',
                default: 'loadbalance',
                choices: (['loadbalance', 'failover'] as const).map((value) => ({
                  value,
                  label: t(`balancer.mode.${value}`),
                })),
              },
              { name: 'members', label: 'balancer.members', help: 'help.members', kind: 'members' },
              { name: 'port', label: 'rules.port', help: 'help.poolPort', kind: 'number' },
              {
                name: 'monitor',
                label: 'balancer.monitor',
                kind: 'select',
                default: 'tcp',
                choices: plain(monitors),
              },
              {
                name: 'fallback',
                label: 'balancer.fallback',
                help: 'help.fallback',
                kind: 'text',
                list: pools,
              },
              {
                name: 'sticky',
                label: 'balancer.sticky',
                help: 'help.sticky',
                kind: 'check',
                default: false,
              },
              { name: 'description', label: 'field.description', kind: 'text', default: '' },
            ]}
            empty={t('balancer.noPools')}
          />
          {pools.map((pool) => (
            <MembersEditor key={pool} pool={pool} />
          ))}
        </>
      )}
      {tab === 'virtualServers' && (
        <MapEditor
          title={t('balancer.virtualServers')}
          path={['loadBalancer', 'virtualServers']}
          noun={t('balancer.virtualServer')}
          schema={shape.virtualServers.unwrap().valueType}
          fresh={{
            addresses: names.virtualAddresses.slice(0, 1).map(String),
            port: 80,
            pool: pools[0] ?? '',
          }}
          columns={[
            {
              title: t('carp.address'),
              cell: ({ addresses }) => <Words value={addresses} otherwise="" />,
              mono: true,
            },
            {
              title: t('rules.port'),
              cell: ({ port, protocol }) => `${String(port)}/${String(protocol ?? 'tcp')}`,
            },
            { title: t('balancer.pool'), cell: ({ pool }) => String(pool) },
            description,
          ]}
          fields={[
            { name: 'addresses', label: 'carp.address', kind: 'array' },
            { name: 'port', label: 'rules.port', kind: 'ports' },
            {
              name: 'protocol',
              label: 'field.protocol',
              kind: 'select',
              default: 'tcp',
              choices: plain(['tcp', 'udp']),
            },
            { name: 'pool', label: 'balancer.pool', kind: 'select', choices: plain(pools) },
            {
              name: 'fallback',
              label: 'balancer.fallback',
              help: 'help.fallback',
              kind: 'text',
              list: pools,
            },
            {
              name: 'rule',
              label: 'balancer.rule',
              kind: 'select',
              default: 'pass',
              choices: plain(['pass', 'none']),
            },
            { name: 'disabled', label: 'field.disabled', kind: 'check', default: false },
            { name: 'description', label: 'field.description', kind: 'text', default: '' },
          ]}
          empty={t('balancer.noServers')}
        />
      )}
      {tab === 'monitors' && (
        <MapEditor
          title={t('balancer.monitors')}
          path={['loadBalancer', 'monitors']}
          noun={t('balancer.monitor')}
          schema={shape.monitors.unwrap().valueType}
          fresh={{ type: 'http' }}
          columns={[
            { title: t('field.type'), cell: ({ type }) => String(type) },
            { title: t('balancer.interval'), cell: ({ interval }) => `${String(interval ?? 10_000)} ms` },
            {
              title: t('balancer.checks'),
              cell: ({ path, expect, status }) =>
                [path, expect, status]
                  .filter((one) => one !== undefined)
                  .map(String)
                  .join(' '),
            },
          ]}
          fields={[
            { name: 'type', label: 'field.type', kind: 'select', choices: plain(types) },
            {
              name: 'interval',
              label: 'balancer.interval',
              help: 'help.milliseconds',
              kind: 'number',
              default: 10_000,
            },
            {
              name: 'timeout',
              label: 'states.timeout',
              help: 'help.milliseconds',
              kind: 'number',
              default: 1_000,
            },
            { name: 'fall', label: 'balancer.fall', kind: 'number', default: 3 },
            { name: 'rise', label: 'balancer.rise', kind: 'number', default: 1 },
            { name: 'path', label: 'balancer.path', kind: 'text', default: '/', shown: isWeb },
            { name: 'host', label: 'balancer.host', kind: 'text', shown: isWeb },
            { name: 'text', label: 'balancer.text', kind: 'text', shown: isWeb },
            { name: 'send', label: 'balancer.send', kind: 'text', default: '', shown: isSend },
            { name: 'expect', label: 'balancer.expect', kind: 'text', shown: isSend },
          ]}
          empty={t('balancer.noMonitors')}
        />
      )}
    </>
  );
}
