/** What is seen: nothing yet, the first set-up, the login, or the page with its frame. */
import { Suspense, useEffect, useRef, useState } from 'react';
import { mayDo } from '#api/contract/access.ts';
import { startLive } from './data/live.ts';
import { loadSession, useSession } from './data/session.ts';
import { Banners } from './frame/banners.tsx';
import { Bar } from './frame/bar.tsx';
import { LoginDialog, LoginPage } from './frame/login.tsx';
import { Nav } from './frame/nav.tsx';
import { SetUpPage } from './frame/set-up.tsx';
import { useSpeech } from './i18n/language.tsx';
import { type MenuEntry, menu } from './menu.ts';
import { Empty, Loading, Note, PageHead } from './parts/basics.tsx';
import { Toasts } from './parts/toasts.tsx';
import { usePlace } from './router.ts';

export function App() {
  const { stand, lapsed, unreachable } = useSession();
  const { t } = useSpeech();
  useEffect(() => {
    void loadSession();
  }, []);
  if (stand === undefined) {
    if (!unreachable) return <Loading />;
    return (
      <main className="login">
        <Note
          tone="bad"
          role="alert"
          actions={
            <button type="button" onClick={() => void loadSession()}>
              {t('again')}
            </button>
          }
        >
          {t('unreachable')}
        </Note>
      </main>
    );
  }
  if (stand.setUp && stand.user === undefined) return <SetUpPage />;
  if (stand.user === undefined && !lapsed) return <LoginPage />;
  return (
    <>
      <Shell isLab={stand.lab} />
      {lapsed && <LoginDialog />}
      <Toasts />
    </>
  );
}

function Shell({ isLab }: { readonly isLab: boolean }) {
  const { t } = useSpeech();
  const { path } = usePlace();
  const { lapsed, stand } = useSession();
  const [isOpen, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const grants = stand?.user?.grants ?? {};
  const mayOpen = ({ area, lab }: MenuEntry) =>
    (isLab || lab !== true) && (area === undefined || mayDo(grants, area, 'read'));
  const groups = menu
    .map((group) => ({ ...group, entries: group.entries.filter(mayOpen) }))
    .filter(({ entries }) => entries.length > 0);
  const entry = menu.flatMap(({ entries }) => entries).find((one) => one.path === path);
  const title = entry === undefined ? t('notFound') : t(entry.title);
  useEffect(() => {
    return lapsed ? undefined : startLive();
  }, [lapsed]);
  useEffect(() => {
    document.title = `${title} - Bascule`;
    setOpen(false);
  }, [title]);
  const Page = entry?.page;
  return (
    <div className="frame">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('skip')}
      </button>
      <Bar groups={groups} isMenuOpen={isOpen} onMenu={() => setOpen(!isOpen)} />
      <Nav groups={groups} path={path} isOpen={isOpen} onGo={() => setOpen(false)} />
      <main className="main" ref={main} tabIndex={-1}>
        <Banners />
        <Suspense fallback={<Loading />}>
          {Page === undefined || entry === undefined ? (
            <Empty>{t('notFound')}</Empty>
          ) : mayOpen(entry) ? (
            <Page key={path} />
          ) : (
            <>
              <PageHead title={title} />
              <Note>{t('notReadable')}</Note>
            </>
          )}
        </Suspense>
      </main>
    </div>
  );
}
