/**
 * Real packets through the compiled ruleset, and the same packets explained by reading the document: the rule that
 * decides, what it does and the NAT must be the same. BASCULE_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prng } from '#base/prng.ts';
import { loadDocument } from '#config/load.ts';
import { inPrivateNamespaces } from '#linux/test-namespaces.ts';
import { compile } from '#ruleset/compile.ts';
import { explain } from '#ruleset/explain.ts';
import { allNamed } from '#ruleset/identity.ts';
import { documentText, interfaces, packetFor, packetNear, unmarked } from './firewall/documents.ts';
import { type Counted, FirewallKernel } from './firewall/kernel.ts';

const documents = 10;
const packetsEach = 60;
/** A Friday: one schedule holds, the other does not. */
const now = { year: 2026, month: 11, day: 20, hour: 10, minute: 30 };
const verdicts = { accept: 'pass', drop: 'block', reject: 'reject' } as const;

inPrivateNamespaces(import.meta.filename, () => {
  const seed = Number(process.env.BASCULE_SEED ?? 20_261_121);

  test(`the kernel and the reader of the document agree (seed ${seed})`, { timeout: 110_000 }, (context) => {
    const random = prng(seed);
    const kernel = new FirewallKernel({
      lan: ['10.1.0.2/24', '10.1.0.1/24', 'fd00:1::2/64'],
      dmz: ['10.2.0.2/24', 'fd00:2::2/64'],
      wan: ['192.0.2.2/24', '192.0.2.1/24', '2001:db8:1::2/64'],
    });
    context.after(() => kernel.close());
    const outcomes = new Map<string, number>();
    let serial = 0;
    let byElement = 0;
    for (let drawn = 0; drawn < documents; drawn += 1) {
      const isLong = drawn % 3 === 0;
      const text = documentText(random, isLong ? 150 : 25, isLong ? 'narrow' : 'of everything');
      const loaded = loadDocument(text);
      assert.ok(loaded.ok, `${JSON.stringify(loaded)}\n${text}`);
      const document = isLong ? unmarked(loaded.value.document) : loaded.value.document;
      const names = new Map([...allNamed(document)].map(([word, { title }]) => [word, title]));
      kernel.load(compile(document, 'A', { now }).program);
      for (let i = 0; i < packetsEach; i += 1) {
        serial += 1;
        const drawnAt = random.pick(interfaces);
        const { ifname, packet } =
          isLong && i % 2 === 0
            ? packetNear(random, document, serial)
            : { ifname: drawnAt, packet: packetFor(random, drawnAt, serial) };
        const wanted = explain(document, 'A', ifname, packet, { now });
        const counted = kernel.judge(ifname, packet);
        const about = `document ${drawn}, ${ifname}: ${JSON.stringify(packet)}\nexpected ${JSON.stringify(wanted)}\ncounted ${JSON.stringify(counted)}\n${text}`;
        assert.deepEqual(judged(counted, names), shown(wanted), about);
        byElement += counted.some(({ isElement }) => isElement) ? 1 : 0;
        const key = `${wanted.by.path?.[0] ?? wanted.by.title.replace(/:.*/, '')} ${wanted.action}`;
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      }
    }
    assert.ok(byElement > 50, `${byElement} packets met an element of a map`);
    context.diagnostic(
      `${serial} packets, ${byElement} by elements: ${JSON.stringify(Object.fromEntries(outcomes))}`,
    );
    // A drawing that meets no rule would show nothing.
    for (const key of [
      'rules pass',
      'rules block',
      'rules reject',
      'floatingRules pass',
      'nat pass',
      'default deny block',
      'anti-lockout pass',
    ])
      assert.ok((outcomes.get(key) ?? 0) > 0, `${key} never happened: ${JSON.stringify([...outcomes])}`);
  });

  /** What the kernel's counters say, in the words of an explanation. */
  function judged(counted: readonly Counted[], names: ReadonlyMap<string, string>) {
    const titleOf = (comment: string): string => {
      const [, word = ''] =
        /^((?:rule|floating|nat|forward|binat|npt) [0-9a-f]{8}(?:-\d+)?)/.exec(comment) ?? [];
      return names.get(word) ?? comment;
    };
    const at = (chains: RegExp): Counted | undefined => counted.findLast(({ chain }) => chains.test(chain));
    const into = at(/^(in_|limit_|input$|forward$)/);
    const leaving = at(/^out_/);
    // Redirects and resets that the kernel itself sends leave, too; only what was let in is judged once more.
    const decided = into?.verdict === 'accept' ? (leaving ?? into) : into;
    return {
      action:
        decided?.comment === 'default deny'
          ? 'block'
          : verdicts[(decided?.verdict ?? '') as keyof typeof verdicts],
      by: titleOf(decided?.comment ?? '').replace(/^antispoof .*/, 'antispoof'),
      destinationNat: titleOf(at(/^inbound$/)?.comment ?? ''),
      // The reset of a refused connection passes the NAT chain, too, and leaves untouched.
      sourceNat:
        decided?.verdict !== 'accept' || at(/^outbound$/)?.verdict === 'return'
          ? ''
          : titleOf(at(/^outbound$/)?.comment ?? ''),
    };
  }

  const shown = ({ action, by, destinationNat, sourceNat }: ReturnType<typeof explain>) => ({
    action,
    by: by.title.replace(/^antispoof: .*/, 'antispoof'),
    destinationNat: destinationNat?.title ?? '',
    sourceNat: sourceNat?.title ?? '',
  });
});
