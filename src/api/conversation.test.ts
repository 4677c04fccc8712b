/** Two processes talk; neither can be ended, or made to wait for ever, by what the other one says. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { z } from 'zod';
import { type Channel, Conversation } from './conversation.ts';

/** Both ends of a channel in memory. */
function pair(): [Channel, Channel] {
  const listeners: ((message: unknown) => void)[] = [() => undefined, () => undefined];
  const end = (own: number): Channel => ({
    send: (message) => queueMicrotask(() => listeners[1 - own]?.(structuredClone(message))),
    hear: (listener) => {
      listeners[own] = listener;
    },
  });
  return [end(0), end(1)];
}

const quiet = async (): Promise<unknown> => undefined;
const nothing = (): void => undefined;

it('questions of both sides cross, and each gets its own answer', async () => {
  const [a, b] = pair();
  const left = new Conversation(a, async (body) => `left ${String(body)}`, nothing, nothing);
  const right = new Conversation(b, async (body) => `right ${String(body)}`, nothing, nothing);
  const answers = await Promise.all([
    left.ask(1, z.string(), 1_000),
    right.ask(2, z.string(), 1_000),
    left.ask(3, z.string(), 1_000),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.ok && answer.value),
    ['right 1', 'left 2', 'right 3'],
  );
});

it('an answer that does not fit, none at all, and an end are failures', async () => {
  const [a, b] = pair();
  const left = new Conversation(a, quiet, nothing, nothing);
  new Conversation(b, async (body) => (body === 'hang' ? new Promise(nothing) : 5), nothing, nothing);
  const odd = await left.ask('x', z.string(), 1_000);
  assert.match(odd.ok ? '' : odd.error, /does not understand/);
  const late = await left.ask('hang', z.string(), 5);
  assert.match(late.ok ? '' : late.error, /no answer within 5 ms/);
  const cut = left.ask('hang', z.string(), 60_000);
  left.end('the other side has ended');
  assert.deepEqual(await cut, { ok: false, error: 'the other side has ended' });
});

it('words that mean nothing, and whoever throws at them, end nobody', async () => {
  const [a, b] = pair();
  const refused: string[] = [];
  const strict = z.literal('fine');
  new Conversation(
    b,
    async (body) => strict.parse(body),
    (body) => void strict.parse(body),
    ({ name }) => refused.push(name),
  );
  const left = new Conversation(a, quiet, nothing, nothing);
  for (const message of [
    7,
    null,
    { way: 'ask' },
    { way: 'tell', body: 'odd' },
    { way: 'ask', id: 1, body: 'odd' },
  ])
    a.send(message as never);
  assert.deepEqual(await left.ask('fine', z.literal('fine'), 1_000), { ok: true, value: 'fine' });
  assert.equal(refused.length, 5);
});
