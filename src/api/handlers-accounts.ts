/** Answers to the routes of logging in, users, groups and tokens. */
import type { Operation } from '#config/operations.ts';
import { adminGroup, type Grants } from '#config/privileges.ts';
import { pathAt, plainAt } from '#config/sections.ts';
import { grantsOf, holds } from '#config/users.ts';
import type { Groups, User } from '#config/users-document.ts';
import { labUser, type SessionStand, type UserShown } from './contract/accounts.ts';
import { type ReplyOf, sessionCookie } from './contract/rest.ts';
import { carriedOut, drafted } from './document-change.ts';
import type { Paper } from './document-desk.ts';
import type { Caller } from './gate.ts';
import { type Answer, answer, type Call, callerOf, type Handlers, type World } from './handlers.ts';
import { audited, newest } from './handlers-document.ts';
import { randomToken, tokenHash } from './passwords.ts';
import { refuse } from './problems.ts';
import { idleLimit, type Session } from './sessions.ts';

type AccountRoute = keyof typeof import('./contract/routes-accounts.ts').accountRoutes;
type AnyCall = Pick<Call<'login'>, 'caller' | 'address' | 'header'>;

const done = { done: true } as const;
/** What is written when the first user is made. */
const bootAuthor: Pick<Caller, 'title' | 'grants'> = { title: 'setup', grants: { all: 'write' } };

export function accountHandlers(world: World): Pick<Handlers, AccountRoute> {
  const { gate, passwords } = world;
  return {
    session: async ({ caller }) => standOf(world, caller),
    login: async (call) => {
      const { user, password } = call.body;
      const right = await gate.login(user, password, call.address);
      world.audit({
        ...audited(call, 'session.login', right.ok, right.ok ? '' : right.error.detail),
        actor: user,
      });
      return right.ok ? begin(world, call, user, right.value.password) : right;
    },
    labLogin: async (call) => {
      const right = await gate.limited(call.address, async () => gate.isLabToken(call.body.token));
      if (!right.ok) return right;
      if (!right.value) return refuse('wrong-login', 'this is not the token of the lab');
      return begin(world, call, labUser, undefined);
    },
    logout: async (call) => {
      const { session } = callerOf(call);
      if (session !== undefined) gate.sessions.end(session);
      call.header('set-cookie', `${sessionCookie}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict`);
      world.audit(audited(call, 'session.logout', true, ''));
      return answer(done);
    },
    setUp: (call) => setUp(world, call),
    users: async () => {
      const paper = await newest(world);
      if (!paper.ok) return paper;
      const { users, groups } = paper.value;
      return answer({
        users: Object.entries(users).map(([name, user]) => shownUser(name, user, groups)),
        groups: [
          { name: adminGroup, description: '', privileges: { all: 'write' }, builtIn: true },
          ...Object.entries(groups).map(([name, group]) => ({ name, ...group, builtIn: false })),
        ],
      });
    },
    putUser: async (call) => {
      const { user: name } = call.params;
      if (name === labUser) return refuse('bad-request', `the name "${labUser}" is taken`);
      const paper = await newest(world);
      if (!paper.ok) return paper;
      const { password, ...fields } = call.body;
      const hash = password === undefined ? undefined : await passwords.hash(password);
      if (hash?.ok === false) return refuse('too-many-requests', hash.error);
      const wanted = { ...fields, ...(hash === undefined ? {} : { password: hash.value }) };
      const operations = Object.entries(wanted).map(
        ([field, value]): Operation => ({ op: 'set', path: ['users', name, field], value }),
      );
      if (operations.length === 0) operations.push({ op: 'set', path: ['users', name], value: {} });
      const what = Object.keys(wanted).join(', ');
      const changed = await changeUser(world, call, paper.value, name, operations, `user ${name}: ${what}`);
      if (!changed.ok) return changed;
      return answer(shownUser(name, changed.value.users[name] ?? emptyUser, changed.value.groups));
    },
    removeUser: async (call) => {
      const { user: name } = call.params;
      const paper = await newest(world);
      if (!paper.ok) return paper;
      if (!Object.hasOwn(paper.value.users, name)) return refuse('not-found', `there is no user "${name}"`);
      const remove: Operation = { op: 'remove', path: ['users', name] };
      const changed = await changeUser(world, call, paper.value, name, [remove], `user ${name} removed`);
      if (!changed.ok) return changed;
      gate.sessions.endOthers(name);
      return answer(done);
    },
    putGroup: async (call) => {
      const { group: name } = call.params;
      const { description, privileges } = call.body;
      const set: Operation = { op: 'set', path: ['groups', name], value: { description, privileges } };
      const changed = await changeGroup(world, call, name, set, `group ${name}`);
      return changed.ok ? answer({ name, description, privileges, builtIn: false }) : changed;
    },
    removeGroup: async (call) => {
      const { group: name } = call.params;
      const remove: Operation = { op: 'remove', path: ['groups', name] };
      const changed = await changeGroup(world, call, name, remove, `group ${name} removed`);
      return changed.ok ? answer(done) : changed;
    },
    changePassword: (call) => changePassword(world, call),
    makeToken: (call) => makeToken(world, call),
    removeToken: async (call) => {
      const { user: name, token } = call.params;
      const own = ownOnly(call, name);
      if (own !== undefined) return own;
      const paper = await newest(world);
      if (!paper.ok) return paper;
      const user = Object.hasOwn(paper.value.users, name) ? paper.value.users[name] : undefined;
      if (user === undefined || !Object.hasOwn(user.tokens, token))
        return refuse('not-found', `${name} has no token "${token}"`);
      const remove: Operation = { op: 'remove', path: ['users', name, 'tokens', token] };
      const words = `token ${token} of ${name} revoked`;
      const changed = await changeUser(world, call, paper.value, name, [remove], words);
      return changed.ok ? answer(done) : changed;
    },
  };
}

