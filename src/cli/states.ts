/** `bascule states`: the connections through a running node. */
import { ask } from '#api/client.ts';
import type { StateRow } from '#api/contract/control.ts';
import { duration, table } from './text.ts';

export interface StatesOptions {
  readonly socket: string;
  readonly json?: boolean;
  readonly limit: number;
}

/** Lists the connections that fit all words. 0 when the node answered, 2 when not, or for a word without meaning. */
export async function states(words: readonly string[], options: StatesOptions): Promise<number> {
  return show(words, options, false);
}

/** Ends the connections that fit all words, on all nodes; without a word it would be all, so one is needed. */
export async function killStates(words: readonly string[], options: StatesOptions): Promise<number> {
  return show(words, options, true);
}

async function show(words: readonly string[], options: StatesOptions, kill: boolean): Promise<number> {
  const reply = await ask(options.socket, {
    command: 'states',
    words: [...words],
    limit: options.limit,
    kill,
  });
  if (!reply.ok || reply.value.states === undefined) {
    console.error(reply.ok ? 'the node sent no states' : reply.error);
    return 2;
  }
  const { rows, matching, all } = reply.value.states;
  if (options.json === true) console.log(JSON.stringify(reply.value.states, undefined, 2));
  else {
    if (rows.length > 0) console.log(statesText(rows));
    const more = matching > rows.length ? `, the first ${rows.length} shown (--limit)` : '';
    console.log(`${kill ? 'ended ' : ''}${matching} of ${all} connections${more}`);
  }
  return 0;
}

/** One line per connection: protocol, source -> translated -> destination, state, age, packets and bytes, creator. */
export function statesText(rows: readonly StateRow[]): string {
  return table(
    ['Proto', 'Source -> translated -> destination', 'State', 'Age', 'Packets', 'Bytes', 'Creator'],
    rows.map((row) => [
      row.protocol,
      wayOf(row),
      row.state,
      row.ageSeconds === undefined ? '' : duration(row.ageSeconds * 1_000),
      String(row.packets),
      String(row.bytes),
      row.creator,
    ]),
  );
}

const wayOf = ({ source, natSource, destination, natDestination }: StateRow): string =>
  [source, natSource, destination, natDestination]
    .filter((end) => end !== undefined)
    .map(endText)
    .join(' -> ');

const endText = ({ address, port }: StateRow['source']): string => {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
};
