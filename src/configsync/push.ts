/**
 * The primary's side, without its socket: the version first, then all sections in one call, as pfSense does it; if
 * wanted, a look at the peer before and at what it holds afterwards. A wrong password is never tried twice, since a
 * pfSense locks its primary out for it.
 */
import { after, type Instant, type Micros, seconds } from '#base/time.ts';
import { decodeResponse, encodeCall } from './codec.ts';
import { differences, misfits } from './compare.ts';
import type { Dialect } from './dialect.ts';
import { faults } from './methods.ts';
import { outgoing } from './send.ts';
import { at, isMap, type TreeMap, textOf, treeOfValue } from './tree.ts';
import { isStruct, type Limits, type Response, type Struct, type Value } from './value.ts';

export interface PushConfig {
  readonly dialect: Dialect;
  readonly target: string;
  /** Addresses of this node. */
  readonly own: readonly string[];
  /** Two calls that pfSense does not make: whether the interfaces fit and none sends back, and what came of it. */
  readonly looks: boolean;
  readonly complete: boolean;
  readonly attempts: number;
  readonly pause: Micros;
  readonly limits: Limits;
}

export const usualAttempts = { attempts: 4, pause: seconds(1) } as const;

export type PushEvent =
  | { readonly kind: 'push'; readonly config: TreeMap }
  | { readonly kind: 'answered'; readonly status: number; readonly body: Uint8Array }
  /** No answer: refused, timed out, no valid TLS. */
  | { readonly kind: 'failed'; readonly cause: string };

export type RefusalCode =
  | 'loop'
  | 'not-encodable'
  | 'unreachable'
  | 'password'
  | 'privilege'
  | 'version-unknown'
  | 'version-differs'
  | 'interfaces-differ'
  | 'refused'
  | 'not-understood';

export type PushOutcome =
  | { readonly kind: 'nothing' }
  /** `differing`: sections that the peer holds otherwise than they were sent; undefined where nobody looked. */
  | { readonly kind: 'done'; readonly sections: readonly string[]; readonly differing?: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly detail: string;
      /** With `version-differs`: that of the peer's configuration. */
      readonly theirs?: string;
    };

export type PushEffect =
  | { readonly kind: 'call'; readonly body: string; readonly timeout: Micros }
  | { readonly kind: 'ended'; readonly outcome: PushOutcome };

type Stage = 'version' | 'look' | 'restore' | 'verify';

interface Job {
  readonly config: TreeMap;
  readonly sections: Struct;
  stage: Stage;
  attempt: number;
  body: string;
  timeout: Micros;
  /** When the next attempt is due; undefined while a call is under way. */
  due: Instant | undefined;
}

const shortTimeout = seconds(240);
const longTimeout = seconds(900);
/** Trying again changes nothing about these. */
const lasting: readonly number[] = [
  ...[faults.authentication, faults.privilege, faults.loop, faults.noMethod, faults.parameters],
];

export class SyncClient {
  readonly #settings: PushConfig;
  #job: Job | undefined;
  /** What changed while a push was under way; only the last matters. */
  #next: TreeMap | undefined;

  constructor(settings: PushConfig) {
    this.#settings = settings;
  }

  deadline(): Instant | undefined {
    return this.#job?.due;
  }

  /** The next attempt, when it is due. */
  tick(now: Instant): PushEffect[] {
    const job = this.#job;
    if (job?.due === undefined || job.due > now) return [];
    job.due = undefined;
    job.attempt += 1;
    return [{ kind: 'call', body: job.body, timeout: job.timeout }];
  }

  step(event: PushEvent, now: Instant): PushEffect[] {
    if (event.kind === 'push') {
      if (this.#job === undefined) return this.#start(event.config);
      this.#next = event.config;
      return [];
    }
    const job = this.#job;
    if (job === undefined || job.due !== undefined) return [];
    if (event.kind === 'failed') return this.#again(job, 'unreachable', event.cause, now);
    if (event.status === 401 || event.status === 403)
      return this.#refused('password', `HTTP status ${event.status}`);
    if (event.status !== 200) return this.#again(job, 'unreachable', `HTTP status ${event.status}`, now);
    const response = decodeResponse(event.body, this.#settings.limits);
    if (!response.ok) return this.#again(job, 'not-understood', response.error, now);
    return this.#answered(job, response.value, now);
  }

  #start(config: TreeMap): PushEffect[] {
    const { dialect, target, own, complete } = this.#settings;
    const sections = outgoing(config, dialect, { complete });
    if (sections.size === 0) return this.#end({ kind: 'nothing' });
    if (own.includes(target)) return this.#refused('loop', `${target} is this node`);
    this.#job = {
      config,
      sections,
      stage: 'version',
      attempt: 0,
      body: '',
      timeout: shortTimeout,
      due: undefined,
    };
    return this.#call(this.#job, 'version', 'host_firmware_version', '');
  }

