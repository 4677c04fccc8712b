/**
 * The daemon's composition root: reads the document, loads the ruleset, starts the guard thread, serves the
 * control socket, and takes everything back at the end.
 */
import { randomInt } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { ControlReply, ControlRequest } from '#api/contract/control.ts';
import { isDocumentRequest } from '#api/contract/document-requests.ts';
import type { Ipv4, Ipv6 } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { type Start, vipDevicesOf } from '#config/wiring.ts';
import { createBalancerKernel } from '#linux/balancer-kernel.ts';
import { monotonicNow } from '#linux/clock.ts';
import { createDiagnostics } from '#linux/diagnostics.ts';
import { createMonitors } from '#linux/monitors/monitors.ts';
import { createNft } from '#linux/nft.ts';
import { createPolicyRouting } from '#linux/policy-routes.ts';
import { createWaker } from '#linux/redundancy-kernel.ts';
import { reserveSequences } from '#linux/sequence-store.ts';
import { prepareStates } from '#linux/state-settings.ts';
import { createVipProvisioner } from '#linux/vips.ts';
import type { VipProvisioner } from '#ports/kernel.ts';
import type { Monitors } from '#ports/monitors.ts';
import type { Nft } from '#ports/nft.ts';
import type { RevisionStore } from '#ports/revisions.ts';
import { compile, removal } from '#ruleset/compile.ts';
import { ownTables, policyRoutes } from '#ruleset/routing.ts';
import { NodeAnswers } from './answers.ts';
import { AuditLog } from './audit-log.ts';
import { type BalancerHandle, startBalancer } from './balancer.ts';
import { answerBalancer, balancerPart, isBalancerRequest } from './balancer-part.ts';
import { openOrderStore } from './balancer-store.ts';
import { serveControl } from './control.ts';
import { DocumentLife, type LifeParts } from './document-life.ts';
import { watchDrift } from './drift.ts';
import { DurableFolder } from './durable-files.ts';
import { type Follower, makeFollower } from './following.ts';
import { routesOf } from './following-routes.ts';
import { rulesOf } from './following-rules.ts';
import { type RunningStates, statesOf } from './following-states.ts';
import { vipsOf } from './following-vips.ts';
import { startGuard } from './guard-handle.ts';
import { openIdentity } from './identity-store.ts';
import { type Log, makeLog } from './log.ts';
import { LogMemory } from './log-memory.ts';
import { Moment } from './moment.ts';
import { type Opening, openDocument, textReader } from './opening.ts';
import { PageCertificates } from './page-certificate-store.ts';
import { factsOf, worldOf, worldOfPeers } from './plan.ts';
import { openRevisionStore } from './revision-store.ts';
import { NodeRuntime } from './runtime.ts';
import { openSecrets } from './secret-store.ts';
import { SetUpCode } from './setup-code.ts';
import { openStateStore } from './state-store.ts';
import { startStates } from './states-handle.ts';
import { statesPlanOf } from './states-plan.ts';
import type { StatesPlan } from './states-protocol.ts';

export interface RunOptions {
  /** The cluster document to begin with; once there are revisions, they count. */
  readonly config?: string;
  readonly node: string;
  readonly socket: string;
  readonly state: string;
  readonly log: 'text' | 'json';
  /** SHA-256 of the token that logs in at the page of a lab. */
  readonly lab?: string | undefined;
  /** Of the program, for people. */
  readonly version: string;
}

/** Called when the node takes part, with the door by which a new document comes in. */
export type WhenReady = (follower: Follower) => void;

const stillStarting = { ok: false, error: 'the node is still starting' } as const;
/** A main thread that does not beat for so long counts as hung, microseconds. */
const stallLimit = 5_000_000;
/** Sequence numbers are set aside for more than an hour, and again every hour. */
const reserveAgainMs = 3_600_000;
/** Adverts recorded within this time before a crash could be repeated after it. */
const rememberMs = 10_000;
/** An echo of a gateway comes within this time, ms, or does not. */
const echoPatience = 900;

/**
 * The V8 of Node 24 aborts when a worker thread ends while its heap is being marked by another ("Check failed:
 * concurrent_marking_handle_"). Heaps of some megabytes need no help, and the real-time thread no competition.
 */
setFlagsFromString('--no-concurrent-marking');
/** MB of short-lived objects before they are looked at: three heaps of 16 would take 40 MB more. */
setFlagsFromString('--max-semi-space-size=2');

