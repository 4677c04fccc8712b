/**
 * What a valid advert makes of a VHID: the comparison alone, for the three implementations one meets. Ours is
 * FreeBSD's; the others let the simulator put foreign hosts into a group.
 * Sources: FreeBSD ip_carp.c `carp_input_c`, UCarp carp.c `packethandler`, OpenBSD ip_carp.c `carp_proto_input_c`.
 */
import { compareFrequency, farewell } from './timing.ts';
import type { Role } from './types.ts';

export type Dialect = 'freebsd' | 'ucarp' | 'openbsd';

export interface Contender {
  readonly advbase: number;
  /** As on the wire: after demotion. */
  readonly advskew: number;
  /** OpenBSD's demotion count, byte 4 of the packet; 0 elsewhere. */
  readonly demote: number;
}

export type Decision =
  | { readonly action: 'ignore' | 'restart-master-down-timer' | 'stay-master-and-garp' }
  | {
      readonly action: 'become-backup' | 'become-master' | 'send-ad-then-become-backup';
      readonly reason: string;
    };

const ignore: Decision = { action: 'ignore' };
const wait: Decision = { action: 'restart-master-down-timer' };
const stay: Decision = { action: 'stay-master-and-garp' };
const slower: Decision = { action: 'become-backup', reason: 'more frequent advertisement received' };
const slowerSaysSo: Decision = {
  action: 'send-ad-then-become-backup',
  reason: 'more frequent advertisement received',
};
const preempting: Decision = { action: 'become-master', reason: 'preempting a slower master' };
const tooSlow: Decision = { action: 'become-master', reason: 'master will time out' };
const demoted: Decision = { action: 'become-master', reason: 'master is demoted' };
const bowedOut: Decision = { action: 'become-master', reason: 'master bowed out' };

/** `theirIpLower` matters to UCarp alone, where equal contenders are told apart by it. */
export function decide(
  dialect: Dialect,
  role: Role,
  preempt: boolean,
  me: Contender,
  them: Contender,
  theirIpLower = false,
): Decision {
  if (role === 'INIT') return ignore;
  const order = compareFrequency(me, them);
  if (dialect === 'openbsd') return openbsd(role, preempt, me, them, order);
  if (role === 'BACKUP') return asBackup(preempt, me, them, order);
  if (dialect === 'freebsd') return order >= 0 ? slower : ignore;
  return order > 0 || (order === 0 && theirIpLower) ? slowerSaysSo : stay;
}

/** FreeBSD and UCarp (with its default ratio of 3) agree here. */
function asBackup(preempt: boolean, me: Contender, them: Contender, order: number): Decision {
  if (them.advbase === farewell && them.advskew === farewell && 3 * me.advbase < farewell) return bowedOut;
  if (preempt && order < 0) return preempting;
  return willTimeOut(me, them) ? tooSlow : wait;
}

const willTimeOut = (me: Contender, them: Contender): boolean =>
  compareFrequency({ advbase: 3 * me.advbase, advskew: me.advskew }, them) < 0;

function openbsd(role: Role, preempt: boolean, me: Contender, them: Contender, order: number): Decision {
  if (role === 'MASTER') {
    const yields = (order >= 0 && them.demote <= me.demote) || them.demote < me.demote;
    return yields ? slower : ignore;
  }
  if (preempt && order < 0 && them.demote >= me.demote) return preempting;
  if (them.demote > me.demote) return demoted;
  return me.advbase !== 0 && willTimeOut(me, them) ? tooSlow : wait;
}
