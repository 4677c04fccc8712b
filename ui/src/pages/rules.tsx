/** Firewall > Rules: a tab for each interface, floating rules first. */
import type { RuleCounter } from '#api/contract/rule-counters.ts';
import { floatingRule, icmpTypes, protocols, ruleDocument } from '#config/rules-document.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { listAt, mapAt, useDocument } from '../data/document.ts';
import type { Json } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, PageHead } from '../parts/basics.tsx';
import { endFields } from '../parts/end-fields.ts';
import type { FieldSpec } from '../parts/entry-fields.ts';
import type { Column, Entry } from '../parts/entry-row.tsx';
import { ListEditor } from '../parts/list-editor.tsx';
import { useNames } from '../parts/names.ts';
import { Tabs } from '../parts/tabs.tsx';
import { Words } from '../parts/words.tsx';
import { hrefOf, usePlace } from '../router.ts';

/** How often the kernel's counters are read while the page is open, ms. */
const countersEveryMs = 3_000;

export default function RulesPage() {
  const { t } = useSpeech();
  const { query } = usePlace();
  const { now, shown } = useDocument();
  const interfaces = mapAt(shown, ['interfaces']).map(([name, value]) => ({
    name,
    title: String(value.description ?? name.toUpperCase()),
  }));
  const tab = query.get('if') ?? interfaces[0]?.name ?? 'floating';
  const rules = listAt(shown, ['rules']);
  const tabs = [
    {
      name: 'floating',
      title: t('rules.floating'),
      query: { if: 'floating' },
      count: listAt(shown, ['floatingRules']).length,
    },
    ...interfaces.map((one) => ({
      ...one,
      query: { if: one.name },
      count: rules.filter((rule) => rule.interface === one.name).length,
    })),
  ];
  const counters = useAsked(`counters ${now?.head.number ?? 0}`, () => call('ruleCounters'), countersEveryMs);
  const fields = useRuleFields(tab === 'floating', interfaces);
  const columns = useRuleColumns(
    counters.value ?? [],
    (now?.document ?? {}) as Entry,
    tab === 'floating' ? 'floatingRules' : 'rules',
    shown,
  );
  return (
    <>
      <PageHead title={t('page.rules')} />
      <Tabs label={t('rules.tabs')} path="/firewall/rules" current={tab} tabs={tabs} />
      <ListEditor
        key={tab}
        title={t('rules.of', { name: tabs.find(({ name }) => name === tab)?.title ?? tab })}
        path={[tab === 'floating' ? 'floatingRules' : 'rules']}
        noun={t('rules.rule')}
        columns={columns}
        fields={fields}
        schema={tab === 'floating' ? floatingRule : ruleDocument}
        fresh={
          tab === 'floating'
            ? { action: 'pass' }
            : { action: 'pass', interface: tab, protocol: 'tcp', source: `${tab} net` }
        }
        empty={tab === 'floating' ? t('rules.noFloating') : t('rules.none')}
        {...(tab === 'floating' ? {} : { filter: (entry: Entry) => entry.interface === tab })}
      />
    </>
  );
}

const actionLooks = { pass: ['good', 'check'], block: ['bad', 'cross'], reject: ['warn', 'hand'] } as const;

function useRuleColumns(
  counters: readonly RuleCounter[],
  inForce: Entry,
  list: string,
  document: Json,
): readonly Column[] {
  const { t } = useSpeech();
  // Pending changes move rules about, so a rule finds its counter by what it says.
  const found = new Map<string, RuleCounter>();
  for (const counter of counters) {
    if (counter.path[0] !== list || typeof counter.path[1] !== 'number') continue;
    const rule = listAt(inForce, [list])[counter.path[1]];
    if (rule !== undefined) found.set(JSON.stringify(rule), counter);
  }
  /** A column that no rule has anything in takes no room. */
  const column = (name: string, shown: Column): readonly Column[] =>
    listAt(document, [list]).some((rule) => rule[name] !== undefined) ? [shown] : [];
  const port = (value: Entry[string] | undefined) => <Words value={value} otherwise="*" />;
  return [
    {
      title: t('rules.action'),
      cell: ({ action }) => {
        const [tone, icon] = actionLooks[action as keyof typeof actionLooks] ?? ['plain', 'question'];
        return (
          <Badge tone={tone} icon={icon}>
            {t(`action.${action as keyof typeof actionLooks}`)}
          </Badge>
        );
      },
    },
    {
      title: t('rules.carried'),
      cell: (rule) => <Carried counter={found.get(JSON.stringify(rule))} />,
    },
    {
      title: t('field.protocol'),
      cell: ({ family, protocol }) => (
        <span className="nowrap strike">
          {t(`family.${(family ?? 'ipv4') as 'ipv4'}`)}{' '}
          {String(protocol ?? 'any')
            .toUpperCase()
            .replace('ANY', '*')}
        </span>
      ),
    },
    { title: t('field.source'), cell: ({ source }) => <Words value={source} otherwise="*" /> },
    { title: t('rules.port'), cell: ({ sourcePorts }) => port(sourcePorts) },
    { title: t('field.destination'), cell: ({ destination }) => <Words value={destination} otherwise="*" /> },
    { title: t('rules.destinationPort'), cell: ({ ports }) => port(ports) },
    ...column('gateway', {
      title: t('field.gateway'),
      cell: ({ gateway }) => <Words value={gateway} otherwise="*" />,
    }),
    ...column('schedule', {
      title: t('field.schedule'),
      cell: ({ schedule }) => <Words value={schedule} otherwise="" />,
    }),
    {
      title: t('field.description'),
      cell: ({ description, log }) => (
        <>
          {String(description ?? '')}{' '}
          {log === true && (
            <Badge tone="plain" icon="log">
              {t('rules.log')}
            </Badge>
          )}
        </>
      ),
    },
  ];
}

