import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Prng, prng } from '#base/prng.ts';
import { type Body, bodyOf, cellOf } from './cells.ts';
import { bestCut, type Part, type Region } from './cuts.ts';
import { dispatch } from './dispatch.ts';
import type { Match, Side } from './match.ts';
import { type Span, spanText } from './spans.ts';
import type { Step } from './step.ts';
import { groupsOf, mapOf } from './verdicts.ts';

/** A point in the space that rules lie in. */
interface Point {
  readonly destination: number;
  readonly source: number;
  readonly port: number;
  readonly protocol: number;
}

const lowest = 0x0a_00_00_00;

function sideOf(random: Prng): Side {
  if (random.chance(0.3)) return { tests: [], exact: true };
  const size = random.pick([1, 1, 1, 16, 256]);
  const first = lowest + size * random.below(1_024 / size);
  const span: Span = [first, first + size - 1];
  return { tests: [spanText(...span, 'ipv4')], spans: [span], exact: true };
}

const protocolLists = { any: undefined, tcp: [6], udp: [17], both: [6, 17] } as const;
const portLists = {
  any: undefined,
  one: [[80, 80]],
  two: [
    [22, 22],
    [443, 445],
  ],
  many: [[1, 99]],
} as const;

function stepOf(random: Prng, number: number, elements: number): Step {
  const protocols = protocolLists[random.pick(['any', 'tcp', 'tcp', 'udp', 'both'] as const)];
  const isLine = !random.chance(elements);
  const match: Match = {
    family: 'ipv4',
    protocols,
    source: sideOf(random),
    destination: sideOf(random),
    sourcePorts: undefined,
    ports: protocols && portLists[random.pick(['any', 'one', 'two', 'many'] as const)],
    icmpTypes: [],
  };
  const tails = [
    `${isLine ? 'log ' : ''}counter ${random.pick(['accept', 'drop'])} comment "rule ${number}"`,
  ];
  return { match, tails, cell: cellOf(match, tails) };
}

const pointOf = (random: Prng): Point => ({
  destination: lowest + random.below(1_024),
  source: lowest + random.below(1_024),
  port: random.pick([22, 80, 98, 444, 9_999]),
  protocol: random.pick([6, 17]),
});

const lies = (spans: readonly Span[], value: number): boolean =>
  spans.some(([first, last]) => first <= value && value <= last);
const holds = (body: Body, { destination, source, port, protocol }: Point): boolean =>
  lies(body.destinations, destination) &&
  lies(body.sources, source) &&
  lies(body.ports, port) &&
  lies(body.protocols, protocol);
const firstOf = (steps: readonly Step[], point: Point): Step | undefined =>
  steps.find((step) => fits(step, point));
const fits = ({ match }: Step, point: Point): boolean => holds(bodyOf(match, 'ipv4'), point);

/** Lists of rules that meet often, and packets that many of them are for. */
function each(check: (steps: readonly Step[], points: readonly Point[], about: string) => void): void {
  const random = prng(17);
  for (let run = 0; run < 60; run += 1) {
    const elements = random.pick([1, 0.9, 0.5]);
    const steps = Array.from({ length: 20 + random.below(150) }, (_, i) => stepOf(random, i, elements));
    check(
      steps,
      Array.from({ length: 150 }, () => pointOf(random)),
      `run ${run}`,
    );
  }
}

test('in groups the first rule that matches is the same, and a map has one at most', () => {
  let inMaps = 0;
  each((steps, points, about) => {
    const groups = groupsOf(steps, 'ipv4');
    assert.deepEqual(new Set(groups.flatMap((group) => group.steps)), new Set(steps), about);
    for (const point of points) {
      const matching = groups.map((group) => group.steps.filter((step) => fits(step, point)));
      const decides = matching.find((found) => found.length > 0);
      assert.equal(
        decides?.[0],
        steps.find((step) => fits(step, point)),
        about,
      );
      for (const [i, found] of matching.entries())
        if (groups[i]?.shape !== undefined) {
          assert.ok(found.length <= 1, about);
          inMaps += found.length;
        }
    }
  });
  assert.ok(inMaps > 1_000, `${inMaps} times a map had a rule`);
});

