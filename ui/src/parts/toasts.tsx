/** Short messages in the corner; read out as they come. */
import { useEffect, useSyncExternalStore } from 'react';
import { useSpeech } from '../i18n/language.tsx';
import { IconButton, Note, type Tone } from './basics.tsx';

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

/** A message of success goes by itself, ms; an error waits to be read. */
const stayMs = 6_000;

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const set = (value: readonly Toast[]) => {
  toasts = value;
  for (const listener of listeners) listener();
};

export function toast(tone: Tone, text: string): void {
  if (toasts.some((other) => other.text === text)) return;
  set([...toasts.slice(-3), { id: next, tone, text }]);
  next += 1;
}

const remove = (id: number) => set(toasts.filter((other) => other.id !== id));

export function Toasts() {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" aria-live="polite">
      {all.map((one) => (
        <OneToast key={one.id} toast={one} />
      ))}
    </div>
  );
}

function OneToast({ toast: { id, tone, text } }: { readonly toast: Toast }) {
  const { t } = useSpeech();
  useEffect(() => {
    if (tone === 'bad') return;
    const timer = setTimeout(() => remove(id), stayMs);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <Note tone={tone} actions={<IconButton name="cross" label={t('close')} onClick={() => remove(id)} />}>
      {text}
    </Note>
  );
}
