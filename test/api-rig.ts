/** The real server over real HTTPS, with two nodes' documents in memory and a core that answers what a test wants. */
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { NodeStatus } from '#api/contract/control.ts';
import type { AuditLine, NodeAnswer, NodeQuestion } from '#api/contract/node-questions.ts';
import type { Problem } from '#api/contract/problem.ts';
import {
  basePath,
  pageHeader,
  type ReplyOf,
  type RouteName,
  routes,
  sessionCookie,
} from '#api/contract/rest.ts';
import { DoctorDesk } from '#api/doctor-desk.ts';
import { DocumentDesk } from '#api/document-desk.ts';
import { Gate } from '#api/gate.ts';
import type { NodeDoor, World } from '#api/handlers.ts';
import { type Identity, makeIdentity } from '#api/identity.ts';
import type { PeerDoor } from '#api/live-events.ts';
import { LiveEvents } from '#api/live-events.ts';
import { Passwords, tokenHash } from '#api/passwords.ts';
import { makeServer, showPage } from '#api/server.ts';
import { CommitPair } from '#sim/commit-cluster.ts';

export const setUpCode = '4F7K-Q2MX-9TBD';
export const labToken = 'the-token-of-the-lab-0123456789';
export const password = 'correct horse battery';

export const sample = `# The pair of the office
cluster: office # ours
nodes: { PF1: { priority: 1 }, PF2: { priority: 2 } }
interfaces:
  wan: { addresses: { PF1: [192.0.2.2/24], PF2: [192.0.2.3/24] } }
  lan: { addresses: { PF1: [10.0.0.2/24], PF2: [10.0.0.3/24] } }
virtualIps:
  - { interface: lan, vhid: 1, addresses: [10.0.0.1/24], password: a-good-password }
rules:
  # First the web
  - { action: pass, interface: wan, protocol: tcp, ports: 443, description: Web }
  - { action: block, interface: wan, description: Rest }
`;

const statusOf = (node: string): NodeStatus => ({
  cluster: 'office',
  node,
  pid: 1,
  uptimeMs: 60_000,
  ready: true,
  failover: 'fast',
  carp: 'enabled',
  maintenance: false,
  demotion: 0,
  demotionReasons: {},
  realtime: true,
  residentBytes: 1e8,
  vips: [
    {
      title: 'LAN@1',
      interface: 'lan',
      vhid: 1,
      addresses: ['10.0.0.1/24'],
      description: '',
      status: node === 'PF1' ? 'MASTER' : 'BACKUP',
      forMs: 50_000,
      advskew: 0,
    },
  ],
  links: [{ interface: 'lan', device: 'lan', up: true }],
  counters: { accepted: 7 },
  findings: [],
});

/** A node's core in memory. */
export class FakeCore implements PeerDoor {
  readonly node: string;
  readonly asked: NodeQuestion[] = [];
  status: NodeStatus;

  constructor(node: string) {
    this.node = node;
    this.status = statusOf(node);
  }

  ask: NodeDoor['ask'] = async (question) => {
    this.asked.push(question);
    return { ok: true, value: this.#answer(question) };
  };

  watch: PeerDoor['watch'] = async (seen) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { ok: true, value: { version: seen + 1, status: this.status } };
  };