const emptyUser: User = {
  description: '',
  disabled: false,
  readOnly: false,
  groups: [],
  privileges: {},
  tokens: {},
};

/** A document with users that this version does not understand has users, too. */
const hasUsers = ({ plain }: Paper, node: string): boolean => {
  const { users } = plainAt(plain, node);
  return (
    users !== undefined && users !== null && (typeof users !== 'object' || Object.keys(users).length > 0)
  );
};

async function standOf(world: World, caller: Caller | undefined): Promise<Answer<SessionStand>> {
  const paper = await newest(world);
  if (!paper.ok) return paper;
  const { node, version, isLab, gate } = world;
  const setUpIsDue = !hasUsers(paper.value, node);
  if (caller === undefined) return answer({ node, version, setUp: setUpIsDue, lab: isLab });
  const { name, grants, readOnly, session } = caller;
  // Sessions count on a clock of their own.
  const left = session === undefined ? 0 : gate.sessions.expiry(session) - world.clock();
  const expires = Math.round(world.wallClock() + left);
  const user = { name, grants, readOnly, expires, idleSeconds: idleLimit / 1_000 };
  return answer({ node, version, setUp: setUpIsDue, lab: isLab, user });
}

async function begin(
  world: World,
  call: AnyCall,
  user: string,
  password: string | undefined,
): Promise<Answer<SessionStand>> {
  const { cookie, session } = world.gate.sessions.begin(user, password, world.clock());
  call.header('set-cookie', `${sessionCookie}=${cookie}; Path=/; HttpOnly; Secure; SameSite=Strict`);
  const paper = await newest(world);
  if (!paper.ok) return paper;
  return standOf(world, sessionCaller(paper.value, user, session));
}

function sessionCaller({ users, groups }: Paper, name: string, session: Session): Caller {
  const user = Object.hasOwn(users, name) ? users[name] : undefined;
  const grants: Grants = user === undefined ? { all: 'write' } : grantsOf(user, groups);
  return { name, grants, readOnly: user?.readOnly === true, session, title: name };
}

