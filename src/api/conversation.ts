/**
 * Questions and answers between two processes that are joined by a channel of messages, in both directions at once.
 * Each side checks what it hears with its own schema: the other one may be taken over, or of another version.
 */
import { z } from 'zod';
import { fail, type Result } from '#base/result.ts';

const envelope = z.discriminatedUnion('way', [
  z.strictObject({ way: z.literal('ask'), id: z.int(), body: z.unknown() }),
  z.strictObject({ way: z.literal('answer'), id: z.int(), body: z.unknown() }),
  z.strictObject({ way: z.literal('tell'), body: z.unknown() }),
]);
type Envelope = z.infer<typeof envelope>;

/** One end of a channel, as `process` and a child process offer it. */
export interface Channel {
  send(message: Envelope): void;
  /** Registers who hears what arrives. */
  hear(listener: (message: unknown) => void): void;
}

export class Conversation {
  readonly #channel: Channel;
  readonly #open = new Map<number, (body: Result<unknown>) => void>();
  #next = 1;

  /**
   * `answer` is asked what the other side asks; `hear` gets what it merely tells. What they throw, for instance at words
   * that they do not know, ends in `refuse`: the other side must not be able to end this process.
   */
  constructor(
    channel: Channel,
    answer: (body: unknown) => Promise<unknown>,
    hear: (body: unknown) => void,
    refuse: (why: Error) => void,
  ) {
    this.#channel = channel;
    channel.hear((message) => {
      const parsed = envelope.safeParse(message);
      if (!parsed.success) return refuse(parsed.error);
      void this.#take(parsed.data, answer, hear).catch(refuse);
    });
  }

  async #take(
    data: Envelope,
    answer: (body: unknown) => Promise<unknown>,
    hear: (body: unknown) => void,
  ): Promise<void> {
    if (data.way === 'tell') hear(data.body);
    else if (data.way === 'answer') this.#settle(data.id, { ok: true, value: data.body });
    else this.#channel.send({ way: 'answer', id: data.id, body: await answer(data.body) });
  }

  /** The answer, or a failure when the other side goes away, says nothing for `patienceMs`, or does not fit `schema`. */
  async ask<T extends z.ZodType>(body: unknown, schema: T, patienceMs: number): Promise<Result<z.infer<T>>> {
    const id = this.#next++;
    const answered = new Promise<Result<unknown>>((resolve) => this.#open.set(id, resolve));
    const timer = setTimeout(() => this.#settle(id, fail(`no answer within ${patienceMs} ms`)), patienceMs);
    this.#channel.send({ way: 'ask', id, body });
    const answer = await answered;
    clearTimeout(timer);
    if (!answer.ok) return answer;
    const parsed = schema.safeParse(answer.value);
    return parsed.success
      ? { ok: true, value: parsed.data }
      : fail(`an answer that this version does not understand: ${z.prettifyError(parsed.error)}`);
  }

  tell(body: unknown): void {
    this.#channel.send({ way: 'tell', body });
  }

  /** The other side is gone: whoever waits is told. */
  end(why: string): void {
    for (const id of [...this.#open.keys()]) this.#settle(id, fail(why));
  }

  #settle(id: number, body: Result<unknown>): void {
    const resolve = this.#open.get(id);
    this.#open.delete(id);
    resolve?.(body);
  }
}
