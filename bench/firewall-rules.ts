/** The same rules twice: as a cluster document for Bascule, and as one would write them for `nft -f`, one after the other. */
import type { Ipv4 } from '#base/address.ts';
import { type Prng, prng } from '#base/prng.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import type { Packet } from '#ruleset/packet.ts';

interface Drawn {
  readonly action: 'pass' | 'block';
  readonly protocol: 'tcp' | 'udp' | 'any';
  readonly source: string;
  readonly destination: string;
  readonly ports: string | undefined;
}

/** So many rules at the end are the same whatever the number of rules: the packets that are sent are for them. */
export const common = 50;

/** Rules as they are in the field: a host and a port for most, some for whole networks, some without a source. */
export function drawRules(count: number): Drawn[] {
  return [...drawn(count - common, prng(count)), ...drawn(common, prng(1))];
}

function drawn(count: number, random: Prng): Drawn[] {
  return Array.from({ length: count }, (_, i) => {
    const protocol = random.pick(['tcp', 'tcp', 'tcp', 'udp', 'any'] as const);
    const isWide = i % 40 === 39;
    return {
      action: random.chance(0.7) ? 'pass' : 'block',
      protocol,
      source: random.chance(0.4) ? 'any' : `10.${random.below(256)}.${random.below(256)}.0/24`,
      destination: isWide ? `172.${16 + random.below(16)}.${random.below(256)}.0/24` : hostAt(random),
      ports: protocol === 'any' ? undefined : random.pick(['22', '53', '80', '443', '8000-8010', '3389']),
    };
  });
}

const hostAt = (random: Prng): string =>
  `172.${16 + random.below(16)}.${random.below(256)}.${1 + random.below(254)}`;

export function documentOf(rules: readonly Drawn[]): ClusterDocument {
  const lines = rules.map(
    ({ action, protocol, source, destination, ports }, i) =>
      `  - { action: ${action}, interface: lan, protocol: ${protocol}, source: ${source}, destination: ${destination}, ${ports === undefined ? '' : `ports: ${ports}, `}description: number ${i} }`,
  );
  const text = `cluster: bench
nodes: { A: {} }
interfaces:
  lan: { role: lan, addresses: { A: [10.0.0.1/8] } }
  wan: { role: wan, addresses: { A: [172.16.0.1/12] } }
rules:
${lines.join('\n')}
nat: { outbound: { mode: off } }
`;
  const loaded = loadDocument(text);
  if (!loaded.ok) throw new Error(`bug: ${JSON.stringify(loaded.error.slice(0, 3))}`);
  return loaded.value.document;
}

/** The plain ruleset, around it the same as Bascule puts there: what a packet meets before the rules must not differ. */
export function plainProgram(rules: readonly Drawn[], around: string): string {
  const lines = rules.map(({ action, protocol, source, destination, ports }, i) =>
    [
      ...(source === 'any' ? [] : [`ip saddr ${source}`]),
      `ip daddr ${destination}`,
      ...(protocol === 'any' ? [] : [`meta l4proto ${protocol}`]),
      ...(ports === undefined ? [] : [`th dport ${ports}`]),
      `counter ${action === 'pass' ? 'accept' : 'drop'} comment "number ${i}"`,
    ].join(' '),
  );
  return around.replace('\tchain in_lan {\n', () => `\tchain in_lan {\n\t\t${lines.join('\n\t\t')}\n`);
}

/** Packets that a rule is for, or that no rule is for. */
export function packets(rules: readonly Drawn[], count: number, kind: 'matching' | 'none'): Packet[] {
  const random = prng(5);
  return Array.from({ length: count }, (_, i) => {
    const rule = random.pick(rules.slice(-common));
    const source = (kind === 'none' || rule.source === 'any' ? '10.77.0.0/24' : rule.source).replace(
      '0/24',
      String(2 + (i % 250)),
    );
    const destination =
      kind === 'none' ? `172.31.255.${1 + (i % 250)}` : rule.destination.replace('0/24', '9');
    return {
      family: 'ipv4',
      protocol: rule.protocol === 'udp' || kind === 'none' ? 17 : 6,
      source: source as Ipv4,
      destination: destination as Ipv4,
      sourcePort: 1_024 + (i % 60_000),
      port: kind === 'none' ? 9 : Number(/^\d+/.exec(rule.ports ?? '9')?.[0]),
    };
  });
}
