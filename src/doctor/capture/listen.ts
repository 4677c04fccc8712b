/** Captures frames of one kind on some interfaces for a while. */
import { setTimeout as delay } from 'node:timers/promises';
import { fail, ok, type Result } from '#base/result.ts';
import { FrameTap } from '#linux/frame-tap.ts';
import { type CaptureKind, filterOf } from './decode.ts';
import { snapLength } from './pcap.ts';

const readEvery = 20;

/** Calls `hear` for every frame, also of those that leave. Returns how many there were; fails where it may not listen. */
export async function listen(
  kind: CaptureKind,
  devices: readonly string[],
  forMs: number,
  hear: (device: string, frame: Uint8Array) => void,
): Promise<Result<number>> {
  const taps: { readonly device: string; readonly tap: FrameTap }[] = [];
  let count = 0;
  try {
    for (const device of devices) {
      const opened = FrameTap.open(device, filterOf(kind), snapLength, 'both');
      if (!opened.ok) return fail(opened.error);
      taps.push({ device, tap: opened.value });
    }
    const end = performance.now() + forMs;
    for (;;) {
      for (const { device, tap } of taps)
        tap.read((frame) => {
          count += 1;
          hear(device, frame);
        });
      if (performance.now() >= end) return ok(count);
      await delay(readEvery);
    }
  } finally {
    for (const { tap } of taps) tap.close();
  }
}
