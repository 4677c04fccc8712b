/**
 * The distant end of the lab's connections, on the internet host: echoes TCP and UDP, and speaks as much FTP as a
 * connection-tracking helper listens to. Argument: its address.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { ports } from './sessions-wire.ts';

/** Connections that may wait to be taken: all come at once. */
const backlog = 1_024;
/** How long a data connection may take. */
const dataLimitMs = 3_000;

async function serve(address: string): Promise<void> {
  const echo = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  echo.listen(ports.echo, address, backlog);

  const udp = createSocket('udp4');
  // The answer tells from where the question seemed to come: the translation must not change.
  udp.on('message', (message, from) =>
    udp.send(`${message} ${from.address}:${from.port}`, from.port, from.address),
  );
  udp.bind(ports.udp, address);

  const silent = new Set<Socket>();
  let told = '';
  const pushed = createServer((socket) => {
    socket.setNoDelay(true);
    silent.add(socket);
    if (told !== '') socket.write(`${told}\n`);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => silent.delete(socket));
    socket.resume();
  });
  pushed.listen(ports.pushed, address, backlog);
  // Asked on another way, the server speaks first: a firewall that does not know the connection has nothing to go by.
  const asked = createSocket('udp4');
  asked.on('message', (message) => {
    if (message.toString() === told) return;
    told = message.toString();
    for (const socket of silent) socket.write(`${told}\n`);
  });
  asked.bind(ports.pushed, address);

  const ftp = createServer((socket) => speakFtp(socket, address));
  ftp.listen(ports.ftp, address);
  await Promise.all([echo, pushed, ftp, udp, asked].map((one) => once(one, 'listening')));
  process.stdout.write('listening\n');
}

/** PORT (RFC 959) names where the server shall connect to; LIST makes it do so. */
function speakFtp(socket: Socket, address: string): void {
  let target: { host: string; port: number } | undefined;
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const numbers = /^PORT (\d+),(\d+),(\d+),(\d+),(\d+),(\d+)$/.exec(line)?.slice(1).map(Number);
      if (numbers !== undefined) {
        const [a, b, c, d, high = 0, low = 0] = numbers;
        target = { host: `${a}.${b}.${c}.${d}`, port: high * 256 + low };
        socket.write('200 PORT\r\n');
      } else if (line === 'LIST' && target !== undefined) {
        sendData(socket, address, target);
      } else {
        socket.write('230 welcome\r\n');
      }
    }
  });
  socket.write('220 lab\r\n');
}

function sendData(control: Socket, address: string, target: { host: string; port: number }): void {
  const data = connect({ ...target, localAddress: address, timeout: dataLimitMs });
  data.on('connect', () => data.end('a file\r\n'));
  data.on('close', () => control.writable && control.write('226 done\r\n'));
  data.on('timeout', () => data.destroy());
  data.on('error', () => data.destroy());
}

if (import.meta.main) await serve(process.argv[2] ?? '');
