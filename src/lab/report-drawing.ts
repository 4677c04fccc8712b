/** The drawing of a scenario: each network a bar, each host a box with a cable to the networks that it is on. Pure. */
import type { ClusterDocument } from '#config/document.ts';
import { titleOf } from '#config/model.ts';
import { escapeXml } from './report.ts';
import type { Topology } from './topology.ts';

const width = 1_000;
const widestBox = 150;
const boxHeight = 44;
const rowHeight = 54;

interface Cable {
  readonly network: string;
  readonly text: string;
}
interface Box {
  readonly name: string;
  readonly cables: readonly Cable[];
}

/** `topology` is the plain one: hypervisors are told of in the text. */
export function drawing(document: ClusterDocument, topology: Topology, title: string): string {
  const networks = Object.keys(document.interfaces).filter((name) =>
    topology.network.hosts.some(({ ports }) =>
      ports.some(({ segment, addresses }) => segment === name && addresses.length > 0),
    ),
  );
  const boxes = topology.network.hosts.map(
    ({ name, ports }): Box => ({
      name,
      cables: ports
        .filter(({ segment }) => networks.includes(segment))
        .map(({ segment, addresses }) => ({ network: segment, text: addresses[0] ?? '' })),
    }),
  );
  const nodes = boxes.filter(({ name }) => topology.nodes.includes(name));
  const others = boxes.filter(({ name }) => !topology.nodes.includes(name));
  const left = 190;
  const nodesTop = 20;
  const room = (width - left - 20) / Math.max(1, nodes.length, others.length);
  const boxWidth = Math.min(widestBox, room - 12);
  const firstBar = nodesTop + boxHeight + 40;
  const bottom = firstBar + networks.length * rowHeight;
  const barY = (network: string): number => firstBar + networks.indexOf(network) * rowHeight;
  const column = (place: number, count: number): number =>
    left + ((place + 0.5) * (width - left - 20)) / Math.max(1, count);
  const bars = networks.map((name) => {
    const y = barY(name);
    const vips = document.virtualIps.filter((vip) => vip.interface === name);
    const text = vips.map(({ addresses, vhid }) => `${addresses[0] ?? ''} VHID ${vhid}`).join(', ');
    return (
      `<text class="name" x="0" y="${y - 4}">${escapeXml(titleOf(document, name))}</text>` +
      `<text class="vip" x="0" y="${y + 11}">${escapeXml(text)}</text>` +
      `<line class="bar" x1="${left}" x2="${width - 20}" y1="${y}" y2="${y}"/>`
    );
  });
  // Nodes stand above the networks and reach down to each; the others hang below the network that they are on.
  const lines = nodes.map((box, place) => {
    const x = column(place, nodes.length);
    return box.cables
      .map(({ network, text }, index) => {
        const at = x + (index - (box.cables.length - 1) / 2) * (boxWidth / Math.max(2, box.cables.length));
        return (
          `<line class="cable" x1="${at}" x2="${at}" y1="${nodesTop + boxHeight}" y2="${barY(network)}"/>` +
          `<circle r="3" cx="${at}" cy="${barY(network)}"/>` +
          `<text class="small" x="${x + boxWidth / 2 + 6}" y="${barY(network) - 5}">${escapeXml(text)}</text>`
        );
      })
      .join('');
  });
  const hanging = others.map((box, place) => {
    const x = column(place, others.length);
    return box.cables
      .map(
        ({ network, text }) =>
          `<line class="cable" x1="${x}" x2="${x}" y1="${barY(network)}" y2="${bottom}"/>` +
          `<circle r="3" cx="${x}" cy="${barY(network)}"/>` +
          `<text class="small" x="${x}" y="${bottom + boxHeight + 14}" text-anchor="middle">${escapeXml(text)}</text>`,
      )
      .join('');
  });
  const drawn = [
    ...nodes.map((box, place) => boxAt(box.name, column(place, nodes.length), nodesTop, boxWidth)),
    ...others.map((box, place) => boxAt(box.name, column(place, others.length), bottom, boxWidth)),
  ];
  const height = bottom + boxHeight + 24;
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">${hanging.join('')}${lines.join('')}${bars.join('')}${drawn.join('')}</svg></figure>`;
}

const boxAt = (name: string, x: number, y: number, boxWidth: number): string =>
  `<rect class="box" x="${x - boxWidth / 2}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6"/>` +
  `<text class="name" x="${x}" y="${y + boxHeight / 2 + 4}" text-anchor="middle">${escapeXml(name)}</text>`;
