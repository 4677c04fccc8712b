/** A value of the document as a person reads it: one word, or several below each other. */
import type { Json } from '../data/operations.ts';

export function Words({
  value,
  otherwise,
}: {
  readonly value: Json | undefined;
  readonly otherwise: string;
}) {
  const words = (Array.isArray(value) ? value : [value ?? otherwise]).map(String);
  const isAny = words.length === 1 && words[0] === 'any';
  return (
    <span className="strike">
      {isAny
        ? '*'
        : words.slice(0, 4).map((word) => (
            <span className="word" key={word}>
              {word}
            </span>
          ))}
      {words.length > 4 && (
        <span className="muted" title={words.join(', ')}>
          +{words.length - 4}
        </span>
      )}
    </span>
  );
}