/** A rule that lets no connections in has none; its bytes are those of the packets that it matched. */
function Carried({ counter }: { readonly counter: RuleCounter | undefined }) {
  const { t, number, bytes } = useSpeech();
  const { states = 0, packets = 0, matched = 0, filter } = counter ?? {};
  const text = `${number(states)} / ${bytes(counter?.bytes ?? 0)}`;
  const figures = { packets: number(packets), matched: number(matched) };
  return (
    <span className="num nowrap muted">
      {filter === undefined ? (
        <span title={t('rules.matched.help', figures)}>{text}</span>
      ) : (
        <a href={hrefOf('/diagnostics/states', { filter })} title={t('rules.carried.help', figures)}>
          {text}
        </a>
      )}
    </span>
  );
}

function useRuleFields(
  isFloating: boolean,
  interfaces: readonly { readonly name: string; readonly title: string }[],
): readonly FieldSpec[] {
  const { t } = useSpeech();
  const names = useNames();
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const hasPorts = (draft: Readonly<Record<string, unknown>>) =>
    ['tcp', 'udp', 'tcp/udp', 'sctp'].includes(String(draft.protocol));
  const whichInterface: readonly FieldSpec[] = isFloating
    ? [
        {
          name: 'interfaces',
          label: 'field.interfaces',
          help: 'help.interfaces',
          kind: 'list',
          default: 'any',
        },
        {
          name: 'direction',
          label: 'field.direction',
          kind: 'select',
          default: 'in',
          choices: (['in', 'out', 'any'] as const).map((value) => ({
            value,
            label: t(`direction.${value}`),
          })),
        },
        { name: 'quick', label: 'field.quick', help: 'help.quick', kind: 'check', default: false },
      ]
    : [
        {
          name: 'interface',
          label: 'field.interface',
          kind: 'select',
          choices: interfaces.map(({ name, title }) => ({ value: name, label: title })),
        },
      ];
  return [
    {
      name: 'action',
      label: 'rules.action',
      help: 'help.action',
      kind: 'select',
      choices: (['pass', 'block', 'reject'] as const).map((value) => ({
        value,
        label: t(`action.${value}`),
      })),
    },
    ...whichInterface,
    {
      name: 'family',
      label: 'field.family',
      kind: 'select',
      default: 'ipv4',
      choices: (['ipv4', 'ipv6', 'both'] as const).map((value) => ({ value, label: t(`family.${value}`) })),
    },
    { name: 'protocol', label: 'field.protocol', kind: 'select', default: 'any', choices: plain(protocols) },
    {
      name: 'icmpType',
      label: 'field.icmpType',
      kind: 'select',
      default: 'any',
      choices: plain(icmpTypes),
      shown: ({ protocol }) => protocol === 'icmp' || protocol === 'icmpv6',
    },
    ...endFields(names),
    {
      name: 'ports',
      label: 'field.ports',
      help: 'help.ports',
      kind: 'ports',
      list: names.ports,
      shown: hasPorts,
    },
    { name: 'description', label: 'field.description', kind: 'text', default: '', wide: true },
    { name: 'log', label: 'field.log', help: 'help.log', kind: 'check', default: false },
    { name: 'disabled', label: 'field.disabled', help: 'help.disabled', kind: 'check', default: false },
    {
      name: 'sourcePorts',
      label: 'field.sourcePorts',
      help: 'help.sourcePorts',
      kind: 'ports',
      list: names.ports,
      shown: hasPorts,
      advanced: true,
    },
    {
      name: 'gateway',
      label: 'field.gateway',
      help: 'help.gateway',
      kind: 'text',
      list: names.gateways,
      advanced: true,
    },
    {
      name: 'schedule',
      label: 'field.schedule',
      help: 'help.schedule',
      kind: 'text',
      list: names.schedules,
      advanced: true,
    },
    {
      name: 'state',
      label: 'field.state',
      help: 'help.state',
      kind: 'select',
      default: 'keep',
      choices: (['keep', 'none'] as const).map((value) => ({ value, label: t(`state.${value}`) })),
      advanced: true,
    },
    {
      name: 'limits.states',
      label: 'field.limits.states',
      help: 'help.limits.states',
      kind: 'number',
      advanced: true,
    },
    { name: 'limits.statesPerSource', label: 'field.limits.statesPerSource', kind: 'number', advanced: true },
  ];
}
