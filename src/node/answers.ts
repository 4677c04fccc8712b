/**
 * What a running node answers to questions of the page and of other nodes. The questions have passed their schema;
 * here words become addresses and devices of the document, or are refused.
 */
import { isIP } from 'node:net';
import type { ControlReply, ControlRequest } from '#api/contract/control.ts';
import type { NodeAnswer, NodeQuestion } from '#api/contract/node-questions.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, entryOf, titleOf } from '#config/model.ts';
import type { Diagnostics } from '#ports/diagnostics.ts';
import type { AuditLog } from './audit-log.ts';
import type { LogMemory } from './log-memory.ts';
import type { PageCertificates } from './page-certificate-store.ts';
import { ruleCounters } from './rule-counters.ts';
import type { RuleCarried } from './states-protocol.ts';

export interface AnswerParts {
  readonly node: string;
  readonly document: () => ClusterDocument;
  /** What the control socket is asked, too. */
  readonly control: (request: ControlRequest) => Promise<ControlReply>;
  readonly diagnostics: Diagnostics;
  /** Connections by the number of their rule; undefined when nobody looks at them. */
  readonly carried: () => Promise<readonly RuleCarried[] | undefined>;
  readonly logs: LogMemory;
  readonly audit: AuditLog;
  readonly certificates: PageCertificates;
  /** ms since 1970. */
  readonly wallClock: () => number;
}

type Yes = Extract<NodeAnswer, { ok: true }>;
type Of<C extends NodeQuestion['command']> = Extract<NodeQuestion, { command: C }>;

export class NodeAnswers {
  readonly #parts: AnswerParts;
  #isCapturing = false;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  async answer(question: NodeQuestion): Promise<NodeAnswer> {
    const told = await this.#answer(question);
    return told.ok ? { ok: true, ...told.value } : { ok: false, error: told.error };
  }

  async #answer(question: NodeQuestion): Promise<Result<Omit<Yes, 'ok'>>> {
    const { diagnostics, logs, audit, certificates, control } = this.#parts;
    switch (question.command) {
      case 'counters':
        return this.#counters();
      case 'interfaces':
        return mapped(await diagnostics.devices(), (devices) => ({
          interfaces: devices.map((device) => ({ ...this.#faceOf(device.device), ...device })),
        }));
      case 'routes':
        return mapped(await diagnostics.routes(), (routes) => ({ routes: [...routes] }));
      case 'neighbours':
        return mapped(await diagnostics.neighbours(), (neighbours) => ({ neighbours: [...neighbours] }));
      case 'ruleCounters':
        return this.#ruleCounters();
      case 'logs':
        return ok({ logs: logs.lines(question) });
      case 'audit':
        return ok({ audit: audit.newest(question.limit) });
      case 'ping':
        return this.#ping(question);
      case 'traceroute':
        return this.#traceroute(question);
      case 'capture':
        return this.#capture(question);
      case 'certificate':
        return ok({ certificate: certificates.shown() });
      case 'putCertificate':
        return mapped(certificates.put(question.certificate, question.key), (certificate) => ({
          certificate,
        }));
      case 'removeCertificate':
        return mapped(certificates.remove(), (certificate) => ({ certificate }));
      default: {
        const reply = await control(question);
        if (!reply.ok) return fail(reply.error);
        const { status, states, balancer, ordered, orders } = reply;
        return ok({ status, states, balancer, ordered, orders });
      }
    }
  }

  async #counters(): Promise<Result<Omit<Yes, 'ok'>>> {
    const { diagnostics, control, wallClock } = this.#parts;
    const reply = await control({ command: 'status' });
    if (!reply.ok || reply.status === undefined) return fail(reply.ok ? 'no status' : reply.error);
    const figures = diagnostics.traffic();
    const interfaces = reply.status.links.flatMap(({ interface: face, device, up }) => {
      const traffic = figures.get(device);
      return traffic === undefined ? [] : [{ interface: face, device, up, ...traffic }];
    });
    const states = reply.status.states?.entries;
    const counters = { time: wallClock(), interfaces, ...(states === undefined ? {} : { states }) };
    return ok({ counters });
  }

  async #ruleCounters(): Promise<Result<Omit<Yes, 'ok'>>> {
    const { diagnostics, carried, document } = this.#parts;
    const [counted, known] = await Promise.all([diagnostics.lineCounters(), carried()]);
    return counted.ok ? ok({ ruleCounters: ruleCounters(document(), counted.value, known) }) : counted;
  }

  async #ping({ address, interface: face, count, size }: Of<'ping'>): Promise<Result<Omit<Yes, 'ok'>>> {
    const way = this.#way(address, face);
    if (!way.ok) return way;
    const done = await this.#parts.diagnostics.ping({ ...way.value, count, size });
    return mapped(done, (ping) => ({ ping: { address, ...ping } }));
  }

  async #traceroute({ address, interface: face, hops }: Of<'traceroute'>): Promise<Result<Omit<Yes, 'ok'>>> {
    const way = this.#way(address, face);
    if (!way.ok) return way;
    const done = await this.#parts.diagnostics.traceroute({ ...way.value, hops });
    return mapped(done, (found) => ({
      traceroute: { address, hops: [...found], reached: found.at(-1)?.address === address },
    }));
  }

  async #capture({ interface: face, host, ...wish }: Of<'capture'>): Promise<Result<Omit<Yes, 'ok'>>> {
    const device = this.#device(face);
    if (!device.ok) return device;
    if (host !== undefined && isIP(host) === 0) return fail(`"${host}" is not an address`);
    if (this.#isCapturing) return fail('another capture is running on this node; wait for its end');
    this.#isCapturing = true;
    try {
      const file = await this.#parts.diagnostics.capture({ device: device.value, host, ...wish });
      return mapped(file, (bytes) => ({ capture: bytes.toString('base64') }));
    } finally {
      this.#isCapturing = false;
    }
  }

  #way(address: string, face: string | undefined): Result<{ address: string; device?: string }> {
    if (isIP(address) === 0) return fail(`"${address}" is not an address`);
    if (face === undefined) return ok({ address });
    const device = this.#device(face);
    return device.ok ? ok({ address, device: device.value }) : device;
  }

  /** The kernel's name of an interface of the document. */
  #device(face: string): Result<string> {
    const { node, document } = this.#parts;
    const { interfaces } = document();
    if (entryOf(interfaces, face) !== undefined) return ok(deviceOf(document(), face, node));
    return fail(`there is no interface "${face}"; there are ${Object.keys(interfaces).join(', ')}`);
  }

  #faceOf(device: string): { interface?: string; title?: string } {
    const { node, document } = this.#parts;
    const face = Object.keys(document().interfaces).find(
      (name) => deviceOf(document(), name, node) === device,
    );
    return face === undefined ? {} : { interface: face, title: titleOf(document(), face) };
  }
}

const mapped = <T, U>(result: Result<T>, of: (value: T) => U): Result<U> =>
  result.ok ? ok(of(result.value)) : result;
