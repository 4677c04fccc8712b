/** What a report says of the scenario itself: context, drawing, addresses, configuration and findings. Pure. */
import { parse } from 'yaml';
import type { ClusterDocument } from '#config/document.ts';
import { type Finding, textsIn } from '#config/findings.ts';
import { nodesInOrder, titleOf } from '#config/model.ts';
import type { AcceptancePlan, Language } from './acceptance/plan.ts';
import { drillTimersOf } from './drills/timers.ts';
import { groundOf } from './hypervisors.ts';
import { escapeXml } from './report.ts';
import { drawing } from './report-drawing.ts';
import { groundDrawing } from './report-drawing-ground.ts';
import { topologyOf } from './topology.ts';
import { colon, words } from './words/report.ts';

/** The scenario that a report is about. */
export interface Dossier {
  readonly document: ClusterDocument;
  /** As its author wrote it. */
  readonly text: string;
  readonly plan: AcceptancePlan | undefined;
  readonly findings: readonly Finding[];
}

export function dossierHtml(dossier: Dossier, language: Language): string {
  const { document, plan } = dossier;
  const guests = plan?.guests ?? [];
  const topology = topologyOf(document, guests);
  const ground = groundOf(document, guests);
  const context = plan === undefined ? '' : `<p>${escapeXml(plan.context[language])}</p>`;
  return `<section><h2>${words.context[language]}</h2>${context}
${drawing(document, topology, words.drawing[language])}${ground === undefined ? '' : groundDrawing(ground, words.hypervisors[language])}</section>
<section class="long"><h2>${words.addresses[language]}</h2>${addresses(document, language)}
${hosts(document, guests, language)}</section>
<section class="long"><h2>${words.configuration[language]}</h2>${settings(document, language)}
${rules(dossier, language)}</section>`;
}

export function findingsHtml({ findings, text }: Dossier, language: Language): string {
  const list = findings.map((finding) => {
    const { severity, line } = finding;
    const { message, cause, remedy } = textsIn(finding, language);
    return `<tr><td>${words[severity][language]}</td><td>${words.line[language]} ${line}</td><td>${escapeXml(begun(message, text))}. ${escapeXml(cause)} <span class="soft">${words.remedy[language]}${colon[language]} ${escapeXml(remedy)}</span></td></tr>`;
  });
  const body =
    list.length === 0
      ? `<p>${words.noFindings[language]}</p>`
      : `<table class="findings"><tbody>${list.join('')}</tbody></table>`;
  return `<section class="long"><h2>${words.findings[language]}</h2>${body}</section>`;
}

function addresses(document: ClusterDocument, language: Language): string {
  const nodes = nodesInOrder(document);
  const rows = Object.entries(document.interfaces).map(([name, face]) => {
    const vips = document.virtualIps.filter((vip) => vip.interface === name);
    const macs = vips.map(({ vhid }) => `00:00:5e:00:01:${vhid.toString(16).padStart(2, '0')}`);
    return [
      titleOf(document, name),
      ...nodes.map((node) => (face.addresses[node] ?? []).join('\n')),
      vips.flatMap((vip) => vip.addresses).join('\n'),
      vips.map(({ vhid }) => String(vhid)).join('\n'),
      macs.join('\n'),
    ];
  });
  const { interface: face, virtualIp, virtualMac } = words;
  return table([face[language], ...nodes, virtualIp[language], 'VHID', virtualMac[language]], rows);
}

function hosts(document: ClusterDocument, guests: AcceptancePlan['guests'], language: Language): string {
  const topology = topologyOf(document, guests);
  const rows = topology.network.hosts
    .filter(({ name }) => !topology.nodes.includes(name))
    .map(({ name, ports, loopback, routes }) => [
      name,
      [...ports.flatMap((port) => port.addresses), ...loopback].join('\n'),
      routes.map(({ via }) => via).join('\n'),
    ]);
  return table([words.host[language], words.address[language], words.gateway[language]], rows);
}

