/** Reads a text file into a field. */
import { useId } from 'react';
import { Icon } from './icons.tsx';

export function FileButton({
  label,
  what,
  onRead,
}: {
  readonly label: string;
  /** The field that it goes into, for screen readers. */
  readonly what: string;
  readonly onRead: (text: string) => void;
}) {
  const id = useId();
  return (
    <span className="file-button">
      <input
        id={id}
        type="file"
        className="hidden"
        aria-label={`${label}: ${what}`}
        onChange={(event) => {
          const input = event.target;
          const [file] = input.files ?? [];
          // The same file can be read again after it was mended.
          if (file !== undefined)
            void file
              .text()
              .then(onRead, () => undefined)
              .finally(() => (input.value = ''));
        }}
      />
      <label className="button" htmlFor={id}>
        <Icon name="up" /> {label}
      </label>
    </span>
  );
}
