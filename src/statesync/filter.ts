/**
 * Which states are meant: words that must all fit. An address or network (either end, translated or not), ":443" (a
 * port), a protocol, a state, "creator=PF2", "rule=3fa94c" (the beginning of the name of the rule that let it
 * in), or "way=34" (the number of its way by a gateway).
 */
import { addressBytes, parseIpv4, parseIpv6 } from '#base/address.ts';
import { ruleNumber, ruleOfMark, wayOfMark } from '#base/connection-mark.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { Endpoint, StateRow } from './describe.ts';

export type StateFilter = (row: StateRow, creator: string) => boolean;

/** The filter that words spell, or what is wrong with one of them. No words mean every state. */
export function parseFilter(words: readonly string[]): Result<StateFilter> {
  const tests: StateFilter[] = [];
  for (const word of words) {
    const test = parseWord(word);
    if (!test.ok) return test;
    tests.push(test.value);
  }
  return ok((row, creator) => tests.every((test) => test(row, creator)));
}

function parseWord(word: string): Result<StateFilter> {
  const port = /^:(\d{1,5})$/.exec(word)?.[1];
  if (port !== undefined) return ok((row) => ends(row).some((end) => end.port === Number(port)));
  const creator = /^creator=(.+)$/.exec(word)?.[1];
  if (creator !== undefined) return ok((_, owner) => owner === creator);
  const rules = /^rule=([0-9a-f]{6}(?:,[0-9a-f]{6})*)$/.exec(word)?.[1]?.split(',').map(ruleNumber);
  if (rules !== undefined) return ok(({ mark }) => rules.includes(ruleOfMark(mark)));
  const way = /^way=([1-9]\d{0,2})$/.exec(word)?.[1];
  if (way !== undefined) return ok(({ mark }) => wayOfMark(mark) === Number(way));
  const network = /^([0-9a-f:.]*[:.][0-9a-f:.]*)(?:\/(\d{1,3}))?$/i.exec(word);
  if (network !== null) return parseNetwork(word, network[1] ?? '', network[2]);
  if (!/^[a-z0-9_]+$/i.test(word))
    return fail(
      `"${word}" is no address, network, :port, protocol, state, creator=NODE, rule=NAME or way=NUMBER`,
    );
  const name = word.toLowerCase();
  return ok((row) => row.protocol === name || row.state.toLowerCase() === name);
}

function parseNetwork(word: string, address: string, length: string | undefined): Result<StateFilter> {
  const parsed = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (!parsed.ok) return parsed;
  const wanted = addressBytes(parsed.value);
  const bits = length === undefined ? wanted.length * 8 : Number(length);
  if (bits > wanted.length * 8) return fail(`"${word}" has more bits than the address`);
  return ok((row) => ends(row).some((end) => isWithin(addressBytes(end.address), wanted, bits)));
}

function isWithin(address: Uint8Array, network: Uint8Array, bits: number): boolean {
  if (address.length !== network.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== network[i]) return false;
  const rest = 8 - (bits & 7);
  return rest === 8 || (address[whole] ?? 0) >> rest === (network[whole] ?? 0) >> rest;
}

const ends = (row: StateRow): readonly Endpoint[] =>
  [row.source, row.natSource, row.destination, row.natDestination].filter((end) => end !== undefined);
