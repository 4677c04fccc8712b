import { useSpeech } from '../i18n/language.tsx';
import type { MenuGroup } from '../menu.ts';
import { hrefOf } from '../router.ts';

export function Nav({
  groups,
  path,
  isOpen,
  onGo,
}: {
  readonly groups: readonly MenuGroup[];
  readonly path: string;
  readonly isOpen: boolean;
  readonly onGo: () => void;
}) {
  const { t } = useSpeech();
  return (
    <nav id="menu" className={isOpen ? 'nav open' : 'nav'} aria-label={t('menu')}>
      {groups.map(({ title, entries }) => (
        <div key={title}>
          <h2>{t(title)}</h2>
          <ul>
            {entries.map((entry) => (
              <li key={entry.path}>
                <a
                  href={hrefOf(entry.path)}
                  aria-current={entry.path === path ? 'page' : undefined}
                  onClick={onGo}
                >
                  {t(entry.title)}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
