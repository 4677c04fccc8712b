/** A question to the node as state of a page: asked at once, again when its inputs change, and every so often. */
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Asked<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly again: () => void;
}

/** `key` names the inputs; `everyMs` repeats while the page is looked at. */
export function useAsked<T>(key: string, ask: () => Promise<T>, everyMs?: number): Asked<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  const newest = useRef(ask);
  newest.current = ask;
  const turn = useRef(0);
  const run = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    try {
      const answer = await newest.current();
      if (mine !== turn.current) return;
      setValue(() => answer);
      setError(undefined);
    } catch (problem) {
      if (mine === turn.current) setError(() => problem);
    }
  }, []);
  useEffect(() => {
    void run();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) void run();
    }, everyMs);
    return () => clearInterval(timer);
  }, [key, everyMs, run]);
  return { value, error, again: () => void run() };
}
