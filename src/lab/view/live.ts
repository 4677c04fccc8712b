/** The live view of a running lab: draws it a few times a second and obeys single keys. */

import type { Language } from '#lab/acceptance/plan.ts';
import { type FaultName, faults } from '#lab/faults.ts';
import type { Operator } from '#lab/operator.ts';
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

/** Shows the lab until "q" or Ctrl-C; returns the exit code. `page` is the address of the lab's page, if it has one. */
export async function showLab(
  operator: Operator,
  title: string,
  page: string | undefined,
  language: Language,
): Promise<number> {
  const view = new LiveView(operator, title, page, language);
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

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

class LiveView {
  readonly #operator: Operator;
  readonly #title: string;
  readonly #language: Language;
  #chosen = 0;

  constructor(operator: Operator, title: string, page: string | undefined, language: Language) {
    this.#language = language;
    this.#operator = operator;
    this.#title = page === undefined ? title : `${title}: ${page}`;
  }

  async refresh(): Promise<void> {
    await this.#operator.refresh();
    this.draw();
  }

  draw(): void {
    const lines = render(this.#picture());
    // Each line is wiped to its end, and what is below the last one: no flicker from wiping the whole screen.
    process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`);
  }

  async press(key: string): Promise<void> {
    const { nodes } = this.#operator.lab;
    const place = Number(key) - 1;
    if (Number.isInteger(place) && place >= 0 && place < nodes.length) {
      this.#chosen = place;
      this.draw();
      return;
    }
    const fault = faultKeys[key];
    if (fault === undefined && key !== 'r') return;
    if (fault === undefined) await this.#operator.restore();
    else await this.#operator.toggle(nodes[this.#chosen]?.name ?? '', fault);
    this.draw();
  }

  #picture(): Picture {
    // Asked anew each time: without a controlling terminal (under `su -c`) no signal tells of a new size.
    const [columns, rows] = process.stdout.getWindowSize();
    const { lab, statuses, inForce, connections, message } = this.#operator;
    const lines = lab.nodes.flatMap((node) => node.lastLines.map((line) => ({ node: node.name, line })));
    return {
      language: this.#language,
      title: this.#title,
      failover: lab.document.failover,
      nodes: lab.nodes.map((node, index) => ({
        name: node.name,
        isChosen: index === this.#chosen,
        isRunning: node.isRunning,
        status: statuses[index],
        faults: inForce.filter((entry) => entry.node === node.name).map((entry) => faults[entry.fault].state),
      })),
      connections,
      flows: this.#operator.flows(),
      // Lines begin with their time; those of one node and millisecond stay in their order.
      log: lines
        .sort((a, b) => compareText(a.line.slice(0, timeLength), b.line.slice(0, timeLength)))
        .slice(-60)
        .map(({ node, line }) => `${line.slice(11, 23)} ${node}${line.slice(timeLength)}`),
      message,
      columns,
      rows,
    };
  }
}
