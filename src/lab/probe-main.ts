/**
 * A probing process: one ICMP echo per flow at a time, in one blocking loop without an event loop's jitter.
 * Arguments: milliseconds from one probe to the next, and the targets' addresses. Standard output: records (`probe-wire.ts`). It ends when nobody reads them.
 */
import { writeSync } from 'node:fs';
import { familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import { fixedBuffer } from '#linux/libc.ts';
import { becomeRealtime } from '#linux/realtime.ts';
import { makeWait, openPing, type Ping, send, take } from './probe-ffi.ts';
import {
  fullSequence,
  monotonicMs,
  type ProbeRecord,
  recordBytes,
  sequenceRange,
  writeRecord,
} from './probe-wire.ts';

/** Records are handed over this often: often enough for a live view, seldom enough not to disturb. */
const flushMs = 25;

interface Flow {
  readonly ping: Ping;
  readonly echo: Buffer;
  sequence: number;
}

function openFlow(target: string): Flow {
  const ping = openPing(target as Ipv4 | Ipv6);
  if (!ping.ok) {
    console.error(ping.error);
    process.exit(1);
  }
  const echo = fixedBuffer(16);
  echo.writeUInt8(familyOf(target as Ipv4 | Ipv6) === 'ipv6' ? 128 : 8, 0);
  return { ping: ping.value, echo, sequence: 0 };
}

function probe(spacingMs: number, targets: readonly string[]): never {
  const flows = targets.map(openFlow);
  const wait = makeWait(flows.map((flow) => flow.ping));
  const incoming = fixedBuffer(256);
  const outbox = Buffer.alloc(recordBytes * 65_536);
  let filled = 0;
  const record = (entry: ProbeRecord) => {
    writeRecord(outbox, filled, entry);
    filled += recordBytes;
  };
  // The lowest priority is enough to be late less often than what is measured.
  becomeRealtime(1);
  let nextSend = monotonicMs();
  let nextFlush = nextSend + flushMs;
  for (;;) {
    if (monotonicMs() >= nextSend) {
      flows.forEach((flow, index) => {
        flow.echo.writeUInt16BE(flow.sequence % sequenceRange, 6);
        record({ kind: 'sent', flow: index, sequence: flow.sequence, at: monotonicMs() });
        send(flow.ping, flow.echo);
        flow.sequence += 1;
      });
      // After a pause of the whole machine the loop goes on from now, instead of catching up in a burst.
      nextSend = Math.max(nextSend + spacingMs, monotonicMs() - 10 * spacingMs);
    }
    flows.forEach((flow, index) => {
      while (take(flow.ping, incoming) >= 8) {
        const sequence = fullSequence(incoming.readUInt16BE(6), flow.sequence - 1);
        if (sequence >= 0) record({ kind: 'reply', flow: index, sequence, at: monotonicMs() });
      }
    });
    if (filled > 0 && monotonicMs() >= nextFlush) {
      writeAll(outbox.subarray(0, filled));
      filled = 0;
      nextFlush = monotonicMs() + flushMs;
    }
    wait(nextSend - monotonicMs());
  }
}

function writeAll(bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
    }
  }
}

if (import.meta.main) probe(Number(process.argv[2]), process.argv.slice(3));
