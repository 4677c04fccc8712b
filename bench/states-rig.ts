/** The lab's part in the state bench: who makes flows, who takes them, who looks at the tables. */
import type { Lab } from '#lab/lab.ts';
import { clientName, internetName } from '#lab/topology.ts';
import { startHelper } from './states-helper.ts';
import type { Rig } from './states-measure.ts';

/** Under net.netfilter, alike for all contestants; times in seconds. */
const settings: Readonly<Record<string, string>> = {
  nf_conntrack_udp_timeout: '600',
  nf_conntrack_udp_timeout_stream: '600',
  nf_conntrack_timestamp: '1',
  nf_conntrack_acct: '1',
  nf_conntrack_events: '1',
  nf_conntrack_tcp_be_liberal: '1',
};

/** Starts the helpers in a lab that has been built. */
export function buildRig(lab: Lab): Rig & { stop(): void } {
  const [active = '', standby = ''] = lab.topology.nodes;
  for (const node of [active, standby]) {
    const writes = Object.entries(settings).map(
      ([name, value]) => `echo ${value} > /proc/sys/net/netfilter/${name}`,
    );
    lab.inside(node, ['sh', '-c', writes.join(' && ')]);
  }
  const client = lab.topology.network.hosts.find(({ name }) => name === clientName);
  const address = client?.ports[0]?.addresses[0]?.split('/')[0] ?? '';
  lab.inside(clientName, ['sh', '-c', 'echo "1024 65000" > /proc/sys/net/ipv4/ip_local_port_range']);
  const generator: Rig['generator'] = startHelper(clientName, './flows-main.ts', [address]);
  const sink: Rig['sink'] = startHelper(internetName, './flows-sink.ts');
  const observers: Rig['observers'] = {
    active: startHelper(active, './states-observer.ts'),
    standby: startHelper(standby, './states-observer.ts'),
  };
  const all = [generator, sink, observers.active, observers.standby];
  return {
    active,
    standby,
    generator,
    sink,
    observers,
    stop: () => {
      for (const helper of all) helper.stop();
    },
  };
}

/** Empties both tables while nobody synchronises. */
export async function flushBoth({ observers }: Rig): Promise<void> {
  await observers.active.ask({ kind: 'flush' });
  await observers.standby.ask({ kind: 'flush' });
}
