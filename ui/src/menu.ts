/** The menu by task, as a pfSense administrator knows it. Pages other than the first view are loaded when they are opened. */
import { type ComponentType, lazy } from 'react';
import type { Area } from '#api/contract/access.ts';
import type { TextKey } from './i18n/en.ts';
import { CarpPage } from './pages/carp.tsx';
import { DashboardPage } from './pages/dashboard.tsx';

export interface MenuEntry {
  readonly path: string;
  readonly title: TextKey;
  readonly page: ComponentType;
  /** What one must be allowed to read; pages without it have something for everybody. */
  readonly area?: Area;
  /** Words that find it beside its title, in both languages. */
  readonly words?: string;
  /** Only in a lab. */
  readonly lab?: true;
}

export interface MenuGroup {
  readonly title: TextKey;
  readonly entries: readonly MenuEntry[];
}

const rules = lazy(() => import('./pages/rules.tsx'));
const nat = lazy(() => import('./pages/nat.tsx'));
const aliases = lazy(() => import('./pages/aliases.tsx'));
const schedules = lazy(() => import('./pages/schedules.tsx'));
const vips = lazy(() => import('./pages/vips.tsx'));
const ha = lazy(() => import('./pages/ha.tsx'));
const history = lazy(() => import('./pages/history.tsx'));
const users = lazy(() => import('./pages/users.tsx'));
const certificates = lazy(() => import('./pages/certificates.tsx'));
const balancer = lazy(() => import('./pages/balancer.tsx'));
const balancerStatus = lazy(() => import('./pages/balancer-status.tsx'));
const states = lazy(() => import('./pages/states.tsx'));
const doctor = lazy(() => import('./pages/doctor.tsx'));
const ping = lazy(() => import('./pages/ping.tsx'));
const traceroute = lazy(() => import('./pages/traceroute.tsx'));
const capture = lazy(() => import('./pages/capture.tsx'));
const routes = lazy(() => import('./pages/routes.tsx'));
const neighbours = lazy(() => import('./pages/neighbours.tsx'));
const interfaces = lazy(() => import('./pages/interfaces.tsx'));
const logs = lazy(() => import('./pages/logs.tsx'));
const lab = lazy(() => import('./pages/lab.tsx'));

export const menu: readonly MenuGroup[] = [
  {
    title: 'menu.lab',
    entries: [
      {
        path: '/lab',
        area: 'lab',
        title: 'page.lab',
        page: lab,
        lab: true,
        words: 'cable drill exercice câble panne',
      },
    ],
  },
  {
    title: 'menu.status',
    entries: [
      {
        path: '/',
        area: 'status',
        title: 'page.dashboard',
        page: DashboardPage,
        words: 'home accueil topology',
      },
      {
        path: '/status/carp',
        area: 'status',
        title: 'page.carp',
        page: CarpPage,
        words: 'failover maintenance demotion vhid bascule',
      },
      {
        path: '/status/interfaces',
        area: 'status',
        title: 'page.interfaces',
        page: interfaces,
        words: 'traffic link trafic',
      },
      {
        path: '/status/load-balancer',
        area: 'loadBalancer',
        title: 'page.balancerStatus',
        page: balancerStatus,
        words: 'pool drain',
      },
      { path: '/status/logs', area: 'logs', title: 'page.logs', page: logs, words: 'syslog journal audit' },
    ],
  },
  {
    title: 'menu.firewall',
    entries: [
      {
        path: '/firewall/rules',
        area: 'rules',
        title: 'page.rules',
        page: rules,
        words: 'filter floating pass block flottantes',
      },
      {
        path: '/firewall/aliases',
        area: 'aliases',
        title: 'page.aliases',
        page: aliases,
        words: 'hosts networks ports',
      },
      {
        path: '/firewall/nat',
        area: 'nat',
        title: 'page.nat',
        page: nat,
        words: 'port forward outbound 1:1 redirection sortant',
      },
      {
        path: '/firewall/schedules',
        area: 'schedules',
        title: 'page.schedules',
        page: schedules,
        words: 'time horaires',
      },
      {
        path: '/firewall/virtual-ips',
        area: 'virtualIps',
        title: 'page.vips',
        page: vips,
        words: 'vip carp vhid',
      },
    ],
  },
  {
    title: 'menu.services',
    entries: [
      {
        path: '/services/load-balancer',
        area: 'loadBalancer',
        title: 'page.balancer',
        page: balancer,
        words: 'pool monitor virtual server',
      },
    ],
  },
  {
    title: 'menu.system',
    entries: [
      {
        path: '/system/ha',
        area: 'ha',
        title: 'page.ha',
        page: ha,
        words: 'pfsync xmlrpc state synchronisation',
      },
      {
        path: '/system/history',
        title: 'page.history',
        page: history,
        words: 'revision diff rollback backup révision restaurer',
      },
      {
        path: '/system/users',
        title: 'page.users',
        page: users,
        words: 'password token group mot de passe jeton',
      },
      {
        path: '/system/certificates',
        area: 'system',
        title: 'page.certificates',
        page: certificates,
        words: 'https tls pem key clé',
      },
    ],
  },
  {
    title: 'menu.diagnostics',
    entries: [
      {
        path: '/diagnostics/states',
        area: 'states',
        title: 'page.states',
        page: states,
        words: 'connections conntrack kill connexions',
      },
      {
        path: '/diagnostics/doctor',
        area: 'diagnostics',
        title: 'page.doctor',
        page: doctor,
        words: 'examine findings health multicast docteur examen santé diagnostic',
      },
      { path: '/diagnostics/ping', area: 'diagnostics', title: 'page.ping', page: ping },
      { path: '/diagnostics/traceroute', area: 'diagnostics', title: 'page.traceroute', page: traceroute },
      {
        path: '/diagnostics/capture',
        area: 'capture',
        title: 'page.capture',
        page: capture,
        words: 'pcap tcpdump wireshark',
      },
      {
        path: '/diagnostics/routes',
        area: 'diagnostics',
        title: 'page.routes',
        page: routes,
        words: 'table gateway',
      },
      {
        path: '/diagnostics/neighbours',
        area: 'diagnostics',
        title: 'page.neighbours',
        page: neighbours,
        words: 'arp ndp mac',
      },
    ],
  },
];
