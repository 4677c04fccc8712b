/** Status > Load balancer: every pool with its members on one screen, and the orders drain, disable, enable. */
import type { MemberOrder, MemberStatus } from '#api/contract/balancer.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useErrorWords } from '../i18n/problem-words.ts';
import { useToldWords } from '../i18n/told-words.ts';
import { Badge, Empty, Loading, Note, PageHead, Panel, Scroll } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { Table, useActionsHead } from '../parts/table.tsx';
import { toast } from '../parts/toasts.tsx';
import { hrefOf } from '../router.ts';

const tones = { unknown: 'plain', online: 'good', held: 'warn', offline: 'bad' } as const;

export default function BalancerStatusPage() {
  const { t, number } = useSpeech();
  const told = useToldWords();
  const actions = useActionsHead();
  const errorWords = useErrorWords();
  const chosen = useNodeChoice();
  const may = useMay('members');
  const asked = useAsked(chosen.node, () => call('balancer', { query: { node: chosen.node } }), 1_000);
  const order = async (pool: string, member: string, wanted: MemberOrder) => {
    await call('memberOrder', { body: { pool, member, order: wanted } }).catch((error: unknown) =>
      toast('bad', errorWords(error)),
    );
    asked.again();
  };
  const { value } = asked;
  return (
    <>
      <PageHead title={t('page.balancerStatus')}>
        <NodeChoice chosen={chosen} />
        <a href={hrefOf('/services/load-balancer')}>{t('page.balancer')}</a>
      </PageHead>
      <Fault of={asked.error} />
      {value === undefined && asked.error === undefined && <Loading />}
      {value?.behind !== undefined && <Note tone="warn">{value.behind}</Note>}
      {value?.pools.length === 0 && (
        <Panel>
          <Empty>{t('balancer.noPools')}</Empty>
        </Panel>
      )}
      {value?.servers.length !== 0 && value !== undefined && (
        <Panel title={t('balancer.virtualServers')} plain>
          <Scroll label={t('balancer.virtualServers')}>
            <table>
              <tbody>
                {value.servers.map((server) => (
                  <tr key={server.server}>
                    <th scope="row">{server.server}</th>
                    <td className="mono">
                      {server.addresses.join(', ')} {server.port}/{server.protocol}
                    </td>
                    <td>
                      {server.served.map(({ address, by }) => (
                        <Badge key={address} tone={by === undefined ? 'bad' : 'good'}>
                          {by ?? t('balancer.nobody')}
                        </Badge>
                      ))}
                    </td>
                    <td>{server.description}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </Panel>
      )}
      {value?.pools.map((pool) => (
        <Panel
          key={pool.pool}
          title={pool.pool}
          actions={
            <span className="muted">
              {t(`balancer.mode.${pool.mode}`)} {pool.monitor === undefined ? '' : `· ${pool.monitor}`}
            </span>
          }
          plain
        >
          <Table
            label={pool.pool}
            heads={[
              t('balancer.member'),
              t('carp.status'),
              t('balancer.lastCheck'),
              { title: t('balancer.weight'), right: true },
              { title: t('page.states'), right: true },
              { title: t('balancer.rate'), right: true },
              actions,
            ]}
          >
            {pool.members.map((member) => (
              <tr key={member.member}>
                <th scope="row" className="mono">
                  {member.member}
                </th>
                <td>
                  <Health member={member} />
                </td>
                <td>
                  {member.lastCheck === undefined ? '' : `${number(member.lastCheck.tookMs, 1)} ms`}{' '}
                  {told(member.why ?? '')}
                </td>
                <td className="right num">{member.weight}</td>
                <td className="right num">{member.states === undefined ? '' : number(member.states)}</td>
                <td className="right num">{number(member.rate, 1)}/s</td>
                <td className="actions">
                  {may && member.order === undefined && (
                    <>
                      <button
                        type="button"
                        className="quiet"
                        onClick={() => void order(pool.pool, member.member, 'drain')}
                      >
                        {t('balancer.drain')}
                      </button>
                      <button
                        type="button"
                        className="quiet"
                        onClick={() => void order(pool.pool, member.member, 'disable')}
                      >
                        {t('balancer.disable')}
                      </button>
                    </>
                  )}
                  {may && member.order !== undefined && (
                    <button
                      type="button"
                      className="quiet"
                      onClick={() => void order(pool.pool, member.member, 'enable')}
                    >
                      {t('balancer.enable')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        </Panel>
      ))}
    </>
  );
}

function Health({ member }: { readonly member: MemberStatus }) {
  const { t } = useSpeech();
  return (
    <span className="row">
      <Badge tone={tones[member.health]}>{t(`health.${member.health}`)}</Badge>
      {member.order !== undefined && <Badge tone="info">{t(`order.${member.order}`)}</Badge>}
      {!member.serving && <span className="muted">{t('balancer.notServing')}</span>}
    </span>
  );
}
