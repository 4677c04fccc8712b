/**
 * Runs inside a node's namespace: what connects to a socket in the lab's folder reaches the node's HTTPS port.
 * Arguments: the socket, the port.
 */
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const [socket = '', port = '443'] = process.argv.slice(2);
rmSync(socket, { force: true });
createServer({ allowHalfOpen: true }, (from) => {
  const to = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  from.pipe(to).pipe(from);
  // Whichever side breaks takes the other along.
  from.on('error', () => to.destroy());
  to.on('error', () => from.destroy());
}).listen(socket, () => process.stdout.write('listening\n'));
