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
    fr: {
      message: 'il n’y a pas de groupe « {name} »',
      cause: 'L’utilisateur n’aurait pas ce que le groupe devait lui donner.',
      remedy:
        'Définissez-le sous groups, ou désignez l’un de ceux qui existent ; « admins » existe toujours.',
    },
  },
  'group-built-in': {
    severity: 'error',
    en: {
      message: 'the group "{name}" is always there',
      cause: 'Its members may do everything; a definition that says otherwise would mislead.',
      remedy: 'Give the group another name.',
    },
    fr: {
      message: 'le groupe « {name} » existe toujours',
      cause: 'Ses membres peuvent tout faire ; une définition qui dirait autre chose induirait en erreur.',
      remedy: 'Donnez un autre nom au groupe.',
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
    fr: {
      message: 'personne ne peut tout modifier',
      cause:
        'Aucun utilisateur doté d’un mot de passe n’est administrateur : les utilisateurs ne pourraient plus être modifiés que sur la console d’un nœud.',
      remedy: 'Mettez un utilisateur doté d’un mot de passe dans le groupe « admins ».',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
