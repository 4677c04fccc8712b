/** Puts a hypervisor's stanzas into its /etc/network/interfaces; lines of others stay as they are. */
import { type Texts, worded } from '#config/findings.ts';
import type { WantedHypervisor } from '../hypervisor.ts';
import { type FileCode, fileCatalogue } from './catalogue.ts';
import {
  type Option,
  type Part,
  parseInterfaces,
  partLines,
  type Stanza,
  sameStanza,
  stanzaLines,
} from './file.ts';
import { stanzasOf } from './stanzas.ts';

export interface Merged {
  readonly text: string;
  /** What is different, in words; empty when the file is as wanted. */
  readonly changes: readonly string[];
  /** What in the file breaks Proxmox or a reload. */
  readonly findings: readonly FileFinding[];
}

/** Its texts are English, and French in `fr`. */
export interface FileFinding extends Texts {
  /** From 1. */
  readonly line: number;
  readonly code: FileCode;
  readonly fr: Texts;
}

const findingOf = (line: number, code: FileCode, values: Readonly<Record<string, string>>): FileFinding => ({
  line,
  code,
  ...worded(fileCatalogue[code], values),
});

export function mergeInterfaces(text: string, wanted: WantedHypervisor): Merged {
  const stanzas = stanzasOf(wanted);
  const parts = parseInterfaces(text);
  const changes: string[] = [];
  const lines: string[] = [];
  const seen = new Set<string>();
  const started = new Set(parts.flatMap((part) => (part.kind === 'auto' ? part.names : [])));
  for (const part of parts) {
    const ours = part.kind === 'stanza' ? stanzas.find(({ name }) => name === part.stanza.name) : undefined;
    // A second stanza of the name is one of another family: IPv6 has its own.
    if (part.kind !== 'stanza' || ours === undefined || seen.has(ours.name)) {
      lines.push(...partLines(part));
      continue;
    }
    seen.add(ours.name);
    const next = keepForeign(ours, part.stanza, wanted);
    if (!started.has(ours.name)) {
      lines.push(`auto ${ours.name}`);
      changes.push(`start ${ours.name} at boot`);
    }
    if (sameStanza(next, part.stanza)) lines.push(...part.lines);
    else {
      lines.push(...stanzaLines(next));
      changes.push(`rewrite the stanza of ${ours.name}`);
    }
  }
  for (const stanza of stanzas.filter(({ name }) => !seen.has(name))) {
    changes.push(`add a stanza for ${stanza.name}`);
    while (lines.at(-1) === '') lines.pop();
    if (lines.length > 0) lines.push('');
    lines.push(...(started.has(stanza.name) ? [] : [`auto ${stanza.name}`]), ...stanzaLines(stanza), '');
  }
  return { text: lines.join('\n'), changes, findings: findingsIn(parts, wanted) };
}

/** Options that are ours to decide; whatever else stands in a stanza of ours is kept behind them. */
const decided: readonly string[] = [
  'address',
  'netmask',
  'ovs_type',
  'ovs_bridge',
  'ovs_ports',
  'ovs_mtu',
  'ovs_tunnel_type',
  'ovs_tunnel_options',
  'ovs_ports_condone_regex',
  'ovs_extra',
  'vxlan-id',
  'vxlan-local-tunnelip',
  'vxlan_remoteip',
  'vxlan-port',
  'bridge-ports',
  'bridge_ports',
  'bridge-stp',
  'bridge_stp',
  'bridge-fd',
  'bridge_fd',
  'bridge-mcsnoop',
  'mtu',
];

function keepForeign(ours: Stanza, there: Stanza, wanted: WantedHypervisor): Stanza {
  const isBridge = wanted.bridges.some(({ name }) => name === ours.name);
  const hasAddress = ours.options.some(({ key }) => key === 'address');
  const kept = there.options.filter((option) => {
    if (isTunnelHook(option, wanted)) return false;
    // The document says nothing of an address: the one in the file stays.
    if (isBridge && !hasAddress && (option.key === 'address' || option.key === 'netmask')) return true;
    return !decided.includes(option.key);
  });
  const method = hasAddress || !isBridge ? ours.method : there.method;
  return { name: ours.name, method, options: [...ours.options, ...kept] };
}

/** A command beside the stanza that makes or sets a tunnel which has a stanza now. */
function isTunnelHook({ key, value }: Option, wanted: WantedHypervisor): boolean {
  if (!/^(pre-|post-)?(up|down)$/.test(key) || !value.includes('ovs-vsctl')) return false;
  return tunnelNames(wanted).some((name) => value.split(/\s+/).includes(name));
}

const tunnelNames = ({ bridges }: WantedHypervisor): string[] =>
  bridges.flatMap(({ tunnels }) => tunnels.map(({ name }) => name));

function findingsIn(parts: readonly Part[], wanted: WantedHypervisor): FileFinding[] {
  const findings: FileFinding[] = [];
  const started = new Set(parts.flatMap((part) => (part.kind === 'auto' ? part.names : [])));
  const types = new Map(
    parts.flatMap((part) =>
      part.kind === 'stanza' ? [[part.stanza.name, typeOf(part.stanza)] as const] : [],
    ),
  );
  let line = 1;
  for (const part of parts) {
    const first = line;
    line += partLines(part).length;
    if (part.kind !== 'stanza') continue;
    const { name, options } = part.stanza;
    const at = (word: string): number =>
      first +
      Math.max(
        0,
        part.lines.findIndex((text) => text.trim().startsWith(word)),
      );
    for (const option of options)
      if (/^(pre-|post-)?up$/.test(option.key) && /ovs-vsctl.*\btype=vxlan\b/.test(option.value))
        findings.push(findingOf(at(option.key), 'tunnel-by-hook', { bridge: name, option: option.key }));
    const listed = options.find(({ key }) => key === 'ovs_ports')?.value.split(/\s+/) ?? [];
    for (const port of listed.filter((one) => isTunnel(one, types, wanted)))
      findings.push(findingOf(at('ovs_ports'), 'tunnel-listed', { bridge: name, tunnel: port }));
    if (typeOf(part.stanza) === 'OVSTunnel' && !started.has(name))
      findings.push(findingOf(first, 'tunnel-unstarted', { tunnel: name }));
  }
  return findings;
}

const typeOf = ({ options }: Stanza): string | undefined =>
  options.find(({ key }) => key === 'ovs_type')?.value;

/** Named so in the document, of that type in the file, or made by nobody there. */
function isTunnel(
  port: string,
  types: ReadonlyMap<string, string | undefined>,
  wanted: WantedHypervisor,
): boolean {
  return (
    tunnelNames(wanted).includes(port) ||
    types.get(port) === 'OVSTunnel' ||
    (!types.has(port) && /vxlan|gre|geneve|tun/.test(port))
  );
}
