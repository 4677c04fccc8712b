/** What is typed into a form, kept in the browser until it is saved or thrown away. */
import { useState } from 'react';
import type { Json } from '../data/operations.ts';

export type Draft = Readonly<
  Record<string, string | boolean | Readonly<Record<string, string>> | readonly Json[]>
>;

export interface DraftHold {
  readonly draft: Draft;
  /** It was begun earlier and left without saving. */
  readonly isOld: boolean;
  readonly set: (name: string, value: Draft[string]) => void;
  readonly forget: () => void;
  readonly restart: () => void;
}

const prefix = 'bascule.draft.';

/** `place` names the form and the entry, such as "rules.lan.3". */
export function useDraft(place: string, initial: Draft): DraftHold {
  const key = prefix + place;
  const [state, setState] = useState(() => {
    const found = read(key);
    return { draft: { ...initial, ...found }, isOld: found !== undefined };
  });
  return {
    ...state,
    set: (name, value) =>
      setState((before) => {
        const draft = { ...before.draft, [name]: value };
        sessionStorage.setItem(key, JSON.stringify(draft));
        return { ...before, draft };
      }),
    forget: () => sessionStorage.removeItem(key),
    restart: () => {
      sessionStorage.removeItem(key);
      setState({ draft: initial, isOld: false });
    },
  };
}

function read(key: string): Draft | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as Draft | null) ?? undefined;
  } catch {
    return undefined;
  }
}
