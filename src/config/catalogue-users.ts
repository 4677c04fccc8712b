/** The part of the catalogue about users and groups. */
import type { Entry } from './findings.ts';

export const usersCatalogue = {
  'group-unknown': {
    severity: 'error',
    en: {
      message: 'there is no group "{name}"',
      cause: 'The user would lack what the group was to give.',
      remedy: 'Define it under groups, or name one of those that are there; "admins" is always there.',
    },
  },
  'group-built-in': {
    severity: 'error',
    en: {
      message: 'the group "{name}" is always there',
      cause: 'Its members may do everything; a definition that says otherwise would mislead.',
      remedy: 'Give the group another name.',
    },
  },
  'users-without-admin': {
    severity: 'error',
    en: {
      message: 'nobody may change everything',
      cause:
        'No user with a password is an administrator: users could be changed at the console of a node alone.',
      remedy: 'Put a user with a password into the group "admins".',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
