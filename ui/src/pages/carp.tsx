/** Status > CARP (failover): every virtual IP with its status on each node, the two buttons, demotion, state synchronisation. */
import { useState } from 'react';
import { call } from '../data/client.ts';
import { type LiveNode, refreshCluster, useLive } from '../data/live.ts';
import { useMay } from '../data/session.ts';
import { type Speech, useSpeech } from '../i18n/language.tsx';
import { useToldWords } from '../i18n/told-words.ts';
import { Badge, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { RoleBadge, VipBadge } from '../parts/roles.tsx';
import { Sender } from '../parts/sender.tsx';
import { Table } from '../parts/table.tsx';

type Order = { readonly node: string; readonly kind: 'disable' | 'enable' | 'enter' | 'leave' | 'reset' };

export function CarpPage() {
  const { t } = useSpeech();
  const { nodes, here } = useLive();
  const [asked, setAsked] = useState<Order>();
  if (nodes.length === 0) return <Loading />;
  const vips = nodes.find(({ status }) => status !== undefined)?.status?.vips ?? [];
  // The node one is on comes first.
  const ordered = [...nodes].sort((a, b) => Number(b.node === here) - Number(a.node === here));
  return (
    <>
      <PageHead title={t('page.carp')} />
      <div className="grid">
        {ordered.map((node) => (
          <NodeControls key={node.node} node={node} isHere={node.node === here} onAsk={setAsked} />
        ))}
      </div>
      <Panel title={t('carp.vips')} plain>
        <Table
          label={t('carp.vips')}
          heads={[
            t('carp.interface'),
            { title: t('carp.address'), wide: true },
            { title: t('field.description'), wide: true },
            ...nodes.map(({ node }) => `${t('carp.status')} ${node}`),
          ]}
          empty={vips.length === 0 ? t('carp.noVips') : undefined}
        >
          {vips.map((vip) => (
            <tr key={vip.title}>
              <th scope="row">
                {vip.title}
                <span className="narrow-only muted mono">{vip.addresses.join(', ')}</span>
              </th>
              <td className="wide-cell mono">{vip.addresses.join(', ')}</td>
              <td className="wide-cell">{vip.description}</td>
              {nodes.map(({ node, status }) => (
                <td key={node}>
                  <VipCell vip={status?.vips.find((other) => other.title === vip.title)} />
                </td>
              ))}
            </tr>
          ))}
        </Table>
      </Panel>
      <StateSync nodes={nodes} />
      {asked !== undefined && <Confirm order={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function VipCell({ vip }: { readonly vip: NonNullable<LiveNode['status']>['vips'][number] | undefined }) {
  const { t, duration } = useSpeech();
  if (vip === undefined) return <RoleBadge is="AWAY" />;
  return (
    <span className="row nowrap">
      <VipBadge status={vip.status} />
      <span className="muted num" title={t('carp.skew')}>
        {duration(vip.forMs)}
        <span className="wide-cell"> · skew {vip.advskew}</span>
      </span>
    </span>
  );
}

function NodeControls({
  node: { node, status, away },
  isHere,
  onAsk,
}: {
  readonly node: LiveNode;
  readonly isHere: boolean;
  readonly onAsk: (order: Order) => void;
}) {
  const { t } = useSpeech();
  const told = useToldWords();
  const may = useMay('carp');
  const title = (
    <>
      {node} {isHere && <span className="muted">({t('here.this')})</span>}
    </>
  );
  if (status === undefined) {
    return (
      <Panel title={title} actions={<RoleBadge is="AWAY" />}>
        {t('node.away', { why: told(away ?? '') })}
      </Panel>
    );
  }
  const reasons = Object.entries(status.demotionReasons).filter(([, value]) => value > 0);
  return (
    <Panel
      title={title}
      actions={
        status.maintenance ? (
          <RoleBadge is="MAINTENANCE" />
        ) : status.carp === 'disabled' ? (
          <RoleBadge is="DISABLED" />
        ) : (
          <Badge tone="good" icon="check">
            {t('carp.enabled')}
          </Badge>
        )
      }
    >
      <div className="row">
        <button
          type="button"
          disabled={!may}
          onClick={() => onAsk({ node, kind: status.carp === 'enabled' ? 'disable' : 'enable' })}
        >
          {t(status.carp === 'enabled' ? 'carp.disable' : 'carp.enable')}
        </button>
        <button
          type="button"
          disabled={!may}
          onClick={() => onAsk({ node, kind: status.maintenance ? 'leave' : 'enter' })}
        >
          {t(status.maintenance ? 'carp.leave' : 'carp.enter')}
        </button>
      </div>
      {status.demotion > 0 && (
        <div className="apart">
          <Note
            tone="bad"
            actions={
              <button type="button" disabled={!may} onClick={() => onAsk({ node, kind: 'reset' })}>
                {t('carp.reset')}
              </button>
            }
          >
            <b>{t('carp.demotion', { value: status.demotion })}</b>
            <ul className="tight">
              {reasons.map(([reason, value]) => (
                <li key={reason}>
                  {reason}: <span className="num">{value}</span>
                </li>
              ))}
            </ul>
          </Note>
        </div>
      )}
    </Panel>
  );
}

const questions = {
  disable: ['carp.disable', 'carp.disable.text'],
  enable: ['carp.enable', 'carp.enable.text'],
  enter: ['carp.enter', 'carp.enter.text'],
  leave: ['carp.leave', 'carp.leave.text'],
  reset: ['carp.reset', 'carp.reset.text'],
} as const satisfies Record<Order['kind'], readonly [Parameters<Speech['t']>[0], Parameters<Speech['t']>[0]]>;

function Confirm({
  order: { node, kind },
  onClose,
}: {
  readonly order: Order;
  readonly onClose: () => void;
}) {
  const { t } = useSpeech();
  const [title, text] = questions[kind];
  const send = async () => {
    if (kind === 'disable' || kind === 'enable')
      await call('carp', { body: { node, enabled: kind === 'enable' } });
    else if (kind === 'reset') await call('resetDemotion', { body: { node } });
    else await call('maintenance', { body: { node, on: kind === 'enter' } });
    await refreshCluster();
  };
  return (
    <Sender
      small
      title={`${node}: ${t(title)}`}
      submit={t(title)}
      danger={kind === 'disable'}
      onClose={onClose}
      send={send}
    >
      <p>{t(text, { node })}</p>
    </Sender>
  );
}

function StateSync({ nodes }: { readonly nodes: readonly LiveNode[] }) {
  const { t, number } = useSpeech();
  const rows = nodes.flatMap(({ node, status }) =>
    (status?.states?.peers ?? []).map((peer) => ({ node, peer })),
  );
  if (rows.length === 0) return null;
  return (
    <Panel title={t('carp.sync')} plain>
      <Table
        label={t('carp.sync')}
        heads={[
          t('sync.node'),
          t('sync.peer'),
          t('carp.status'),
          { title: t('sync.entries'), right: true },
          { title: t('sync.lag'), right: true },
          t('sync.hostId'),
        ]}
      >
        {rows.map(({ node, peer }) => (
          <tr key={`${node} ${peer.hostId}`}>
            <th scope="row">{node}</th>
            <td>{peer.node}</td>
            <td>
              <Badge
                tone={
                  peer.state === 'in step'
                    ? 'good'
                    : peer.state === 'silent' || peer.state === 'left'
                      ? 'bad'
                      : 'warn'
                }
              >
                {t(`sync.${peer.state}`)}
              </Badge>
            </td>
            <td className="num right">{number(peer.entries)}</td>
            <td className="num right">{number(peer.lagMs, 1)} ms</td>
            <td className="mono">{peer.hostId}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
