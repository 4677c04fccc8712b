/** A web server of the lab, on port 80 of its host: answers with its name and the client's address. Argument: its name. */
import { createServer } from 'node:http';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

function serve(name: string): void {
  const hasIpv6 = Object.values(networkInterfaces())
    .flat()
    .some((one) => one !== undefined && !one.internal && isIPv6(one.address));
  const server = createServer((request, response) => {
    // A dual socket writes IPv4 as ::ffff:192.0.2.1 (RFC 4291, section 2.5.5.2).
    const from = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    response.end(`${name} ${from}\n`);
  });
  server.listen(80, hasIpv6 ? '::' : '0.0.0.0', () => process.stdout.write('listening\n'));
}

if (import.meta.main) serve(process.argv[2] ?? '');
