/**
 * A handle that moves its row: dragged with a pointer, or by keyboard: Space lifts, arrows move, Space drops, Escape
 * puts it back. Moves are said aloud.
 */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useSpeech } from '../i18n/language.tsx';
import { Icon } from './icons.tsx';

export interface Order {
  /** Row that is being moved, and the place it would take. */
  readonly moving:
    | { readonly from: number; readonly to: number; readonly by: 'pointer' | 'keys' }
    | undefined;
  readonly said: string;
  readonly handle: (index: number) => {
    readonly onPointerDown: (event: PointerEvent<HTMLButtonElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLButtonElement>) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLButtonElement>) => void;
    readonly onBlur: () => void;
  };
}

/** `rows` is the number of rows; each must carry `data-row`. `onMove` is told places among the rows shown. */
export function useOrder(rows: number, onMove: (from: number, to: number) => void): Order {
  const { t } = useSpeech();
  const [moving, setMoving] = useState<Order['moving']>(undefined);
  const [said, setSaid] = useState('');
  const current = useRef(moving);
  const set = (value: Order['moving']) => {
    current.current = value;
    setMoving(value);
  };
  const drop = () => {
    const held = current.current;
    set(undefined);
    if (held === undefined) return;
    setSaid(t('order.dropped', { to: held.to + 1 }));
    if (held.from !== held.to) onMove(held.from, held.to);
  };
  return {
    moving,
    said,
    handle: (index) => ({
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        set({ from: index, to: index, by: 'pointer' });
      },
      onPointerMove: (event) => {
        if (current.current?.by !== 'pointer') return;
        const body = event.currentTarget.closest('tbody');
        const places = [...(body?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
        const over = places.filter((row) => {
          const { top, height } = row.getBoundingClientRect();
          return event.clientY > top + height / 2;
        }).length;
        // The row itself counts among those above once the pointer has passed it.
        const to = Math.max(0, Math.min(rows - 1, over > index ? over - 1 : over));
        if (to !== current.current.to) set({ ...current.current, to });
      },
      onPointerUp: drop,
      onPointerCancel: () => set(undefined),
      onBlur: () => {
        if (current.current?.by === 'keys') set(undefined);
      },
      onKeyDown: (event) => {
        const held = current.current;
        if (event.key === ' ' || event.key === 'Enter') {
          event.preventDefault();
          if (held !== undefined) return drop();
          set({ from: index, to: index, by: 'keys' });
          return setSaid(t('order.lifted', { from: index + 1, all: rows }));
        }
        if (held === undefined) return;
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
        if (step !== 0) {
          event.preventDefault();
          const to = Math.max(0, Math.min(rows - 1, held.to + step));
          set({ ...held, to });
          setSaid(t('order.moved', { to: to + 1, all: rows }));
        } else if (event.key === 'Escape') {
          event.preventDefault();
          set(undefined);
          setSaid(t('order.cancelled'));
        }
      },
    }),
  };
}

/** Where the line goes that shows the place: above or below a row. */
export function dropMark(order: Order, index: number): string {
  const { moving } = order;
  if (moving === undefined) return '';
  if (moving.from === index) return 'lifted';
  if (moving.to === index) return moving.to > moving.from ? 'drop-below' : 'drop-above';
  return '';
}

export function Handle({
  order,
  index,
  label,
}: {
  readonly order: Order;
  readonly index: number;
  readonly label: string;
}) {
  return (
    <button
      type="button"
      className="quiet grip"
      aria-label={label}
      title={label}
      aria-pressed={order.moving?.from === index}
      {...order.handle(index)}
    >
      <Icon name="grip" />
    </button>
  );
}
