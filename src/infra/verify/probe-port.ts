/** Sends datagrams and prints "refused" when the host answers that nobody listens, else "silent". */
import { createSocket } from 'node:dgram';

/**
 * Hosts answer with one ICMP error a second (Linux: icmp_ratelimit), and the tunnel's own packets use it up: who asks
 * often gets it sooner or later.
 */
const pauseMs = 100;

function probe(address: string, port: number, patienceMs: number): void {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const finish = (word: string): void => {
    clearTimeout(silence);
    clearInterval(asking);
    socket.removeAllListeners('error');
    socket.close();
    console.log(word);
  };
  const send = (): void => socket.send(new Uint8Array(0));
  const silence = setTimeout(() => finish('silent'), patienceMs);
  let asking: NodeJS.Timeout | undefined;
  socket.on('error', (error: NodeJS.ErrnoException) =>
    finish(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'),
  );
  // Only a connected socket is told of ICMP errors (udp(7)).
  socket.connect(port, address, () => {
    asking = setInterval(send, pauseMs);
    send();
  });
}

const [address, port, patienceMs] = process.argv.slice(2);
if (address !== undefined) probe(address, Number(port), Number(patienceMs));