test('the elements of a map are the rule, all of it and nothing else', () => {
  const random = prng(3);
  for (let i = 0; i < 300; i += 1) {
    const step = stepOf(random, i, 1);
    const shape = step.cell?.shape;
    if (shape === undefined) continue;
    const { map, line } = mapOf('m', shape, [step], 'ipv4');
    const fields = line.replace(/ vmap.*/, '').split(' . ');
    const spansOf = ({ key }: (typeof map.elements)[number]): Body => {
      const texts = key.split(' . ');
      const spans = (field: string, whole: Span): Span[] => {
        const text = texts[fields.indexOf(field)];
        return text === undefined ? [whole] : [rangeOf(text)];
      };
      return {
        first: 0,
        last: 0,
        sources: spans('ip saddr', [0, 2 ** 32 - 1]),
        destinations: spans('ip daddr', [0, 2 ** 32 - 1]),
        protocols: spans('meta l4proto', [0, 255]),
        ports: spans('th dport', [0, 65_535]),
      };
    };
    const elements = map.elements.map(spansOf);
    for (let j = 0; j < 50; j += 1) {
      const point = pointOf(random);
      const found = elements.filter((body) => holds(body, point)).length;
      assert.equal(found, fits(step, point) ? 1 : 0, `${JSON.stringify(point)} in ${JSON.stringify(map)}`);
    }
  }
});

/** A range as nft writes it. */
function rangeOf(text: string): Span {
  const named = { tcp: 6, udp: 17 }[text];
  if (named !== undefined) return [named, named];
  const number = (one: string): number => one.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const [address = '', length] = text.split('/');
  if (length !== undefined) return [number(address), number(address) + 2 ** (32 - Number(length)) - 1];
  const [low = '', high = low] = text.split('-');
  return [number(low), number(high)];
}

test('in the parts of a cut the first rule that matches is the same', () => {
  const valueIn = {
    destination: 'destination',
    source: 'source',
    ports: 'port',
    protocol: 'protocol',
  } as const;
  let cuts = 0;
  each((steps, points, about) => {
    const regions: Region[] = [{ family: 'ipv4' }, { family: 'ipv4', protocol: [6, 6] }];
    for (const region of regions) {
      const cut = bestCut(steps, region, 16);
      if (cut === undefined || cut.dimension === 'family') continue;
      const { before, after, parts } = cut;
      cuts += 1;
      for (const point of points) {
        if (region.protocol !== undefined && point.protocol !== 6) continue;
        const value: number = point[valueIn[cut.dimension]];
        const part: readonly Part<Step>[] = parts.filter(
          ({ span: [first, last] }) => first <= value && value <= last,
        );
        assert.ok(part.length <= 1, about);
        const left = [...before, ...(part[0]?.steps ?? []), ...after];
        assert.equal(firstOf(left, point), firstOf(steps, point), about);
      }
    }
  });
  assert.ok(cuts > 30, `${cuts} cuts`);
});

test('one rule more among thousands changes what is near it', () => {
  const random = prng(9);
  const steps = Array.from({ length: 4_000 }, (_, i): Step => {
    const address = lowest + random.below(1 << 20);
    const match: Match = {
      family: 'ipv4',
      protocols: [6],
      source: { tests: [], exact: true },
      destination: { tests: [spanText(address, address, 'ipv4')], spans: [[address, address]], exact: true },
      sourcePorts: undefined,
      ports: [[80, 80]],
      icmpTypes: [],
    };
    const tails = [`counter accept comment "rule ${i}"`];
    return { match, tails, cell: cellOf(match, tails) };
  });
  const [first, ...others] = steps;
  assert.ok(first !== undefined);
  const textOf = (list: readonly Step[]): Map<string, string> =>
    new Map(dispatch('in_lan', list).map(({ name, ...rest }) => [name, JSON.stringify(rest)]));
  const [before, after] = [textOf(others), textOf([...others, first])];
  assert.ok(before.size > 20);
  const changed = [...after].filter(([name, text]) => before.get(name) !== text);
  assert.ok(changed.length <= 1 && after.size === before.size, `${changed.length} of ${after.size} chains`);
});
