/** Light, dark, or as the system has it. */
import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'bascule.theme';
const listeners = new Set<() => void>();

const stored = (): Theme => themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
let theme: Theme = stored();

export function startTheme(): void {
  document.documentElement.dataset.theme = theme;
}

export function setTheme(wanted: Theme): void {
  theme = wanted;
  localStorage.setItem(key, wanted);
  startTheme();
  for (const listener of listeners) listener();
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
