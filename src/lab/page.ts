/** The lab's page: what a node serves, and beside it the lab itself below /lab/. Listens on a socket that a door leads to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type DrillStory, type LabPicture, labAction, nodeAction } from '#api/contract/lab.ts';
import { inFrench } from '#api/contract/phrases.ts';
import { pageHeader } from '#api/contract/rest.ts';
import { frenchSpaces, type Language, type Said } from '#base/language.ts';
import { possibleStories } from './drills/stories.ts';
import type { Judgement } from './judge.ts';
import type { Operator } from './operator.ts';
import { isServing, mayOperate, type ProxyTarget, passOn, targetOf } from './page-proxy.ts';
import { launch, type Running } from './processes.ts';
import type { Report } from './report.ts';
import { htmlReport } from './report-html.ts';
import { longestGap, runDrills } from './run-drills.ts';
import type { Story } from './story.ts';
import { french } from './words/french.ts';

const forwarder = fileURLToPath(new URL('./page-forwarder.ts', import.meta.url));
/** How often the page gets a picture, ms. */
const pictureEveryMs = 200;
const bodyLimit = 4_000;
/** A page that is not there by then is shown without the node that is missing. */
const servedLimitMs = 20_000;
/** The nodes' HTTPS port. */
const nodePort = 443;

export interface PageParts {
  readonly operator: Operator;
  readonly scenario: string;
  readonly folder: string;
  /** Where the door leads, and the port that the browser uses. */
  readonly door: { readonly socket: string; readonly port: number };
}

export class LabPage {
  /** Resolves when the nodes can be reached. */
  readonly ready: Promise<unknown>;
  readonly #parts: PageParts;
  readonly #targets: readonly ProxyTarget[];
  readonly #forwarders: readonly Running[];
  readonly #server;
  #chosen: ProxyTarget | undefined;
  #stories: (DrillStory & { readonly beganAt?: number })[] = [];
  #failure: string | undefined;
  #isDrilling = false;
  #report: Report | undefined;

