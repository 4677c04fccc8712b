/** The lab: pull a cable on the drawing, stop a node, and see beside it what the client noticed. */
import { useState } from 'react';
import type { LabAction, LabPicture } from '#api/contract/lab.ts';
import { useDocument } from '../data/document.ts';
import { actOnLab, useLab } from '../data/lab.ts';
import { useLive } from '../data/live.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { toast } from '../parts/toasts.tsx';
import { type Cables, Topology } from '../parts/topology.tsx';

const nodeActions = ['graceful-stop', 'host-death', 'maintenance', 'carp-disabled'] as const;

export default function LabPage() {
  const { t, language } = useSpeech();
  const { nodes } = useLive();
  const { shown } = useDocument();
  const { picture, isLost } = useLab();
  const [busy, setBusy] = useState(false);
  if (picture === undefined) return isLost ? <Note tone="bad">{t('lab.lost')}</Note> : <Loading />;
  const act = async (action: LabAction) => {
    if (busy) return;
    setBusy(true);
    const refused = await actOnLab(action).catch(() => ({ en: t('lab.lost'), fr: t('lab.lost') }));
    if (refused !== undefined) toast('warn', refused[language]);
    setBusy(false);
  };
  const cables: Cables = {
    stateOf: (node, network) => {
      const cable = picture.cables.find((one) => one.node === node && one.interface === network);
      return cable === undefined ? undefined : cable.isPulled ? 'pulled' : 'plugged';
    },
    toggle: (node, network) => void act({ do: 'cable', node, interface: network }),
  };
  return (
    <>
      <PageHead title={t('page.lab')}>
        <span className="muted">
          {t('lab.scenario', { scenario: picture.scenario, failover: picture.failover })}
        </span>
        <button type="button" onClick={() => void act({ do: 'restore' })}>
          {t('lab.restore')}
        </button>
      </PageHead>
      <Note tone="info">{t('lab.text')}</Note>
      <div className="dashboard">
        <Panel title={t('topology')}>
          <Topology document={shown} nodes={nodes} cables={cables} />
          <div className="lab-nodes">
            {picture.nodes.map((node) => (
              <NodeButtons
                key={node.name}
                node={node}
                busy={busy || picture.drill.isRunning}
                onAct={(action) => void act({ do: 'node', node: node.name, action })}
              />
            ))}
          </div>
          <p className="muted" aria-live="polite">
            {picture.message[language]}
          </p>
        </Panel>
        <div>
          <Panel title={t('lab.flows')}>
            {picture.flows.map((flow) => (
              <Flow key={flow.name.en} flow={flow} />
            ))}
            <p className="muted num">
              {picture.connections
                .map(({ name, alive, total }) => t('lab.connections', { name: name[language], alive, total }))
                .join(' · ')}
            </p>
          </Panel>
          <Drills picture={picture} onAct={(action) => void act(action)} />
        </div>
      </div>
    </>
  );
}

