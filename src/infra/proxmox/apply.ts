/** Reads what a Proxmox cluster has, and carries a plan out: every task is followed to its end. */
import { fail, ok, type Result } from '#base/result.ts';
import type { Infrastructure } from '#config/infrastructure-document.ts';
import type { MachineConfig, Network, ProxmoxClient, Upid } from './client.ts';
import { type ApiPlan, nodeOf, type ProxmoxState } from './plan.ts';

/** One client per hypervisor that has a Proxmox. */
export type Clients = ReadonlyMap<string, ProxmoxClient>;

export interface ApplyNeeds {
  readonly clients: Clients;
  /** Progress: what begins, and the lines of a task's log. */
  readonly say: (line: string) => void;
  readonly wait: (ms: number) => Promise<void>;
}

export async function readProxmox(
  clients: Clients,
  infrastructure: Infrastructure,
): Promise<Result<ProxmoxState>> {
  const [first] = clients.values();
  if (first === undefined) return fail('no hypervisor of the document has a "proxmox" part');
  const zones = infrastructure.sdn === undefined ? ok([]) : await first.zones();
  if (!zones.ok) return zones;
  const vnets = infrastructure.sdn === undefined ? ok([]) : await first.vnets();
  if (!vnets.ok) return vnets;
  const networks: Record<string, readonly Network[]> = {};
  const machines: Record<string, ReadonlyMap<number, MachineConfig>> = {};
  for (const [hypervisor, client] of clients) {
    const node = nodeOf(infrastructure, hypervisor);
    const has = await client.networks(node);
    if (!has.ok) return has;
    networks[hypervisor] = has.value;
    const there = await client.machines(node);
    if (!there.ok) return there;
    const wanted = new Set(Object.values(infrastructure.machines).map(({ vmid }) => vmid));
    const configs = new Map<number, MachineConfig>();
    for (const { vmid } of there.value.filter((one) => wanted.has(one.vmid))) {
      const config = await client.machineConfig(node, vmid);
      if (!config.ok) return config;
      configs.set(vmid, config.value);
    }
    machines[hypervisor] = configs;
  }
  return ok({ zones: zones.value, vnets: vnets.value, networks, machines });
}

/** Stops at the first request or task that fails; those before it have been carried out. */
export async function applyProxmox(needs: ApplyNeeds, plan: ApiPlan): Promise<Result<void>> {
  for (const { hypervisor, words, method, path, params } of plan.steps) {
    const client = needs.clients.get(hypervisor);
    if (client === undefined) return fail(`bug: no client for ${hypervisor}`);
    needs.say(words);
    const answer = await client.change(method, path, params);
    if (!answer.ok) return answer;
    if (answer.value === undefined) continue;
    const followed = await follow(needs, client, answer.value);
    if (!followed.ok) return fail(`${words}: ${followed.error}`);
  }
  return ok(undefined);
}

/** Between two looks at a task; most take seconds. */
const pollMs = 500;
/** Longest task: a disk of hundreds of GiB on slow storage. */
const longestMs = 3_600_000;

async function follow({ say, wait }: ApplyNeeds, client: ProxmoxClient, upid: Upid): Promise<Result<void>> {
  let shown = 0;
  for (let waited = 0; waited < longestMs; waited += pollMs) {
    const state = await client.task(upid);
    if (!state.ok) return state;
    const lines = await client.taskLog(upid, shown);
    if (lines.ok) {
      // An empty log is told as one line that says so.
      const fresh = lines.value.filter((line) => line !== 'no content');
      for (const line of fresh) say(`  ${line}`);
      shown += fresh.length;
    }
    if (state.value.isOver) {
      const outcome = state.value.outcome ?? 'ended without a word';
      if (outcome.startsWith('WARNINGS')) say(`  ${outcome}`);
      return outcome === 'OK' || outcome.startsWith('WARNINGS')
        ? ok(undefined)
        : fail(`task ${upid}: ${outcome}`);
    }
    await wait(pollMs);
  }
  return fail(`task ${upid} still runs after ${longestMs / 60_000} min`);
}