  #answer(question: NodeQuestion): NodeAnswer {
    switch (question.command) {
      case 'status':
        return { ok: true, status: this.status };
      case 'counters':
        return { ok: true, counters: { time: 1, interfaces: [] } };
      case 'states':
        return { ok: true, states: { rows: [], matching: question.kill ? 3 : 0, all: 5, before: 0 } };
      case 'logs':
        return { ok: true, logs: [{ sequence: 1, time: 1, level: 'info', message: 'ready' }] };
      case 'audit':
        return { ok: true, audit: [] };
      case 'capture':
        return { ok: true, capture: Buffer.from('pcap').toString('base64') };
      case 'maintenance':
        this.status = { ...this.status, maintenance: question.on };
        return { ok: true };
      default:
        return { ok: false, error: `not in this test: ${question.command}` };
    }
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Partial<Problem>;
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export class ApiRig {
  readonly pair: CommitPair;
  readonly cores = [new FakeCore('PF1'), new FakeCore('PF2')] as const;
  readonly audit: Omit<AuditLine, 'time'>[] = [];
  readonly bugs: string[] = [];
  readonly live: LiveEvents;
  readonly #server: ReturnType<typeof makeServer>;
  readonly #gate: Gate;
  /** ms that a test adds to the clock. */
  later = 0;
  port = 0;

  private constructor(
    identity: Identity,
    page: Identity | undefined,
    text: string,
    lab: boolean,
    pages: string,
  ) {
    const pair = new CommitPair(text);
    this.pair = pair;
    const self = pair.member(0, 0);
    const desk = new DocumentDesk(self);
    const passwords = new Passwords();
    const clock = (): number => performance.now() + this.later;
    const wallClock = (): number => Date.now() + this.later;
    const gate = new Gate({ desk, passwords, lab: lab ? tokenHash(labToken) : undefined, clock, wallClock });
    this.#gate = gate;
    const [own, other] = this.cores;
    const world: World = {
      node: 'PF1',
      version: '0.1.0',
      isLab: lab,
      gate,
      desk,
      passwords,
      coordinator: pair.coordinators[0],
      self: own,
      peers: () => [other],
      doctor: new DoctorDesk({
        self,
        peers: () => [],
        clock,
        wallClock,
        tell: (progress) => this.live.doctor(progress),
      }),
      compare: async () => ({}),
      isSetUpCode: async (code) => code === setUpCode,
      audit: (line) => this.audit.push(line),
      clock,
      wallClock,
    };
    this.live = new LiveEvents({ self: own, peers: () => [other], gate, wallClock });
    this.#server = makeServer({
      node: 'PF1',
      identity,
      page,
      world,
      live: this.live,
      pages,
      complain: (message) => this.bugs.push(message),
      certificateOf: () => undefined,
      join: async () => ({ ok: false, error: 'not in this test' }),
      member: async () => ({ ok: false, error: 'not in this test' }),
      nodeCall: async () => ({ ok: false, error: 'not in this test' }),
      xmlrpc: {
        firmware: 'Bascule',
        standing: async () => ({ ok: false, error: 'not in this test' }),
        authenticate: async () => 'wrong',
        apply: async () => ({ ok: false, error: 'not in this test' }),
        notice: () => undefined,
      },
    });
  }

  static async start(
    options: { text?: string; lab?: boolean; pages?: string; certificate?: Identity } = {},
  ): Promise<ApiRig> {
    const identity = await makeIdentity('PF1', Date.now());
    const { text = sample, lab = false, pages = '/nowhere', certificate } = options;
    const rig = new ApiRig(identity, certificate, text, lab, pages);
    await rig.#server.listen({ port: 0, host: '127.0.0.1' });
    rig.port = (rig.#server.server.address() as AddressInfo).port;
    return rig;
  }

  /** With an administrator, who is logged in. */
  static async withAdmin(options: Parameters<typeof ApiRig.start>[0] = {}): Promise<[ApiRig, Client]> {
    const rig = await ApiRig.start(options);
    const admin = new Client(rig);
    const made = await admin.ask('setUp', { body: { code: setUpCode, password } });
    if (made.status !== 200) {
      await rig.stop();
      throw new Error([made.text, ...rig.bugs].join('\n'));
    }
    return [rig, admin];
  }

  get sessions(): Gate['sessions'] {
    return this.#gate.sessions;
  }

  /** As when somebody has put another certificate there. */
  show(page: Identity): void {
    showPage(this.#server, page);
  }

  async stop(): Promise<void> {
    this.live.stop();
    await this.#server.close();
  }
}

/** A browser with its cookie, or a script with its token. */
export class Client {
  readonly rig: ApiRig;
  cookie: string | undefined;
  token: string | undefined;
  etag: string | undefined;

  constructor(rig: ApiRig) {
    this.rig = rig;
  }

  /** Asks a route of the table; `:names` of its path come from `params`. The reply must be as the table says. */
  async ask<N extends RouteName>(
    name: N,
    asked: Ask & { params?: Readonly<Record<string, string>>; query?: string } = {},
  ): Promise<Reply & { readonly json: ReplyOf<N> & Reply['json'] }> {
    const route = routes[name];
    const path = route.path.replace(/:(\w+)/g, (_, part: string) => asked.params?.[part] ?? '');
    const reply = await this.send(`${basePath}${path}${asked.query ?? ''}`, {
      method: route.method,
      ...asked,
    });
    if (reply.status === 200 && !('media' in route)) route.reply.parse(reply.json);
    return reply as Reply & { readonly json: ReplyOf<N> & Reply['json'] };
  }

  /** The newest revision, as the ETag of later changes. */
  async read(): Promise<ReplyOf<'document'>> {
    return (await this.ask('document')).json;
  }

  send(path: string, { method = 'GET', body, raw, headers }: Ask = {}): Promise<Reply> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const all: Record<string, string | undefined> = {
      ...(this.cookie === undefined ? {} : { cookie: `${sessionCookie}=${this.cookie}` }),
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...(this.etag === undefined ? {} : { 'if-match': this.etag }),
      [pageHeader]: '1',
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const known = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.rig.port,
          path,
          method,
          rejectUnauthorized: false,
          agent: false,
          headers: known as Record<string, string>,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => {
            const [cookie] = response.headers['set-cookie'] ?? [];
            const value = cookie === undefined ? undefined : /^[^=]+=([^;]*)/.exec(cookie)?.[1];
            if (value !== undefined) this.cookie = value === '' ? undefined : value;
            if (response.headers.etag !== undefined && path.startsWith(`${basePath}/document`))
              this.etag = response.headers.etag;
            const isJson = String(response.headers['content-type']).includes('json');
            const json = isJson && text !== '' ? JSON.parse(text) : undefined;
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
          });
        },
      );
      asked.on('error', reject);
      asked.end(sent);
    });
  }
}