function settings(document: ClusterDocument, language: Language): string {
  const { sync } = document.ha;
  const peers = Object.entries(sync?.peers ?? {}).map(([node, peer]) => `${node} → ${peer}`);
  const rows = [
    [words.failover[language], document.failover],
    [words.takeover[language], `${Math.round(drillTimersOf(document).masterDownMs)} ms`],
    [words.priority[language], nodesInOrder(document).join(', ')],
    ...(sync === undefined
      ? []
      : [[words.sync[language], [titleOf(document, sync.interface), ...peers].join('\n')]]),
    [words.outbound[language], document.nat.outbound.mode],
    ...(document.infrastructure === undefined
      ? []
      : [[words.hypervisors[language], Object.keys(document.infrastructure.hypervisors).join(', ')]]),
  ];
  return table([words.setting[language], words.value[language]], rows);
}

/** Rules, translations and pools as their author wrote them, for the words are theirs. */
function rules({ text }: Dossier, language: Language): string {
  const written = parse(text) as Written;
  const ruleRows = (written.rules ?? []).map((rule) =>
    [
      ...[
        rule.interface,
        rule.action,
        rule.protocol ?? 'any',
        rule.source ?? 'any',
        rule.destination ?? 'any',
      ],
      ...[rule.ports ?? '', rule.description ?? ''],
    ].map(String),
  );
  const natRows = (written.nat?.outbound?.rules ?? []).map((rule) =>
    [rule.interface, rule.source ?? 'any', rule.translateTo, rule.description ?? ''].map(String),
  );
  const poolRows = Object.entries(written.loadBalancer?.pools ?? {}).flatMap(
    ([pool, { members, monitor, port }]) =>
      members.map(({ address, description }) => [
        pool,
        `${address} (${port})`,
        description ?? '',
        monitor ?? '',
      ]),
  );
  const named = (keys: readonly (keyof typeof words)[]) => keys.map((key) => words[key][language]);
  return [
    ruleRows.length === 0 ? '' : `<h3>${words.rules[language]}</h3>`,
    table(
      named(['interface', 'action', 'protocol', 'source', 'destination', 'ports', 'description']),
      ruleRows,
    ),
    natRows.length === 0 ? '' : `<h3>${words.outbound[language]}</h3>`,
    table(named(['interface', 'source', 'translation', 'description']), natRows),
    poolRows.length === 0 ? '' : `<h3>${words.pool[language]}</h3>`,
    table(named(['pool', 'member', 'description', 'monitor']), poolRows),
  ].join('\n');
}

type WrittenRule = Readonly<Record<string, unknown>>;
/** The parts of a document's text that are shown; it has been checked against its schema. */
interface Written {
  readonly rules?: readonly WrittenRule[];
  readonly nat?: { readonly outbound?: { readonly rules?: readonly WrittenRule[] } };
  readonly loadBalancer?: {
    readonly pools?: Readonly<
      Record<
        string,
        {
          readonly port: number;
          readonly monitor?: string;
          readonly members: readonly { readonly address: string; readonly description?: string }[];
        }
      >
    >;
  };
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cell = (text: string) => `<td>${breakable(escapeXml(text)).replaceAll('\n', '<br>')}</td>`;
  const head = header.map((title) => `<th>${escapeXml(title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** As a sentence begins; names that the document gives, of nodes and hypervisors, stay as they are. */
function begun(message: string, text: string): string {
  const [first = ''] = message.split(/[\s,'’]/, 1);
  return text.includes(`${first}:`) ? message : message.charAt(0).toUpperCase() + message.slice(1);
}

/** Addresses of IPv6 are long; they break at their colons, and other words nowhere. */
const breakable = (text: string): string =>
  text.replace(/\S*::\S*/g, (address) => address.replace(/:(?=[^:])/g, ':<wbr>'));
