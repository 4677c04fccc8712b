/**
 * The backup's side of xmlrpc.php, without its socket: requests and what others found out go in, answers and what is to
 * be done come out. Who asks is found out first, and only then is anything read of what was sent.
 */
import { after, type Instant, seconds } from '#base/time.ts';
import { decodeCall, encodeAnswer, encodeFault } from './codec.ts';
import type { Dialect } from './dialect.ts';
import { type ChangeRule, faults, requestOf } from './methods.ts';
import { mergeConfig, mergePackages, restore } from './restore.ts';
import { type TreeMap, valueOfTree } from './tree.ts';
import { Tries, type TryRules } from './tries.ts';
import type { Limits, Value } from './value.ts';

export interface ServeConfig {
  /** The version that peers must have, whose rules are followed. */
  readonly dialect: Dialect;
  /** What host_firmware_version says besides: of the firmware, the kernel and the base. */
  readonly firmware: string;
  /** Where this node itself sends its configuration to. Whoever calls from there would be sent its own. */
  readonly target?: string;
  /** Addresses of the other nodes: their failures are told as what they are, a wrong setting. */
  readonly peers: readonly string[];
  readonly repairs: boolean;
  readonly limits: Limits;
  readonly tries: TryRules;
}

export type Credentials = 'right' | 'wrong' | 'missing' | 'unprivileged';

export type ServeEvent =
  | { readonly kind: 'request'; readonly id: number; readonly source: string; readonly body: Uint8Array }
  | { readonly kind: 'authenticated'; readonly id: number; readonly credentials: Credentials }
  /** The outcome of an `apply` or `reload`. */
  | { readonly kind: 'applied'; readonly id: number; readonly refusal?: string }
  /** The client has gone away. */
  | { readonly kind: 'closed'; readonly id: number }
  /** This node's configuration was changed by someone else; not while a change is being applied. */
  | { readonly kind: 'changed'; readonly config: TreeMap };

export type NoticeCode =
  | 'sync-password-wrong'
  | 'sync-login-refused'
  | 'sync-source-blocked'
  | 'sync-privilege-missing'
  | 'sync-loop'
  | 'sync-version-only'
  | 'sync-execution-refused'
  | 'sync-malformed'
  | 'sync-refused';

export type ServeEffect =
  | { readonly kind: 'authenticate'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly body: string }
  /** Judge, store and load this configuration as one, then say `applied`. */
  | {
      readonly kind: 'apply';
      readonly id: number;
      readonly config: TreeMap;
      readonly sections: readonly string[];
    }
  | { readonly kind: 'reload'; readonly id: number }
  | { readonly kind: 'notice'; readonly code: NoticeCode; readonly source: string; readonly detail: string };

interface Work {
  readonly id: number;
  readonly source: string;
  readonly what:
    | { readonly kind: 'reload' }
    | { readonly kind: 'change'; readonly rule: ChangeRule; readonly received: TreeMap };
}

const mostWaiting = 16;
const mostQueued = 3;
/** After a version check that fits, pfSense sends at once. */
const pushFollows = seconds(30);

export class SyncServer {
  readonly #settings: ServeConfig;
  readonly #tries: Tries;
  #config: TreeMap;
  readonly #strangers = new Map<number, { readonly source: string; readonly body: Uint8Array }>();
  #working: (Work & { readonly config?: TreeMap }) | undefined;
  readonly #queue: Work[] = [];
  /** Sources that asked for the version, and when something is to follow. */
  readonly #asked = new Map<string, Instant>();

  constructor(settings: ServeConfig, config: TreeMap) {
    this.#settings = settings;
    this.#tries = new Tries(settings.tries);
    this.#config = config;
  }

