/** Sends a datagram and prints "refused" when the host answers that nobody listens, else "silent". */
import { createSocket } from 'node:dgram';

/** An ICMP error comes back within a round trip; between hypervisors that is milliseconds. */
const patienceMs = 500;

function probe(address: string, port: number): void {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const finish = (word: string): void => {
    socket.close();
    console.log(word);
  };
  const silence = setTimeout(() => finish('silent'), patienceMs);
  socket.on('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(silence);
    finish(error.code === 'ECONNREFUSED' ? 'refused' : 'silent');
  });
  // Only a connected socket is told of ICMP errors (udp(7)).
  socket.connect(port, address, () => socket.send(new Uint8Array(0)));
}

const [address, port] = process.argv.slice(2);
if (address !== undefined) probe(address, Number(port));
