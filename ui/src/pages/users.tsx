/** System > Users: users, groups with their privileges, one's own password, tokens for scripts. */
import { type ReactNode, useState } from 'react';
import { area, type Grants } from '#api/contract/access.ts';
import type { UserShown } from '#api/contract/accounts.ts';
import { useAsked } from '../data/asked.ts';
import { call } from '../data/client.ts';
import { useMay, useSession } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, IconButton, Loading, Note, PageHead, Panel, Scroll } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { CheckField, TextField } from '../parts/fields.tsx';
import { Icon } from '../parts/icons.tsx';
import { toast } from '../parts/toasts.tsx';

type Open =
  | { readonly kind: 'user' | 'group' | 'token' | 'removeUser' | 'removeGroup'; readonly name: string }
  | { readonly kind: 'password' };

export default function UsersPage() {
  const { t } = useSpeech();
  const may = useMay('users');
  const mayRead = useMay('users', 'read');
  const me = useSession().stand?.user?.name ?? '';
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
        <button type="button" onClick={() => setOpen({ kind: 'token', name: me })}>
          {t('users.token.make')}
        </button>
        <button type="button" onClick={() => setOpen({ kind: 'password' })}>
          <Icon name="lock" /> {t('users.password')}
        </button>
      </PageHead>
      {asked.error !== undefined && (
        <Note tone="bad" role="alert">
          {(asked.error as Error).message}
        </Note>
      )}
      {value === undefined && asked.error === undefined && <Loading />}
      {value !== undefined && mayRead && (
        <>
          <Panel
            title={t('users.users')}
            plain
            actions={
              may && (
                <button type="button" className="primary" onClick={() => setOpen({ kind: 'user', name: '' })}>
                  <Icon name="plus" /> {t('list.add')}
                </button>
              )
            }
          >
            <Scroll label={t('users.users')}>
              <table className="list">
                <thead>
                  <tr>
                    <th scope="col">{t('login.user')}</th>
                    <th scope="col">{t('field.description')}</th>
                    <th scope="col">{t('users.groups')}</th>
                    <th scope="col">{t('users.privileges')}</th>
                    <th scope="col">{t('users.tokens')}</th>
                    <th scope="col">
                      <span className="hidden">{t('list.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {value.users.map((user) => (
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
                        {user.tokens.map((token) => (
                          <span key={token.name} className="word">
                            {token.name}{' '}
                            {(may || user.name === me) && (
                              <IconButton
                                name="cross"
                                label={t('users.token.revoke', { name: token.name })}
                                onClick={() =>
                                  void done(() =>
                                    call('removeToken', { params: { user: user.name, token: token.name } }),
                                  ).then(asked.again)
                                }
                              />
                            )}
                          </span>
                        ))}
                      </td>
                      <td className="actions">
                        {may && (
                          <>
                            <IconButton
                              name="edit"
                              label={t('list.edit', { what: user.name })}
                              onClick={() => setOpen({ kind: 'user', name: user.name })}
                            />
                            {user.name !== me && (
                              <IconButton
                                name="bin"
                                label={t('list.remove', { what: user.name })}
                                onClick={() => setOpen({ kind: 'removeUser', name: user.name })}
                              />
                            )}
                          </>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </Panel>
          <Panel
            title={t('users.groups')}
            plain
            actions={
              may && (
                <button type="button" onClick={() => setOpen({ kind: 'group', name: '' })}>
                  <Icon name="plus" /> {t('list.add')}
                </button>
              )
            }
          >
            <Scroll label={t('users.groups')}>
              <table className="list">
                <thead>
                  <tr>
                    <th scope="col">{t('users.group')}</th>
                    <th scope="col">{t('field.description')}</th>
                    <th scope="col">{t('users.privileges')}</th>
                    <th scope="col">
                      <span className="hidden">{t('list.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {value.groups.map((group) => (
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
                              onClick={() => setOpen({ kind: 'group', name: group.name })}
                            />
                            <IconButton
                              name="bin"
                              label={t('list.remove', { what: group.name })}
                              onClick={() => setOpen({ kind: 'removeGroup', name: group.name })}
                            />
                          </>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </Panel>
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
      {open?.kind === 'token' && <TokenForm user={open.name} onClose={close} />}
      {(open?.kind === 'removeUser' || open?.kind === 'removeGroup') && (
        <Sender
          title={t('list.remove', { what: open.name })}
          submit={t('remove')}
          danger
          onClose={close}
          send={() =>
            open.kind === 'removeUser'
              ? call('removeUser', { params: { user: open.name } })
              : call('removeGroup', { params: { group: open.name } })
          }
        >
          <p>{t('users.remove.text', { name: open.name })}</p>
        </Sender>
      )}
    </>
  );
}

async function done(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => toast('bad', (error as Error).message));
}

/** A dialog that sends something and closes when it was taken. */
function Sender({
  title,
  submit,
  danger = false,
  send,
  onClose,
  children,
}: {
  readonly title: string;
  readonly submit: string;
  readonly danger?: boolean;
  readonly send: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      await send();
      onClose();
    } catch (error) {
      setFault((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      submit={submit}
      danger={danger}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void run()}
    >
      {fault !== undefined && (
        <Note tone="bad" role="alert">
          {fault}
        </Note>
      )}
      {children}
    </Dialog>
  );
}

function GrantWords({ grants }: { readonly grants: Grants }) {
  const { t } = useSpeech();
  return Object.entries(grants).map(([name, level]) => (
    <span key={name} className="word">
      {t(`area.${name as 'all'}`)}: {t(`grant.${level}`)}
    </span>
  ));
}

function GrantFields({
  grants,
  onChange,
}: {
  readonly grants: Grants;
  readonly onChange: (grants: Grants) => void;
}) {
  const { t } = useSpeech();
  const names = ['all', ...area.options] as const;
  const set = (name: (typeof names)[number], level: string) => {
    const { [name]: _, ...rest } = grants;
    onChange(level === 'read' || level === 'write' ? { ...rest, [name]: level } : rest);
  };
  return (
    <fieldset>
      <legend>{t('users.privileges')}</legend>
      <div className="checks">
        {names.map((name) => (
          <label key={name} className="grant">
            <select value={grants[name] ?? ''} onChange={(event) => set(name, event.target.value)}>
              <option value="">{t('grant.none')}</option>
              <option value="read">{t('grant.read')}</option>
              <option value="write">{t('grant.write')}</option>
            </select>
            {t(`area.${name}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function UserForm({
  user,
  groups,
  onClose,
}: {
  readonly user: UserShown | undefined;
  readonly groups: readonly string[];
  readonly onClose: () => void;
}) {
  const { t } = useSpeech();
  const [name, setName] = useState(user?.name ?? '');
  const [description, setDescription] = useState(user?.description ?? '');
  const [password, setPassword] = useState('');
  const [isReadOnly, setReadOnly] = useState(user?.readOnly ?? false);
  const [isDisabled, setDisabled] = useState(user?.disabled ?? false);
  const [held, setHeld] = useState<readonly string[]>(user?.groups ?? []);
  const [privileges, setPrivileges] = useState<Grants>(user?.privileges ?? {});
  const send = () =>
    call('putUser', {
      params: { user: name },
      body: {
        description,
        readOnly: isReadOnly,
        disabled: isDisabled,
        groups: [...held],
        privileges,
        ...(password === '' ? {} : { password }),
      },
    });
  return (
    <Sender
      title={
        user === undefined ? t('list.new', { noun: t('login.user') }) : t('list.edit', { what: user.name })
      }
      submit={t('save')}
      send={send}
      onClose={onClose}
    >
      <div className="fields">
        <TextField label={t('login.user')} value={name} onChange={setName} disabled={user !== undefined} />
        <TextField label={t('field.description')} value={description} onChange={setDescription} />
        <TextField
          label={t('login.password')}
          help={t(user === undefined ? 'setUp.password.help' : 'users.password.keep')}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <CheckField
          label={t('users.readOnly')}
          help={t('users.readOnly.help')}
          value={isReadOnly}
          onChange={setReadOnly}
        />
        <CheckField label={t('role.DISABLED')} value={isDisabled} onChange={setDisabled} />
      </div>
      <fieldset>
        <legend>{t('users.groups')}</legend>
        <div className="row">
          {groups.map((group) => (
            <label key={group} className="check">
              <input
                type="checkbox"
                checked={held.includes(group)}
                onChange={(event) =>
                  setHeld(groups.filter((one) => (one === group ? event.target.checked : held.includes(one))))
                }
              />
              {group}
            </label>
          ))}
        </div>
      </fieldset>
      <GrantFields grants={privileges} onChange={setPrivileges} />
    </Sender>
  );
}

function GroupForm({
  name,
  held,
  onClose,
}: {
  readonly name: string;
  readonly held: { readonly description: string; readonly privileges: Grants } | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useSpeech();
  const [wanted, setWanted] = useState(name);
  const [description, setDescription] = useState(held?.description ?? '');
  const [privileges, setPrivileges] = useState<Grants>(held?.privileges ?? { status: 'read' });
  return (
    <Sender
      title={name === '' ? t('list.new', { noun: t('users.group') }) : t('list.edit', { what: name })}
      submit={t('save')}
      onClose={onClose}
      send={() => call('putGroup', { params: { group: wanted }, body: { description, privileges } })}
    >
      <div className="fields">
        <TextField label={t('users.group')} value={wanted} onChange={setWanted} disabled={name !== ''} />
        <TextField label={t('field.description')} value={description} onChange={setDescription} />
      </div>
      <GrantFields grants={privileges} onChange={setPrivileges} />
    </Sender>
  );
}

function PasswordForm({ onClose }: { readonly onClose: () => void }) {
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
    <Sender title={t('users.password')} submit={t('save')} send={send} onClose={onClose}>
      <TextField
        label={t('users.password.old')}
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
      />
      <TextField
        label={t('users.password.new')}
        help={t('setUp.password.help')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
      <TextField
        label={t('setUp.repeat')}
        type="password"
        autoComplete="new-password"
        value={repeated}
        onChange={setRepeated}
      />
    </Sender>
  );
}

function TokenForm({ user, onClose }: { readonly user: string; readonly onClose: () => void }) {
  const { t } = useSpeech();
  const [name, setName] = useState('');
  const [privileges, setPrivileges] = useState<Grants>({ status: 'read' });
  const [token, setToken] = useState<string>();
  const [fault, setFault] = useState<string>();
  if (token !== undefined) {
    return (
      <Dialog title={t('users.token.made', { name })} onClose={onClose}>
        <Note tone="warn">{t('users.token.once')}</Note>
        <pre className="token">{token}</pre>
      </Dialog>
    );
  }
  const make = async () => {
    try {
      setToken((await call('makeToken', { params: { user }, body: { name, privileges } })).token);
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <Dialog
      title={t('users.token.make')}
      submit={t('users.token.make')}
      onClose={onClose}
      onSubmit={() => void make()}
    >
      {fault !== undefined && (
        <Note tone="bad" role="alert">
          {fault}
        </Note>
      )}
      <TextField label={t('field.name')} value={name} onChange={setName} />
      <GrantFields grants={privileges} onChange={setPrivileges} />
    </Dialog>
  );
}