  #call(job: Job, stage: Stage, method: string, first: Value): PushEffect[] {
    const timeout = stage === 'restore' ? longTimeout : shortTimeout;
    const params: Value[] = stage === 'look' || stage === 'verify' ? [first] : [first, timeout / 1e6];
    const body = encodeCall({ method: `pfsense.${method}`, params });
    if (!body.ok) return this.#refused('not-encodable', body.error);
    Object.assign(job, { stage, timeout, attempt: 1, body: body.value, due: undefined });
    return [{ kind: 'call', body: body.value, timeout }];
  }

  #again(job: Job, code: RefusalCode, detail: string, now: Instant): PushEffect[] {
    if (job.attempt >= this.#settings.attempts) return this.#refused(code, detail);
    job.due = after(now, this.#settings.pause);
    return [];
  }

  #answered(job: Job, response: Response, now: Instant): PushEffect[] {
    if (response.kind === 'fault') {
      const detail = `#${response.code} ${response.text}`;
      const codes: Partial<Record<number, RefusalCode>> = {
        [faults.authentication]: 'password',
        [faults.privilege]: 'privilege',
        [faults.loop]: 'loop',
      };
      const code = codes[response.code] ?? 'refused';
      return lasting.includes(response.code)
        ? this.#refused(code, detail)
        : this.#again(job, code, detail, now);
    }
    const { value } = response;
    // OPNsense says so with an answer.
    if (typeof value === 'string' && value.trim() === 'Authentication failed')
      return this.#refused('password', value);
    switch (job.stage) {
      case 'version':
        return this.#versionKnown(job, isStruct(value) ? value.get('config_version') : undefined);
      case 'look':
        return this.#looked(job, value);
      case 'restore':
        return this.#restored(job, value);
      case 'verify':
        return this.#verified(job, value);
    }
  }

  #versionKnown(job: Job, version: Value | undefined): PushEffect[] {
    const own = this.#settings.dialect.version;
    if (typeof version !== 'string' || version === '')
      return this.#refused('version-unknown', 'it says none');
    if (version !== own) return this.#refused('version-differs', `${version} there, ${own} here`, version);
    return this.#settings.looks
      ? this.#call(job, 'look', 'backup_config_section', ['hasync', 'interfaces'])
      : this.#restore(job);
  }

  #restore(job: Job): PushEffect[] {
    return this.#call(job, 'restore', 'restore_config_section', job.sections);
  }

  #looked(job: Job, value: Value): PushEffect[] {
    const peer = treeOfValue(value, '', []);
    const back = textOf(at(peer, 'hasync/synchronizetoip'));
    if (this.#settings.own.includes(back))
      return this.#refused('loop', `it sends its configuration to ${back}`);
    const [misfit] = misfits(job.config, peer);
    return misfit === undefined ? this.#restore(job) : this.#refused('interfaces-differ', misfit);
  }

  #restored(job: Job, value: Value): PushEffect[] {
    if (value !== true) return this.#refused('refused', 'it did not say that it took the sections');
    const sections = [...job.sections.keys()];
    if (!this.#settings.looks) return this.#end({ kind: 'done', sections });
    return this.#call(job, 'verify', 'backup_config_section', sections);
  }

  #verified(job: Job, value: Value): PushEffect[] {
    const held = treeOfValue(value, '', []);
    const sent = treeOfValue(job.sections, '', []);
    const differing =
      isMap(held) && isMap(sent) ? differences(sent, held, this.#settings.dialect) : [...job.sections.keys()];
    return this.#end({ kind: 'done', sections: [...job.sections.keys()], differing });
  }

  #refused(code: RefusalCode, detail: string, theirs?: string): PushEffect[] {
    return this.#end({ kind: 'refused', code, detail, ...(theirs === undefined ? {} : { theirs }) });
  }

  #end(outcome: PushOutcome): PushEffect[] {
    this.#job = undefined;
    const next = this.#next;
    this.#next = undefined;
    return [{ kind: 'ended', outcome }, ...(next === undefined ? [] : this.#start(next))];
  }
}
