/** Views of one page, each with an address of its own. */
import { hrefOf } from '../router.ts';

export interface Tab {
  readonly name: string;
  readonly title: string;
  readonly query: Readonly<Record<string, string>>;
  readonly count?: number;
}

export function Tabs({
  label,
  path,
  tabs,
  current,
}: {
  readonly label: string;
  readonly path: string;
  readonly tabs: readonly Tab[];
  readonly current: string;
}) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ name, title, query, count }) => (
        <a key={name} href={hrefOf(path, query)} aria-current={name === current ? 'page' : undefined}>
          {title}
          {count !== undefined && <span className="count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}
