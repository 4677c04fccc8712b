/** Routes of logging in, users, groups and tokens. */
import { z } from 'zod';
import { grants } from './access.ts';
import {
  groupShown,
  login,
  newToken,
  passwordChange,
  sessionStand,
  setUp,
  tokenMade,
  userChange,
  userName,
  userShown,
} from './accounts.ts';

const done = z.object({ done: z.literal(true) });
const user = z.object({ user: userName });
const token = z.object({ user: userName, token: userName });

export const accountRoutes = {
  session: {
    method: 'GET',
    path: '/session',
    summary: 'Who is logged in, and at which node',
    description: 'Answers without a login, too: the page begins with it.',
    access: 'open',
    reply: sessionStand,
  },
  login: {
    method: 'POST',
    path: '/session',
    summary: 'Log in',
    description:
      'Sets a cookie. After five wrong passwords for a user or from an address, it and they wait a minute, then two, then four.',
    access: 'open',
    body: login,
    bodyExample: { user: 'admin', password: 'correct horse battery' },
    reply: sessionStand,
  },
  labLogin: {
    method: 'POST',
    path: '/session/lab',
    summary: "Log in at the page of a lab, by the token in the page's address (#lab=TOKEN)",
    access: 'open',
    body: z.strictObject({ token: z.string().max(100) }),
    bodyExample: { token: 'eW91IGNhbiBzZWUgdGhpcyBpbiB0aGUgdGVybWluYWw' },
    reply: sessionStand,
  },
  logout: { method: 'DELETE', path: '/session', summary: 'Log out', access: 'session', reply: done },
  setUp: {
    method: 'POST',
    path: '/setup',
    summary: 'Give the first user a password',
    description:
      'Works once, while there are no users. The code stands in the log of the node and in its file setup-code.',
    access: 'open',
    body: setUp,
    bodyExample: { code: '4F7K-Q2MX-9TBD', user: 'admin', password: 'correct horse battery' },
    reply: sessionStand,
  },
  users: {
    method: 'GET',
    path: '/users',
    summary: 'Users and groups',
    access: { area: 'users', level: 'read' },
    reply: z.object({ users: z.array(userShown), groups: z.array(groupShown) }),
  },
  putUser: {
    method: 'PUT',
    path: '/users/:user',
    summary: 'Make or change a user',
    description: 'Fields that are left out stay as they are. Nobody gives more than he has.',
    access: { area: 'users', level: 'write' },
    params: user,
    body: userChange,
    bodyExample: { description: 'Anna', groups: ['operators'], password: 'correct horse battery' },
    reply: userShown,
  },
  removeUser: {
    method: 'DELETE',
    path: '/users/:user',
    summary: 'Remove a user, his sessions and tokens',
    access: { area: 'users', level: 'write' },
    params: user,
    reply: done,
  },
  putGroup: {
    method: 'PUT',
    path: '/groups/:group',
    summary: 'Make or change a group',
    access: { area: 'users', level: 'write' },
    params: z.object({ group: userName }),
    body: z.strictObject({ description: z.string().max(200).default(''), privileges: grants }),
    bodyExample: { description: 'Looks after the rules', privileges: { status: 'read', rules: 'write' } },
    reply: groupShown,
  },
  removeGroup: {
    method: 'DELETE',
    path: '/groups/:group',
    summary: 'Remove a group',
    access: { area: 'users', level: 'write' },
    params: z.object({ group: userName }),
    reply: done,
  },
  changePassword: {
    method: 'PUT',
    path: '/session/password',
    summary: "Change one's own password",
    description: 'Ends the other sessions of the user.',
    access: 'session',
    body: passwordChange,
    bodyExample: { old: 'correct horse battery', password: 'staple it to the drawbridge' },
    reply: done,
  },
  makeToken: {
    method: 'POST',
    path: '/users/:user/tokens',
    summary: 'Make a token for scripts',
    description:
      'It is shown this once. Scripts send it as "Authorization: Bearer TOKEN". One\'s own need no privilege; a session is due, not a token.',
    access: 'session',
    params: user,
    body: newToken,
    bodyExample: { name: 'prometheus', privileges: { status: 'read' } },
    reply: tokenMade,
  },
  removeToken: {
    method: 'DELETE',
    path: '/users/:user/tokens/:token',
    summary: 'Revoke a token',
    access: 'session',
    params: token,
    reply: done,
  },
} as const;