function NodeButtons({
  node,
  busy,
  onAct,
}: {
  readonly node: LabPicture['nodes'][number];
  readonly busy: boolean;
  readonly onAct: (action: (typeof nodeActions)[number]) => void;
}) {
  const { t } = useSpeech();
  return (
    <fieldset disabled={busy}>
      <legend>
        {node.name} {node.isRunning || <Badge tone="bad">{t('lab.stopped')}</Badge>}
      </legend>
      <div className="row">
        {nodeActions.map((action) => {
          const isOn = node.faults.includes(action);
          return (
            <button key={action} type="button" aria-pressed={isOn} onClick={() => onAct(action)}>
              {t(isOn ? `lab.${action}.undo` : `lab.${action}`)}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

function Flow({ flow }: { readonly flow: LabPicture['flows'][number] }) {
  const { t, number, language } = useSpeech();
  const most = Math.max(20, ...flow.lostPerSecond.map((lost) => lost ?? 0));
  const width = 300 / Math.max(1, flow.lostPerSecond.length);
  return (
    <section className="flow">
      <div className="row">
        <b>{flow.name[language]}</b>
        <span className="muted mono">{flow.target}</span>
        <span className="grow" />
        {flow.isLeftOut ? (
          <Badge tone="plain">{t('lab.leftOut')}</Badge>
        ) : (
          <Badge tone={flow.isAnswered ? 'good' : 'bad'} icon={flow.isAnswered ? 'check' : 'cross'}>
            {t(flow.isAnswered ? 'lab.answered' : 'lab.silent')}
          </Badge>
        )}
      </div>
      <svg
        viewBox="0 0 300 26"
        preserveAspectRatio="none"
        role="img"
        aria-label={t('lab.lost.label', { lost: flow.lost, gap: number(flow.longestGapMs, 1) })}
      >
        {flow.lostPerSecond.map((lost, index) =>
          lost === null ? null : (
            <rect
              key={index}
              x={index * width}
              width={Math.max(1, width - 1)}
              y={lost === 0 ? 24 : 26 - (lost / most) * 26}
              height={lost === 0 ? 2 : (lost / most) * 26}
              className={lost === 0 ? 'kept' : 'lost'}
            />
          ),
        )}
      </svg>
      <span className="num">
        {t('lab.figures', { sent: number(flow.sent), lost: number(flow.lost) })}{' '}
        <b>{t('lab.gap', { gap: number(flow.longestGapMs, 1) })}</b>
      </span>
    </section>
  );
}

function Drills({
  picture,
  onAct,
}: {
  readonly picture: LabPicture;
  readonly onAct: (action: LabAction) => void;
}) {
  const { t, language } = useSpeech();
  const [name, setName] = useState('');
  const { drill } = picture;
  return (
    <Panel
      title={t('lab.drills')}
      actions={
        drill.hasReport && (
          <a href={`/lab/report?lang=${language}`} target="_blank" rel="noreferrer">
            {t('lab.report')}
          </a>
        )
      }
    >
      <p className="muted">{t('lab.drills.text')}</p>
      <div className="row">
        <select
          aria-label={t('lab.drills')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          disabled={drill.isRunning}
        >
          <option value="">{t('lab.drills.all')}</option>
          {picture.drills.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title[language]}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="primary"
          disabled={drill.isRunning}
          onClick={() => onAct({ do: 'drill', ...(name === '' ? {} : { name }) })}
        >
          {t(drill.isRunning ? 'working' : 'lab.drills.do')}
        </button>
      </div>
      {drill.failure !== undefined && <Note tone="bad">{drill.failure[language]}</Note>}
      {drill.stories.length > 0 && <Stories drill={drill} />}
    </Panel>
  );
}

const stands = { waiting: 'plain', running: 'info', kept: 'good', broken: 'bad' } as const;

function Stories({ drill: { stories } }: { readonly drill: LabPicture['drill'] }) {
  const { t, language, number, duration } = useSpeech();
  const done = stories.filter(({ stand }) => stand === 'kept' || stand === 'broken').length;
  return (
    <>
      <div className="row">
        <progress className="grow" aria-label={t('lab.drills')} value={done} max={stories.length} />
        <span className="num muted" aria-live="polite">
          {t('lab.drills.progress', { done, all: stories.length })}
        </span>
      </div>
      <ul className="tight">
        {stories.map(({ name, title, stand, forMs, longestGapMs, broken }) => (
          <li key={name} aria-current={stand === 'running' ? 'step' : undefined}>
            <Badge
              tone={stands[stand]}
              {...(stand === 'kept' ? { icon: 'check' } : stand === 'broken' ? { icon: 'cross' } : {})}
            >
              {t(`lab.drills.${stand}`)}
            </Badge>{' '}
            {title[language]}{' '}
            <span className="muted num">
              {forMs !== undefined && duration(forMs)}
              {longestGapMs !== undefined && ` · ${t('lab.gap', { gap: number(longestGapMs, 1) })}`}
            </span>
            {broken.map((line) => (
              <div key={line.en}>{line[language]}</div>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
