/** A question to the node as state of a page: asked at once, again when its inputs change, and every so often. */
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Asked<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly again: () => void;
}

/** `key` names the inputs; `everyMs` repeats while the page is looked at. */
export function useAsked<T>(key: string, ask: () => Promise<T>, everyMs?: number): Asked<T> {
  const [held, setHeld] = useState<{ readonly key: string; readonly value: T }>();
  const [error, setError] = useState<unknown>();
  const newest = useRef(ask);
  newest.current = ask;
  const turn = useRef(0);
  const isAsking = useRef(false);
  const newestKey = useRef(key);
  newestKey.current = key;
  const run = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    isAsking.current = true;
    try {
      const answer = await newest.current();
      if (mine !== turn.current) return;
      setHeld({ key: newestKey.current, value: answer });
      setError(undefined);
    } catch (problem) {
      if (mine !== turn.current) return;
      // What was asked with other inputs, of another node perhaps, is no answer to this.
      setHeld((before) => (before?.key === newestKey.current ? before : undefined));
      setError(() => problem);
    } finally {
      if (mine === turn.current) isAsking.current = false;
    }
  }, []);
  useEffect(() => {
    void run();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      // One that waits, for a login or a slow node, is not asked again over it.
      if (!document.hidden && !isAsking.current) void run();
    }, everyMs);
    return () => clearInterval(timer);
  }, [key, everyMs, run]);
  return { value: held?.value, error, again: () => void run() };
}