  /** When `tick` has something to do. */
  deadline(): Instant | undefined {
    return [...this.#asked.values()].sort((one, other) => one - other)[0];
  }

  tick(now: Instant): ServeEffect[] {
    const late = [...this.#asked].filter(([, until]) => until <= now).map(([source]) => source);
    for (const source of late) this.#asked.delete(source);
    const { version } = this.#settings.dialect;
    return late.map((source) => ({
      kind: 'notice',
      code: 'sync-version-only',
      source,
      detail: `it asked for the version and sent nothing: it probably is not of ${version}`,
    }));
  }

  step(event: ServeEvent, now: Instant): ServeEffect[] {
    switch (event.kind) {
      case 'request':
        return this.#requested(event, now);
      case 'authenticated':
        return this.#authenticated(event.id, event.credentials, now);
      case 'applied':
        return this.#applied(event.id, event.refusal);
      case 'closed':
        this.#strangers.delete(event.id);
        return [];
      case 'changed':
        this.#config = event.config;
        return [];
    }
  }

  #requested({ id, source, body }: Extract<ServeEvent, { kind: 'request' }>, now: Instant): ServeEffect[] {
    const wait = this.#tries.waitOf(source, now);
    if (wait > 0) {
      const text = `Authentication failed: too many tries, the next one in ${Math.ceil(wait / 1e6)} s`;
      return [refuse(id, faults.authentication, text)];
    }
    if (body.length > this.#settings.limits.bytes) {
      return [refuse(id, faults.refused, `more than ${this.#settings.limits.bytes} bytes`)];
    }
    if (this.#strangers.size >= mostWaiting) return [refuse(id, faults.refused, 'too many requests at once')];
    this.#strangers.set(id, { source, body });
    return [{ kind: 'authenticate', id }];
  }

  #authenticated(id: number, credentials: Credentials, now: Instant): ServeEffect[] {
    const stranger = this.#strangers.get(id);
    if (stranger === undefined) return [];
    this.#strangers.delete(id);
    const { source, body } = stranger;
    // Others of the same source may have failed while this one was looked at.
    if (this.#tries.waitOf(source, now) > 0) {
      return [refuse(id, faults.authentication, 'Authentication failed: too many tries')];
    }
    if (credentials === 'right') {
      this.#tries.succeeded(source);
      return this.#called(id, source, body, now);
    }
    const block = this.#tries.failed(source, now);
    const isPeer = this.#settings.peers.includes(source);
    const effects: ServeEffect[] = [
      credentials === 'unprivileged'
        ? refuse(id, faults.privilege, 'Authentication failed: not enough privileges')
        : refuse(id, faults.authentication, 'Authentication failed: Invalid username or password'),
      credentials === 'unprivileged'
        ? notice('sync-privilege-missing', source, 'the user may not synchronise')
        : notice(
            isPeer ? 'sync-password-wrong' : 'sync-login-refused',
            source,
            `credentials are ${credentials}`,
          ),
    ];
    if (block > 0) effects.push(notice('sync-source-blocked', source, `for ${Math.ceil(block / 1e6)} s`));
    return effects;
  }

  #called(id: number, source: string, body: Uint8Array, now: Instant): ServeEffect[] {
    const call = decodeCall(body, this.#settings.limits);
    if (!call.ok) {
      const text = `Unable to parse request XML: ${call.error}`;
      return [refuse(id, faults.unreadable, text), notice('sync-malformed', source, call.error)];
    }
    const request = requestOf(call.value);
    switch (request.kind) {
      case 'fault':
        return [
          refuse(id, request.code, request.text),
          ...(request.isSuspicious ? [notice('sync-execution-refused', source, call.value.method)] : []),
        ];
      case 'constant':
        return [answer(id, request.value)];
      case 'version':
        if (this.#asked.size < mostWaiting) this.#asked.set(source, after(now, pushFollows));
        return [answer(id, this.#version())];
      case 'read':
        this.#asked.delete(source);
        return [answer(id, readSections(this.#config, request.sections))];
      default:
        this.#asked.delete(source);
        if (source === this.#settings.target) {
          return [
            refuse(
              id,
              faults.loop,
              `Disallowing CARP sync loop: this node sends its configuration to ${source}`,
            ),
            notice('sync-loop', source, 'each of the two nodes sends to the other'),
          ];
        }
        return this.#queued({ id, source, what: request });
    }
  }

  /** Changes one after the other, each on what the one before has left. */
  #queued(work: Work): ServeEffect[] {
    if (this.#working === undefined) return this.#begin(work);
    if (this.#queue.length >= mostQueued)
      return [refuse(work.id, faults.refused, 'another change is being applied')];
    this.#queue.push(work);
    return [];
  }

  #begin(work: Work): ServeEffect[] {
    if (work.what.kind === 'reload') {
      this.#working = work;
      return [{ kind: 'reload', id: work.id }];
    }
    const { config, sections } = this.#merged(work.what.rule, work.what.received);
    this.#working = { ...work, config };
    return [{ kind: 'apply', id: work.id, config, sections }];
  }

  #merged(rule: ChangeRule, received: TreeMap): { config: TreeMap; sections: readonly string[] } {
    const { dialect, repairs } = this.#settings;
    if (rule === 'restore') return restore(this.#config, received, dialect, { repairs });
    const merge = rule === 'merge' ? mergeConfig : mergePackages;
    return { config: merge(this.#config, received), sections: [...received.keys()] };
  }

  #applied(id: number, refusal: string | undefined): ServeEffect[] {
    const work = this.#working;
    if (work === undefined || work.id !== id) return [];
    this.#working = undefined;
    const effects: ServeEffect[] = [];
    if (refusal === undefined) {
      this.#config = work.config ?? this.#config;
      effects.push(answer(id, true));
    } else {
      effects.push(refuse(id, faults.refused, refusal), notice('sync-refused', work.source, refusal));
    }
    const next = this.#queue.shift();
    return next === undefined ? effects : [...effects, ...this.#begin(next)];
  }

  #version(): Value {
    const { firmware, dialect } = this.#settings;
    const part = new Map([['version', firmware]]);
    return new Map<string, Value>([
      ...['firmware', 'kernel', 'base'].map((name) => [name, part] as const),
      ['platform', 'pfSense'],
      ['config_version', dialect.version],
    ]);
  }
}

function readSections(config: TreeMap, sections: readonly string[]): Value {
  const wanted = new Set(sections);
  const found = [...config].filter(([name]) => wanted.has(name));
  return valueOfTree(new Map(found));
}

const refuse = (id: number, code: number, text: string): ServeEffect => ({
  kind: 'answer',
  id,
  body: encodeFault({ code, text }),
});

const notice = (code: NoticeCode, source: string, detail: string): ServeEffect => ({
  kind: 'notice',
  code,
  source,
  detail,
});

function answer(id: number, value: Value): ServeEffect {
  const body = encodeAnswer(value);
  return body.ok ? { kind: 'answer', id, body: body.value } : refuse(id, faults.refused, body.error);
}
