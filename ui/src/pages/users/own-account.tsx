/** What everybody may do with his own account: another password, tokens for scripts. */
import { useState } from 'react';
import type { Grants } from '#api/contract/access.ts';
import { call } from '../../data/client.ts';
import { useSpeech } from '../../i18n/language.tsx';
import { Note } from '../../parts/basics.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { NewPasswordField, SelectField, TextField } from '../../parts/fields.tsx';
import { Sender } from '../../parts/sender.tsx';
import { toast } from '../../parts/toasts.tsx';
import { GrantFields } from './grants.tsx';

/** How long a token may live; 0: until it is revoked. */
const lifeDays = [30, 90, 365, 0] as const;
const dayMs = 86_400_000;

export function PasswordForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useSpeech();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const send = async () => {
    if (password !== repeated) throw new Error(t('setUp.differs'));
    await call('changePassword', { body: { old, password } });
    toast('good', t('users.password.done'));
  };
  return (
    <Sender small title={t('users.password')} submit={t('save')} send={send} onClose={onClose}>
      <TextField
        label={t('users.password.old')}
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
      />
      <NewPasswordField
        label={t('users.password.new')}
        help={t('setUp.password.help')}
        value={password}
        onChange={setPassword}
      />
      <NewPasswordField label={t('setUp.repeat')} value={repeated} onChange={setRepeated} />
    </Sender>
  );
}

export function TokenForm({ user, onClose }: { readonly user: string; readonly onClose: () => void }) {
  const { t } = useSpeech();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [privileges, setPrivileges] = useState<Grants>({ status: 'read' });
  const [token, setToken] = useState<string>();
  if (token !== undefined) {
    return (
      <Dialog title={t('users.token.made', { name })} onClose={onClose}>
        <Note tone="warn">{t('users.token.once')}</Note>
        <pre className="token">{token}</pre>
      </Dialog>
    );
  }
  const make = async () => {
    const expires = days === '0' ? {} : { expires: Date.now() + Number(days) * dayMs };
    const body = { name, privileges, ...expires };
    setToken((await call('makeToken', { params: { user }, body })).token);
  };
  return (
    <Sender
      title={t('users.token.make')}
      submit={t('users.token.do')}
      send={make}
      onClose={onClose}
      onDone={() => undefined}
    >
      <div className="fields">
        <TextField label={t('field.name')} value={name} onChange={setName} />
        <SelectField
          label={t('users.token.life')}
          value={days}
          onChange={setDays}
          choices={lifeDays.map((one) => ({
            value: String(one),
            label: one === 0 ? t('users.token.forever') : t('users.token.days', { days: one }),
          }))}
        />
      </div>
      <GrantFields grants={privileges} onChange={setPrivileges} />
    </Sender>
  );
}
