/** Actions that tell a running node to do something. */
import { ask } from '#api/client.ts';
import type { ControlRequest } from '#api/contract/control.ts';

/** Sends a request and says how it went; returns the exit code. */
export async function command(socket: string, request: ControlRequest): Promise<number> {
  const reply = await ask(socket, request);
  if (reply.ok) return 0;
  console.error(reply.error);
  return 2;
}

/** The meaning of a word, or undefined after telling the user which words there are. */
export function oneOf<T>(word: string, meanings: Readonly<Record<string, T>>): T | undefined {
  const meaning = meanings[word];
  if (meaning === undefined) console.error(`"${word}" is not one of: ${Object.keys(meanings).join(', ')}`);
  return meaning;
}
