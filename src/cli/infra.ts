/** `bascule infra plan`, `apply` and `verify`: the ground under the cluster. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Language } from '#base/language.ts';
import { textsIn } from '#config/findings.ts';
import type { Infrastructure } from '#config/infrastructure-document.ts';
import { applyGround, planGround, readGround } from '#infra/ground.ts';
import { groundInFrench } from '#infra/phrases.ts';
import { applyProxmox, type Clients, readProxmox } from '#infra/proxmox/apply.ts';
import { ProxmoxClient } from '#infra/proxmox/client.ts';
import { type ApiPlan, planProxmox } from '#infra/proxmox/plan.ts';
import { openShell } from '#infra/shell.ts';
import { commandOf, type GroundPlan } from '#infra/steps.ts';
import { type Check, faultsOf, judge } from '#infra/verify/judge.ts';
import { observe } from '#infra/verify/observe.ts';
import { readSecrets } from '#node/document-file.ts';
import { readHypervisor, readInfrastructure } from './infra-document.ts';
import { infraWords } from './infra-words.ts';
import { languageAsked } from './language.ts';
import { table } from './text.ts';

export interface InfraOptions {
  readonly on?: string;
  readonly proxmox?: boolean;
  readonly json?: boolean;
  readonly lang?: string;
}

/** Returns the exit code: 0 nothing to do, 1 something to do or in the way, 2 bad input or no answer. */
export async function infraPlan(file: string, options: InfraOptions): Promise<number> {
  const language = languageAsked(options.lang);
  const infrastructure = language && readInfrastructure(file, language);
  if (language === undefined || infrastructure === undefined) return 2;
  if (options.proxmox === true) {
    const planned = await proxmoxPlan(file, infrastructure, language);
    if (planned === undefined) return 2;
    console.log(
      options.json === true ? JSON.stringify(planned.plan, undefined, 2) : apiText(planned.plan, language),
    );
    return planned.plan.steps.length === 0 ? 0 : 1;
  }
  const planned = groundPlan(infrastructure, options.on, language);
  if (planned === undefined) return 2;
  console.log(options.json === true ? JSON.stringify(planned, undefined, 2) : groundText(planned, language));
  return planned.steps.length + planned.problems.length === 0 ? 0 : 1;
}

/** Returns the exit code: 0 it is as the document says, 1 it is not, 2 bad input or no answer. */
export async function infraApply(file: string, options: InfraOptions): Promise<number> {
  const language = languageAsked(options.lang);
  const infrastructure = language && readInfrastructure(file, language);
  if (language === undefined || infrastructure === undefined) return 2;
  return options.proxmox === true
    ? applyToProxmox(file, infrastructure, language)
    : applyHere(infrastructure, options.on, language);
}

function applyHere(infrastructure: Infrastructure, on: string | undefined, language: Language): number {
  const say = infraWords[language];
  const plan = groundPlan(infrastructure, on, language);
  if (plan === undefined) return 2;
  console.log(groundText(plan, language));
  if (plan.steps.length + plan.problems.length === 0) return 0;
  const done = applyGround(openShell(), plan);
  if (!done.ok) {
    console.error(told(done.error, language));
    return 1;
  }
  const left = groundPlan(infrastructure, on, language);
  if (left === undefined) return 2;
  if (left.steps.length === 0) {
    console.log(say.done);
    return 0;
  }
  console.error(`${say.notSo}\n${groundText(left, language)}`);
  return 1;
}

async function applyToProxmox(
  file: string,
  infrastructure: Infrastructure,
  language: Language,
): Promise<number> {
  const words = infraWords[language];
  const planned = await proxmoxPlan(file, infrastructure, language);
  if (planned === undefined) return 2;
  const { plan, clients } = planned;
  const done = await applyProxmox(
    { clients, say: (line) => console.log(told(line, language)), wait: delay },
    plan,
  );
  for (const note of plan.notes) console.log(`${words.note} ${told(note, language)}`);
  if (done.ok) {
    console.log(plan.steps.length === 0 ? words.proxmoxFine : words.proxmoxDone);
    return 0;
  }
  console.error(told(done.error, language));
  return 1;
}

