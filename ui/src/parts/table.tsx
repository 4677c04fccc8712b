/** A table with its heads; it scrolls sideways by itself, and says so when it has no rows. */
import type { ReactNode } from 'react';
import { useSpeech } from '../i18n/language.tsx';
import { Empty, Scroll } from './basics.tsx';

/** A string is a title alone. */
export type Head =
  | string
  | {
      readonly title: string;
      readonly right?: boolean;
      /** Not on a phone. */
      readonly wide?: boolean;
      /** For screen readers alone: a column of buttons. */
      readonly hidden?: boolean;
    };

export function Table({
  label,
  heads,
  children,
  empty,
  className,
}: {
  readonly label: string;
  readonly heads: readonly Head[];
  /** The rows. */
  readonly children: ReactNode;
  /** Said below the heads; undefined while there are rows. */
  readonly empty?: string | undefined;
  readonly className?: string;
}) {
  return (
    <>
      <Scroll label={label}>
        <table className={className}>
          <thead>
            <tr>
              {heads
                .map((head) => (typeof head === 'string' ? { title: head } : head))
                .map(({ title, right, wide, hidden }) => (
                  <th key={title} scope="col" className={wide ? 'wide-cell' : right ? 'right' : undefined}>
                    {hidden ? <span className="hidden">{title}</span> : title}
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </Scroll>
      {empty !== undefined && <Empty>{empty}</Empty>}
    </>
  );
}

/** The head of the column with a row's buttons. */
export function useActionsHead(): Head {
  const { t } = useSpeech();
  return { title: t('list.actions'), hidden: true };
}
