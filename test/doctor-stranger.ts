/** A stranger on a segment for the doctor's test: sends frames, given in hex, ten times a second until it is killed. */
import { FrameTap } from '#linux/frame-tap.ts';

const [device = '', ...frames] = process.argv.slice(2);
const tap = FrameTap.open(device, [[0x06, 0, 0, 0]], 64, 'incoming');
if (!tap.ok) throw new Error(tap.error);
const send = (): void => {
  for (const frame of frames) tap.value.send(Buffer.from(frame, 'hex'));
};
send();
console.log('sending');
setInterval(send, 100);
