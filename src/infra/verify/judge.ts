/** From what was measured at a hypervisor to a list of checks; a cause is told once, not with all it entails. */
import { type Severity, type Texts, worded } from '#config/findings.ts';
import { planGround } from '../ground.ts';
import { tunnelOptions, type WantedBridge, type WantedHypervisor } from '../hypervisor.ts';
import { groundInFrench } from '../phrases.ts';
import { type FaultCode, faultCatalogue } from './catalogue.ts';
import type { Observation, TunnelObservation } from './observe.ts';

/** One line of the list: what was looked at, what was measured, and what is wrong with it. */
export interface Check {
  readonly subject: string;
  readonly title: string;
  readonly evidence: string;
  readonly fault: Fault | undefined;
}

/** Its texts are English, and French in `fr`. */
export interface Fault extends Texts {
  readonly code: FaultCode;
  readonly severity: Severity;
  readonly fr: Texts;
}

type Values = Readonly<Record<string, string | number>>;

export function judge(wanted: WantedHypervisor, observation: Observation): Check[] {
  const { ovs, ovsError, links } = observation;
  if (ovsError !== undefined)
    return [check(wanted.name, 'Open vSwitch', ovsError, 'ovs-silent', { problem: ovsError })];
  const checks: Check[] = [];
  const state = { ovs: ovs ?? { bridges: [], ports: [], interfaces: [] }, links };
  const plan = planGround(wanted, state);
  // What a tunnel lacks is told with the tunnel; the last word to the switch only follows from the rest.
  const other = plan.steps.filter(({ tool, tunnel }) => tool !== 'appctl' && tunnel === undefined);
  for (const { words } of other)
    checks.push(check(wanted.name, 'bridges', words, 'ground-differs', { words }));
  for (const words of plan.problems)
    checks.push(check(wanted.name, 'bridges', words, 'ground-blocked', { words }));
  if (other.length === 0 && plan.problems.length === 0)
    checks.push(check(wanted.name, 'bridges and ports', `${wanted.bridges.length} as the document says`));
  for (const tunnel of observation.tunnels) {
    const bridge = wanted.bridges.find(({ tunnels: own }) =>
      own.some(({ name }) => name === tunnel.tunnel.name),
    );
    if (bridge !== undefined) checks.push(...judgeTunnel(wanted, bridge, tunnel, observation));
  }
  return checks;
}

export const faultsOf = (checks: readonly Check[]): Fault[] =>
  checks.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));

function judgeTunnel(
  wanted: WantedHypervisor,
  bridge: WantedBridge,
  seen: TunnelObservation,
  observation: Observation,
): Check[] {
  const { name, far, remote, local, port, key, limit } = seen.tunnel;
  const span = `${observation.spanMs / 1_000} s`;
  const values: Values = { tunnel: name, bridge: bridge.name, far, remote, local, port, key, limit, span };
  const tell = (title: string, evidence: string, code?: FaultCode, more: Values = {}): Check =>
    check(name, title, evidence, code, { ...values, ...more });
  const existence = judgeExistence(bridge, seen, observation, tell);
  if (existence.some(({ fault }) => fault?.code === 'tunnel-missing')) return existence;
  const way = judgeWay(wanted, bridge, seen, observation, tell);
  const isBroken = [...existence, ...way].some(({ fault }) => fault !== undefined);
  const mtu = observation.links.find((link) => link.name === bridge.name)?.mtu ?? bridge.mtu;
  const fits = bridge.isTagged ? limit - 4 : limit;
  const isRefused = seen.isRefused && receivedBy(seen) === 0;
  return [
    ...existence,
    ...way,
    tell(
      'MTU',
      `bridge ${mtu ?? 'unknown'}, at most ${limit}${bridge.isTagged ? `, tagged ${fits}` : ''}`,
      mtu !== undefined && bridge.mtu !== undefined && mtu > limit ? 'tunnel-mtu-large' : undefined,
      { mtu: mtu ?? 0 },
    ),
    tell(`UDP ${port}`, isRefused ? 'refused' : 'not refused', isRefused ? 'port-refused' : undefined),
    // Probes and counters of a tunnel that cannot work say nothing new.
    ...(isBroken || isRefused ? [] : judgeTraffic(bridge, seen, observation, tell)),
  ];
}

/**
 * Packets that came through the tunnel while it was looked at. They show that the far end has it: Open vSwitch lets
 * single datagrams through to its host while it works out its flows anew, and the host refuses those.
 */
const receivedBy = ({ before, after }: TunnelObservation): number =>
  after === undefined || before === undefined ? 0 : after.received - before.received;

type Tell = (title: string, evidence: string, code?: FaultCode, more?: Values) => Check;

