/** `bascule firewall`: the compiled ruleset as a person reads it, and what becomes of a packet. */
import { readFileSync } from 'node:fs';
import { ask } from '#api/client.ts';
import type { RuleCounter } from '#api/contract/rule-counters.ts';
import { familyOf } from '#base/address.ts';
import { ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Locate, Path } from '#config/findings.ts';
import { loadDocument } from '#config/load.ts';
import { nodesInOrder, titleOf } from '#config/model.ts';
import { parseAddress } from '#config/network.ts';
import { localTimeOf } from '#config/schedule.ts';
import { documentAt, locateAt } from '#config/sections.ts';
import { readSecrets } from '#node/document-file.ts';
import { compile } from '#ruleset/compile.ts';
import { type Explanation, explain, type Reason } from '#ruleset/explain.ts';
import { allNamed } from '#ruleset/identity.ts';
import type { Packet } from '#ruleset/packet.ts';
import { table } from './text.ts';

interface Options {
  readonly config: string;
  readonly node?: string;
}

interface Opened {
  readonly document: ClusterDocument;
  readonly locate: Locate;
  readonly node: string;
}

/**
 * Prints the ruleset of a node, each rule with its place in the document. With `counters` also what the node behind the
 * socket has counted for it, which then has to have the same document. Returns the exit code.
 */
export async function show(options: Options & { readonly counters?: string }): Promise<number> {
  const opened = open(options);
  if (opened === undefined) return 2;
  const { document, locate, node } = opened;
  const named = allNamed(document);
  const counted = options.counters === undefined ? ok([]) : await countersOf(options.counters);
  if (!counted.ok) return refuse(counted.error);
  const figures = new Map(
    counted.value.map((one) => [JSON.stringify(one.path), `, ${figuresText(one).join(', ')}`]),
  );
  const { program } = compile(document, node, { now: localTimeOf(new Date()) });
  const said = /comment "(\w+ [0-9a-f]{8}(?:-\d+)?)[^"]*"(?: : [\w ]+,)?$/gm;
  const placed = program.replace(said, (comment, word: string) => {
    const rule = named.get(word);
    if (rule === undefined) return comment;
    const counter = figures.get(JSON.stringify(rule.path)) ?? '';
    return `${comment} # ${placeText(options.config, locate, rule)}${counter}`;
  });
  process.stdout.write(placed);
  return 0;
}

/** Explains the first packet of a connection. Returns the exit code: 0 when it passes, 1 when not, 2 for bad input. */
export function explainPacket(
  protocol: string,
  source: string,
  destination: string,
  options: Options & { readonly in: string; readonly json?: boolean },
): number {
  const opened = open(options);
  if (opened === undefined) return 2;
  const { document, locate, node } = opened;
  const packet = packetOf(protocol, source, destination);
  if (typeof packet === 'string') return refuse(packet);
  if (!Object.hasOwn(document.interfaces, options.in))
    return refuse(
      `there is no interface "${options.in}"; there are ${Object.keys(document.interfaces).join(', ')}`,
    );
  const found = explain(document, node, options.in, packet, { now: localTimeOf(new Date()) });
  const place = (reason: Reason): string => placeText(options.config, locate, reason);
  if (options.json === true) console.log(JSON.stringify(found, undefined, 2));
  else console.log(explanationText(document, found, place));
  return found.action === 'pass' ? 0 : 1;
}

/** The answer in a few lines: NAT of the destination, the verdict, the way, NAT of the source. */
export function explanationText(
  document: ClusterDocument,
  found: Explanation,
  place: (reason: Reason) => string,
): string {
  const { inside, destinationNat, sourceNat, gateway, out, choice } = found;
  const host = (address: string, port: number | undefined): string =>
    port === undefined ? address : `${address}:${port}`;
  const way = found.isLocal
    ? 'for the node itself'
    : `leaves by ${out === undefined ? 'no interface' : titleOf(document, out)}`;
  return [
    ...(destinationNat === undefined
      ? []
      : [
          `destination: ${host(inside.destination, inside.port)}, by ${destinationNat.title} (${place(destinationNat)})`,
        ]),
    ...(choice === undefined ? [] : [`member: ${choice}`]),
    `${found.action}: by ${found.by.title} (${place(found.by)})`,
    ...(found.action === 'pass'
      ? [`way: ${way}${gateway === undefined ? '' : `, to the gateway ${gateway}`}`]
      : []),
    ...(sourceNat === undefined
      ? []
      : [`source: ${sourceNat.to}, by ${sourceNat.title} (${place(sourceNat)})`]),
  ].join('\n');
}