/** Returns the exit code: 0 no faults, 1 faults of severity error, 2 bad input. */
export async function infraVerify(file: string, options: InfraOptions): Promise<number> {
  const language = languageAsked(options.lang);
  const infrastructure = language && readInfrastructure(file, language);
  const wanted = infrastructure && readHypervisor(infrastructure, options.on, language);
  if (language === undefined || wanted === undefined) return 2;
  const checks = judge(wanted, await observe({ shell: openShell(), wait: (ms) => delay(ms) }, wanted));
  const faults = faultsOf(checks);
  console.log(
    options.json === true ? JSON.stringify({ checks, faults }, undefined, 2) : checksText(checks, language),
  );
  return faults.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** The list with what was measured, then each fault with its cause and remedy. */
export function checksText(checks: readonly Check[], language: Language): string {
  const say = infraWords[language];
  const rows = checks.map(({ subject, title, evidence, fault }) => [
    fault === undefined ? 'ok' : say.severities[fault.severity],
    subject,
    told(title, language),
    told(evidence, language),
  ]);
  const faults = faultsOf(checks).map((fault) => {
    const { message, cause, remedy } = textsIn(fault, language);
    const head = `${say.severities[fault.severity]} ${fault.code}${say.colon}`;
    return `${head} ${message}\n    ${cause}\n    ${say.remedy} ${remedy}\n`;
  });
  return [table(['', ...say.columns], rows), '', ...faults].join('\n').trimEnd();
}

function groundPlan(
  infrastructure: Infrastructure,
  on: string | undefined,
  language: Language,
): GroundPlan | undefined {
  const wanted = readHypervisor(infrastructure, on, language);
  if (wanted === undefined) return undefined;
  const state = readGround(openShell(), wanted);
  if (state.ok) return planGround(wanted, state.value);
  console.error(told(state.error, language));
  return undefined;
}

/** A step, a note or a measure, in a language. */
const told = (text: string, language: Language): string => (language === 'fr' ? groundInFrench(text) : text);

/** Each step in words with the command that it becomes, then what is left alone and what is in the way. */
export function groundText({ steps, notes, problems }: GroundPlan, language: Language): string {
  const say = infraWords[language];
  const lines = steps.map((step) => `- ${told(step.words, language)}\n    ${commandOf(step)}`);
  const nothing = steps.length + problems.length === 0 ? [say.fine] : [];
  return [
    ...lines,
    ...nothing,
    ...notes.map((note) => `${say.note} ${told(note, language)}`),
    ...problems.map((problem) => `${say.inTheWay} ${told(problem, language)}`),
  ].join('\n');
}

const apiText = ({ steps, notes }: ApiPlan, language: Language): string =>
  [
    ...steps.map(({ words, method, path, params }) => {
      const given = Object.entries(params).map(([key, value]) => `${key}=${value}`);
      return `- ${told(words, language)}\n    ${[method, path, ...given].join(' ')}`;
    }),
    ...(steps.length === 0 ? [infraWords[language].proxmoxFine] : []),
    ...notes.map((note) => `${infraWords[language].note} ${told(note, language)}`),
  ].join('\n');

async function proxmoxPlan(
  file: string,
  infrastructure: Infrastructure,
  language: Language,
): Promise<{ plan: ApiPlan; clients: Clients } | undefined> {
  const clients = clientsOf(file, infrastructure);
  if (clients === undefined) return undefined;
  const state = await readProxmox(clients, infrastructure);
  const plan = state.ok ? planProxmox(infrastructure, state.value) : state;
  if (plan.ok) return { plan: plan.value, clients };
  console.error(told(plan.error, language));
  return undefined;
}

/** Looks the tokens up; undefined after telling which is missing. */
function clientsOf(file: string, { hypervisors }: Infrastructure): Clients | undefined {
  const secrets = readSecrets(file);
  const clients = new Map<string, ProxmoxClient>();
  for (const [name, { address, proxmox }] of Object.entries(hypervisors)) {
    if (proxmox === undefined) continue;
    const { token, fingerprint, port } = proxmox;
    const [map, key] = 'env' in token ? [process.env, token.env] : [secrets, token.secret];
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    if (value === undefined) {
      const where = 'env' in token ? 'the environment has no variable' : 'the secrets have no entry';
      console.error(`${where} ${key}, the token of ${name}`);
      return undefined;
    }
    clients.set(name, new ProxmoxClient({ host: proxmox.host ?? address, port, fingerprint, token: value }));
  }
  return clients;
}
