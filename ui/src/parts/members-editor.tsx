/** The members of a pool, in the order in which a failover pool takes them. */
import { balancerDocument } from '#config/balancer-document.ts';
import { useSpeech } from '../i18n/language.tsx';
import { ListEditor } from './list-editor.tsx';

const schema = balancerDocument.unwrap().shape.pools.unwrap().valueType.shape.members.element;

export function MembersEditor({ pool }: { readonly pool: string }) {
  const { t } = useSpeech();
  return (
    <ListEditor
      title={t('balancer.membersOf', { pool })}
      path={['loadBalancer', 'pools', pool, 'members']}
      noun={t('balancer.member')}
      canDisable={false}
      schema={schema}
      fresh={{ address: '' }}
      columns={[
        { title: t('carp.address'), cell: ({ address }) => String(address), mono: true },
        { title: t('rules.port'), cell: ({ port }) => String(port ?? '') },
        { title: t('balancer.weight'), cell: ({ weight }) => String(weight ?? 1) },
        {
          title: t('field.description'),
          cell: ({ description, enabled }) =>
            enabled === false ? t('role.DISABLED') : String(description ?? ''),
        },
      ]}
      fields={[
        { name: 'address', label: 'carp.address', kind: 'text' },
        { name: 'port', label: 'rules.port', kind: 'number' },
        { name: 'weight', label: 'balancer.weight', kind: 'number', default: 1 },
        { name: 'enabled', label: 'carp.enabled', kind: 'check', default: true },
        { name: 'description', label: 'field.description', kind: 'text', default: '' },
      ]}
    />
  );
}
