/**
 * The way to the lab's page from this machine's browser: the process outside of the stage listens on the loopback
 * and pipes to a socket in a folder of its own, where the process on the stage listens.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Named in the environment of the process on the stage. */
const socketVariable = 'BASCULE_PAGE_SOCKET';
const portVariable = 'BASCULE_PAGE_PORT';

/** The first port that is tried, and how many after it. */
const firstPort = 8_443;
const triedPorts = 50;

export interface Door {
  /** For the environment of the process on the stage. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/** Opens the door; undefined when no port is free. */
export async function openDoor(): Promise<Door | undefined> {
  // The stage has a /run of its own, so a socket there could not be reached.
  const base = tmpdir().startsWith('/run') ? '/tmp' : tmpdir();
  const folder = mkdtempSync(join(base, 'bascule-page-'));
  const socket = join(folder, 'page.sock');
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connect({ path: socket, allowHalfOpen: true });
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  });
  const close = () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', close);
  for (let port = firstPort; port < firstPort + triedPorts; port += 1) {
    if (await isListening(server, port))
      return { environment: { [socketVariable]: socket, [portVariable]: String(port) }, close };
  }
  close();
  return undefined;
}

/** What the process on the stage finds in its environment. */
export function doorOf(
  environment: NodeJS.ProcessEnv,
): { readonly socket: string; readonly port: number } | undefined {
  const { [socketVariable]: socket, [portVariable]: port } = environment;
  return socket === undefined ? undefined : { socket, port: Number(port) };
}

const isListening = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const refused = () => resolve(false);
    server.once('error', refused);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refused);
      resolve(true);
    });
  });
