/** The live view of a running lab: draws it a few times a second and obeys single keys. */
import type { NodeStatus } from '#api/contract/control.ts';
import { type FaultName, faults } from '#lab/faults.ts';
import type { Lab } from '#lab/lab.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import type { SessionGroup } from '#lab/sessions-wire.ts';
import { answerTo, type InForce, isTold } from './keys.ts';
import { RunningFigures } from './running.ts';
import { type Picture, render } from './screen.ts';

const drawEveryMs = 200;

/** Keys that break something at the chosen node, or mend it when it is broken. */
const faultKeys: Readonly<Record<string, FaultName>> = {
  l: 'lan-pulled',
  w: 'wan-pulled',
  k: 'host-death',
  s: 'graceful-stop',
  m: 'maintenance',
  c: 'carp-disabled',
};

/** Shows the lab until "q" or Ctrl-C; returns the exit code. */
export async function showLab(lab: Lab, title: string): Promise<number> {
  await lab.leaveOutSilent();
  const view = new LiveView(lab, title);
  const { stdin, stdout } = process;
  const leave = () => stdout.write('\u001b[?25h\u001b[?1049l');
  process.on('exit', leave);
  stdout.write('\u001b[?1049h\u001b[?25l');
  stdin.setRawMode(true);
  stdin.resume();
  const ended = new Promise<void>((resolve) => {
    stdin.on('data', (bytes: Buffer) => {
      for (const key of bytes.toString('utf8')) {
        if (key === 'q' || key === '\u0003') resolve();
        else void view.press(key.toLowerCase());
      }
    });
    stdin.on('end', resolve);
  });
  const redraw = () => view.draw();
  stdout.on('resize', redraw);
  const timer = setInterval(() => void view.refresh(), drawEveryMs);
  await ended;
  clearInterval(timer);
  stdout.off('resize', redraw);
  stdin.setRawMode(false);
  stdin.pause();
  leave();
  process.off('exit', leave);
  return 0;
}

/** Of a line's time, "2026-11-21T11:40:54.802Z". */
const timeLength = 24;

/** How often the connections are asked. */
const countEveryMs = 1_000;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

class LiveView {
  readonly #lab: Lab;
  readonly #title: string;
  readonly #figures: RunningFigures;
  #inForce: readonly InForce[] = [];
  #statuses: readonly (NodeStatus | undefined)[] = [];
  #chosen = 0;
  #message = '';
  #isBusy = false;
  #isAsking = false;
  #connections: readonly SessionGroup[] = [];
  #isCounting = false;
  #countAt = 0;

  constructor(lab: Lab, title: string) {
    this.#lab = lab;
    this.#title = title;
    this.#figures = new RunningFigures(lab.flows, monotonicMs());
  }

  /** Asks the nodes how they are, and draws. A node that is slow to answer does not pile up questions. */
  async refresh(): Promise<void> {
    this.#figures.update(monotonicMs());
    if (!this.#isAsking) {
      this.#isAsking = true;
      this.#statuses = await Promise.all(this.#lab.nodes.map((node) => node.status()));
      this.#isAsking = false;
    }
    void this.#countConnections();
    this.draw();
  }

  /** Once a second; connections that wait for an answer through a fault do not keep the view waiting. */
  async #countConnections(): Promise<void> {
    if (this.#isCounting || monotonicMs() < this.#countAt) return;
    this.#isCounting = true;
    this.#connections = await this.#lab.checkSessions();
    this.#isCounting = false;
    this.#countAt = monotonicMs() + countEveryMs;
  }

  draw(): void {
    const lines = render(this.#picture());
    // Each line is wiped to its end, and what is below the last one: no flicker from wiping the whole screen.
    process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`);
  }

  async press(key: string): Promise<void> {
    const place = Number(key) - 1;
    if (Number.isInteger(place) && place >= 0 && place < this.#lab.nodes.length) {
      this.#chosen = place;
      this.#message = '';
      this.draw();
      return;
    }
    const fault = faultKeys[key];
    if ((fault === undefined && key !== 'r') || this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (fault === undefined) await this.#restore();
      else await this.#toggle(fault);
    } catch (error) {
      this.#message = (error as Error).message;
    }
    this.#isBusy = false;
    this.draw();
  }

  async #toggle(fault: FaultName): Promise<void> {
    const node = this.#lab.nodes[this.#chosen]?.name ?? '';
    const answer = answerTo({ node, fault }, this.#inForce, (name) => this.#lab.node(name).isRunning);
    if (answer.do === 'refuse') {
      this.#message = answer.why;
      return;
    }
    const { label, mended } = faults[fault];
    this.#message = answer.do === 'apply' ? label(node) : mended(node);
    await faults[fault][answer.do](this.#lab, node);
    this.#inForce = answer.inForce;
  }

  /** Cables and processes first: a node that does not run cannot be told to leave maintenance mode. */
  async #restore(): Promise<void> {
    this.#message = 'everything is restored; loss and gaps count from here';
    const ordered = [...this.#inForce].sort((a, b) => Number(isTold(a.fault)) - Number(isTold(b.fault)));
    this.#inForce = [];
    for (const { node, fault } of ordered) {
      if (isTold(fault)) await this.#answers(node);
      await faults[fault].undo(this.#lab, node);
    }
    this.#figures.restart(monotonicMs());
  }

  async #answers(name: string): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await this.#lab.node(name).status()) !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #picture(): Picture {
    // Asked anew each time: without a controlling terminal (under `su -c`) no signal tells of a new size.
    const [columns, rows] = process.stdout.getWindowSize();
    const lines = this.#lab.nodes.flatMap((node) =>
      node.lastLines.map((line) => ({ node: node.name, line })),
    );
    return {
      title: this.#title,
      failover: this.#lab.document.failover,
      nodes: this.#lab.nodes.map((node, index) => ({
        name: node.name,
        isChosen: index === this.#chosen,
        isRunning: node.isRunning,
        status: node.isRunning ? this.#statuses[index] : undefined,
        faults: this.#inForce
          .filter((entry) => entry.node === node.name)
          .map((entry) => faults[entry.fault].state),
      })),
      connections: this.#connections,
      flows: this.#figures.pictures(new Set(this.#lab.leftOut.map(({ name }) => name))),
      // Lines begin with their time; those of one node and millisecond stay in their order.
      log: lines
        .sort((a, b) => compareText(a.line.slice(0, timeLength), b.line.slice(0, timeLength)))
        .slice(-60)
        .map(({ node, line }) => `${line.slice(11, 23)} ${node}${line.slice(timeLength)}`),
      message: this.#message,
      columns,
      rows,
    };
  }
}
