/**
 * The rules of the document as steps of nft chains. As in pf, quick rules decide at once, floating ones before those
 * of the interface; a floating rule that is not quick decides when no quick one matches, the last of them first.
 */
import { antiLockoutInterface, entryOf } from '#config/model.ts';
import { isDue } from '#config/schedule.ts';
import { cellOf } from './cells.ts';
import { commentOf } from './identity.ts';
import { type AnyRule, type Listed, listedRules } from './listed.ts';
import { markText } from './marks.ts';
import { type Match, matchesOf, word } from './match.ts';
import type { Memory } from './memory.ts';
import type { Chain, NamedSet } from './program.ts';
import type { Setting } from './setting.ts';
import type { Step } from './step.ts';
import { joined, quoted } from './text.ts';

export type { AnyRule } from './listed.ts';

/** What comes in on an interface is judged by these, in this order. */
export const rulesInto = (setting: Setting, ifname: string): Listed[] => {
  const floating = floatingAt(setting, ifname, 'in');
  return [
    ...floating.filter(({ rule }) => isQuick(rule)),
    ...(listed(setting).rules.get(ifname) ?? []),
    ...floating.filter(({ rule }) => !isQuick(rule)).reverse(),
  ];
};

/** What leaves is judged by these; what none matches leaves. */
export const rulesOutOf = (setting: Setting, ifname: string): Listed[] => {
  const floating = floatingAt(setting, ifname, 'out');
  return [
    ...floating.filter(({ rule }) => isQuick(rule)),
    ...floating.filter(({ rule }) => !isQuick(rule)).reverse(),
  ];
};

const isQuick = (rule: AnyRule): boolean => !('quick' in rule) || rule.quick;

function floatingAt(setting: Setting, ifname: string, direction: 'in' | 'out'): Listed[] {
  return listed(setting).floating.filter(
    ({ rule }) =>
      'interfaces' in rule &&
      (rule.interfaces === 'any' || rule.interfaces.includes(ifname)) &&
      (rule.direction === 'any' || rule.direction === direction),
  );
}

/** The rules that count at this moment, those of an interface together. */
interface Counting {
  readonly rules: ReadonlyMap<string, readonly Listed[]>;
  readonly floating: readonly Listed[];
}
const known = new WeakMap<Setting, Counting>();

/** Takes the rules that say the same as the last time from `memory`, with what they have become. */
export function recallRules(setting: Setting, memory: Pick<Memory, 'listed'>): Counting {
  const { rules, floatingRules } = setting.document;
  const byInterface = new Map<string, Listed[]>();
  for (const one of memory.listed('rule', rules)) {
    if (!('interface' in one.rule) || !isActive(setting, one.rule)) continue;
    const own = byInterface.get(one.rule.interface);
    if (own === undefined) byInterface.set(one.rule.interface, [one]);
    else own.push(one);
  }
  const found = {
    rules: byInterface,
    floating: memory.listed('floating', floatingRules).filter(({ rule }) => isActive(setting, rule)),
  };
  known.set(setting, found);
  return found;
}

const listed = (setting: Setting): Counting =>
  known.get(setting) ?? recallRules(setting, { listed: (word, rules) => listedRules(word, rules, []) });

function isActive({ document, facts }: Setting, rule: AnyRule): boolean {
  if (rule.disabled) return false;
  if (rule.schedule === undefined) return true;
  const schedule = entryOf(document.schedules, rule.schedule);
  if (schedule === undefined || facts.now === undefined) return rule.action !== 'pass';
  return isDue(schedule, facts.now);
}

/** The steps of a list of rules, and the chains and sets that limits need. */
export class StepMaker {
  readonly chains: Chain[] = [];
  readonly sets: NamedSet[] = [];
  readonly #setting: Setting;
  readonly #limited = new Set<string>();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** What comes in is marked with the rule that lets it in. */
  stepsOf(rules: readonly Listed[], direction: 'in' | 'out'): Step[] {
    const steps: Step[] = [];
    for (const one of rules)
      for (const step of one.steps[direction] ?? this.#made(one, direction)) steps.push(step);
    return steps;
  }

  #made(one: Listed, direction: 'in' | 'out'): readonly Step[] {
    const tails = this.#tailsOf(one, direction);
    const steps = this.#matchesOf(one).map((match): Step => ({ match, tails, cell: cellOf(match, tails) }));
    // Sets, and chains of limits, have to be made every time.
    if (one.matches !== undefined && one.rule.limits === undefined) one.steps[direction] = steps;
    return steps;
  }

