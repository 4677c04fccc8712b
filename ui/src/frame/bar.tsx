/** The bar on top: which node one is on and whether it is master, the search over the menu, language, light or dark, user. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useLive } from '../data/live.ts';
import { logOut, useSession } from '../data/session.ts';
import { languages, useSpeech } from '../i18n/language.tsx';
import type { MenuGroup } from '../menu.ts';
import { Badge } from '../parts/basics.tsx';
import { Icon } from '../parts/icons.tsx';
import { RoleBadge, roleOf } from '../parts/roles.tsx';
import { go, hrefOf } from '../router.ts';
import { setTheme, type Theme, themes, useTheme } from '../theme.ts';
import { LanguageChoice } from './login.tsx';

export function Bar({
  groups,
  isMenuOpen,
  onMenu,
}: {
  readonly groups: readonly MenuGroup[];
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
}) {
  const { t, language, setLanguage } = useSpeech();
  const { stand } = useSession();
  const theme = useTheme();
  return (
    <header className="bar">
      <button
        type="button"
        className="menu-button quiet"
        aria-expanded={isMenuOpen}
        aria-controls="menu"
        aria-label={t('menu')}
        onClick={onMenu}
      >
        <Icon name="menu" />
      </button>
      <a className="brand" href={hrefOf('/')} aria-label="Bascule">
        <img src="./icon.svg" alt="" />
        <span>Bascule</span>
      </a>
      <Here />
      <span className="grow wide-only" />
      <Search groups={groups} />
      <span className="wide-only">
        <LanguageChoice />
      </span>
      <label className="wide-only">
        <span className="hidden">{t('theme')}</span>
        <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
          {themes.map((one) => (
            <option key={one} value={one}>
              {t(`theme.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <details className="user-menu">
        <summary aria-label={t('account', { user: stand?.user?.name ?? '' })}>
          <Icon name="user" />
          <span className="wide-only">{stand?.user?.name}</span>
        </summary>
        <div>
          <span className="muted">{t('account', { user: stand?.user?.name ?? '' })}</span>
          <div className="row narrow-only">
            {languages.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === language}
                onClick={() => setLanguage(one)}
              >
                {one === 'fr' ? 'Français' : 'English'}
              </button>
            ))}
          </div>
          <div className="row narrow-only">
            {themes.map((one) => (
              <button key={one} type="button" aria-pressed={one === theme} onClick={() => setTheme(one)}>
                {t(`theme.${one}`)}
              </button>
            ))}
          </div>
          <button type="button" onClick={() => void logOut()}>
            {t('logOut')}
          </button>
        </div>
      </details>
    </header>
  );
}

/** People do not know which node they are on; here it stands on every page. */
function Here() {
  const { t } = useSpeech();
  const { stand } = useSession();
  const { nodes, connected } = useLive();
  const name = stand?.node ?? '';
  const status = nodes.find(({ node }) => node === name)?.status;
  return (
    <div className="here" title={t('here.help')}>
      <span className="hidden">{t('here')}</span>
      <b>{name}</b>
      {connected || status === undefined ? (
        <RoleBadge is={roleOf(status)} />
      ) : (
        <Badge tone="bad" icon="warning">
          {t('notLive')}
        </Badge>
      )}
    </div>
  );
}

const plain = (text: string) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

function Search({ groups }: { readonly groups: readonly MenuGroup[] }) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest('input, select, textarea, dialog') !== null;
      if ((event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  const words = plain(text).split(/\s+/).filter(Boolean);
  const found =
    words.length === 0
      ? []
      : groups
          .flatMap((group) =>
            group.entries.map((entry) => ({ entry, line: `${t(group.title)} > ${t(entry.title)}` })),
          )
          .filter(({ entry, line }) =>
            words.every((word) => plain(`${line} ${entry.words ?? ''}`).includes(word)),
          );
  const open = (path: string) => {
    setText('');
    input.current?.blur();
    go(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      const path = found[chosen]?.entry.path;
      if (path !== undefined) open(path);
    } else if (event.key === 'Escape') setText('');
  };
  return (
    <div className="search">
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label={t('search')}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder={t('search.hint')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setText('')}
      />
      {found.length > 0 && (
        <div className="options" id={`${id}-list`} role="listbox" tabIndex={-1} aria-label={t('search')}>
          {found.map(({ entry, line }, index) => (
            <div
              key={entry.path}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onPointerDown={(event) => {
                event.preventDefault();
                open(entry.path);
              }}
            >
              {line}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
