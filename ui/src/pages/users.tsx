/** System > Users: users, groups with their privileges, one's own password, tokens for scripts. */
import { type ReactNode, useState } from 'react';
import { labUser } from '#api/contract/accounts.ts';
import type { ReplyOf } from '#api/contract/rest.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useMay, useSession } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useErrorWords } from '../i18n/problem-words.ts';
import { Badge, IconButton, Loading, Note, PageHead, Panel } from '../parts/basics.tsx';
import { Fault } from '../parts/fault.tsx';
import { Icon } from '../parts/icons.tsx';
import { Sender } from '../parts/sender.tsx';
import { Table, useActionsHead } from '../parts/table.tsx';
import { toast } from '../parts/toasts.tsx';
import { GrantWords } from './users/grants.tsx';
import { PasswordForm, TokenForm } from './users/own-account.tsx';
import { GroupForm, UserForm } from './users/user-form.tsx';

type Accounts = ReplyOf<'users'>;
type Open =
  | { readonly kind: 'user' | 'group' | 'removeUser' | 'removeGroup'; readonly name: string }
  | { readonly kind: 'password' | 'token' };

export default function UsersPage() {
  const { t } = useSpeech();
  const mayRead = useMay('users', 'read');
  const { stand } = useSession();
  const me = stand?.user?.name ?? '';
  // Whoever came by the address of a lab has no account of his own.
  const hasAccount = !(stand?.lab === true && me === labUser);
  const [open, setOpen] = useState<Open>();
  const asked = useAsked('users', () =>
    mayRead ? call('users') : Promise.resolve({ users: [], groups: [] }),
  );
  const close = () => {
    setOpen(undefined);
    asked.again();
  };
  const { value } = asked;
  return (
    <>
      <PageHead title={t('page.users')}>
        {hasAccount && (
          <>
            <button type="button" onClick={() => setOpen({ kind: 'token' })}>
              {t('users.token.make')}
            </button>
            <button type="button" onClick={() => setOpen({ kind: 'password' })}>
              <Icon name="lock" /> {t('users.password')}
            </button>
          </>
        )}
      </PageHead>
      <Fault of={asked.error} />
      {!mayRead && <Note>{t('users.own')}</Note>}
      {value === undefined && asked.error === undefined && <Loading />}
      {value !== undefined && mayRead && (
        <>
          <Users users={value.users} me={me} onOpen={setOpen} onChanged={asked.again} />
          <Groups groups={value.groups} onOpen={setOpen} />
        </>
      )}
      {open?.kind === 'user' && (
        <UserForm
          user={value?.users.find(({ name }) => name === open.name)}
          groups={value?.groups.map(({ name }) => name) ?? []}
          onClose={close}
        />
      )}
      {open?.kind === 'group' && (
        <GroupForm
          name={open.name}
          held={value?.groups.find(({ name }) => name === open.name)}
          onClose={close}
        />
      )}
      {open?.kind === 'password' && <PasswordForm onClose={close} />}
      {open?.kind === 'token' && <TokenForm user={me} onClose={close} />}
      {(open?.kind === 'removeUser' || open?.kind === 'removeGroup') && (
        <Sender
          title={t('list.remove', { what: open.name })}
          submit={t('remove')}
          danger
          small
          onClose={close}
          send={() =>
            open.kind === 'removeUser'
              ? call('removeUser', { params: { user: open.name } })
              : call('removeGroup', { params: { group: open.name } })
          }
        >
          <p>
            {t(open.kind === 'removeUser' ? 'users.remove.text' : 'users.removeGroup.text', {
              name: open.name,
            })}
          </p>
        </Sender>
      )}
    </>
  );
}

