/** The monitors for real: sockets of this network namespace. */
import type { Monitors } from '#ports/monitors.ts';
import { converse } from './conversation.ts';
import { httpConversation } from './http.ts';
import { bytesOf, matches } from './pattern.ts';
import { Pinger } from './ping.ts';

export function createMonitors(): Monitors {
  const pinger = new Pinger();
  return {
    ask: (address, port, question) => {
      const { timeout } = question;
      const way = { address, port, timeout };
      switch (question.type) {
        case 'icmp':
          return pinger.ask(address, timeout);
        case 'tcp':
          return converse(way);
        case 'http':
          return converse(way, httpConversation(question, authority(address, port)));
        case 'https':
          return converse(
            { ...way, tls: { verify: question.verifyCertificate === true, host: question.host } },
            httpConversation(question, authority(address, port)),
          );
        case 'send': {
          const pattern = bytesOf(question.expect).toString('latin1');
          return converse(way, {
            say: bytesOf(question.send),
            judge: (received) => (matches(pattern, received.toString('latin1')) ? { ok: true } : undefined),
          });
        }
      }
    },
    close: () => pinger.close(),
  };
}

const authority = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
