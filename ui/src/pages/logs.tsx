/** Status > System logs: live for the node one is on; read again every few seconds for another. */
import { type ReactNode, useEffect, useState } from 'react';
import type { LogLine } from '#api/contract/node-questions.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useLive } from '../data/live.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, Empty, Loading, PageHead, Panel, Scroll } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { Table } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { usePlace } from '../router.ts';

const levels = ['error', 'warn', 'info', 'debug'] as const;
const tones = { error: 'bad', warn: 'warn', info: 'info', debug: 'plain' } as const;
const shownLines = 500;

export default function LogsPage() {
  const { t } = useSpeech();
  const { query } = usePlace();
  const mayAudit = useMay('users', 'read');
  const tab = query.get('tab') === 'audit' && mayAudit ? 'audit' : 'system';
  const tabs = mayAudit && (
    <Tabs
      label={t('page.logs')}
      path="/status/logs"
      current={tab}
      tabs={[
        { name: 'system', title: t('logs.system'), query: {} },
        { name: 'audit', title: t('logs.audit'), query: { tab: 'audit' } },
      ]}
    />
  );
  return tab === 'audit' ? <Audit tabs={tabs} /> : <SystemLog tabs={tabs} />;
}

function SystemLog({ tabs }: { readonly tabs: ReactNode }) {
  const { t, stamp } = useSpeech();
  const chosen = useNodeChoice();
  const { here, log } = useLive();
  const [level, setLevel] = useState<(typeof levels)[number]>('info');
  const [text, setText] = useState('');
  const [held, setHeld] = useState<readonly LogLine[]>();
  const isHere = chosen.node === here;
  const asked = useAsked(
    `${chosen.node} ${level} ${text}`,
    () => call('logs', { query: { node: chosen.node, level, text, limit: shownLines } }),
    isHere ? undefined : 3_000,
  );
  const rank = levels.indexOf(level);
  const known = new Set(asked.value?.map(({ sequence }) => sequence));
  const fresh = isHere
    ? log.filter(
        (line) =>
          !known.has(line.sequence) &&
          levels.indexOf(line.level) <= rank &&
          lineText(line).toLowerCase().includes(text.toLowerCase()),
      )
    : [];
  const lines = [...(asked.value ?? []), ...fresh].slice(-shownLines).reverse();
  useEffect(() => {
    if (chosen.node !== '') setHeld(undefined);
  }, [chosen.node]);
  const shown = held ?? lines;
  return (
    <>
      <PageHead title={t('page.logs')}>
        <NodeChoice chosen={chosen} />
        <select
          aria-label={t('logs.level')}
          value={level}
          onChange={(event) => setLevel(levels.find((one) => one === event.target.value) ?? 'info')}
        >
          {levels.map((one) => (
            <option key={one} value={one}>
              {t(`level.${one}`)}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label={t('filter')}
          placeholder={t('filter')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button
          type="button"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held === undefined ? lines : undefined)}
        >
          {t('logs.pause')}
        </button>
      </PageHead>
      {tabs}
      <Fault of={asked.error} />
      {asked.value === undefined && asked.error === undefined && <Loading />}
      {asked.value !== undefined && (
        <Panel plain>
          <Scroll label={t('page.logs')}>
            <table className="log">
              <tbody>
                {shown.map((line) => (
                  <tr key={line.sequence}>
                    <td className="num nowrap muted mono">{stamp(line.time)}</td>
                    <td>
                      <Badge tone={tones[line.level]}>{t(`level.${line.level}`)}</Badge>
                    </td>
                    <td className="mono">{lineText(line)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          {shown.length === 0 && <Empty>{t('nothing')}</Empty>}
        </Panel>
      )}
    </>
  );
}

const lineText = ({ message, fields = {} }: LogLine): string =>
  [message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' ');

function Audit({ tabs }: { readonly tabs: ReactNode }) {
  const { t, when } = useSpeech();
  const chosen = useNodeChoice();
  const asked = useAsked(chosen.node, () => call('audit', { query: { node: chosen.node } }), 10_000);
  return (
    <>
      <PageHead title={t('page.logs')}>
        <NodeChoice chosen={chosen} />
      </PageHead>
      {tabs}
      <Fault of={asked.error} />
      <Panel plain>
        <Table
          label={t('logs.audit')}
          heads={[
            t('history.when'),
            t('history.author'),
            t('audit.from'),
            t('audit.action'),
            t('audit.detail'),
          ]}
          empty={asked.value?.length === 0 ? t('nothing') : undefined}
        >
          {asked.value?.map((line) => (
            <tr key={`${line.time} ${line.actor} ${line.action} ${line.detail}`}>
              <td className="num nowrap">{when(line.time)}</td>
              <td>{line.actor}</td>
              <td className="mono">{line.from}</td>
              <td>
                {line.ok || <Badge tone="bad">{t('audit.refused')}</Badge>} {line.action}
              </td>
              <td>{line.detail}</td>
            </tr>
          ))}
        </Table>
      </Panel>
    </>
  );
}