  /** The same rules with another act for each, up to the last that has one worth it. */
  shadowOf(
    rules: readonly Listed[],
    isWorth: (rule: AnyRule) => boolean,
    act: (rule: AnyRule) => string,
  ): Step[] {
    const end = rules.findLastIndex(({ rule }) => isWorth(rule));
    return rules.slice(0, end + 1).flatMap((one) => {
      const tails = [`${act(one.rule)} comment ${quoted(commentOf(one.word, one))}`];
      return this.#matchesOf(one).map((match): Step => ({ match, tails }));
    });
  }

  #matchesOf(one: Listed): readonly Match[] {
    if (one.matches !== undefined) return one.matches;
    const found = matchesOf(this.#setting, one.rule);
    if (!found.some(namesSet)) one.matches = found;
    return found;
  }

  #tailsOf(one: Listed, direction: 'in' | 'out'): string[] {
    const { rule, id } = one;
    const isKept = rule.action === 'pass' && rule.state === 'keep';
    const mark = isKept && direction === 'in' ? markText(this.#setting, id, rule) : '';
    const comment = `comment ${quoted(commentOf(one.word, one))}`;
    const log = rule.log ? `log prefix "bascule ${one.word} ${id} "` : '';
    if (rule.limits !== undefined && isKept)
      return [joined(log, `jump ${this.#limit(one, mark, comment)} ${comment}`)];
    if (rule.action !== 'reject')
      return [joined(log, mark, `counter ${rule.action === 'pass' ? 'accept' : 'drop'} ${comment}`)];
    return refusalsOf(rule).map(([extra, verdict]) => joined(extra, log, `counter ${verdict} ${comment}`));
  }

  /** A chain of its own: limits count in one place, wherever the rule is repeated. */
  #limit({ rule, id }: Listed, mark: string, comment: string): string {
    const name = `limit_${id}`;
    if (this.#limited.has(name) || rule.limits === undefined) return name;
    this.#limited.add(name);
    const { states, statesPerSource, newPerSource } = rule.limits;
    const perSource = (kind: string, flags: string, test: string): string[] =>
      (['ipv4', 'ipv6'] as const).map((family) => {
        const set = `${kind}_${id}_${family}`;
        this.sets.push({
          name: set,
          head: [`type ${family}_addr`, 'size 65536', ...flags.split('; ')],
          elements: [],
        });
        return `${kind === 'states' ? 'add' : 'update'} @${set} { ${word[family]} saddr ${test} } counter drop ${comment}`;
      });
    const unit = { 1: 'second', 60: 'minute', 3600: 'hour' } as const;
    this.chains.push({
      name,
      lines: [
        ...(states === undefined ? [] : [`ct count over ${states} counter drop ${comment}`]),
        ...(statesPerSource === undefined
          ? []
          : perSource('states', 'flags dynamic', `ct count over ${statesPerSource}`)),
        ...(newPerSource === undefined
          ? []
          : perSource(
              'rate',
              'flags dynamic,timeout; timeout 1h',
              `limit rate over ${newPerSource.count}/${unit[newPerSource.seconds]} burst ${newPerSource.count} packets`,
            )),
        joined(mark, `counter accept ${comment}`),
      ],
    });
    return name;
  }
}

const isSet = (test: string): boolean => test.includes('@');
const namesSet = ({ source, destination }: Match): boolean =>
  source.tests.some(isSet) || destination.tests.some(isSet);

/** A refused TCP connection wants a reset, everything else an ICMP message (as pf's "return"). */
function refusalsOf(rule: AnyRule): readonly (readonly [extra: string, verdict: string])[] {
  const other = ['', 'reject with icmpx port-unreachable'] as const;
  if (rule.protocol === 'tcp' || rule.protocol === 6) return [['', 'reject with tcp reset']];
  if (rule.protocol === 'any' || rule.protocol === 'tcp/udp')
    return [['meta l4proto tcp', 'reject with tcp reset'], other];
  return [other];
}

/** The interface where the anti-lockout rule holds, if it is in use here. */
export function antiLockoutAt(setting: Setting): string | undefined {
  const ifname = antiLockoutInterface(setting.document);
  return ifname !== undefined && setting.interfaces.includes(ifname) ? ifname : undefined;
}
