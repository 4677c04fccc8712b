/** The tests that a scenario's document lists, read from `scenarios/NAME.tests.yaml`. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import { faultNames } from '#lab/faults.ts';

/** The same in every language that reports are written in. */
const text = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) });
export type Text = z.infer<typeof text>;
export type Language = keyof Text;

const milliseconds = z.int().min(0).max(120_000);
const node = z.string().min(1);
const host = z.string().min(1);
const address = z.string().min(1);

const step = z.discriminatedUnion('step', [
  /** Breaks something; whatever is broken at the test's end is mended then. */
  z.strictObject({ step: z.literal('fault'), fault: z.enum(faultNames), node: node.optional() }),
  z.strictObject({ step: z.literal('mend'), fault: z.enum(faultNames), node: node.optional() }),
  /** Makes a revision of the document at a node: values set at paths, items added to lists. */
  z.strictObject({
    step: z.literal('change'),
    node,
    label: text,
    set: z.array(z.strictObject({ path: z.array(z.string()), value: z.json() })).default([]),
    add: z.array(z.strictObject({ path: z.array(z.string()), value: z.json() })).default([]),
  }),
  /** Goes back to the revision before the test's first change, at a node. */
  z.strictObject({ step: z.literal('rollback'), node, label: text }),
  /** Stops or starts the web server of a host. */
  z.strictObject({ step: z.literal('web'), host, is: z.enum(['stopped', 'started']) }),
  z.strictObject({ step: z.literal('watch'), ms: milliseconds }),
  /** Requests from now on, each a connection of its own, until the test ends. */
  z.strictObject({ step: z.literal('load'), from: host, to: z.array(address).min(1), everyMs: milliseconds }),

  /** Hosts that do, or do not, answer a ping. */
  z.strictObject({
    step: z.literal('ping'),
    from: host,
    to: z.array(address).min(1),
    answered: z.boolean().default(true),
  }),
  /** Addresses whose owners answer on the link, whatever the rules say of pings. */
  z.strictObject({ step: z.literal('neighbours'), from: host, to: z.array(address).min(1) }),
  /** The MAC that a host finds behind a virtual IP. */
  z.strictObject({ step: z.literal('virtual-mac'), from: host, address, vhid: z.int() }),
  /** The master of each VHID, on the status page of every node that runs. */
  z.strictObject({
    step: z.literal('masters'),
    of: z.record(z.string().regex(/^\d+$/, 'a VHID'), node),
    within: milliseconds,
  }),
  /** Of pings with this spacing, at most so many are lost since the last fault, mending or change. */
  z.strictObject({ step: z.literal('lost'), most: z.int().min(0), spacing: milliseconds.default(1_000) }),
  z.strictObject({ step: z.literal('silence'), most: milliseconds }),
  z.strictObject({ step: z.literal('connections') }),
  /** Web requests, one after the other, each a connection of its own. */
  z.strictObject({
    step: z.literal('requests'),
    from: host,
    to: z.array(address).min(1),
    count: z.int().min(1).max(1_000),
    /** Who must have answered at least one, and who none. */
    by: z.array(host).default([]),
    notBy: z.array(host).default([]),
    /** The client's address as servers must see it. */
    seenAs: address.optional(),
  }),
  /**
   * Of the load's requests since the last fault, mending or change, none failed; `begun`: none that began when that was
   * done, so that those are left out which were under way on what died.
   */
  z.strictObject({ step: z.literal('load-kept'), begun: z.boolean().default(false) }),
  /** On every node the member has this health. */
  z.strictObject({
    step: z.literal('member'),
    pool: z.string(),
    member: z.string(),
    is: z.enum(['online', 'offline']),
    within: milliseconds,
  }),
  /** A row of the status page: "Interface and VHID", virtual IP address, description, status. */
  z.strictObject({
    step: z.literal('status-row'),
    node,
    row: z.tuple([z.string(), z.string(), z.string(), z.string()]),
  }),
  /** The page at an address answers over HTTPS, and it is this node's. */
  z.strictObject({ step: z.literal('page'), from: host, address, by: node }),
  /** Text in the kernel's ruleset of every node. */
  z.strictObject({ step: z.literal('kernels'), text: z.string(), has: z.boolean() }),
  /** States and bytes of a rule, by its description, as its list shows them. */
  z.strictObject({ step: z.literal('counters'), rule: z.string() }),
  /** A connection in the state tables of every node. */
  z.strictObject({ step: z.literal('states'), words: z.array(z.string()).min(1), within: milliseconds }),
  /** A line of a node's log since the test began. */
  z.strictObject({ step: z.literal('log'), node, says: z.string() }),
]);
export type AcceptanceStep = z.infer<typeof step>;

const guest = z.strictObject({
  name: host,
  interface: z.string(),
  /** With prefix length. */
  addresses: z.array(address).min(1),
  /** Where the document has hypervisors; the first when left out. */
  hypervisor: z.string().optional(),
});

const acceptanceTest = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: text,
  /** What the document says must happen. */
  expected: text,
  steps: z.array(step).min(1),
});
export type AcceptanceTest = z.infer<typeof acceptanceTest>;

const acceptancePlan = z.strictObject({
  title: text,
  context: text,
  /** Hosts besides the client and the internet. */
  guests: z.array(guest).default([]),
  /** The hosts with a web server on port 80; each answers with its name and the client's address. */
  web: z.array(host).default([]),
  tests: z.array(acceptanceTest).min(1),
});
export type AcceptancePlan = z.infer<typeof acceptancePlan>;

/** The plan beside a scenario's document; undefined when it has none. */
export function loadAcceptance(documentFile: string): Result<AcceptancePlan | undefined> {
  const file = documentFile.replace(/\.yaml$/, '.tests.yaml');
  if (file === documentFile || !existsSync(file)) return ok(undefined);
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
  const read = acceptancePlan.safeParse(value);
  return read.success ? ok(read.data) : fail(`${file}: ${z.prettifyError(read.error)}`);
}
