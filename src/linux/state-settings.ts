/** Kernel settings by which connections survive a change of the node that carries them. */
import { SysctlScope } from './sysctl.ts';

const settings: Readonly<Record<string, string>> = {
  // Windows move on at the node that carries a stream; the other's memory of them is stale when the stream returns.
  'net/netfilter/nf_conntrack_tcp_be_liberal': '1',
  // Entries that are older than the first listener have no way to report, unless this is 1 and not 2.
  'net/netfilter/nf_conntrack_events': '1',
  // Packets, bytes and age of a connection, for people.
  'net/netfilter/nf_conntrack_acct': '1',
  'net/netfilter/nf_conntrack_timestamp': '1',
};

/** Applies them to this network namespace; the returned call puts back what was there. */
export function prepareStates(): () => void {
  const scope = new SysctlScope();
  for (const [name, value] of Object.entries(settings)) scope.set(name, value);
  return () => scope.restore();
}