async function setUp(world: World, call: Call<'setUp'>): Promise<Answer<SessionStand>> {
  const { code, user, password } = call.body;
  const paper = await newest(world);
  if (!paper.ok) return paper;
  if (hasUsers(paper.value, world.node)) return refuse('already-set-up', 'the document has users');
  const right = await world.gate.limited(call.address, () => world.isSetUpCode(code));
  if (!right.ok) return right;
  if (!right.value) {
    world.audit({ ...audited(call, 'setup', false, 'wrong code'), actor: user });
    return refuse('wrong-login', 'the code is wrong', {
      remedy: 'See the log of the node, or the file setup-code in its state folder.',
    });
  }
  const hash = await world.passwords.hash(password);
  if (!hash.ok) return refuse('too-many-requests', hash.error);
  const value = { description: 'Administrator', password: hash.value, groups: [adminGroup] };
  const path = pathAt(paper.value.plain, world.node, ['users', user]);
  const draft = drafted(paper.value, { operations: [{ op: 'set', path, value }] });
  if (!draft.ok) return draft;
  const caller: Caller = { ...bootAuthor, name: user, readOnly: false, session: undefined };
  const order = { caller, reason: `first user ${user}` };
  const made = await carriedOut(world, paper.value, draft.value, order);
  world.audit({
    ...audited(call, 'setup', made.ok, made.ok ? `user ${user}` : made.error.detail),
    actor: user,
  });
  return made.ok ? begin(world, call, user, hash.value) : made;
}

/** Nobody changes a user who may more than he does, and nobody makes one. */
async function changeUser(
  world: World,
  call: AnyCall,
  paper: Paper,
  name: string,
  operations: readonly Operation[],
  words: string,
): Promise<Answer<Paper>> {
  const caller = callerOf(call);
  const before = Object.hasOwn(paper.users, name) ? paper.users[name] : undefined;
  const isOwn = caller.name === name;
  if (
    !isOwn &&
    before !== undefined &&
    !holds(caller.grants, grantsOf({ ...before, disabled: false }, paper.groups))
  )
    return refuse('forbidden', `${name} may more than ${caller.title}`);
  return changeAccounts(world, call, paper, operations, words, (after) => {
    const user = after.users[name];
    return (
      user === undefined ||
      holds(caller.grants, grantsOf({ ...user, disabled: false, readOnly: false }, after.groups))
    );
  });
}

async function changeGroup(
  world: World,
  call: AnyCall,
  name: string,
  operation: Operation,
  words: string,
): Promise<Answer<Paper>> {
  const paper = await newest(world);
  if (!paper.ok) return paper;
  const { grants } = callerOf(call);
  const before = Object.hasOwn(paper.value.groups, name) ? paper.value.groups[name] : undefined;
  if (operation.op === 'remove' && before === undefined)
    return refuse('not-found', `there is no group "${name}"`);
  if (before !== undefined && !holds(grants, before.privileges))
    return refuse('forbidden', `the group ${name} may more than you`);
  return changeAccounts(world, call, paper.value, [operation], words, (after) =>
    holds(grants, after.groups[name]?.privileges ?? {}),
  );
}

async function changeAccounts(
  world: World,
  call: AnyCall,
  paper: Paper,
  operations: readonly Operation[],
  words: string,
  isAllowed: (after: Pick<Paper, 'users' | 'groups'>) => boolean,
): Promise<Answer<Paper>> {
  const caller = callerOf(call);
  // Users that the nodes do not share are those of the node that is asked.
  const placed = operations.map((operation) => ({
    ...operation,
    path: pathAt(paper.plain, world.node, operation.path),
  }));
  const draft = drafted(paper, { operations: placed });
  if (!draft.ok) return draft;
  const after = world.desk.accountsOf(draft.value.plain);
  if (!isAllowed(after)) {
    world.audit(audited(call, 'users.change', false, `not allowed: ${words}`));
    return refuse('forbidden', `${caller.title} cannot give what he does not have`);
  }
  const made = await carriedOut(world, paper, draft.value, { caller, reason: words });
  world.audit(audited(call, 'users.change', made.ok, made.ok ? words : made.error.detail));
  return made.ok ? answer({ ...paper, ...after }) : made;
}

