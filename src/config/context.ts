/** What every check is handed: the document, and a way to report. */
import type { Family } from '#base/address.ts';
import { isAliasName } from './aliases.ts';
import type { ClusterDocument, InterfaceDocument, Rule } from './document.ts';
import {
  type DocumentCode,
  type Finding,
  findingAt,
  type Locate,
  type Path,
  type Values,
} from './findings.ts';
import { addressesOf, entryOf, nodesInOrder, titleOf } from './model.ts';
import { bitsOf, type Cidr, cidr, parseCidr, sameAddress } from './network.ts';

/** One address of a node, and where it stands. */
export interface NodeAddress {
  readonly ifname: string;
  readonly node: string;
  readonly address: Cidr;
  readonly path: Path;
}

export class CheckContext {
  readonly document: ClusterDocument;
  readonly nodes: readonly string[];
  readonly interfaces: readonly (readonly [ifname: string, face: InterfaceDocument])[];
  readonly nodeAddresses: readonly NodeAddress[];
  readonly findings: Finding[] = [];
  readonly #locate: Locate;

  constructor(document: ClusterDocument, locate: Locate) {
    this.document = document;
    this.#locate = locate;
    this.nodes = nodesInOrder(document);
    this.interfaces = Object.entries(document.interfaces);
    this.nodeAddresses = this.interfaces.flatMap(([ifname, face]) =>
      Object.entries(face.addresses).flatMap(([node, addresses]) =>
        addresses.map((text, i) => ({
          ifname,
          node,
          address: cidr(text),
          path: ['interfaces', ifname, 'addresses', node, i],
        })),
      ),
    );
  }

  /** Notes a finding at the place of a value, or of its key. */
  report<C extends DocumentCode>(
    code: C,
    path: Path,
    values: Values<C>,
    side: 'key' | 'value' = 'value',
  ): void {
    this.findings.push(findingAt(code, this.#locate(path, side), path, values));
  }

  line(path: Path): number {
    return this.#locate(path).line;
  }

  face(ifname: string): InterfaceDocument | undefined {
    return entryOf(this.document.interfaces, ifname);
  }

  title(ifname: string): string {
    return titleOf(this.document, ifname);
  }

  addresses(ifname: string, node: string): Cidr[] {
    return addressesOf(this.face(ifname), node);
  }

  /** The node that has an address as its own, on any interface. */
  ownerOf(address: Cidr): NodeAddress | undefined {
    return this.nodeAddresses.find((own) => sameAddress(own.address, address));
  }
}

/** "IPv4" or "IPv6". */
export const familyTitle = (family: Family): string => (family === 'ipv4' ? 'IPv4' : 'IPv6');

/** "network" or "broadcast" for an address that no host may have, else undefined. */
export function reservedKind(address: Cidr): 'network' | 'broadcast' | undefined {
  // RFC 3021: both addresses of a /31 are hosts; IPv6 knows neither kind on the links we meet.
  if (address.family === 'ipv6' || bitsOf(address.family) - address.prefix < 2) return undefined;
  if (address.value === address.first) return 'network';
  return address.value === address.last ? 'broadcast' : undefined;
}

/** An endpoint taken apart: what it says without "not", and the interface it names, if it does. */
export function readEndpoint(text: string): {
  bare: string;
  negated: boolean;
  ifname?: string;
  address?: Cidr;
} {
  const negated = text.startsWith('not ');
  const bare = negated ? text.slice(4) : text;
  const ifname = /^(\S+) (?:net|address|vip)$/.exec(bare)?.[1];
  if (ifname !== undefined) return { bare, negated, ifname };
  // An alias has no dot, colon or digit in front; most words are told apart without parsing.
  const address = isAliasName(bare) ? undefined : parseCidr(bare, 'bare');
  return address?.ok === true ? { bare, negated, address: address.value } : { bare, negated };
}

export const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** The path of the nth endpoint of a field that may be a list. */
export const endpointPath = (base: Path, value: Rule['source'], i: number): Path =>
  typeof value === 'string' ? base : [...base, i];