  constructor(parts: PageParts) {
    this.#parts = parts;
    const { lab } = parts.operator;
    const socketOf = (node: string) => `${parts.folder}/page-${node}.sock`;
    this.#targets = lab.nodes.map(({ name }) => targetOf(name, socketOf(name)));
    const listening: Promise<void>[] = [];
    this.#forwarders = lab.nodes.map(({ name }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      listening.push(promise);
      return launch({
        namespace: name,
        argv: [process.execPath, forwarder, socketOf(name), String(nodePort)],
        logFile: `${parts.folder}/page-${name}.log`,
        onLine: () => resolve(),
      });
    });
    this.ready = Promise.all(listening).then(() => this.#served());
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(parts.door.socket);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    for (const running of this.#forwarders) running.signal('SIGKILL');
  }

  /** Waits until the nodes serve their page, which is a while after they have elected a master. */
  async #served(): Promise<void> {
    const until = performance.now() + servedLimitMs;
    while (performance.now() < until) {
      const all = await Promise.all(this.#targets.map(isServing));
      if (all.every(Boolean)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port } = this.#parts.door;
    const host = request.headers.host ?? '';
    // Another site's name that was made to point here would be such a host.
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
      return refuse(response, 421, 'unknown host');
    if (isForeign(request, host)) return refuse(response, 403, 'the request comes from another site');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab');
    const target = this.#target();
    if (target === undefined) return refuse(response, 503, 'no node runs');
    if (!pathname.startsWith('/lab/')) {
      passOn(target, request, response, () => {
        this.#chosen = undefined;
        refuse(response, 502, `${target.node} does not answer`);
      });
      return;
    }
    if (!(await mayOperate(target, request.headers))) return refuse(response, 401, 'log in first');
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /lab/events') this.#events(response);
    else if (route === 'GET /lab/report')
      this.#answerReport(response, searchParams.get('lang') === 'fr' ? 'fr' : 'en');
    else if (route === 'POST /lab/actions') await this.#act(request, response);
    else refuse(response, 404, 'there is no such thing');
  }

  /** The master to begin with, then the same for as long as it runs. */
  #target(): ProxyTarget | undefined {
    const { lab, statuses } = this.#parts.operator;
    const runs = this.#targets.filter(({ node }) => lab.node(node).isRunning);
    if (this.#chosen !== undefined && runs.includes(this.#chosen)) return this.#chosen;
    const isMaster = ({ node }: ProxyTarget) =>
      statuses.some((status) => status?.node === node && status.vips.some((vip) => vip.status === 'MASTER'));
    this.#chosen = runs.find(isMaster) ?? runs[0];
    return this.#chosen;
  }

  #events(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const say = () => response.write(`data: ${JSON.stringify(this.#picture())}\n\n`);
    say();
    const timer = setInterval(say, pictureEveryMs);
    response.on('close', () => clearInterval(timer));
  }

  #answerReport(response: ServerResponse, language: Language): void {
    if (this.#report === undefined) {
      refuse(response, 404, 'no drill has been run yet');
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.end(htmlReport(this.#report, language));
  }

  async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { operator } = this.#parts;
    const action = labAction.safeParse(await bodyOf(request));
    if (!action.success) return refuse(response, 400, 'unknown action');
    const wanted = action.data;
    const names = operator.lab.topology.nodes;
    if ('node' in wanted && !names.includes(wanted.node))
      return refuse(response, 404, `there is no node ${wanted.node}`);
    if (this.#isDrilling) return refuse(response, 409, 'a drill is running');
    if (wanted.do === 'cable' && !operator.lab.interfacesOf(wanted.node).includes(wanted.interface))
      return refuse(response, 404, `${wanted.node} has no cable ${wanted.interface}`);
    const why =
      wanted.do === 'node'
        ? await operator.toggle(wanted.node, wanted.action)
        : wanted.do === 'cable'
          ? await operator.toggleCable(wanted.node, wanted.interface)
          : wanted.do === 'restore'
            ? await operator.restore()
            : this.#drill(wanted.name);
    if (why !== undefined) return refuse(response, 409, why);
    response.writeHead(204).end();
  }

  /** Starts drills; they go on when the page is closed. */
  #drill(name: string | undefined): string | undefined {
    const { operator, scenario } = this.#parts;
    const chosen = possibleStories(operator.lab).filter((story) => name === undefined || story.name === name);
    if (chosen.length === 0) return `there is no drill ${name}`;
    this.#isDrilling = true;
    this.#failure = undefined;
    this.#stories = chosen.map(({ name, title }) => ({
      name,
      title: inBoth(title),
      stand: 'waiting',
      broken: [],
    }));
    void operator
      .restore()
      .then(() =>
        runDrills(operator.lab, {
          scenario,
          stories: chosen,
          repeat: 1,
          say: () => undefined,
          follow: (story, judgement) => this.#follow(story, judgement),
        }),
      )
      .then((report) => {
        this.#report = report;
      })
      .catch((error: unknown) => {
        this.#failure = (error as Error).message;
      })
      .finally(() => {
        this.#isDrilling = false;
      });
    return undefined;
  }

  #follow({ name }: Story, judgement: Judgement | undefined): void {
    const now = performance.now();
    this.#stories = this.#stories.map((story) => {
      if (story.name !== name) return story;
      if (judgement === undefined) return { ...story, stand: 'running', beganAt: now };
      return {
        ...story,
        stand: judgement.isKept ? 'kept' : 'broken',
        forMs: now - (story.beganAt ?? now),
        longestGapMs: longestGap(judgement),
        broken: brokenOf(judgement),
      };
    });
  }

  #picture(): LabPicture {
    const { operator, scenario } = this.#parts;
    const { lab } = operator;
    return {
      scenario,
      failover: lab.document.failover,
      nodes: lab.nodes.map(({ name, isRunning }) => ({
        name,
        isRunning,
        faults: nodeAction.options.filter((fault) =>
          operator.inForce.some((entry) => entry.node === name && entry.fault === fault),
        ),
      })),
      cables: lab.nodes.flatMap(({ name }) =>
        lab
          .interfacesOf(name)
          .map((ifname) => ({ node: name, interface: ifname, isPulled: operator.isPulled(name, ifname) })),
      ),
      flows: operator.flows().map((flow) => ({
        ...flow,
        name: inBoth(flow.name),
        lostPerSecond: flow.lostPerSecond.map((lost) => lost ?? null),
      })),
      connections: operator.connections.map(({ name, alive, total }) => ({
        name: inBoth(name),
        alive,
        total,
      })),
      message: inBoth(operator.message),
      drills: possibleStories(operator.lab).map(({ name, title }) => ({ name, title: inBoth(title) })),
      drill: {
        isRunning: this.#isDrilling,
        stories: this.#stories.map(({ beganAt, ...story }) =>
          story.stand === 'running' && beganAt !== undefined
            ? { ...story, forMs: performance.now() - beganAt }
            : story,
        ),
        ...(this.#failure === undefined ? {} : { failure: inBoth(this.#failure) }),
        hasReport: this.#report !== undefined,
      },
    };
  }
}

/** The same that a node looks at, for the page's own address. */
function isForeign({ method, headers }: IncomingMessage, host: string): boolean {
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return true;
  if (method === 'GET' || method === 'HEAD') {
    // A link from elsewhere may open the page itself, nothing more.
    return (
      site !== undefined &&
      site !== 'same-origin' &&
      site !== 'none' &&
      headers['sec-fetch-mode'] !== 'navigate'
    );
  }
  return headers[pageHeader] === undefined || (site !== undefined && site !== 'same-origin');
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) {
    text += String(part);
    if (text.length > bodyLimit) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(inBoth(why)));
}

/** What a drill could not do, and what was promised in vain. */
const brokenOf = ({ problems, verdicts }: Judgement): Said[] => [
  ...problems.map(inBoth),
  ...verdicts
    .filter(({ isKept }) => !isKept)
    .map(({ promise, measured }) => {
      const [what, how] = [inBoth(promise), inBoth(measured)];
      return { en: `${what.en}: ${how.en}`, fr: `${what.fr} : ${how.fr}` };
    }),
];

/** What the lab says in English, in both languages; a node's own words stand in its phrasebook. */
const inBoth = (text: string): Said => {
  const own = french(text);
  return { en: text, fr: own === text ? inFrench(text) : frenchSpaces(own) };
};