function Users({
  users,
  me,
  onOpen,
  onChanged,
}: {
  readonly users: Accounts['users'];
  readonly me: string;
  readonly onOpen: (open: Open) => void;
  readonly onChanged: () => void;
}) {
  const { t } = useSpeech();
  const actions = useActionsHead();
  const may = useMay('users');
  return (
    <AccountsPanel title={t('users.users')} onAdd={() => onOpen({ kind: 'user', name: '' })}>
      <Table
        className="list"
        label={t('users.users')}
        heads={[
          t('login.user'),
          t('field.description'),
          t('users.groups'),
          t('users.privileges'),
          t('users.tokens'),
          actions,
        ]}
        empty={users.length === 0 ? t('users.none') : undefined}
      >
        {users.map((user) => (
          <tr key={user.name} className={user.disabled ? 'off' : ''}>
            <th scope="row">
              {user.name} {user.readOnly && <Badge tone="info">{t('users.readOnly')}</Badge>}{' '}
              {user.disabled && <Badge tone="plain">{t('role.DISABLED')}</Badge>}
            </th>
            <td>{user.description}</td>
            <td>{user.groups.join(', ')}</td>
            <td>
              <GrantWords grants={user.effective} />
            </td>
            <td>
              <Tokens user={user} me={me} onRevoked={onChanged} />
            </td>
            <td className="actions">
              {may && (
                <>
                  <IconButton
                    name="edit"
                    label={t('list.edit', { what: user.name })}
                    onClick={() => onOpen({ kind: 'user', name: user.name })}
                  />
                  {user.name !== me && (
                    <IconButton
                      name="bin"
                      label={t('list.remove', { what: user.name })}
                      onClick={() => onOpen({ kind: 'removeUser', name: user.name })}
                    />
                  )}
                </>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </AccountsPanel>
  );
}

function Tokens({
  user,
  me,
  onRevoked,
}: {
  readonly user: Accounts['users'][number];
  readonly me: string;
  readonly onRevoked: () => void;
}) {
  const { t, day } = useSpeech();
  const errorWords = useErrorWords();
  const grants = useSession().stand?.user?.grants;
  const may = user.name === me || grants?.all === 'write';
  const revoke = async (token: string) => {
    await call('removeToken', { params: { user: user.name, token } }).catch((error: unknown) =>
      toast('bad', errorWords(error)),
    );
    onRevoked();
  };
  return user.tokens.map(({ name, expires }) => (
    <span key={name} className="word">
      {name}{' '}
      {expires !== undefined && (
        <span className="muted">{t('users.token.until', { day: day(expires) })}</span>
      )}
      {may && (
        <IconButton
          name="cross"
          label={t('users.token.revoke', { name })}
          onClick={() => void revoke(name)}
        />
      )}
    </span>
  ));
}

function Groups({
  groups,
  onOpen,
}: {
  readonly groups: Accounts['groups'];
  readonly onOpen: (open: Open) => void;
}) {
  const { t } = useSpeech();
  const actions = useActionsHead();
  const may = useMay('users');
  return (
    <AccountsPanel title={t('users.groups')} onAdd={() => onOpen({ kind: 'group', name: '' })}>
      <Table
        className="list"
        label={t('users.groups')}
        heads={[t('users.group'), t('field.description'), t('users.privileges'), actions]}
      >
        {groups.map((group) => (
          <tr key={group.name}>
            <th scope="row">{group.name}</th>
            <td>{group.builtIn ? t('users.builtIn') : group.description}</td>
            <td>
              <GrantWords grants={group.privileges} />
            </td>
            <td className="actions">
              {may && !group.builtIn && (
                <>
                  <IconButton
                    name="edit"
                    label={t('list.edit', { what: group.name })}
                    onClick={() => onOpen({ kind: 'group', name: group.name })}
                  />
                  <IconButton
                    name="bin"
                    label={t('list.remove', { what: group.name })}
                    onClick={() => onOpen({ kind: 'removeGroup', name: group.name })}
                  />
                </>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </AccountsPanel>
  );
}

function AccountsPanel({
  title,
  onAdd,
  children,
}: {
  readonly title: string;
  readonly onAdd: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useSpeech();
  const may = useMay('users');
  return (
    <Panel
      title={title}
      plain
      actions={
        may && (
          <button type="button" className="primary" onClick={onAdd}>
            <Icon name="plus" /> {t('list.add')}
          </button>
        )
      }
    >
      {children}
    </Panel>
  );
}