/** Runs a node until SIGTERM or SIGINT. Exit codes: 0 left cleanly, 1 a failure while running, 2 bad input. */
export async function runNode(options: RunOptions, onReady?: WhenReady): Promise<number> {
  const logs = new LogMemory(Date.now);
  const write = (line: string): boolean => process.stdout.write(line);
  const log = logs.remembering(makeLog(options.log, write, () => new Date()));
  const store = openRevisionStore(join(options.state, options.node));
  const secrets = openSecrets(join(options.state, options.node), options.config);
  const read = textReader(secrets.known, options.node);
  const opening = openDocument(options.config, store, read, Date.now());
  if (!opening.ok) {
    for (const line of opening.error.split('\n')) log('error', line);
    return 2;
  }
  const { document, fileDiffers } = opening.value;
  if (fileDiffers)
    log(
      'warn',
      `${options.config} is not the newest revision, which is in force; "bascule apply" makes it that`,
    );
  const provisioner = createVipProvisioner();
  const prepared = provisioner.prepare(vipDevicesOf(document, options.node).map(({ device }) => device));
  if (!prepared.ok) {
    log('error', prepared.error);
    provisioner.remove();
    return 2;
  }
  try {
    return await serve(options, opening.value, store, { read, secrets }, provisioner, log, logs, onReady);
  } finally {
    provisioner.remove();
    const removed = await createNft().apply(removal);
    if (!removed.ok) log('warn', removed.error);
    const unrouted = createPolicyRouting(ownTables.first, ownTables.last).set([]);
    if (!unrouted.ok) log('warn', unrouted.error);
  }
}

