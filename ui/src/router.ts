/** Where one is: the part of the address behind "#", so that the server needs to know of one page only. */
import { useSyncExternalStore } from 'react';

export interface Place {
  /** "/firewall/rules". */
  readonly path: string;
  readonly query: URLSearchParams;
}

let current = read();
const listeners = new Set<() => void>();

function read(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#/, '').split('?');
  return { path: path === '' ? '/' : path, query: new URLSearchParams(query) };
}

addEventListener('hashchange', () => {
  current = read();
  for (const listener of listeners) listener();
});

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePlace = (): Place => useSyncExternalStore(subscribe, () => current);

export const hrefOf = (path: string, query: Readonly<Record<string, string>> = {}): string => {
  const words = new URLSearchParams(query).toString();
  return words === '' ? `#${path}` : `#${path}?${words}`;
};

export const go = (path: string, query: Readonly<Record<string, string>> = {}): void => {
  location.hash = hrefOf(path, query);
};
