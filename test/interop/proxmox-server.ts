/**
 * A Proxmox VE as far as Bascule talks to one: TLS, tokens, the schema of the endpoints, tasks that take a while, and
 * a memory of what was made. It takes nothing that the schema does not allow.
 */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Endpoint, endpoints, objections } from './proxmox-schema.ts';

export const goodToken = 'bascule@pve!infra=0f4b6a52-1f0e-4a0b-9f3c-1d2e3f405162';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly given: Readonly<Record<string, string>>;
}

type Row = Record<string, string>;
interface Task {
  readonly type: string;
  readonly outcome: string;
  /** Looks until it is over. */
  left: number;
}

export class ProxmoxServer {
  readonly fingerprint: string;
  /** Every change that was asked for and let in by the schema. */
  readonly changes: Call[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly zones = new Map<string, Row>();
  readonly vnets = new Map<string, Row>();
  readonly networks = new Map<string, Row>();
  readonly machines = new Map<string, Row>();
  /** How the next task ends. */
  outcome = 'OK';
  readonly #tasks = new Map<string, Task>();
  readonly #server: Server;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'bascule-pve-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const names = ['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=pve1.local'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...names], { stdio: 'ignore' });
    this.fingerprint = new X509Certificate(readFileSync(cert)).fingerprint256;
    this.#server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      void this.#serve(request, response);
    });
    rmSync(folder, { recursive: true });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.authorizations.push(request.headers.authorization);
    const url = new URL(request.url ?? '/', 'https://pve');
    const method = request.method ?? 'GET';
    const path = url.pathname.replace(/^\/api2\/json/, '');
    const given = new Map(new URLSearchParams(method === 'GET' ? url.search : body));
    const answer = (status: number, reason: string, value: unknown): void => {
      response.writeHead(status, reason, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.headers.authorization !== `PVEAPIToken=${goodToken}`) {
      answer(401, 'no such token', { data: null });
      return;
    }
    const found = find(method, path);
    if (found === undefined) {
      answer(501, `Method '${method} ${path}' not implemented`, { data: null });
      return;
    }
    const errors = objections(found.endpoint, given);
    if (Object.keys(errors).length > 0) {
      answer(400, 'Parameter verification failed.', { errors, data: null });
      return;
    }
    if (method !== 'GET') this.changes.push({ method, path, given: Object.fromEntries(given) });
    try {
      answer(200, 'OK', { data: this.#do(found.endpoint, found.parts, given) });
    } catch (error) {
      answer(500, (error as Error).message, { data: null });
    }
  }

  #do(
    { method, path, returns }: Endpoint,
    parts: readonly string[],
    given: ReadonlyMap<string, string>,
  ): unknown {
    const row = Object.fromEntries(given);
    const [first = '', second = ''] = parts;
    const make = (rows: Map<string, Row>, key: string): void => {
      if (rows.has(key)) throw new Error(`'${key}' already exists`);
      rows.set(key, row);
    };
    const set = (rows: Map<string, Row>, key: string): void => {
      const there = rows.get(key);
      if (there === undefined) throw new Error(`'${key}' does not exist`);
      Object.assign(there, row);
    };
    switch (`${method} ${path}`) {
      case 'GET /version':
        return { version: '9.1.4', release: '9.1', repoid: '0123456789abcdef' };
      case 'GET /cluster/sdn/zones':
        return [...this.zones.values()].map((one) => ({ ...one, mtu: Number(one.mtu) }));
      case 'POST /cluster/sdn/zones':
        make(this.zones, row.zone ?? '');
        break;
      case 'PUT /cluster/sdn/zones/{zone}':
        set(this.zones, first);
        break;
      case 'GET /cluster/sdn/vnets':
        return [...this.vnets.values()].map((one) => ({ ...one, tag: Number(one.tag), type: 'vnet' }));
      case 'POST /cluster/sdn/vnets':
        if (!this.zones.has(row.zone ?? '')) throw new Error(`zone '${row.zone}' does not exist`);
        make(this.vnets, row.vnet ?? '');
        break;
      case 'PUT /cluster/sdn/vnets/{vnet}':
        set(this.vnets, first);
        break;
      case 'GET /nodes/{node}/network':
        return [...this.networks].filter(([key]) => key.startsWith(`${first} `)).map(([, one]) => one);
      case 'POST /nodes/{node}/network':
        make(this.networks, `${first} ${row.iface}`);
        break;
      case 'GET /nodes/{node}/qemu':
        return [...this.machines]
          .filter(([key]) => key.startsWith(`${first} `))
          .map(([key, one]) => ({ vmid: Number(key.split(' ')[1]), name: one.name, status: 'stopped' }));
      case 'POST /nodes/{node}/qemu':
        make(this.machines, `${first} ${row.vmid}`);
        for (const [key, value] of Object.entries(row))
          if (/^net\d+$/.test(key)) row[key] = value.replace(/^(\w+),/, '$1=BC:24:11:00:00:01,');
        delete row.vmid;
        break;
      case 'GET /nodes/{node}/qemu/{vmid}/config':
        return { ...this.machines.get(`${first} ${second}`), digest: 'd1', onboot: 1, cores: 2 };
      case 'PUT /nodes/{node}/qemu/{vmid}/config':
        set(this.machines, `${first} ${second}`);
        break;
      case 'GET /nodes/{node}/tasks/{upid}/status':
        return this.#look(second);
      case 'GET /nodes/{node}/tasks/{upid}/log':
        return [{ n: 1, t: `task ${this.#tasks.get(second)?.type} begins` }].slice(
          Number(given.get('start') ?? 0),
        );
    }
    return returns === 'task' ? this.#begin(path) : null;
  }

  #begin(path: string): string {
    const type = path.includes('qemu') ? 'qmcreate' : path.includes('sdn') ? 'reloadnetworkall' : 'srvreload';
    const upid = `UPID:pve1:0000${(0x1a2b + this.#tasks.size).toString(16).toUpperCase()}:0012D687:65A1B2C3:${type}:101:bascule@pve!infra:`;
    this.#tasks.set(upid, { type, outcome: this.outcome, left: 2 });
    return upid;
  }

  #look(upid: string): unknown {
    const task = this.#tasks.get(upid);
    if (task === undefined) throw new Error('no such task');
    const isOver = task.left-- <= 0;
    return { status: isOver ? 'stopped' : 'running', ...(isOver ? { exitstatus: task.outcome } : {}), upid };
  }
}

function find(method: string, path: string): { endpoint: Endpoint; parts: string[] } | undefined {
  for (const endpoint of endpoints) {
    const pattern = new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '([^/]+)')}$`);
    const match = endpoint.method === method ? pattern.exec(path) : null;
    if (match !== null) return { endpoint, parts: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}
