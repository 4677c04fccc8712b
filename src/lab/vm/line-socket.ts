/** A unix socket at which one process that we start calls in, and then speaks line by line. */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { lineCutter } from './agent-wire.ts';

export class LineSocket {
  readonly #server: Server;
  #socket: Socket | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Resolves when the path is there; what is said before somebody called in is lost. */
  static async open(path: string, onLine: (line: string) => void): Promise<LineSocket> {
    rmSync(path, { force: true });
    const server = createServer();
    const opened = new LineSocket(server);
    server.on('connection', (socket) => {
      opened.#socket = socket;
      socket.setEncoding('utf8').on('data', lineCutter(onLine));
      // A machine whose power is cut does not say goodbye.
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return opened;
  }

  say(message: object): void {
    this.#socket?.write(`${JSON.stringify(message)}\n`);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}
