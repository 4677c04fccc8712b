/** Status > System logs: live for the node one is on; read again every few seconds for another. */
import { useEffect, useState } from 'react';
import type { LogLine } from '#api/contract/node-questions.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useLive } from '../data/live.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, Empty, Loading, Note, PageHead, Panel, Scroll } from '../parts/basics.tsx';
import { NodeChoice, useNodeChoice } from '../parts/node-choice.tsx';
import { hrefOf, usePlace } from '../router.ts';

const levels = ['error', 'warn', 'info', 'debug'] as const;
const tones = { error: 'bad', warn: 'warn', info: 'info', debug: 'plain' } as const;
const shownLines = 500;

export default function LogsPage() {
  const { t } = useSpeech();
  const { query } = usePlace();
  const mayAudit = useMay('users', 'read');
  const tab = query.get('tab') === 'audit' && mayAudit ? 'audit' : 'system';
  return (
    <>
      {mayAudit && (
        <nav className="tabs" aria-label={t('page.logs')}>
          {(['system', 'audit'] as const).map((one) => (
            <a
              key={one}
              href={hrefOf('/status/logs', one === 'audit' ? { tab: one } : {})}
              aria-current={one === tab ? 'page' : undefined}
            >
              {t(`logs.${one}`)}
            </a>
          ))}
        </nav>
      )}
      {tab === 'audit' ? <Audit /> : <SystemLog />}
    </>
  );
}

function SystemLog() {
  const { t } = useSpeech();
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
      {asked.error !== undefined && (
        <Note tone="bad" role="alert">
          {(asked.error as Error).message}
        </Note>
      )}
      {asked.value === undefined && asked.error === undefined && <Loading />}
      {asked.value !== undefined && (
        <Panel plain>
          <Scroll label={t('page.logs')}>
            <table className="log">
              <tbody>
                {shown.map((line) => (
                  <tr key={line.sequence}>
                    <td className="num nowrap muted mono">
                      {new Date(line.time).toISOString().replace('T', ' ').slice(0, 23)}
                    </td>
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

function Audit() {
  const { t, when } = useSpeech();
  const chosen = useNodeChoice();
  const asked = useAsked(chosen.node, () => call('audit', { query: { node: chosen.node } }), 10_000);
  return (
    <>
      <PageHead title={t('logs.audit')}>
        <NodeChoice chosen={chosen} />
      </PageHead>
      {asked.error !== undefined && (
        <Note tone="bad" role="alert">
          {(asked.error as Error).message}
        </Note>
      )}
      <Panel plain>
        <Scroll label={t('logs.audit')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('history.when')}</th>
                <th scope="col">{t('history.author')}</th>
                <th scope="col">{t('audit.from')}</th>
                <th scope="col">{t('audit.action')}</th>
                <th scope="col">{t('audit.detail')}</th>
              </tr>
            </thead>
            <tbody>
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
            </tbody>
          </table>
        </Scroll>
        {asked.value?.length === 0 && <Empty>{t('nothing')}</Empty>}
      </Panel>
    </>
  );
}
