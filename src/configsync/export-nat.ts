/** Outbound NAT, port forwards, 1:1 and prefix translation of a document as a pfSense writes them. */
import type { Path } from '#config/findings.ts';
import type { Npt, OneToOne, OutboundRule, PortForward } from '#config/nat-document.ts';
import { cidr } from '#config/network.ts';
import { nothingElse } from '#config/pfsense/whole.ts';
import { type Place, placesOf, portsOf, withTracker } from './export-places.ts';
import { branch, keyOf, type Owners, type Scene } from './export-scene.ts';
import type { TreeMap } from './tree.ts';

export interface ExportedNat {
  readonly nat: TreeMap;
  /** The filter rules of port forwards. */
  readonly filter: readonly TreeMap[];
  readonly owners: Omit<Owners, 'rules' | 'floatingRules'>;
}

const modes = { automatic: 'automatic', hybrid: 'hybrid', manual: 'advanced', off: 'disabled' } as const;

export function natOf(scene: Scene): ExportedNat {
  const { outbound, portForwards, oneToOne, npt, ...rest } = scene.document.nat;
  nothingElse(rest);
  const { mode, rules, ...others } = outbound;
  nothingElse(others);
  const translated = rules.map((rule, i) => outboundOf(scene, rule, ['nat', 'outbound', 'rules', i]));
  let ids = 0;
  const nextId = (): string => {
    ids += 1;
    return `nat_ba5c${ids}`;
  };
  const forwarded = portForwards.map((one, i) => forwardsOf(scene, one, ['nat', 'portForwards', i], nextId));
  const mapped = oneToOne.map((one, i) => oneToOneOf(scene, one, ['nat', 'oneToOne', i]));
  const prefixes = npt.map((one) => [nptOf(scene, one)]);
  const trackers = new Set<number>();
  const elements = forwarded.flat();
  return {
    nat: branch({
      outbound: branch({ mode: modes[mode], rule: translated.flat() }),
      rule: elements.map(({ rule }) => rule),
      onetoone: mapped.flat(),
      npt: prefixes.flat(),
    }),
    filter: elements.flatMap(({ filter }) => (filter === undefined ? [] : [withTracker(filter, trackers)])),
    owners: {
      'nat/outbound/rules': ownersOf(translated),
      'nat/portForwards': ownersOf(forwarded),
      'nat/oneToOne': ownersOf(mapped),
      'nat/npt': ownersOf(prefixes),
    },
  };
}

const ownersOf = (made: readonly (readonly unknown[])[]): number[] =>
  made.flatMap((all, i) => all.map(() => i));

const familyOf = (address: string): string => (address.includes(':') ? 'inet6' : 'inet');
/** pfSense's NAT writes everything that is not any as a network. */
const networkOf = ({ any, network, address, not }: Place): TreeMap =>
  any === true ? branch({ any }) : branch({ network: network ?? address, not });

function outboundOf(scene: Scene, rule: OutboundRule, path: Path): TreeMap[] {
  const { interface: home, protocol, source, sourcePorts, destination, ports, translateTo, ...more } = rule;
  const { staticPort, disabled, description, ...rest } = more;
  nothingElse(rest);
  const title = description || home;
  const [from, to] = [placesOf(scene, source), placesOf(scene, destination)];
  if (from === undefined || to === undefined || from.some((place) => place.not === true)) {
    scene.tell('nat-not', path, title);
    return [];
  }
  const isPlain = translateTo === 'interface' || translateTo === 'none';
  const made = from.flatMap((one) =>
    to.flatMap((other) =>
      portsOf(sourcePorts).flatMap((low) =>
        portsOf(ports).map((high) =>
          branch({
            interface: keyOf(scene, home),
            ipprotocol: isPlain ? undefined : familyOf(translateTo),
            protocol: protocol === 'any' ? undefined : `${protocol}`,
            source: branch({ network: one.network ?? one.address ?? 'any' }),
            sourceport: low ?? '',
            destination: networkOf(other),
            dstport: high ?? '',
            target: isPlain ? '' : translateTo,
            target_subnet: isPlain ? undefined : `${cidr(translateTo).prefix}`,
            nonat: translateTo === 'none',
            staticnatport: staticPort === true,
            disabled,
            descr: description,
          }),
        ),
      ),
    ),
  );
  if (made.length > 1) scene.tell('rule-split', path, title);
  return made;
}