async function serve(
  options: RunOptions,
  { document, text, former }: Opening,
  revisions: RevisionStore,
  reading: Pick<LifeParts, 'read' | 'secrets'>,
  provisioner: VipProvisioner,
  log: Log,
  logs: LogMemory,
  onReady: WhenReady | undefined,
): Promise<number> {
  const begin = (): Start => ({ firstSequence: reserve(options), seed: randomInt(2 ** 32) });
  const world = worldOf(document, options.node, provisioner.describe, begin());
  if (!world.ok) {
    log('error', world.error);
    return 2;
  }
  const waker = createWaker();
  const store = openStateStore(options.state, options.node);
  const memory = store.read();
  const runtime = new NodeRuntime({
    facts: factsOf(document, options.node),
    log,
    store,
    memory,
    clock: () => performance.now(),
    refreshNeighbours: (device) => provisioner.forgetUnresolvedNeighbours(device),
  });
  let life: DocumentLife | undefined;
  let balancing: BalancerHandle | undefined;
  const answerControl = async (request: ControlRequest): Promise<ControlReply> => {
    if (isDocumentRequest(request)) return life?.answer(request) ?? stillStarting;
    if (isBalancerRequest(request))
      return balancing === undefined ? stillStarting : answerBalancer(balancing, request);
    const reply = await runtime.answer(request);
    if (!reply.ok || reply.status === undefined) return reply;
    return { ...reply, status: { ...reply.status, document: life?.status() } };
  };
  const control = await serveControl(options.socket, answerControl);
  if (!control.ok) {
    log('error', control.error);
    return 2;
  }
  let failure = false;
  const first = worldOfPeers(world.value, former, options.node);
  const guard = startGuard(
    {
      ...first,
      wakeFd: waker.fd,
      heartbeat: new SharedArrayBuffer(4),
      stallLimit,
      replay: memory.replay,
    },
    waker.wake,
    (message) => runtime.hear(message),
    (error) => {
      failure = true;
      log('error', `the guard thread failed: ${error.message}`);
    },
  );
  runtime.attach(guard);
  const statesWaker = createWaker();
  const states = statesOf(document, {
    ...{ node: options.node, former },
    start: (wanted) =>
      startStatesThread(statesPlanOf(wanted, options.node, statesWaker.fd), statesWaker.wake, runtime),
    prepare: prepareStates,
    describe: provisioner.describe,
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => runtime.leave(signal));
  const reserving = setInterval(() => reserve(options), reserveAgainMs);
  const remembering = setInterval(() => void runtime.remember().catch(() => undefined), rememberMs);
  const nft = createNft();
  // Who serves is known before the node can become master.
  let inForce = (): ClusterDocument => document;
  const monitors = createMonitors();
  const moment = new Moment({
    file: join(options.state, `${options.node}.url-tables.json`),
    log,
    document: () => inForce(),
    ask: (address) => monitors.ask(address as Ipv4 | Ipv6, 0, { type: 'icmp', timeout: echoPatience }).answer,
    raise: (code, subject, cause) => runtime.raise(code, subject, cause),
    clear: (code, subject) => runtime.clear(code, subject),
  });
  const rules = compile(document, options.node, moment.facts());
  const routing = createPolicyRouting(ownTables.first, ownTables.last);
  const routed = routing.set(policyRoutes(document, options.node));
  if (!routed.ok) log('warn', `rules with a gateway take the usual way: ${routed.error}`);
  const [loaded, balancer] = await Promise.all([
    nft.apply(rules.program),
    balancerFor(options, document, nft, monitors, log, runtime),
  ]);
  balancing = balancer;
  if (loaded.ok) {
    runtime.rulesetLoaded();
    if (first !== world.value) void guard.reconfigure(world.value);
    // A node that dies by SIGKILL would never write the cache that makes the next start quick and small.
    flushCompileCache();
    const vips = vipsOf({
      node: options.node,
      provisioner,
      guard,
      begin,
      isMaster: (key) => runtime.isMaster(key),
      tell: (facts) => runtime.follow(facts),
    });
    const byTime = rulesOf(nft, options.node, moment.facts, rules);
    const parts = [byTime, routesOf(routing, options.node), balancerPart(balancer), vips, states];
    const follower = makeFollower(document, options.node, parts);
    inForce = () => follower.document;
    onReady?.(follower);
    const drift = watchDrift(
      nft,
      provisioner,
      () => follower.document,
      options.node,
      () => balancer.inspect(),
    );
    moment.begin({
      rules: byTime,
      settle: () => drift.settle(),
      endConnections: (word, which) => runtime.endConnections(word, which),
    });
    life = await beginLife(options, {
      store: revisions,
      ...reading,
      follower,
      drift,
      log,
      logs,
      runtime,
      control: answerControl,
    });
    life?.begin(text);
    void runtime.whenReady.then(() => life?.open());
  } else {
    // Better no firewall than one without rules: the other node keeps, or takes, the addresses.
    failure = true;
    log('error', `ruleset-not-loaded: ${loaded.error}`);
    runtime.leave('no ruleset');
  }
  await guard.ended;
  life?.stop();
  moment.end();
  await balancer.stop();
  await states.end();
  clearInterval(reserving);
  clearInterval(remembering);
  control.value.close();
  return failure ? 1 : 0;
}

const balancerFor = (
  { state, node }: RunOptions,
  document: ClusterDocument,
  nft: Nft,
  monitors: Monitors,
  log: Log,
  findings: Pick<NodeRuntime, 'raise' | 'clear'>,
): Promise<BalancerHandle> =>
  startBalancer({
    document,
    nft,
    kernel: createBalancerKernel(),
    monitors,
    store: openOrderStore(join(state, node)),
    clock: monotonicNow,
    wallClock: Date.now,
    log,
    findings,
  });

/** The revisions, and the process that speaks with other nodes. Without an identity on disk there is none of it. */
async function beginLife(
  { node, state, version, lab }: RunOptions,
  parts: Pick<LifeParts, 'store' | 'read' | 'secrets' | 'follower' | 'drift' | 'log'> & {
    readonly runtime: NodeRuntime;
    readonly logs: LogMemory;
    readonly control: (request: ControlRequest) => Promise<ControlReply>;
  },
): Promise<DocumentLife | undefined> {
  const { runtime, control, ...rest } = parts;
  const folder = join(state, node);
  // Needed when somebody asks, not for the node to begin.
  const examiner = runtime.whenReady.then(async () => {
    const { makeExaminer } = await import('./examine.ts');
    const document = (): ClusterDocument => parts.follower.document;
    return makeExaminer({
      node,
      version,
      folder,
      document,
      status: () => runtime.status(),
      drift: parts.drift,
    });
  });
  const identities = openIdentity(folder, node);
  const identity = await identities.own(Date.now());
  if (!identity.ok) {
    runtime.raise('revision-not-kept', undefined, identity.error);
    return undefined;
  }
  const certificates = new PageCertificates(identities.folder, identity.value, Date.now);
  const audit = new AuditLog(folder, Date.now);
  const document = (): ClusterDocument => parts.follower.document;
  const diagnostics = createDiagnostics();
  return new DocumentLife({
    ...rest,
    answers: new NodeAnswers({
      node,
      document,
      control,
      diagnostics,
      carried: () => runtime.carried(),
      logs: parts.logs,
      audit,
      certificates,
      wallClock: Date.now,
    }),
    audit,
    certificates,
    setUpCode: new SetUpCode(folder, parts.log),
    lab,
    node,
    version,
    folder: new DurableFolder(folder),
    identities,
    identity: identity.value,
    examine: async (life) => (await examiner)(life),
    raise: (...finding) => runtime.raise(...finding),
    clear: (...finding) => runtime.clear(...finding),
  });
}

/** Starts the states thread if the document wants one. */
function startStatesThread(
  plan: StatesPlan | undefined,
  wake: () => void,
  runtime: NodeRuntime,
): RunningStates | undefined {
  if (plan === undefined) {
    runtime.detachStates();
    return undefined;
  }
  const { promise: begun, resolve } = Promise.withResolvers<Result<void>>();
  const handle = startStates(
    plan,
    wake,
    (report) => {
      resolve(ok(undefined));
      runtime.hearStates(report);
    },
    (error) => {
      resolve(fail(error.message));
      runtime.statesFailed(error.message);
    },
  );
  runtime.attachStates(handle);
  return {
    begun,
    leave: () => handle.leave(),
    rekey: (secrets) => handle.send({ kind: 'secrets', secrets }),
  };
}

const reserve = (options: RunOptions): number =>
  reserveSequences(join(options.state, `${options.node}.sequence`), Date.now() / 1_000);
