/** The forms of a user and of a group. What is typed is kept, but for the password. */
import { useState } from 'react';
import type { Grants } from '#api/contract/access.ts';
import type { UserShown } from '#api/contract/accounts.ts';
import { call } from '../../data/client.ts';
import { useSpeech } from '../../i18n/language.tsx';
import { Checks } from '../../parts/checks.tsx';
import { useDraft } from '../../parts/draft.ts';
import { DraftNote } from '../../parts/draft-note.tsx';
import { CheckField, NewPasswordField, TextField } from '../../parts/fields.tsx';
import { Sender } from '../../parts/sender.tsx';
import { GrantFields } from './grants.tsx';

interface Common {
  readonly onClose: () => void;
}

export function UserForm({
  user,
  groups,
  onClose,
}: Common & { readonly user: UserShown | undefined; readonly groups: readonly string[] }) {
  const { t } = useSpeech();
  const hold = useDraft(`user.${user?.name ?? ''}`, {
    name: user?.name ?? '',
    description: user?.description ?? '',
    readOnly: user?.readOnly ?? false,
    disabled: user?.disabled ?? false,
    groups: user?.groups ?? [],
    privileges: user?.privileges ?? {},
  });
  const { draft, set, forget } = hold;
  const [password, setPassword] = useState('');
  const held = Array.isArray(draft.groups) ? draft.groups.map(String) : [];
  const privileges = draft.privileges as Grants;
  const send = async () => {
    await call('putUser', {
      params: { user: String(draft.name) },
      body: {
        description: String(draft.description),
        readOnly: draft.readOnly === true,
        disabled: draft.disabled === true,
        groups: held,
        privileges,
        ...(password === '' ? {} : { password }),
      },
    });
    forget();
  };
  return (
    <Sender
      title={
        user === undefined ? t('list.new', { noun: t('users.user') }) : t('list.edit', { what: user.name })
      }
      submit={t('save')}
      send={send}
      onClose={onClose}
    >
      <DraftNote hold={hold} />
      <div className="fields">
        <TextField
          label={t('login.user')}
          value={String(draft.name)}
          onChange={(value) => set('name', value)}
          disabled={user !== undefined}
        />
        <TextField
          label={t('field.description')}
          value={String(draft.description)}
          onChange={(value) => set('description', value)}
        />
        <NewPasswordField
          label={t('login.password')}
          help={t(user === undefined ? 'setUp.password.help' : 'users.password.keep')}
          value={password}
          onChange={setPassword}
        />
        <CheckField
          label={t('users.readOnly')}
          help={t('users.readOnly.help')}
          value={draft.readOnly === true}
          onChange={(value) => set('readOnly', value)}
        />
        <CheckField
          label={t('users.disabled')}
          help={t('users.disabled.help')}
          value={draft.disabled === true}
          onChange={(value) => set('disabled', value)}
        />
      </div>
      <fieldset>
        <legend>{t('users.groups')}</legend>
        <div className="row">
          <Checks
            choices={groups.map((value) => ({ value, label: value }))}
            held={held}
            onChange={(next) => set('groups', next)}
          />
        </div>
      </fieldset>
      <GrantFields grants={privileges} onChange={(grants) => set('privileges', { ...grants })} />
    </Sender>
  );
}

export function GroupForm({
  name,
  held,
  onClose,
}: Common & {
  /** "" for a new one. */
  readonly name: string;
  readonly held: { readonly description: string; readonly privileges: Grants } | undefined;
}) {
  const { t } = useSpeech();
  const hold = useDraft(`group.${name}`, {
    name,
    description: held?.description ?? '',
    privileges: held?.privileges ?? { status: 'read' },
  });
  const { draft, set, forget } = hold;
  const privileges = draft.privileges as Grants;
  const send = async () => {
    const body = { description: String(draft.description), privileges };
    await call('putGroup', { params: { group: String(draft.name) }, body });
    forget();
  };
  return (
    <Sender
      title={name === '' ? t('list.new', { noun: t('users.group') }) : t('list.edit', { what: name })}
      submit={t('save')}
      send={send}
      onClose={onClose}
    >
      <DraftNote hold={hold} />
      <div className="fields">
        <TextField
          label={t('users.group')}
          value={String(draft.name)}
          onChange={(value) => set('name', value)}
          disabled={name !== ''}
        />
        <TextField
          label={t('field.description')}
          value={String(draft.description)}
          onChange={(value) => set('description', value)}
        />
      </div>
      <GrantFields grants={privileges} onChange={(grants) => set('privileges', { ...grants })} />
    </Sender>
  );
}
