/** What a compilation works with: the document, the node, and what only the moment can tell. */
import type { Family } from '#base/address.ts';
import { networksBehind, type Tables } from '#config/aliases.ts';
import type { ClusterDocument } from '#config/document.ts';
import { enabledAt } from '#config/model.ts';
import type { Cidr } from '#config/network.ts';
import type { LocalTime } from '#config/schedule.ts';
import type { NamedSet } from './program.ts';
import { elementsOf } from './spans.ts';
import { waysOf } from './ways.ts';

/** What the shell knows and the document does not. */
export interface Facts {
  /** For schedules. Without it, scheduled rules that pass do not count, and those that block do. */
  readonly now?: LocalTime;
  /** Contents of URL tables. */
  readonly tables?: Tables;
  /** Names of gateways that do not lead out now. */
  readonly gatewaysDown?: ReadonlySet<string>;
}

/** Longer aliases become sets of their own, whose elements change without a rule being touched. */
const inlineLimit = 32;

export class Setting {
  readonly document: ClusterDocument;
  readonly node: string;
  readonly facts: Facts;
  /** Interfaces in use at the node. */
  readonly interfaces: readonly string[];
  /** Whether connections may be marked with a way. */
  readonly hasWays: boolean;
  readonly sets = new Map<string, NamedSet>();
  readonly #networks = new Map<string, readonly Cidr[]>();

  constructor(document: ClusterDocument, node: string, facts: Facts) {
    this.document = document;
    this.node = node;
    this.facts = facts;
    this.hasWays = waysOf(document).length > 0;
    this.interfaces = Object.keys(document.interfaces).filter((name) => enabledAt(document, name, node));
  }

  networksBehind(alias: string): readonly Cidr[] {
    const known = this.#networks.get(alias);
    if (known !== undefined) return known;
    const networks = networksBehind(this.document, alias, this.facts.tables);
    this.#networks.set(alias, networks);
    return networks;
  }

  /** The set of an alias in one family, made when it is first asked for; undefined when it is short enough to be written out. */
  setOf(alias: string, family: Family): string | undefined {
    const networks = this.networksBehind(alias);
    const isTable = this.document.aliases[alias]?.type === 'urltable';
    if (!isTable && networks.length <= inlineLimit) return undefined;
    const name = `alias_${alias}_${family}`;
    if (!this.sets.has(name))
      this.sets.set(name, {
        name,
        head: [`type ${family}_addr`, 'flags interval'],
        elements: elementsOf(networks, family),
      });
    return name;
  }
}
