/** The part of the catalogue about what the hosts of a group agree on: timers and passwords. */
import type { Entry } from './findings.ts';

export const groupCatalogue = {
  // Timers ----------------------------------------------------------------------------------------------------
  'timers-ignored': {
    severity: 'info',
    en: {
      message: 'failover: {failover} does not use the {fields} of VHID {vhid} on {interface}',
      cause: 'With fast and fastest the timers follow from the order of the nodes.',
      remedy: 'Remove them, or choose failover: standard.',
    },
  },
  'advbase-zero-standard': {
    severity: 'error',
    en: {
      message: 'VHID {vhid} of {interface} has advbase 0 with failover: standard',
      cause:
        'Adverts below one second are refused or misread by other CARP hosts; standard keeps to what they accept.',
      remedy: 'Write advbase: 1, or choose failover: fast.',
    },
  },
  'equal-skews': {
    severity: 'error',
    en: {
      message: '{node} and {other} both have advskew {advskew} for VHID {vhid} of {interface}',
      cause: 'Nobody is preferred: which node becomes master is left to chance.',
      remedy: 'Give each node another advskew: 0 to the first, 100 to the second.',
    },
  },
  'skews-close': {
    severity: 'info',
    en: {
      message: '{node} and {other} are 1 apart in advskew for VHID {vhid} of {interface}',
      cause: 'It works, but leaves no room for a third node between them and is easily mistaken for equal.',
      remedy: "Leave a distance such as 100, as pfSense's own synchronisation does.",
    },
  },
  'skew-order-differs': {
    severity: 'warning',
    en: {
      message: 'for VHID {vhid} of {interface}, {node} comes first, unlike for VHID {otherVhid} of {other}',
      cause:
        'In normal operation the virtual IPs live on different nodes, so traffic takes two different ways.',
      remedy: 'Prefer the same node for all virtual IPs.',
    },
  },
  'mixed-needs-standard': {
    severity: 'error',
    en: {
      message: 'the group is mixed, but failover is {failover}',
      cause: 'CARP hosts other than Bascule do not understand an advbase of 0.',
      remedy: 'Write failover: standard, or mixed: false.',
    },
  },
  'mixed-strict': {
    severity: 'error',
    en: {
      message: 'the group is mixed, but strict is true',
      cause: 'Other CARP hosts start with random counters, so strict mode would refuse their adverts.',
      remedy: 'Leave strict out, or write strict: false.',
    },
  },

  // Passwords -------------------------------------------------------------------------------------------------
  'password-empty': {
    severity: 'error',
    en: {
      message: 'the password of {what} is empty',
      cause: 'Anybody who reaches it can take over.',
      remedy: 'Set a password of 12 to 19 characters.',
    },
  },
  'password-short': {
    severity: 'warning',
    en: {
      message: 'the password of {what} has {length} characters',
      cause: 'It can be guessed, for CARP from a single recorded advert.',
      remedy: 'Use 12 to 19 characters.',
    },
  },
  'password-long': {
    severity: 'warning',
    en: {
      message: 'the password of {what} has {length} bytes',
      cause: 'CARP uses the first 19 bytes; the rest protects nothing.',
      remedy: 'Use at most 19 bytes.',
    },
  },
  'password-default': {
    severity: 'error',
    en: {
      message: 'the password of {what} is a well-known default',
      cause: 'It is the first that anybody tries.',
      remedy: 'Choose another.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
