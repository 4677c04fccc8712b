/** The methods of xmlrpc.php: what a call asks for, or the fault that answers it. */

import { isMap, type TreeMap, treeOfValue } from './tree.ts';
import type { Call, Fault, Value } from './value.ts';
import { isList, isStruct } from './value.ts';

export const faults = {
  authentication: -1,
  privilege: -2,
  loop: -3,
  noMethod: -32601,
  parameters: -32602,
  unreadable: 0,
  refused: 1,
} as const;

/** What changes the configuration, and by which rule. */
export type ChangeRule = 'restore' | 'merge' | 'packages';

export type Request =
  | { readonly kind: 'version' }
  | { readonly kind: 'read'; readonly sections: readonly string[] }
  | { readonly kind: 'change'; readonly rule: ChangeRule; readonly received: TreeMap }
  /** Rules or virtual IPs are to be loaded anew, as they are. */
  | { readonly kind: 'reload' }
  /** Understood, with nothing to do. */
  | { readonly kind: 'constant'; readonly value: Value }
  | ({ readonly kind: 'fault'; readonly isSuspicious?: true } & Fault);

const fault = (code: number, text: string): Request => ({ kind: 'fault', code, text });

/** No primary sends these; whoever does would change who this node is. */
const ownSections = new Set(['version', 'revision', 'lastchange', 'interfaces', 'vlans', 'laggs']);

const changes: Readonly<Record<string, ChangeRule>> = {
  restore_config_section: 'restore',
  merge_config_section: 'merge',
  merge_installedpackages_section: 'packages',
};

export function requestOf({ method, params }: Call): Request {
  const name = /^pfsense\.([a-z_]+)$/.exec(method)?.[1] ?? '';
  const [first] = params;
  if (Object.hasOwn(changes, name)) return changeOf(changes[name] ?? 'restore', name, first);
  switch (name) {
    case 'host_firmware_version':
      return { kind: 'version' };
    case 'backup_config_section':
      return isList(first) && first.every((section) => typeof section === 'string')
        ? { kind: 'read', sections: first }
        : fault(faults.parameters, 'backup_config_section takes a list of sections');
    case 'filter_configure':
    case 'interfaces_carp_configure':
      return { kind: 'reload' };
    case 'captive_portal_sync':
      return { kind: 'constant', value: false };
    case 'exec_php':
    case 'exec_shell':
      return {
        kind: 'fault',
        code: faults.noMethod,
        text: `${name} is not offered: a peer may send configuration, and run nothing`,
        isSuspicious: true,
      };
    default:
      return fault(faults.noMethod, 'server error. requested method not found');
  }
}

function changeOf(rule: ChangeRule, name: string, sent: Value | undefined): Request {
  // The empty array is what PHP sends for an empty struct too.
  if (!isStruct(sent) && !(isList(sent) && sent.length === 0)) {
    return fault(faults.parameters, `${name} takes a struct of sections`);
  }
  const problems: string[] = [];
  const received = isStruct(sent) ? treeOfValue(sent, '', problems) : new Map();
  const [problem] = problems;
  if (problem !== undefined) return fault(faults.refused, `not understood: ${problem}`);
  if (!isMap(received)) return fault(faults.parameters, `${name} takes a struct of sections`);
  const own =
    rule === 'packages' ? undefined : [...received.keys()].find((section) => ownSections.has(section));
  if (own !== undefined) return fault(faults.refused, `${own} is each node's own and is never synchronised`);
  return { kind: 'change', rule, received };
}
