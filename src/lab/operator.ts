/** Operates a running lab for whoever looks at it, in the terminal or on the page: breaks, mends, and keeps the figures. */
import type { NodeStatus } from '#api/contract/control.ts';
import { type FaultName, faults } from './faults.ts';
import type { Lab } from './lab.ts';
import { monotonicMs } from './probe-wire.ts';
import type { SessionGroup } from './sessions-wire.ts';
import { answerTo, type InForce, isTold } from './view/keys.ts';
import { RunningFigures } from './view/running.ts';
import type { FlowPicture } from './view/screen.ts';

/** How often the connections are asked, ms. */
const countEveryMs = 1_000;

export class Operator {
  readonly lab: Lab;
  readonly #figures: RunningFigures;
  #inForce: readonly InForce[] = [];
  /** Cables that no fault has a name for: "PF1 dmz". */
  readonly #pulled = new Set<string>();
  #statuses: readonly (NodeStatus | undefined)[] = [];
  #connections: readonly SessionGroup[] = [];
  #message = '';
  #isBusy = false;
  #isAsking = false;
  #isCounting = false;
  #countAt = 0;

  constructor(lab: Lab) {
    this.lab = lab;
    this.#figures = new RunningFigures(lab.flows, monotonicMs());
  }

  get inForce(): readonly InForce[] {
    return this.#inForce;
  }

  /** By the order of the lab's nodes; undefined for one that does not run or answer. */
  get statuses(): readonly (NodeStatus | undefined)[] {
    return this.lab.nodes.map((node, index) => (node.isRunning ? this.#statuses[index] : undefined));
  }

  get connections(): readonly SessionGroup[] {
    return this.#connections;
  }

  /** What was done last, or why it was refused. */
  get message(): string {
    return this.#message;
  }

  flows(): readonly FlowPicture[] {
    return this.#figures.pictures(new Set(this.lab.leftOut.map(({ name }) => name)));
  }

  /** Asks the nodes how they are. A node that is slow to answer does not pile up questions. */
  async refresh(): Promise<void> {
    this.#figures.update(monotonicMs());
    if (!this.#isAsking) {
      this.#isAsking = true;
      this.#statuses = await Promise.all(this.lab.nodes.map((node) => node.status()));
      this.#isAsking = false;
    }
    void this.#countConnections();
  }

  /** Breaks a node, or mends it where it is broken that way; returns why it was refused. */
  toggle(node: string, fault: FaultName): Promise<string | undefined> {
    return this.#alone(async () => {
      const answer = answerTo({ node, fault }, this.#inForce, (name) => this.lab.node(name).isRunning);
      if (answer.do === 'refuse') return answer.why;
      const { label, mended } = faults[fault];
      this.#message = answer.do === 'apply' ? label(node) : mended(node);
      await faults[fault][answer.do](this.lab, node);
      this.#inForce = answer.inForce;
      if (fault === 'host-death' && answer.do === 'undo') this.#forgetCables(node);
      return undefined;
    });
  }

  /** Pulls the cable of a node at an interface, or plugs it in again. */
  toggleCable(node: string, ifname: string): Promise<string | undefined> {
    const { wan, lan, sync } = this.lab.topology;
    if (ifname === wan) return this.toggle(node, 'wan-pulled');
    if (ifname === lan) return this.toggle(node, 'lan-pulled');
    if (ifname === sync) return this.toggle(node, 'sync-cut');
    return this.#alone(async () => {
      const key = `${node} ${ifname}`;
      if (this.#isBroken(node, 'host-death')) return `${node} is dead: boot it first`;
      const isPulled = this.#pulled.has(key);
      await this.lab.cables(node, [ifname], isPulled ? 'plugged' : 'pulled');
      this.#pulled[isPulled ? 'delete' : 'add'](key);
      this.#message = `${node}: ${ifname.toUpperCase()} cable ${isPulled ? 'plugged in' : 'pulled'}`;
      return undefined;
    });
  }

  isPulled(node: string, ifname: string): boolean {
    const { wan, lan, sync } = this.lab.topology;
    const named: FaultName | undefined =
      ifname === wan
        ? 'wan-pulled'
        : ifname === lan
          ? 'lan-pulled'
          : ifname === sync
            ? 'sync-cut'
            : undefined;
    return (
      this.#isBroken(node, 'host-death') ||
      this.#pulled.has(`${node} ${ifname}`) ||
      (named !== undefined && this.#isBroken(node, named))
    );
  }

  /** Mends everything. Cables and processes first: a node that does not run cannot be told to leave maintenance mode. */
  restore(): Promise<string | undefined> {
    return this.#alone(async () => {
      this.#message = 'everything is restored; loss and gaps count from here';
      const ordered = [...this.#inForce].sort((a, b) => Number(isTold(a.fault)) - Number(isTold(b.fault)));
      this.#inForce = [];
      for (const key of this.#pulled) {
        const [node = '', ifname = ''] = key.split(' ');
        await this.lab.cables(node, [ifname], 'plugged');
      }
      this.#pulled.clear();
      for (const { node, fault } of ordered) {
        if (isTold(fault)) await this.#answers(node);
        await faults[fault].undo(this.lab, node);
      }
      this.#figures.restart(monotonicMs());
      return undefined;
    });
  }

  /** One thing at a time; a failure is the message. */
  async #alone(work: () => Promise<string | undefined>): Promise<string | undefined> {
    if (this.#isBusy) return 'something else is being done';
    this.#isBusy = true;
    try {
      const refused = await work();
      if (refused !== undefined) this.#message = refused;
      return refused;
    } catch (error) {
      this.#message = (error as Error).message;
      return this.#message;
    } finally {
      this.#isBusy = false;
    }
  }

  #isBroken(node: string, fault: FaultName): boolean {
    return this.#inForce.some((entry) => entry.node === node && entry.fault === fault);
  }

  /** A host that boots has all its cables plugged in. */
  #forgetCables(node: string): void {
    for (const key of this.#pulled) if (key.startsWith(`${node} `)) this.#pulled.delete(key);
  }

  /** Once a second; connections that wait for an answer through a fault do not keep the view waiting. */
  async #countConnections(): Promise<void> {
    if (this.#isCounting || monotonicMs() < this.#countAt) return;
    this.#isCounting = true;
    this.#connections = await this.lab.checkSessions();
    this.#isCounting = false;
    this.#countAt = monotonicMs() + countEveryMs;
  }

  async #answers(name: string): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await this.lab.node(name).status()) !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
