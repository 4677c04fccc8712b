/** Wanted bridges of Open vSwitch and what there is -> the commands of one transaction, each with its reason. */
import { bfdSettings, tunnelOptions, type WantedBridge, type WantedTunnel } from '../hypervisor.ts';
import type { GroundPlan, GroundStep } from '../steps.ts';
import type { OvsInterface, OvsMap, OvsState } from './state.ts';

/** Devices that the kernel has, by name; taps of guests that are off are not among them. */
export type Devices = ReadonlySet<string>;

export function planOvs(bridges: readonly WantedBridge[], state: OvsState, devices: Devices): GroundPlan {
  const wanted = bridges.filter(({ kind }) => kind === 'ovs');
  const steps: GroundStep[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  const say = (words: string, ...command: readonly string[]): void => {
    steps.push({ tool: 'ovs', words, command });
  };
  for (const bridge of wanted) {
    planBridge(bridge, state, say);
    for (const device of bridge.ports)
      if (devices.has(device)) planPort(bridge.name, { device, tag: undefined, trunks: [] }, state, say);
      else problems.push(`${bridge.name} wants the network card ${device}, which this machine does not have`);
    for (const tunnel of bridge.tunnels)
      planTunnel(bridge.name, tunnel, state, (words, ...command) => {
        steps.push({ tool: 'ovs', words, command, tunnel: tunnel.name });
      });
    for (const tap of bridge.taps)
      if (devices.has(tap.device)) planPort(bridge.name, tap, state, say);
      else
        notes.push(`${tap.device} is not there (the guest is off): it goes into ${bridge.name} when it is`);
    notes.push(...strangers(bridge, state));
  }
  return { steps, notes, problems };
}

type Say = (words: string, ...command: readonly string[]) => void;

function planBridge({ name, datapath, mtu }: WantedBridge, state: OvsState, say: Say): void {
  const there = state.bridges.find((bridge) => bridge.name === name);
  if (there === undefined)
    say(`make the bridge ${name} (datapath ${datapath})`, ...addBridge(name, datapath));
  else if ((there.datapath || 'system') !== datapath)
    say(
      `move ${name} from datapath ${there.datapath || 'system'} to ${datapath}`,
      ...['set', 'bridge', name, `datapath_type=${datapath}`],
    );
  const own = state.interfaces.find((one) => one.name === name);
  if (mtu !== undefined && own?.mtuRequest !== mtu)
    say(`give ${name} an MTU of ${mtu}`, 'set', 'interface', name, `mtu_request=${mtu}`);
}

const addBridge = (name: string, datapath: string): string[] => [
  'add-br',
  name,
  '--',
  ...['set', 'bridge', name, `datapath_type=${datapath}`],
];

function planPort(
  bridge: string,
  { device, tag, trunks }: { device: string; tag: number | undefined; trunks: readonly number[] },
  state: OvsState,
  say: Say,
): void {
  const at = bridgeOf(state, device);
  if (at !== bridge) {
    if (at !== undefined) say(`take ${device} out of ${at}`, 'del-port', at, device);
    say(`put ${device} into ${bridge}`, 'add-port', bridge, device);
  }
  const port = at === bridge ? state.ports.find((one) => one.name === device) : undefined;
  if (port?.tag !== tag)
    if (tag === undefined) say(`let ${device} carry no VLAN of its own`, 'clear', 'port', device, 'tag');
    else say(`put ${device} into VLAN ${tag}`, 'set', 'port', device, `tag=${tag}`);
  const list = [...trunks].sort((a, b) => a - b).join(',');
  if ([...(port?.trunks ?? [])].sort((a, b) => a - b).join(',') !== list)
    if (list === '') say(`let ${device} carry every VLAN`, 'clear', 'port', device, 'trunks');
    else say(`let ${device} carry the VLANs ${list}`, 'set', 'port', device, `trunks=${list}`);
}

function planTunnel(bridge: string, tunnel: WantedTunnel, state: OvsState, say: Say): void {
  const { name, far, remote, key } = tunnel;
  const at = bridgeOf(state, name);
  const there = at === bridge ? state.interfaces.find((one) => one.name === name) : undefined;
  if (at !== undefined && at !== bridge) say(`take ${name} out of ${at}`, 'del-port', at, name);
  if (there === undefined) {
    say(
      `make the tunnel ${name} in ${bridge} to ${far} (${remote}, key ${key})`,
      ...['add-port', bridge, name, '--', 'set', 'interface', name, 'type=vxlan'],
      ...pairs('options', tunnelOptions(tunnel)),
    );
  } else repair(tunnel, there, say);
  const bfd = wantedBfd(tunnel, there?.bfd ?? {});
  if (!covers(there?.bfd ?? {}, bfd))
    say(
      tunnel.bfd ? `probe ${name} with BFD` : `stop probing ${name} with BFD`,
      ...['set', 'interface', name],
      ...pairs('bfd', bfd),
    );
}

function repair(tunnel: WantedTunnel, there: OvsInterface, say: Say): void {
  const { name } = tunnel;
  if (there.type !== 'vxlan')
    say(
      `make ${name} a VXLAN tunnel, not ${there.type || 'a device'}`,
      'set',
      'interface',
      name,
      'type=vxlan',
    );
  const options = tunnelOptions(tunnel);
  for (const [option, value] of Object.entries(options)) {
    const has = there.options[option];
    if (has !== value)
      say(
        `set ${titles[option] ?? option} of ${name} to ${value}${has === undefined ? '' : ` (it is ${has})`}`,
        ...['set', 'interface', name, ...pairs('options', { [option]: value })],
      );
  }
  if (options.dst_port === undefined && there.options.dst_port !== undefined)
    say(
      `let ${name} use VXLAN's own port again (it is ${there.options.dst_port})`,
      ...['remove', 'interface', name, 'options', 'dst_port'],
    );
}

const titles: Readonly<Record<string, string>> = {
  remote_ip: 'the far end',
  key: 'the key',
  dst_port: 'the port',
};

/** What BFD is to be set to; nothing when it is off and never was on. */
const wantedBfd = ({ bfd }: WantedTunnel, there: OvsMap): OvsMap => {
  if (bfd) return bfdSettings;
  return there.enable === 'true' ? { enable: 'false' } : {};
};

const covers = (there: OvsMap, wanted: OvsMap): boolean =>
  Object.entries(wanted).every(([key, value]) => there[key] === value);

const pairs = (column: string, map: OvsMap): string[] =>
  Object.entries(map).map(([key, value]) => `${column}:${key}=${quoted(value)}`);

/** ovs-vsctl(8) wants quotes where a value is not a plain word. */
const quoted = (value: string): string => (/^[A-Za-z0-9_.-]+$/.test(value) ? value : JSON.stringify(value));

const bridgeOf = (state: OvsState, port: string): string | undefined =>
  state.bridges.find(({ ports }) => ports.includes(port))?.name;

/** Tunnels in our bridges that the document does not know. They are left alone, but may close a loop. */
function strangers(bridge: WantedBridge, state: OvsState): string[] {
  const known = new Set(bridge.tunnels.map(({ name }) => name));
  const ports = state.bridges.find(({ name }) => name === bridge.name)?.ports ?? [];
  return state.interfaces
    .filter(({ name, type }) => type === 'vxlan' && ports.includes(name) && !known.has(name))
    .map(
      ({ name }) => `${bridge.name} has the tunnel ${name}, which is not in the document; it is left alone`,
    );
}
