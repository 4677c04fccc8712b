/** The endpoints of the Proxmox VE API that the ground needs, with their answers read at the border. */
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import { type Answer, type Method, type Params, type ProxmoxHost, request } from './request.ts';

/** Identifies a task: UPID:node:pid:pstart:starttime:type:id:user: */
export type Upid = string & { readonly __id: 'upid' };

export interface TaskState {
  readonly isOver: boolean;
  /** "OK", "WARNINGS: n" or what went wrong; undefined while it runs. */
  readonly outcome: string | undefined;
}

const upidShape = z
  .string()
  .regex(/^UPID:[^:]+:[0-9A-Fa-f]{8,}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8,}:[^:]+:[^:]*:[^:]+:$/);
const taskShape = z.object({ status: z.enum(['running', 'stopped']), exitstatus: z.string().optional() });
const logShape = z.array(z.object({ n: z.number(), t: z.string() }));
const number = z.coerce.number();
const zonesShape = z.array(
  z.object({
    zone: z.string(),
    type: z.string(),
    peers: z.string().optional(),
    mtu: number.optional(),
    'vxlan-port': number.optional(),
  }),
);
const vnetsShape = z.array(
  z.object({
    vnet: z.string(),
    zone: z.string(),
    tag: number.optional(),
    vlanaware: z.union([z.boolean(), number]).optional(),
  }),
);
const machinesShape = z.array(z.object({ vmid: number, name: z.string().optional() }));
const networksShape = z.array(z.object({ iface: z.string(), type: z.string(), mtu: number.optional() }));
/** Settings of a machine: texts and numbers as Proxmox likes, compared as text. */
const configShape = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export type Zone = z.infer<typeof zonesShape>[number];
export type Vnet = z.infer<typeof vnetsShape>[number];
export type Network = z.infer<typeof networksShape>[number];
export type MachineConfig = z.infer<typeof configShape>;

export class ProxmoxClient {
  readonly #host: ProxmoxHost;

  constructor(host: ProxmoxHost) {
    this.#host = host;
  }

  version(): Promise<Result<{ readonly version: string }>> {
    return this.#read('/version', z.object({ version: z.string() }));
  }

  zones(): Promise<Result<Zone[]>> {
    // With pending, what was changed and not yet applied is told as it will be.
    return this.#read('/cluster/sdn/zones', zonesShape);
  }

  vnets(): Promise<Result<Vnet[]>> {
    return this.#read('/cluster/sdn/vnets', vnetsShape);
  }

  networks(node: string): Promise<Result<Network[]>> {
    return this.#read(`/nodes/${node}/network`, networksShape);
  }

  machines(node: string): Promise<Result<{ vmid: number; name?: string | undefined }[]>> {
    return this.#read(`/nodes/${node}/qemu`, machinesShape);
  }

  machineConfig(node: string, vmid: number): Promise<Result<MachineConfig>> {
    return this.#read(`/nodes/${node}/qemu/${vmid}/config`, configShape);
  }

  /** Changes something; the UPID of the task that carries it out, or undefined when it is done already. */
  async change(method: Method, path: string, params: Params): Promise<Result<Upid | undefined>> {
    const answer = await this.#ask(method, path, params);
    if (!answer.ok) return answer;
    const upid = upidShape.safeParse(answer.value);
    return ok(upid.success ? (upid.data as Upid) : undefined);
  }

  task(upid: Upid): Promise<Result<TaskState>> {
    return this.#readAs(taskPath(upid, 'status'), taskShape, ({ status, exitstatus }) => ({
      isOver: status === 'stopped',
      outcome: exitstatus,
    }));
  }

  /** Lines of a task's log from a place on, 0 being the first. */
  taskLog(upid: Upid, start: number): Promise<Result<readonly string[]>> {
    return this.#readAs(taskPath(upid, 'log'), logShape, (lines) => lines.map(({ t }) => t), {
      start,
      limit: 500,
    });
  }

  #read<T>(path: string, shape: z.ZodType<T>, params: Params = {}): Promise<Result<T>> {
    return this.#readAs(path, shape, (value) => value, params);
  }

  async #readAs<T, U>(
    path: string,
    shape: z.ZodType<T>,
    turn: (value: T) => U,
    params: Params = {},
  ): Promise<Result<U>> {
    const answer = await this.#ask('GET', path, params);
    if (!answer.ok) return answer;
    const parsed = shape.safeParse(answer.value);
    if (parsed.success) return ok(turn(parsed.data));
    const [issue] = parsed.error.issues;
    return fail(
      `${this.#host.host}: unexpected answer to ${path}: ${issue?.path.join('.')} ${issue?.message}`,
    );
  }

  async #ask(method: Method, path: string, params: Params): Promise<Result<unknown>> {
    const answer = await request(this.#host, method, path, params);
    if (!answer.ok) return answer;
    if (answer.value.status !== 200) return fail(complaint(this.#host.host, method, path, answer.value));
    try {
      return ok(envelope.parse(JSON.parse(answer.value.body)).data);
    } catch {
      return fail(`${this.#host.host}: the answer to ${path} is not from a Proxmox API`);
    }
  }
}

/** A UPID is of the node that runs the task. */
const taskPath = (upid: Upid, what: string): string =>
  `/nodes/${upid.split(':')[1]}/tasks/${encodeURIComponent(upid)}/${what}`;

const envelope = z.object({ data: z.unknown() });
const errorShape = z.object({
  errors: z.record(z.string(), z.string()).optional(),
  message: z.string().optional(),
});

/** What Proxmox objects to, and for the usual statuses what to do. */
function complaint(host: string, method: Method, path: string, { status, reason, body }: Answer): string {
  let details = '';
  try {
    const { errors = {}, message = '' } = errorShape.parse(JSON.parse(body));
    details = [message.trim(), ...Object.entries(errors).map(([name, text]) => `${name}: ${text.trim()}`)]
      .filter((text) => text !== '')
      .join('; ');
  } catch {
    // Some errors come without a body; the reason then says it all.
  }
  const hints: Readonly<Record<number, string>> = {
    401: ' The token is unknown or expired: make one under Datacenter, Permissions, API Tokens.',
    403: ' The token lacks a permission; with privilege separation it needs its own.',
    595: ' The node that it asked does not answer.',
    596: ' The node that it asked does not answer.',
  };
  const said = [reason, details].filter((text) => text !== '').join(' ');
  return `${host} refused ${method} ${path}: ${status} ${said}.${hints[status] ?? ''}`;
}
