/** The words of `bascule pfsense push`. */
import type { Language } from '#base/language.ts';
import { exportText } from '#configsync/export-notes.ts';
import type { Change } from '#configsync/node-changes.ts';
import type { ByHand } from '#configsync/node-leftovers.ts';
import type { NodePlan } from '#configsync/node-plan.ts';

export const pushWords = {
  en: {
    nothing: 'all is as the document says',
    noNodes: 'no node of the document has kind: pfsense',
    noNode: (node: string) => `the document has no pfSense "${node}"`,
    unread: (node: string, why: string) => `${node} could not be looked at: ${why}`,
    strangers: (list: string) =>
      `nothing is sent to it, for rules name interfaces by key: ${list} (Interfaces > Assignments)`,
    byHand: 'cannot be brought by XML-RPC:',
    cannotHold: 'a pfSense cannot hold, or holds otherwise:',
    held: 'Nothing was sent to any node.',
    sent: (node: string, sections: string) => `${node}: sent and read back (${sections})`,
    refused: (node: string, why: string) => `${node}: not sent: ${why}`,
    unsure: (node: string, why: string) => `${node}: sent, but could not be read back: ${why}`,
    differs: (node: string, sections: string) =>
      `${node}: sent, but it holds ${sections} otherwise. Does it send its own configuration to its caller, or does another primary send to it?`,
    dry: 'Nothing was sent (--dry-run).',
  },
  fr: {
    nothing: 'tout est conforme au document',
    noNodes: 'aucun nœud du document n’a kind: pfsense',
    noNode: (node: string) => `le document n’a pas de pfSense « ${node} »`,
    unread: (node: string, why: string) => `${node} n’a pas pu être consulté : ${why}`,
    strangers: (list: string) =>
      `rien ne lui est envoyé, car les règles désignent les interfaces par clé : ${list} (Interfaces > Assignments)`,
    byHand: 'XML-RPC ne peut pas apporter :',
    cannotHold: 'un pfSense ne peut pas contenir, ou contient autrement :',
    held: 'Rien n’a été envoyé à aucun nœud.',
    sent: (node: string, sections: string) => `${node} : envoyé et relu (${sections})`,
    refused: (node: string, why: string) => `${node} : non envoyé : ${why}`,
    unsure: (node: string, why: string) => `${node} : envoyé, mais impossible à relire : ${why}`,
    differs: (node: string, sections: string) =>
      `${node} : envoyé, mais il contient ${sections} autrement. Envoie-t-il sa configuration à celui qui l’appelle, ou un autre primaire lui envoie-t-il la sienne ?`,
    dry: 'Rien n’a été envoyé (--dry-run).',
  },
} as const;

const signs = { added: '+', removed: '-', changed: '~', order: '~' } as const;
const orderWords = { en: 'in another order', fr: 'dans un autre ordre' } as const;

const byHandWords: Readonly<Record<ByHand['code'], Readonly<Record<Language, string>>>> = {
  address: {
    en: 'interface {what}: the address is {found} there, {wanted} in the document (Interfaces > {what})',
    fr: 'interface {what} : l’adresse y est {found}, {wanted} dans le document (Interfaces > {what})',
  },
  disabled: {
    en: 'interface {what}: enabled at one and not at the other (Interfaces > {what})',
    fr: 'interface {what} : activée chez l’un et pas chez l’autre (Interfaces > {what})',
  },
  alias: {
    en: 'the further address {what} of this node (Firewall > Virtual IPs, type IP Alias)',
    fr: 'l’adresse supplémentaire {what} de ce nœud (Firewall > Virtual IPs, type IP Alias)',
  },
  gateway: {
    en: 'the gateway {what}, which rules name (System > Routing)',
    fr: 'la passerelle {what}, que des règles désignent (System > Routing)',
  },
  section: {
    en: '{what} of the document, which is not sent',
    fr: '{what} du document, qui n’est pas envoyé',
  },
};

const changeText = ({ section, kind, what }: Change, language: Language): string =>
  `  ${signs[kind]} ${section}: ${kind === 'order' ? orderWords[language] : what}`;

/** The settings of high availability are many and small: those that are changed alike stand on one line. */
function withSettingsTogether(changes: readonly Change[]): Change[] {
  const kinds = ['added', 'removed', 'changed'] as const;
  const settings = kinds.flatMap((kind): Change[] => {
    const names = changes
      .filter((one) => one.section === 'hasync' && one.kind === kind)
      .map(({ what }) => what);
    return names.length === 0 ? [] : [{ section: 'hasync', kind, what: names.join(', ') }];
  });
  const at = changes.findIndex(({ section }) => section === 'hasync');
  const others = changes.filter(({ section }) => section !== 'hasync');
  return at === -1 ? others : others.toSpliced(at, 0, ...settings);
}

function byHandText({ code, ...values }: ByHand, language: Language): string {
  const known: Readonly<Record<string, string | undefined>> = values;
  return byHandWords[code][language].replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '');
}

/** A node's plan: what would be changed, and what has to be done otherwise. */
export function planText(node: string, plan: NodePlan, language: Language): string {
  const say = pushWords[language];
  const colon = language === 'fr' ? '\u00a0:' : ':';
  const section = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`  ${title}`, ...items.map((item) => `    ${item}`)];
  return [
    plan.changes.length === 0 ? `${node}${colon} ${say.nothing}` : `${node}${colon}`,
    ...withSettingsTogether(plan.changes).map((change) => changeText(change, language)),
    ...(plan.misfits.length === 0 ? [] : [`  ! ${say.strangers(plan.misfits.join('; '))}`]),
    ...section(
      say.byHand,
      plan.byHand.map((one) => byHandText(one, language)),
    ),
    ...section(say.cannotHold, [
      ...new Set(plan.notes.filter(isOfThePush).map((note) => exportText(note, language))),
    ]),
  ].join('\n');
}

/** Names of devices are the node's own, and accounts are not pushed. */
const isOfThePush = ({ code }: NodePlan['notes'][number]): boolean =>
  !['devices', 'administrator', 'dhcp-server', 'gateway-made'].includes(code);