/** Connections and bytes of a running node's rules. Returns the exit code. */
export async function counters(options: {
  readonly socket: string;
  readonly json?: boolean;
}): Promise<number> {
  const counted = await countersOf(options.socket);
  if (!counted.ok) return refuse(counted.error);
  if (options.json === true) console.log(JSON.stringify(counted.value, undefined, 2));
  else console.log(countersText(counted.value));
  return 0;
}

export const countersText = (counted: readonly RuleCounter[]): string =>
  table(
    ['Rule', 'States', 'Bytes', 'Packets', 'Matched'],
    counted.map((one) => [
      one.title,
      one.states === undefined ? '' : String(one.states),
      String(one.bytes),
      String(one.packets),
      String(one.matched),
    ]),
  );

async function countersOf(socket: string): Promise<Result<readonly RuleCounter[]>> {
  const reply = await ask(socket, { command: 'ruleCounters' });
  return reply.ok ? ok(reply.value.ruleCounters ?? []) : reply;
}

const figuresText = ({ states, bytes }: RuleCounter): string[] => [
  ...(states === undefined ? [] : [states === 1 ? '1 state' : `${states} states`]),
  `${bytes} bytes`,
];

/** `cluster.yaml:45`, or that no document says so. */
const placeText = (file: string, locate: Locate, { path }: { readonly path?: Path }): string =>
  path === undefined ? 'always there' : `${file}:${locate(path).line}`;

function open({ config, node }: Options): Opened | undefined {
  let text: string;
  try {
    text = readFileSync(config, 'utf8');
  } catch (error) {
    refuse(`cannot read ${config}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(config) });
  const faults = (loaded.ok ? loaded.value.findings : loaded.error).filter(
    ({ severity }) => severity === 'error',
  );
  for (const { line, column, message } of faults) console.error(`${config}:${line}:${column}: ${message}`);
  if (!loaded.ok || faults.length > 0) return undefined;
  const { document, locate } = loaded.value;
  const names = nodesInOrder(document);
  const chosen = node ?? names[0];
  if (chosen !== undefined && names.includes(chosen))
    return {
      document: documentAt(document, chosen),
      locate: locateAt(document, chosen, locate),
      node: chosen,
    };
  refuse(`the document has no node "${node}"; it has ${names.join(', ')}`);
  return undefined;
}

function refuse(why: string): number {
  console.error(why);
  return 2;
}

/** IANA numbers of what one asks about. */
const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  carp: 112,
  sctp: 132,
  pfsync: 240,
};
/** Without a port of its own a packet has one of those that systems take for new connections. */
const anyPort = 50_000;

/** A packet from words such as `tcp`, `192.168.1.100`, `203.0.113.10:443`; a text says what is wrong. */
export function packetOf(protocol: string, source: string, destination: string): Packet | string {
  const from = endOf(source);
  const to = endOf(destination);
  if (typeof from === 'string') return from;
  if (typeof to === 'string') return to;
  const family = familyOf(from.address);
  if (family !== familyOf(to.address)) return `${source} and ${destination} are of different families`;
  const isIcmp = protocol === 'icmp' || protocol === 'icmpv6';
  const number = isIcmp ? (family === 'ipv4' ? 1 : 58) : (protocolNumbers[protocol] ?? Number(protocol));
  if (!Number.isInteger(number) || number < 0 || number > 255)
    return `"${protocol}" is no protocol: a number from 0 to 255 or one of ${Object.keys(protocolNumbers).join(', ')}`;
  const withPorts = [6, 17, 132].includes(number);
  if (withPorts && to.port === undefined) return `${protocol} needs a port: ${destination}:443`;
  return {
    family,
    protocol: number,
    source: from.address,
    destination: to.address,
    ...(withPorts && to.port !== undefined ? { port: to.port, sourcePort: from.port ?? anyPort } : {}),
    ...(isIcmp ? { icmpType: family === 'ipv4' ? 8 : 128 } : {}),
  };
}

/** `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`. */
function endOf(text: string) {
  const [, six, sixPort] = /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? [];
  const [, four, fourPort] = /^([\d.]+):(\d+)$/.exec(text) ?? [];
  const address = parseAddress(six ?? four ?? text);
  if (!address.ok) return `${address.error}; write 192.0.2.1:443 or [2001:db8::1]:443`;
  const digits = sixPort ?? fourPort;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > 65_535) return `${port} is not a port`;
  return { address: address.value, port };
}