async function changePassword(
  world: World,
  call: Call<'changePassword'>,
): Promise<Answer<ReplyOf<'changePassword'>>> {
  const caller = callerOf(call);
  const { session, name } = caller;
  if (session === undefined || name === labUser)
    return refuse('forbidden', 'a token, or the user of a lab, has no password to change');
  const right = await world.gate.login(name, call.body.old, call.address);
  if (!right.ok) return right;
  const hash = await world.passwords.hash(call.body.password);
  if (!hash.ok) return refuse('too-many-requests', hash.error);
  const paper = await newest(world);
  if (!paper.ok) return paper;
  const set: Operation = { op: 'set', path: ['users', name, 'password'], value: hash.value };
  // Others with this password of his are logged out by the new one.
  const before = session.passwords;
  session.passwords = [...before, hash.value];
  const changed = await changeOwn(world, call, paper.value, [set], `password of ${name}`);
  session.passwords = changed.ok ? [hash.value] : before;
  if (!changed.ok) return changed;
  world.gate.sessions.endOthers(name, session);
  return answer(done);
}

async function makeToken(world: World, call: Call<'makeToken'>): Promise<Answer<ReplyOf<'makeToken'>>> {
  const { user: name } = call.params;
  const own = ownOnly(call, name);
  if (own !== undefined) return own;
  const paper = await newest(world);
  if (!paper.ok) return paper;
  const user = Object.hasOwn(paper.value.users, name) ? paper.value.users[name] : undefined;
  if (user === undefined) return refuse('not-found', `there is no user "${name}"`);
  const { name: title, expires, privileges } = call.body;
  if (Object.hasOwn(user.tokens, title))
    return refuse('bad-request', `${name} has a token "${title}" already`);
  const token = randomToken();
  const created = Math.round(world.wallClock());
  const shown = {
    created,
    ...(expires === undefined ? {} : { expires }),
    ...(privileges === undefined ? {} : { privileges }),
  };
  const value = { hash: tokenHash(token), ...shown };
  const set: Operation = { op: 'set', path: ['users', name, 'tokens', title], value };
  const changed = await changeOwn(world, call, paper.value, [set], `token ${title} of ${name}`);
  return changed.ok ? answer({ name: title, ...shown, token }) : changed;
}

/** A change that gives nobody more than he had: no look at privileges is due. */
const changeOwn = (
  world: World,
  call: AnyCall,
  paper: Paper,
  operations: readonly Operation[],
  words: string,
): Promise<Answer<Paper>> => changeAccounts(world, call, paper, operations, words, () => true);

/** Tokens are made and revoked by their own user, in a session: a stolen token shall not make another. */
function ownOnly(call: AnyCall, name: string) {
  const caller = callerOf(call);
  if (caller.session === undefined) return refuse('forbidden', 'tokens are made and revoked in a session');
  if (caller.name !== name && caller.grants.all !== 'write')
    return refuse('forbidden', `these are the tokens of ${name}`);
  return undefined;
}

function shownUser(name: string, user: User, groups: Groups): UserShown {
  const { description, disabled, readOnly, password, privileges, tokens } = user;
  return {
    name,
    description,
    disabled,
    readOnly,
    groups: [...user.groups],
    privileges,
    effective: grantsOf(user, groups),
    hasPassword: password !== undefined,
    tokens: Object.entries(tokens).map(([title, { hash: _, ...token }]) => ({ name: title, ...token })),
  };
}
