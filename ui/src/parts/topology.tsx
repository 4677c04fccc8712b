/**
 * The cluster as a drawing: networks as lines, nodes between them, each cable with its link and who is master at its
 * end. In the lab a cable can be pulled by a click or a key.
 */
import type { NodeStatus } from '#api/contract/control.ts';
import { mapAt } from '../data/document.ts';
import type { LiveNode } from '../data/live.ts';
import type { Json } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { roleOf } from './roles.tsx';

interface Network {
  readonly key: string;
  readonly title: string;
  readonly place: 'above' | 'between' | 'below';
  readonly addresses: readonly string[];
}

export interface Cables {
  /** Whether a cable of the lab is pulled; undefined where there is none to pull. */
  readonly stateOf: (node: string, network: string) => 'plugged' | 'pulled' | undefined;
  readonly toggle: (node: string, network: string) => void;
}

const nodeWidth = 190;
const nodeHeight = 86;
const column = 300;
const lineGap = 62;

export function Topology({
  document,
  nodes,
  cables,
}: {
  readonly document: Json;
  readonly nodes: readonly LiveNode[];
  readonly cables?: Cables;
}) {
  const { t } = useSpeech();
  const networks = networksOf(document, nodes);
  const above = networks.filter(({ place }) => place === 'above');
  const between = networks.filter(({ place }) => place === 'between');
  const below = networks.filter(({ place }) => place === 'below');
  const width = Math.max(620, nodes.length * column + 40);
  const nodeTop = above.length * lineGap + 34;
  const height = nodeTop + nodeHeight + below.length * lineGap + 10;
  const centerOf = (index: number) => width / 2 + (index - (nodes.length - 1) / 2) * column;
  const said = nodes.map(({ node, status }) => `${node}: ${t(`role.${roleOf(status)}`)}`).join(', ');
  return (
    <svg
      className="topology"
      viewBox={`0 0 ${width} ${height}`}
      role={cables === undefined ? 'img' : 'group'}
      aria-label={`${t('topology')}. ${said}`}
    >
      {[...above, ...below].map((network) => {
        const y = above.includes(network)
          ? 30 + above.indexOf(network) * lineGap
          : nodeTop + nodeHeight + 46 + below.indexOf(network) * lineGap;
        // Cables come from the side of the nodes, so names stand on the other.
        const nameY = above.includes(network) ? y - 9 : y + 19;
        return (
          <g key={network.key}>
            <line x1={20} x2={width - 20} y1={y} y2={y} className="bus" />
            <text x={22} y={nameY} className="bus-name">
              {network.title}
            </text>
            <text x={width - 22} y={nameY} textAnchor="end" className="bus-vip">
              {network.addresses.join('  ')}
            </text>
            {nodes.map((node, index) => {
              const list = above.includes(network) ? above : below;
              const spread =
                (list.indexOf(network) - (list.length - 1) / 2) *
                Math.min(34, (nodeWidth - 30) / Math.max(1, list.length));
              const x = centerOf(index) + spread;
              const end = above.includes(network) ? nodeTop : nodeTop + nodeHeight;
              return (
                <Cable
                  key={node.node}
                  node={node}
                  network={network}
                  x1={x}
                  y1={y}
                  x2={x}
                  y2={end}
                  cables={cables}
                />
              );
            })}
          </g>
        );
      })}
      {between.map((network, row) =>
        nodes.slice(1).map((node, index) => {
          const y = nodeTop + nodeHeight / 2 + (row - (between.length - 1) / 2) * 26;
          const left = centerOf(index) + nodeWidth / 2;
          const right = centerOf(index + 1) - nodeWidth / 2;
          const other = nodes[index];
          const middle = (left + right) / 2;
          return (
            <g key={`${network.key} ${node.node}`}>
              <text x={middle} y={y - 8} textAnchor="middle" className="bus-name">
                {network.title}
              </text>
              {other !== undefined && (
                <Cable node={other} network={network} x1={middle} y1={y} x2={left} y2={y} cables={cables} />
              )}
              <Cable node={node} network={network} x1={middle} y1={y} x2={right} y2={y} cables={cables} />
            </g>
          );
        }),
      )}
      {nodes.map((node, index) => (
        <NodeBox key={node.node} node={node} x={centerOf(index) - nodeWidth / 2} y={nodeTop} />
      ))}
    </svg>
  );
}

