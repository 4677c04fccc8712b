/** What the lab and the agent inside a guest say to each other: one JSON object a line. */

/** From the lab. A question has a number, which its answer repeats. */
export type ToAgent =
  /** Runs a tool. */
  | { readonly ask: 'run'; readonly id: number; readonly argv: readonly string[]; readonly input: string }
  /** Hands a line to the daemon's control socket. */
  | { readonly ask: 'control'; readonly id: number; readonly line: string }
  | { readonly tell: 'start'; readonly argv: readonly string[] }
  | { readonly tell: 'signal'; readonly name: NodeJS.Signals };

/** From the agent. */
export type FromAgent =
  | { readonly kind: 'up' }
  | { readonly kind: 'ran'; readonly id: number; readonly status: number; readonly output: string }
  /** Without a line when the daemon did not answer. */
  | { readonly kind: 'control'; readonly id: number; readonly line?: string | undefined }
  /** A line of the daemon's log, and the guest's clock when it came, ms of the epoch. */
  | { readonly kind: 'log'; readonly line: string; readonly at: number }
  | { readonly kind: 'ended'; readonly outcome: number | NodeJS.Signals };

/** Where the daemon listens in a guest. */
export const controlSocket = '/run/bascule/node.sock';

/** Cuts a stream of text into lines, whatever pieces it comes in. */
export function lineCutter(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
