/** The process that begins flows: `flows-main.ts <own IPv4 address>`. UDP by a raw socket, one packet per flow. */
import { connect } from 'node:net';
import { addressBytes, type Ipv4 } from '#base/address.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import { AF_INET, fixedBuffer, libc, mustOpen, SOCK_CLOEXEC, SOCK_RAW } from '#linux/libc.ts';
import { becomeRealtime, sleepExactly } from '#linux/realtime.ts';
import {
  aimPacket,
  type Generated,
  type GeneratorRequest,
  packetBytes,
  packetOf,
  serverAddress,
  tcpPorts,
} from './flows-wire.ts';

const IPPROTO_RAW = 255;
/** Below whoever synchronises in real time. */
const generatorPriority = 10;
/** Connections that may be open at once. */
const mostOpen = 256;

const own = addressBytes((process.argv[2] ?? '') as Ipv4);
const server = addressBytes(serverAddress as Ipv4);
const socket = mustOpen(libc.socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW) as number, 'raw socket');
const packet = fixedBuffer(packetBytes);
packetOf(own, server, packet);
const target = fixedBuffer(16);
target.writeUInt16LE(AF_INET, 0);
target.set(server, 4);
const timeout = fixedBuffer(16);
sleepExactly();
// Packets come before programs, as they do in a firewall, and a busy machine does not slow the flows down.
becomeRealtime(generatorPriority);

/** Blocks this process, which has nothing else to do. */
function sleep(ms: number): void {
  timeout.writeBigInt64LE(BigInt(Math.max(0, Math.round(ms * 1e6))), 8);
  libc.ppoll(null, 0, timeout, null);
}

/** As evenly as the clock allows; behind its time it catches up without a pause. */
function udp(flows: number, perSecond: number): Generated {
  const from = monotonicMs();
  for (let sent = 0; sent < flows; ) {
    const due = Math.min(flows, Math.floor(((monotonicMs() - from) * perSecond) / 1_000) + 1);
    // A piece at a time, so that the clock is looked at often enough.
    for (const until = Math.min(due, sent + 32); sent < until; sent += 1) {
      aimPacket(packet, sent);
      libc.sendto(socket, packet, packetBytes, 0, target, 16);
    }
    const next = from + (sent * 1_000) / perSecond;
    const early = next - monotonicMs();
    if (early > 0.02) sleep(early);
  }
  return { flows, seconds: (monotonicMs() - from) / 1_000 };
}

/** Connections that are closed as soon as they are open. */
function tcp(flows: number, perSecond: number): Promise<Generated> {
  return new Promise((resolve) => {
    const from = monotonicMs();
    let begun = 0;
    let ended = 0;
    let failed = 0;
    const open = (): void => {
      const one = connect({ host: serverAddress, port: tcpPorts.first + (begun % tcpPorts.count) }, () =>
        one.end(),
      );
      begun += 1;
      one.on('error', () => {
        failed += 1;
      });
      one.on('close', () => {
        ended += 1;
      });
      one.resume();
    };
    const timer = setInterval(() => {
      const due = Math.min(flows, ((monotonicMs() - from) * perSecond) / 1_000);
      while (begun < due && begun - ended < mostOpen) open();
      if (ended < flows) return;
      clearInterval(timer);
      resolve({ flows: flows - failed, seconds: (monotonicMs() - from) / 1_000 });
    }, 1);
  });
}

process.on('message', async (request: GeneratorRequest) => {
  if (request.kind === 'ready') return process.send?.(true);
  const { kind, flows, perSecond } = request;
  return process.send?.(kind === 'udp' ? udp(flows, perSecond) : await tcp(flows, perSecond));
});
process.on('disconnect', () => process.exit());