function NodeBox({
  node: { node, status, away },
  x,
  y,
}: {
  readonly node: LiveNode;
  readonly x: number;
  readonly y: number;
}) {
  const { t } = useSpeech();
  const role = roleOf(status);
  const lines =
    status === undefined
      ? [away ?? '']
      : [
          status.maintenance ? t('role.MAINTENANCE') : '',
          status.demotion > 0 ? t('carp.demotion.short', { value: status.demotion }) : '',
        ].filter(Boolean);
  return (
    <g className={`node swing role-${role}`}>
      <rect x={x} y={y} width={nodeWidth} height={nodeHeight} rx={6} className="swing" />
      <text x={x + 12} y={y + 28} className="node-name">
        {node}
      </text>
      <text x={x + 12} y={y + 51} className="node-role">
        {t(`role.${role}`)}
      </text>
      {lines.length > 0 && (
        <text x={x + 12} y={y + 73} className="node-small">
          {lines.join(' · ').slice(0, 26)}
        </text>
      )}
    </g>
  );
}

interface CableProps {
  readonly node: LiveNode;
  readonly network: Network;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly cables: Cables | undefined;
}

function Cable({ node: { node, status }, network, x1, y1, x2, y2, cables }: CableProps) {
  const { t } = useSpeech();
  const link = status?.links.find((one) => one.interface === network.key);
  const vips = status?.vips.filter((vip) => vip.interface === network.key) ?? [];
  const lab = cables?.stateOf(node, network.key);
  if (link === undefined && lab === undefined && status !== undefined) return null;
  const isUp = lab === 'pulled' ? false : (link?.up ?? false);
  const role = vips.some((vip) => vip.status === 'MASTER') ? 'MASTER' : (vips[0]?.status ?? 'NONE');
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const label = `${node} ${network.title}: ${t(isUp ? 'link.up' : 'link.down')}`;
  const drawn = (
    <>
      <line x1={x1} y1={y1} x2={x2} y2={y2} className={`cable swing ${isUp ? 'up' : 'down'} role-${role}`} />
      {vips.length > 0 && isUp && <circle cx={x2} cy={y2} r={6} className={`end swing role-${role}`} />}
      {!isUp && <path d={`M${mx - 6} ${my - 6}l12 12M${mx + 6} ${my - 6}l-12 12`} className="cut" />}
    </>
  );
  if (lab === undefined || cables === undefined)
    return (
      <g>
        <title>{label}</title>
        {drawn}
      </g>
    );
  const toggle = () => cables.toggle(node, network.key);
  const action = t(lab === 'pulled' ? 'lab.plug' : 'lab.pull', { node, network: network.title });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no button element
    <g
      role="button"
      tabIndex={0}
      className="pullable"
      aria-pressed={lab === 'pulled'}
      aria-label={action}
      onClick={toggle}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        toggle();
      }}
    >
      <title>{action}</title>
      <line x1={x1} y1={y1} x2={x2} y2={y2} className="grab" />
      {drawn}
    </g>
  );
}

function networksOf(document: Json, nodes: readonly LiveNode[]): readonly Network[] {
  const vips: NodeStatus['vips'] = nodes.find(({ status }) => status !== undefined)?.status?.vips ?? [];
  return mapAt(document, ['interfaces']).map(([key, value]) => ({
    key,
    title: String(value.description ?? key.toUpperCase()),
    place:
      value.role === 'wan' || value.gateway !== undefined
        ? 'above'
        : value.role === 'sync'
          ? 'between'
          : 'below',
    addresses: vips.filter((vip) => vip.interface === key).flatMap((vip) => vip.addresses),
  }));
}
