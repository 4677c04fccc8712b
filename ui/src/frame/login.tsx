/** Logging in: as a page of its own, or over a page whose login has ended, so that nothing typed on it is lost. */
import { type FormEvent, useState } from 'react';
import { call, Refusal, Unreachable } from '../data/client.ts';
import { setStand, useSession } from '../data/session.ts';
import { type Language, languages, useSpeech } from '../i18n/language.tsx';
import { Note } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/fields.tsx';

function useLogin() {
  const { t } = useSpeech();
  const { stand } = useSession();
  const [user, setUser] = useState(stand?.user?.name ?? '');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      setStand(await call('login', { body: { user, password } }));
    } catch (error) {
      setPassword('');
      setFault(said(error));
    }
    setBusy(false);
  };
  const said = (error: unknown) => {
    if (error instanceof Unreachable) return t('unreachable');
    if (!(error instanceof Refusal)) return String(error);
    if (error.problem.code === 'wrong-login') return t('login.wrong');
    if (error.problem.code === 'locked-out')
      return t('login.locked', { seconds: error.problem.retryAfterSeconds ?? 60 });
    return error.message;
  };
  const fields = (
    <>
      {fault !== undefined && (
        <Note tone="bad" role="alert">
          {fault}
        </Note>
      )}
      <TextField
        label={t('login.user')}
        value={user}
        onChange={setUser}
        autoComplete="username"
        autoFocus={user === ''}
      />
      <TextField
        label={t('login.password')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus={user !== ''}
      />
    </>
  );
  return { fields, send, busy };
}

export function LoginPage() {
  const { t } = useSpeech();
  const { stand } = useSession();
  const { fields, send, busy } = useLogin();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void send();
  };
  return (
    <main className="login">
      <form className="panel" onSubmit={submit}>
        <header>
          <img src="./icon.svg" alt="" width="26" height="26" />
          <h1>Bascule</h1>
          <span className="grow" />
          <LanguageChoice />
        </header>
        <div className="body stack">
          <p className="muted">{t('login.at', { node: stand?.node ?? '' })}</p>
          {fields}
          <button type="submit" className="primary" disabled={busy}>
            {busy ? t('working') : t('login.do')}
          </button>
        </div>
      </form>
    </main>
  );
}

export function LoginDialog() {
  const { t } = useSpeech();
  const { fields, send, busy } = useLogin();
  return (
    <Dialog
      title={t('login.lapsed')}
      small
      submit={t('login.do')}
      busy={busy}
      onClose={() => location.reload()}
      onSubmit={() => void send()}
    >
      <p>{t('login.lapsed.text')}</p>
      {fields}
    </Dialog>
  );
}

export function LanguageChoice() {
  const { t, language, setLanguage } = useSpeech();
  return (
    <label>
      <span className="hidden">{t('language')}</span>
      <select value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
        {languages.map((one) => (
          <option key={one} value={one}>
            {one === 'fr' ? 'Français' : 'English'}
          </option>
        ))}
      </select>
    </label>
  );
}
