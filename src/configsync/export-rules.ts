/** Rules of a document as a pfSense writes them. */
import { asList } from '#config/context.ts';
import type { Rule } from '#config/document.ts';
import type { Path } from '#config/findings.ts';
import { entryOf } from '#config/model.ts';
import { icmpNames } from '#config/pfsense/to-rules.ts';
import { nothingElse } from '#config/pfsense/whole.ts';
import type { FloatingRule } from '#config/rules-document.ts';
import { canSchedule } from './export-aliases.ts';
import { placesOf, portsOf, withTracker } from './export-places.ts';
import { branch, gatewayName, keyOf, type Owners, type Scene } from './export-scene.ts';
import type { Tree, TreeMap } from './tree.ts';

/** The rules in their order, floating ones first: several for one that has lists, none where pf cannot say it. */
export function rulesOf(scene: Scene): {
  readonly filter: readonly TreeMap[];
  readonly owners: Pick<Owners, 'rules' | 'floatingRules'>;
} {
  const { floatingRules, rules } = scene.document;
  const floating = floatingRules.map((rule, i) => floatingOf(scene, rule, ['floatingRules', i]));
  const plain = rules.map((rule, i) => ruleOf(scene, rule, ['rules', i]));
  const trackers = new Set<number>();
  const filter = [...floating.flat(), ...plain.flat()].map((rule) => withTracker(rule, trackers));
  const owners = (made: readonly TreeMap[][]): number[] => made.flatMap((all, i) => all.map(() => i));
  const before = floating.flat().map(() => undefined);
  return { filter, owners: { floatingRules: owners(floating), rules: [...before, ...owners(plain)] } };
}

function ruleOf(scene: Scene, rule: Rule, path: Path): TreeMap[] {
  const { action, interface: home, direction, ...matching } = rule;
  // An interface's rules judge what comes in, which a pfSense does not write.
  return matchesOf(scene, matching, path, rule.description || `${action} ${rule.protocol}`).map((match) =>
    branch({ type: action, interface: keyOf(scene, home), ...match }),
  );
}

function floatingOf(scene: Scene, rule: FloatingRule, path: Path): TreeMap[] {
  const { action, interfaces, direction, quick, ...matching } = rule;
  const on = interfaces === 'any' ? 'any' : interfaces.map((name) => keyOf(scene, name)).join(',');
  const start = { type: action, interface: on, floating: 'yes', quick: quick ? 'yes' : undefined, direction };
  return matchesOf(scene, matching, path, rule.description || `${action} ${rule.protocol}`).map((match) =>
    branch({ ...start, ...match }),
  );
}

type Matching = Omit<Rule, 'action' | 'interface' | 'direction'>;
type Elements = Readonly<Record<string, Tree | boolean | undefined>>;

const families: Readonly<Record<Rule['family'], string>> = { ipv4: 'inet', ipv6: 'inet6', both: 'inet46' };

function matchesOf(scene: Scene, matching: Matching, path: Path, title: string): Elements[] {
  const { family, protocol, icmpType, source, sourcePorts, destination, ports, ...more } = matching;
  const { log, disabled, description, gateway, schedule, state, limits, ...rest } = more;
  nothingElse(rest);
  const { states, statesPerSource, newPerSource, ...others } = limits ?? {};
  nothingElse(others);
  // Of other protocols a type means nothing.
  const types = protocol === 'icmp' || protocol === 'icmpv6' ? asList(icmpType) : (['any'] as const);
  const icmp = types.map((type) => icmpNames[type]);
  const planned = schedule === undefined ? undefined : entryOf(scene.document.schedules, schedule);
  const [from, to] = [placesOf(scene, source), placesOf(scene, destination)];
  if (protocol === 'icmpv6' && family === 'ipv4') return refused('rule-never');
  if (icmp.includes(undefined)) return refused('rule-icmp');
  if (schedule !== undefined && (planned === undefined || !canSchedule(planned)))
    return refused('rule-schedule');
  if (from === undefined || to === undefined) return refused('rule-not');
  if (typeof protocol === 'number') scene.tell('rule-protocol', path, title);
  const text = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : `${value}`;
  const made = from.flatMap((one) =>
    to.flatMap((other) =>
      portsOf(sourcePorts).flatMap((low) =>
        portsOf(ports).map((high) => ({
          ipprotocol: families[protocol === 'icmpv6' ? 'ipv6' : family],
          protocol: protocol === 'any' ? undefined : protocol === 'icmpv6' ? 'icmp' : `${protocol}`,
          icmptype: icmp.includes('any') ? undefined : icmp.join(','),
          source: branch({ ...one, port: low }),
          destination: branch({ ...other, port: high }),
          gateway: gateway === undefined ? undefined : gatewayName(scene, gateway),
          sched: schedule,
          statetype: state === 'none' ? 'none' : 'keep state',
          max: text(states),
          'max-src-states': text(statesPerSource),
          'max-src-conn-rate': text(newPerSource?.count),
          'max-src-conn-rates': text(newPerSource?.seconds),
          log,
          disabled,
          descr: description,
        })),
      ),
    ),
  );
  if (made.length > 1) scene.tell('rule-split', path, title);
  return made;

  function refused(code: 'rule-never' | 'rule-icmp' | 'rule-schedule' | 'rule-not'): Elements[] {
    scene.tell(code, path, title);
    return [];
  }
}
