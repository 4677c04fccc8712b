/** Both nodes side by side: the drawing, what deserves a look, figures and traffic. */
import { mapAt, useDocument } from '../data/document.ts';
import { type LiveNode, useLive } from '../data/live.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useToldWords } from '../i18n/told-words.ts';
import { Badge, Loading, PageHead, Panel } from '../parts/basics.tsx';
import { FindingList, RuntimeFindings } from '../parts/findings.tsx';
import { RoleBadge, roleOf } from '../parts/roles.tsx';
import { Topology } from '../parts/topology.tsx';
import { Traffic } from '../parts/traffic.tsx';
import { hrefOf } from '../router.ts';

export function DashboardPage() {
  const { t, when } = useSpeech();
  const { nodes, roles, here } = useLive();
  const { now, shown } = useDocument();
  if (nodes.length === 0) return <Loading />;
  const findings = nodes.flatMap(({ node, status }) =>
    (status?.findings ?? []).map((finding) => ({ ...finding, node })),
  );
  const documentFindings = now?.findings.filter(({ severity }) => severity !== 'info') ?? [];
  const titles = Object.fromEntries(
    mapAt(shown, ['interfaces']).map(([name, value]) => [
      name,
      String(value.description ?? name.toUpperCase()),
    ]),
  );
  const cluster = nodes.find(({ status }) => status !== undefined)?.status?.cluster ?? '';
  return (
    <>
      <PageHead title={t('page.dashboard')}>
        <span className="muted">{t('dashboard.cluster', { cluster })}</span>
      </PageHead>
      <div className="dashboard">
        <Panel title={t('topology')}>
          <Topology document={shown} nodes={nodes} />
          <Legend />
        </Panel>
        <Panel
          title={t('dashboard.findings')}
          actions={
            findings.length + documentFindings.length === 0 ? (
              <Badge tone="good" icon="check">
                {t('dashboard.fine')}
              </Badge>
            ) : (
              <Badge tone="warn">{findings.length + documentFindings.length}</Badge>
            )
          }
        >
          {findings.length + documentFindings.length === 0 && <p className="muted">{t('dashboard.none')}</p>}
          <RuntimeFindings findings={findings} />
          <FindingList findings={documentFindings} />
          <h3 className="apart">{t('dashboard.roles')}</h3>
          {roles.length === 0 && <p className="muted">{t('dashboard.noRoles')}</p>}
          <ol className="events">
            {roles
              .slice(-8)
              .reverse()
              .map((event) => (
                <li key={`${event.time} ${event.node} ${event.title} ${event.to}`}>
                  <time className="muted num">{when(event.time)}</time> <b>{event.node}</b> {event.title}:{' '}
                  {event.from} → <b>{event.to}</b>
                </li>
              ))}
          </ol>
        </Panel>
      </div>
      <div className="grid">
        {nodes.map((node) => (
          <NodePanel key={node.node} node={node} isHere={node.node === here} titles={titles} />
        ))}
      </div>
    </>
  );
}

function Legend() {
  const { t } = useSpeech();
  return (
    <p className="legend muted">
      <RoleBadge is="MASTER" /> <RoleBadge is="BACKUP" /> <RoleBadge is="INIT" />
      <span>{t('topology.legend')}</span>
    </p>
  );
}

function NodePanel({
  node: { node, status, away, counters },
  isHere,
  titles,
}: {
  readonly node: LiveNode;
  readonly isHere: boolean;
  readonly titles: Readonly<Record<string, string>>;
}) {
  const { t, number, bytes, duration } = useSpeech();
  const told = useToldWords();
  const title = (
    <>
      {node} {isHere && <span className="muted">({t('here.this')})</span>}
    </>
  );
  return (
    <Panel title={title} actions={<RoleBadge is={roleOf(status)} />}>
      {status === undefined ? (
        <p>{t('node.away', { why: told(away ?? '') })}</p>
      ) : (
        <dl className="facts num">
          <dt>{t('page.carp')}</dt>
          <dd>
            {status.vips.filter((vip) => vip.status === 'MASTER').length} / {status.vips.length}{' '}
            {t('role.MASTER')}
            {status.maintenance && (
              <>
                {' '}
                · <a href={hrefOf('/status/carp')}>{t('role.MAINTENANCE')}</a>
              </>
            )}
            {status.demotion > 0 && (
              <>
                {' '}
                · <a href={hrefOf('/status/carp')}>{t('carp.demotion.short', { value: status.demotion })}</a>
              </>
            )}
          </dd>
          <dt>{t('node.document')}</dt>
          <dd>
            {status.document === undefined ? (
              ''
            ) : (
              <a href={hrefOf('/system/history')}>{t('revision', { number: status.document.number })}</a>
            )}
            {Object.entries(status.document?.peers ?? {}).map(([peer, stand]) => (
              <span key={peer}> · {t('pair', { of: peer, what: t(`stand.${stand.kind}`) })}</span>
            ))}
          </dd>
          {status.states !== undefined && (
            <>
              <dt>{t('page.states')}</dt>
              <dd>
                {number(status.states.entries)} / {number(status.states.mostEntries)}
                {status.states.peers.map((peer) => (
                  <span key={peer.hostId}>
                    {' '}
                    · {t('pair', { of: peer.node, what: t(`sync.${peer.state}`) })}
                  </span>
                ))}
              </dd>
            </>
          )}
          <dt>{t('node.uptime')}</dt>
          <dd>{duration(status.uptimeMs)}</dd>
          <dt>{t('node.memory')}</dt>
          <dd>{bytes(status.residentBytes)}</dd>
          <dt>{t('node.failover')}</dt>
          <dd>
            {status.failover}
            {!status.realtime && ` · ${t('node.notRealtime')}`}
          </dd>
        </dl>
      )}
      <Traffic counters={counters} titles={titles} />
    </Panel>
  );
}
