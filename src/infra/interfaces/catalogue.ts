/** What in a hypervisor's /etc/network/interfaces breaks Proxmox or a reload, in both languages. */
import type { Entry } from '#config/findings.ts';

export const fileCatalogue = {
  'tunnel-by-hook': {
    severity: 'warning',
    en: {
      message: '{bridge} makes its tunnel by a command ({option})',
      cause:
        'Proxmox does not know the tunnel; after a change of the network a reload takes running guests out of the bridge.',
      remedy: 'Give the tunnel a stanza of its own (ovs_type OVSTunnel): bascule infra export --write.',
    },
    fr: {
      message: '{bridge} crée son tunnel par une commande ({option})',
      cause:
        'Proxmox ne connaît pas ce tunnel ; après une modification du réseau, un rechargement sort du pont les invités en marche.',
      remedy: 'Donnez au tunnel sa propre section (ovs_type OVSTunnel) : bascule infra export --write.',
    },
  },
  'tunnel-listed': {
    severity: 'warning',
    en: {
      message: '{bridge} lists the tunnel {tunnel} in ovs_ports',
      cause:
        'Proxmox then refuses every later change of the network, by page or API: "unable to find port" or "not defined as OVS port".',
      remedy: 'Take {tunnel} out of ovs_ports; ovs_bridge in its own stanza suffices.',
    },
    fr: {
      message: '{bridge} énumère le tunnel {tunnel} dans ovs_ports',
      cause:
        'Proxmox refuse ensuite toute modification du réseau, par la page ou l’API : « unable to find port » ou « not defined as OVS port ».',
      remedy: 'Retirez {tunnel} d’ovs_ports ; ovs_bridge dans sa propre section suffit.',
    },
  },
  'tunnel-unstarted': {
    severity: 'warning',
    en: {
      message: 'nothing starts {tunnel}',
      cause: 'Neither an "auto" line nor the bridge names it: after a reboot the tunnel is missing.',
      remedy: 'Write "auto {tunnel}" before its stanza.',
    },
    fr: {
      message: 'rien ne démarre {tunnel}',
      cause: 'Ni une ligne « auto » ni le pont ne le mentionnent : après un redémarrage, le tunnel manque.',
      remedy: 'Écrivez « auto {tunnel} » avant sa section.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type FileCode = keyof typeof fileCatalogue;