interface Forward {
  readonly rule: TreeMap;
  readonly filter: TreeMap | undefined;
}

function forwardsOf(scene: Scene, forward: PortForward, path: Path, nextId: () => string): Forward[] {
  const { interface: home, protocol, source, sourcePorts, destination, ports, target, ...more } = forward;
  const { targetPort, rule, reflection, disabled, description, ...rest } = more;
  nothingElse(rest);
  const title = description || target;
  const [from, to] = [placesOf(scene, source), placesOf(scene, destination)];
  if (from === undefined || to === undefined) {
    scene.tell('nat-not', path, title);
    return [];
  }
  const common = { interface: keyOf(scene, home), ipprotocol: familyOf(target), protocol };
  const made = from.flatMap((one) =>
    to.flatMap((other) =>
      portsOf(sourcePorts).flatMap((low) => portsOf(ports).map((high) => ({ one, other, low, high }))),
    ),
  );
  if (made.length > 1) scene.tell('rule-split', path, title);
  return made.map(({ one, other, low, high = '' }): Forward => {
    const id = rule === 'associated' ? nextId() : undefined;
    const port = targetPort === undefined ? (/^\d+/.exec(high)?.[0] ?? high) : `${targetPort}`;
    return {
      rule: branch({
        ...common,
        source: branch({ ...one, port: low }),
        destination: branch({ ...other, port: high }),
        target,
        'local-port': port,
        'associated-rule-id': id ?? (rule === 'pass' ? 'pass' : ''),
        natreflection: reflection ? 'purenat' : 'disable',
        disabled,
        descr: description,
      }),
      filter:
        id === undefined
          ? undefined
          : branch({
              type: 'pass',
              ...common,
              source: branch({ ...one, port: low }),
              destination: branch({ address: target, port: rangeFrom(port, high) }),
              'associated-rule-id': id,
              disabled,
              descr: `NAT ${description}`.trim(),
            }),
    };
  });
}

/** As many ports from the first as the range has; one alone, and an alias, as they are. */
function rangeFrom(first: string, range: string): string {
  const [, low, high] = /^(\d+)-(\d+)$/.exec(range) ?? [];
  if (low === undefined || high === undefined || !/^\d+$/.test(first)) return first;
  return `${first}-${Math.min(65_535, Number(first) + Number(high) - Number(low))}`;
}

function oneToOneOf(scene: Scene, one: OneToOne, path: Path): TreeMap[] {
  const {
    interface: home,
    external,
    internal,
    destination,
    reflection,
    disabled,
    description,
    ...rest
  } = one;
  nothingElse(rest);
  const to = placesOf(scene, destination);
  if (to === undefined) {
    scene.tell('nat-not', path, description || external);
    return [];
  }
  if (to.length > 1) scene.tell('rule-split', path, description || external);
  return to.map((place) =>
    branch({
      interface: keyOf(scene, home),
      ipprotocol: familyOf(external),
      // The size is that of the inside.
      external: cidr(external).address,
      source: branch({ address: internal }),
      destination: branch({ ...place }),
      natreflection: reflection ? 'purenat' : 'disable',
      disabled,
      descr: description,
    }),
  );
}

function nptOf(scene: Scene, one: Npt): TreeMap {
  const { interface: home, internal, external, disabled, description, ...rest } = one;
  nothingElse(rest);
  return branch({
    interface: keyOf(scene, home),
    source: branch({ address: internal }),
    destination: branch({ address: external }),
    disabled,
    descr: description,
  });
}
