/** The drawing of the hypervisors: their bridges, the guests on each, and the tunnel between them. Pure. */
import type { Ground } from './hypervisors.ts';
import { escapeXml } from './report.ts';

const width = 1_000;
const frameTop = 10;
const bridgeHeight = 34;
const bridgeGap = 46;
const guestHeight = 30;

export function groundDrawing({ hypervisors, infrastructure, cards }: Ground, title: string): string {
  const bridges = [...new Set(cards.map(({ bridge }) => bridge))];
  const tunnelled = new Set(Object.values(infrastructure.tunnels).map(({ bridge }) => bridge));
  // Bridges to the outside stand above the guests, those that a tunnel joins below.
  const above = bridges.filter((bridge) => !tunnelled.has(bridge));
  const below = bridges.filter((bridge) => tunnelled.has(bridge));
  const frameWidth = (width - 160 * (hypervisors.length - 1)) / hypervisors.length;
  const left = (place: number): number => place * (frameWidth + 160);
  const firstY = frameTop + 32;
  const guestY = firstY + above.length * bridgeGap + 12;
  const bridgeY = (bridge: string): number =>
    above.includes(bridge)
      ? firstY + above.indexOf(bridge) * bridgeGap
      : guestY + guestHeight + 24 + below.indexOf(bridge) * bridgeGap;
  const height = guestY + guestHeight + 24 + below.length * bridgeGap + 14;
  const frames = hypervisors.map((name, place) => {
    const own = cards.filter((card) => card.hypervisor === name);
    const guests = [...new Set(own.map(({ host }) => host))];
    const room = (frameWidth - 20) / guests.length;
    const x = left(place);
    const drawnGuests = guests.map((guest, index) => {
      const at = x + 10 + index * room;
      const cables = own
        .filter(({ host }) => host === guest)
        .map(({ bridge }, turn) => {
          const cableX = at + (room - 12) / 2 + turn * 14 - 7;
          const [from, to] = above.includes(bridge)
            ? [bridgeY(bridge) + bridgeHeight, guestY]
            : [guestY + guestHeight, bridgeY(bridge)];
          return `<line class="cable" x1="${cableX}" x2="${cableX}" y1="${from}" y2="${to}"/>`;
        });
      return `${cables.join('')}${box(at, guestY, room - 12, guestHeight, guest, 'name')}`;
    });
    const drawnBridges = bridges.map((bridge) => {
      const kind = infrastructure.bridges[bridge]?.kind === 'ovs' ? 'Open vSwitch' : 'Linux';
      return box(x + 10, bridgeY(bridge), frameWidth - 32, bridgeHeight, `${bridge} (${kind})`, 'small');
    });
    return (
      `<rect class="hyper" x="${x}" y="${frameTop}" width="${frameWidth}" height="${height - frameTop - 8}" rx="8"/>` +
      `<text class="name" x="${x + 12}" y="${frameTop + 20}">${escapeXml(name)}</text>` +
      `${drawnGuests.join('')}${drawnBridges.join('')}`
    );
  });
  const tunnels = Object.entries(infrastructure.tunnels).map(([name, { bridge, between, key }]) => {
    const [from, to] = between.map((end) => hypervisors.indexOf(end)).sort((a, b) => a - b);
    const y = bridgeY(bridge) + bridgeHeight / 2;
    const [x1, x2] = [left(from ?? 0) + frameWidth - 22, left(to ?? 1) + 10];
    const middle = (x1 + x2) / 2;
    return (
      `<line class="tunnel" x1="${x1}" x2="${x2}" y1="${y}" y2="${y}"/>` +
      `<text class="small" x="${middle}" y="${y - 8}" text-anchor="middle">${escapeXml(name)}</text>` +
      `<text class="small" x="${middle}" y="${y + 18}" text-anchor="middle">VXLAN ${key}</text>`
    );
  });
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">${frames.join('')}${tunnels.join('')}</svg></figure>`;
}

const box = (x: number, y: number, w: number, h: number, text: string, style: string): string =>
  `<rect class="box" x="${x}" y="${y}" width="${w}" height="${h}" rx="5"/>` +
  `<text class="${style}" x="${x + w / 2}" y="${y + h / 2 + 4}" text-anchor="middle">${escapeXml(text)}</text>`;