function judgeExistence(
  bridge: WantedBridge,
  { tunnel }: TunnelObservation,
  { ovs, links }: Observation,
  tell: Tell,
): Check[] {
  const wanted: Readonly<Record<string, string>> = {
    remote_ip: tunnel.remote,
    key: String(tunnel.key),
    dst_port: String(tunnel.port),
  };
  if (bridge.kind === 'linux') {
    const link = links.find(({ name }) => name === tunnel.name);
    if (link?.vxlan === undefined || link.master !== bridge.name)
      return [tell('exists', 'no', 'tunnel-missing')];
    const { key, remote, port } = link.vxlan;
    const state = link.isUp ? 'up' : 'down';
    return [
      tell('exists', `in ${bridge.name}`),
      tell('link state', state, link.isUp ? undefined : 'tunnel-link-down', { state }),
      settings(wanted, { remote_ip: remote ?? '', key: String(key), dst_port: String(port) }, tell),
    ];
  }
  const there = ovs?.interfaces.find(({ name }) => name === tunnel.name);
  const isPlugged = ovs?.bridges.some(
    ({ name, ports }) => name === bridge.name && ports.includes(tunnel.name),
  );
  if (there === undefined || there.type !== 'vxlan' || isPlugged !== true)
    return [tell('exists', 'no', 'tunnel-missing')];
  const state = there.linkState ?? 'not there';
  const error = there.error ?? '';
  return [
    tell('exists', `in ${bridge.name}`),
    tell('error column', error === '' ? 'empty' : error, error === '' ? undefined : 'tunnel-error', {
      problem: error,
    }),
    // With an error the state is empty as well.
    tell('link state', state, error === '' && state !== 'up' ? 'tunnel-link-down' : undefined, { state }),
    settings(tunnelOptions(tunnel), there.options, tell),
  ];
}

function settings(
  wanted: Readonly<Record<string, string>>,
  has: Readonly<Record<string, string>>,
  tell: Tell,
): Check {
  const wrong = Object.entries(wanted).filter(([option, value]) => has[option] !== value);
  const words = wrong
    .map(([option, value]) => `${option} is ${has[option] ?? 'not set'}, not ${value}`)
    .join('; ');
  const all = Object.entries(wanted).map(([option, value]) => `${option}=${value}`);
  return tell('settings', words || all.join(' '), words === '' ? undefined : 'tunnel-settings-differ', {
    words,
  });
}

function judgeWay(
  wanted: WantedHypervisor,
  bridge: WantedBridge,
  seen: TunnelObservation,
  { ovs, links }: Observation,
  tell: Tell,
): Check[] {
  const { route } = seen;
  if (route === undefined) return [tell('way', 'no route', 'underlay-no-route')];
  const by = `by ${route.device}${route.source === undefined ? '' : ` from ${route.source}`}`;
  const below = ovs?.bridges.find(({ name }) => name === route.device);
  if (bridge.kind === 'ovs' && bridge.datapath === 'netdev' && below?.datapath !== 'netdev')
    return [tell('way', by, 'underlay-outside-datapath', { device: route.device })];
  const ports = [route.device, ...(below?.ports ?? [])];
  const members = links.filter(({ name, master }) => ports.includes(name) || master === route.device);
  // A bridge of Open vSwitch keeps its carrier, so its cards are looked at.
  const cards = members.filter(({ name }) => name !== route.device || members.length === 1);
  const dead = cards.length > 0 && cards.every(({ hasCarrier }) => !hasCarrier) ? cards[0] : undefined;
  if (dead !== undefined && !seen.isReachable)
    return [tell('way', `${dead.name} without carrier`, 'underlay-no-carrier', { device: dead.name })];
  if (!seen.isReachable) return [tell('way', `${by}: no answer to a ping`, 'underlay-unreachable')];
  const mtu = wanted.underlayMtu;
  return [
    tell('way', `${by}: answers`),
    tell(
      'full-sized packet',
      seen.passesFullSize ? `${mtu} bytes pass` : `${mtu} bytes do not pass`,
      seen.passesFullSize ? undefined : 'underlay-mtu-small',
      { mtu },
    ),
  ];
}

function judgeTraffic(
  bridge: WantedBridge,
  seen: TunnelObservation,
  { ovs }: Observation,
  tell: Tell,
): Check[] {
  const { before, after, tunnel } = seen;
  const received = receivedBy(seen);
  const sent = after === undefined || before === undefined ? 0 : after.sent - before.sent;
  const counted = `${sent} packets out, ${received} in`;
  if (bridge.kind === 'linux')
    return [tell('counters', counted, sent > 0 && received === 0 ? 'tunnel-one-way' : undefined, { sent })];
  const there = ovs?.interfaces.find(({ name }) => name === tunnel.name);
  const status = there?.bfdStatus ?? {};
  if (there?.bfd.enable !== 'true') {
    const code = tunnel.bfd ? 'ground-differs' : 'bfd-off';
    const isOneWay = sent > 0 && received === 0;
    return [
      tell('BFD', 'off', code, { words: `${tunnel.name} should be probed with BFD` }),
      tell('counters', counted, isOneWay ? 'tunnel-one-way' : undefined, { sent }),
    ];
  }
  const words = `${status.state ?? 'unknown'}, far end ${status.remote_state ?? 'unknown'}`;
  const diagnostic = status.diagnostic === undefined ? '' : `, ${status.diagnostic}`;
  if (status.state === 'up') return [tell('BFD', words), tell('counters', counted)];
  const foreign = seen.foreign ?? 0;
  const code = foreign > 0 ? 'tunnel-key-mismatch' : received > 0 ? 'bfd-far-off' : 'udp-filtered';
  return [tell('BFD', `${words}${diagnostic}`, code, { count: foreign }), tell('counters', counted)];
}

/** The names of values that are words. */
const spoken: ReadonlySet<string> = new Set(['words', 'state']);

function check(
  subject: string,
  title: string,
  evidence: string,
  code?: FaultCode,
  values: Values = {},
): Check {
  if (code === undefined) return { subject, title, evidence, fault: undefined };
  const inFrench = (name: string, value: string | number): string | number =>
    spoken.has(name) ? groundInFrench(String(value)) : value;
  const fault = { code, ...worded(faultCatalogue[code], values, inFrench) };
  return { subject, title, evidence, fault };
}
