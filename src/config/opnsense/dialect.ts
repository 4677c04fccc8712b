/** Where OPNsense writes a thing elsewhere, or otherwise, than pfSense. */
import type { Product } from '../pfsense/model.ts';
import { all, at, textAt, type XmlElement } from '../pfsense/xml.ts';

export interface Dialect {
  readonly product: Product;
  readonly version: string;
  /** pfSense: there is such an element. OPNsense: it says 1. */
  readonly flag: (element: XmlElement, name: string) => boolean;
  readonly rules: readonly XmlElement[];
  readonly aliases: readonly XmlElement[];
  readonly gateways: readonly XmlElement[];
  readonly resolver: XmlElement | undefined;
  readonly syncsStates: (hasync: XmlElement | undefined) => boolean;
  readonly sections: (hasync: XmlElement | undefined) => readonly string[];
}

export const dialectOf = (root: XmlElement): Dialect =>
  root.name === 'opnsense' ? opnsense(root) : pfsense(root);

function pfsense(root: XmlElement): Dialect {
  return {
    product: 'pfsense',
    version: textAt(root, 'version'),
    flag: (element, name) => {
      const found = at(element, name);
      return found !== undefined && !/^(0|no|off|false)$/i.test(found.text);
    },
    rules: all(root, 'filter', 'rule'),
    aliases: all(root, 'aliases', 'alias'),
    gateways: all(root, 'gateways', 'gateway_item'),
    resolver: at(root, 'unbound'),
    syncsStates: (hasync) => textAt(hasync, 'pfsyncenabled') === 'on',
    sections: (hasync) =>
      (hasync?.children ?? [])
        .filter(({ name, text }) => name.startsWith('synchronize') && text === 'on')
        .map(({ name }) => name.slice('synchronize'.length)),
  };
}

const yes = /^(1|on|yes|true|enabled)$/i;

/** OPNsense's ids of the sections that pfSense calls otherwise. */
const pfsenseNames: Readonly<Record<string, string>> = {
  dnsforwarder: 'dnsforwarder',
  dnsresolver: 'dnsforwarder',
  shaper: 'trafficshaper',
  kea: 'dhcpd',
};

function opnsense(root: XmlElement): Dialect {
  const filter = [
    ...all(root, 'filter', 'rule'),
    ...all(root, 'opnsense', 'firewall', 'filter', 'rules', 'rule'),
  ];
  const general = at(root, 'opnsense', 'unboundplus', 'general');
  return {
    product: 'opnsense',
    version: textAt(root, 'system', 'firmware', 'version') || textAt(root, 'version'),
    flag: (element, name) => yes.test(textAt(element, name)),
    rules: filter,
    aliases: [
      ...all(root, 'aliases', 'alias'),
      ...all(root, 'opnsense', 'firewall', 'alias', 'aliases', 'alias'),
    ],
    gateways: [
      ...all(root, 'gateways', 'gateway_item'),
      ...all(root, 'opnsense', 'gateways', 'gateway_item'),
    ],
    resolver: general ?? at(root, 'unbound'),
    // Newer versions have no switch: an interface means on.
    syncsStates: (hasync) => {
      const found = at(hasync, 'pfsyncenabled');
      return found === undefined ? textAt(hasync, 'pfsyncinterface') !== '' : yes.test(found.text);
    },
    sections: (hasync) => [
      ...textAt(hasync, 'syncitems')
        .split(',')
        .filter(Boolean)
        .map((name) => (Object.hasOwn(pfsenseNames, name) ? (pfsenseNames[name] ?? name) : name)),
      ...(hasync?.children ?? [])
        .filter(({ name, text }) => name.startsWith('synchronize') && yes.test(text))
        .map(({ name }) => name.slice('synchronize'.length)),
    ],
  };
}
