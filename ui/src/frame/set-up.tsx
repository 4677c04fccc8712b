/** First start: there is no default password, so the first user gets one, with the code that the node's log shows. */
import { type FormEvent, useState } from 'react';
import { newPassword } from '#api/contract/accounts.ts';
import { call } from '../data/client.ts';
import { setStand, useSession } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useErrorWords } from '../i18n/problem-words.ts';
import { useSchemaWords } from '../i18n/schema-words.ts';
import { Note } from '../parts/basics.tsx';
import { NewPasswordField, TextField } from '../parts/fields.tsx';
import { LanguageChoice } from './login.tsx';

export function SetUpPage() {
  const { t } = useSpeech();
  const words = useSchemaWords();
  const errorWords = useErrorWords();
  const { stand } = useSession();
  const [code, setCode] = useState('');
  const [user, setUser] = useState('admin');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const judged = newPassword.safeParse(password);
  const weak = password !== '' && !judged.success ? words(judged.error.issues[0]?.message ?? '') : undefined;
  const differs = repeated !== '' && repeated !== password ? t('setUp.differs') : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (!judged.success || repeated !== password) {
      setFault(judged.success ? t('setUp.differs') : words(judged.error.issues[0]?.message ?? ''));
      return;
    }
    setBusy(true);
    try {
      setStand(await call('setUp', { body: { code: code.trim(), user, password } }));
    } catch (error) {
      setFault(errorWords(error));
    }
    setBusy(false);
  };
  return (
    <main className="login">
      <form className="panel" onSubmit={(event) => void submit(event)}>
        <header>
          <img src="./icon.svg" alt="" width="26" height="26" />
          <h1>{t('setUp.title')}</h1>
          <span className="grow" />
          <LanguageChoice />
        </header>
        <div className="body stack">
          <p>{t('setUp.text', { node: stand?.node ?? '' })}</p>
          {fault !== undefined && (
            <Note tone="bad" role="alert">
              {fault}
            </Note>
          )}
          <TextField
            label={t('setUp.code')}
            help={t('setUp.code.help')}
            value={code}
            onChange={setCode}
            autoFocus
            mono
          />
          <TextField label={t('login.user')} value={user} onChange={setUser} autoComplete="username" />
          <NewPasswordField
            label={t('login.password')}
            help={t('setUp.password.help')}
            error={weak}
            value={password}
            onChange={setPassword}
          />
          <NewPasswordField
            label={t('setUp.repeat')}
            error={differs}
            value={repeated}
            onChange={setRepeated}
          />
          <button type="submit" className="primary" disabled={busy}>
            {busy ? t('working') : t('setUp.do')}
          </button>
        </div>
      </form>
    </main>
  );
}
