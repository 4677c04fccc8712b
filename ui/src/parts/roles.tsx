/** Roles as colours, signs and words. */
import type { NodeStatus, VipStatus } from '#api/contract/control.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge, type Tone } from './basics.tsx';
import type { IconName } from './icons.tsx';

export type Role = 'MASTER' | 'BACKUP' | 'INIT' | 'DISABLED' | 'MIXED' | 'MAINTENANCE' | 'AWAY' | 'NONE';

const looks: Readonly<Record<Role, readonly [Tone, IconName]>> = {
  MASTER: ['good', 'play'],
  BACKUP: ['warn', 'pause'],
  INIT: ['bad', 'question'],
  DISABLED: ['plain', 'cross'],
  MIXED: ['bad', 'warning'],
  MAINTENANCE: ['info', 'tools'],
  AWAY: ['bad', 'cross'],
  NONE: ['plain', 'question'],
};

/** A node's role as a whole. */
export function roleOf(status: NodeStatus | undefined): Role {
  if (status === undefined) return 'AWAY';
  if (status.carp === 'disabled') return 'DISABLED';
  const roles = [...new Set(status.vips.map((vip) => vip.status))];
  const [first] = roles;
  if (first === undefined) return 'NONE';
  return roles.length === 1 ? first : roles.includes('MASTER') ? 'MIXED' : 'INIT';
}

export function RoleBadge({ is: role }: { readonly is: Role }) {
  const { t } = useSpeech();
  const [tone, icon] = looks[role];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`role.${role}`)}
    </Badge>
  );
}

export const VipBadge = ({ status }: { readonly status: VipStatus['status'] }) => <RoleBadge is={status} />;
