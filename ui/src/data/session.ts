/** Who is logged in, and at which node. */
import { useSyncExternalStore } from 'react';
import { type Area, type Level, mayDo } from '#api/contract/access.ts';
import type { SessionStand } from '#api/contract/accounts.ts';
import { call, whenLoggedOut } from './client.ts';

export interface Session {
  /** undefined until the node has answered. */
  readonly stand: SessionStand | undefined;
  /** The login ended while the page was open: what is on it stays until one logs in again. */
  readonly lapsed: boolean;
  readonly unreachable: boolean;
}

let session: Session = { stand: undefined, lapsed: false, unreachable: false };
const listeners = new Set<() => void>();
const set = (value: Session) => {
  session = value;
  for (const listener of listeners) listener();
};

/** Those who wait until somebody is logged in again, to ask once more what was refused. */
let waiting: (() => void)[] = [];

whenLoggedOut(() => {
  if (session.stand?.user === undefined) return undefined;
  if (labToken() === undefined) set({ ...session, lapsed: true });
  else void loadSession();
  return new Promise((resolve) => waiting.push(resolve));
});

export function setStand(stand: SessionStand): void {
  set({ stand, lapsed: false, unreachable: false });
  if (stand.user === undefined) return;
  for (const resolve of waiting) resolve();
  waiting = [];
}

/** A node that does not answer is asked again, ms. */
const retryMs = 1_000;

/** Where the token of a lab is kept, so that another node lets one in when the first has gone. */
const labKey = 'bascule.lab';

/** The page of a lab is opened with a token in its address, which does not stay there. */
function labToken(): string | undefined {
  const given = /^#lab=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(labKey, given);
    history.replaceState(null, '', '#/lab');
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
  return given ?? sessionStorage.getItem(labKey) ?? undefined;
}

export async function loadSession(): Promise<void> {
  const token = labToken();
  try {
    const stand = await call('session');
    if (stand.user !== undefined || token === undefined) setStand(stand);
    else setStand(await call('labLogin', { body: { token } }));
  } catch {
    set({ ...session, unreachable: true });
    setTimeout(() => void loadSession(), retryMs);
  }
}

export async function logOut(): Promise<void> {
  await call('logout');
  sessionStorage.clear();
  location.hash = '';
  location.reload();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useSession = (): Session => useSyncExternalStore(subscribe, () => session);

/** Whether the user holds a privilege. */
export function useMay(area: Area, level: Level = 'write'): boolean {
  const user = useSession().stand?.user;
  if (user === undefined || (level === 'write' && user.readOnly)) return false;
  return mayDo(user.grants, area, level);
}
