/** Figures for Prometheus, in its text format 0.0.4. Names and units are as https://prometheus.io/docs/practices/naming asks. */
import type { Result } from '#base/result.ts';
import type { DoctorReport } from './contract/doctor.ts';
import type { NodeSnapshot } from './contract/processes.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const roles = ['INIT', 'BACKUP', 'MASTER', 'DISABLED'] as const;

/** `examined`: what the doctor found last. */
export function metricsText(
  found: Result<NodeSnapshot>,
  version: string,
  examined: DoctorReport['last'],
): string {
  const lines: string[] = [];
  const metric = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    samples: readonly Sample[],
  ): void => {
    if (samples.length === 0) return;
    lines.push(`# HELP bascule_${name} ${help}`, `# TYPE bascule_${name} ${type}`);
    for (const [labels, value] of samples) lines.push(`bascule_${name}${labelText(labels)} ${value}`);
  };
  if (examined !== undefined) {
    metric('doctor_examined_timestamp_seconds', 'gauge', 'When the cluster was examined last.', [
      [{}, examined.time / 1_000],
    ]);
    metric(
      'doctor_finding',
      'gauge',
      'Findings of the last examination, by code.',
      examined.findings.map(({ code, severity, subject }): Sample => [{ code, severity, subject }, 1]),
    );
  }
  metric('up', 'gauge', 'Whether the node answers.', [[{}, found.ok ? 1 : 0]]);
  if (!found.ok) return `${lines.join('\n')}\n`;
  const { status, counters } = found.value;
  metric('build_info', 'gauge', 'What runs here.', [
    [{ version, cluster: status.cluster, node: status.node }, 1],
  ]);
  metric('uptime_seconds', 'gauge', 'Since the node was started.', [[{}, status.uptimeMs / 1_000]]);
  metric('ready', 'gauge', 'Whether the node takes part in the election.', [[{}, Number(status.ready)]]);
  metric('maintenance', 'gauge', 'Persistent CARP maintenance mode.', [[{}, Number(status.maintenance)]]);
  metric('carp_enabled', 'gauge', 'Whether CARP is enabled.', [[{}, Number(status.carp === 'enabled')]]);
  metric('carp_demotion', 'gauge', 'Demotion counter.', [[{}, status.demotion]]);
  metric('resident_memory_bytes', 'gauge', 'Memory of the privileged process.', [[{}, status.residentBytes]]);
  metric(
    'vip_role',
    'gauge',
    'Role of a virtual IP: 1 for the one it has.',
    status.vips.flatMap(({ interface: face, vhid, status: role }) =>
      roles.map((one): Sample => [{ interface: face, vhid: String(vhid), role: one }, Number(one === role)]),
    ),
  );
  metric(
    'link_up',
    'gauge',
    'Carrier of an interface.',
    status.links.map(({ interface: face, up }): Sample => [{ interface: face }, Number(up)]),
  );
  metric(
    'carp_packets_total',
    'counter',
    'CARP adverts by outcome.',
    Object.entries(status.counters).map(([outcome, count]): Sample => [{ outcome }, count]),
  );
  metric(
    'finding',
    'gauge',
    'Findings that hold, by code.',
    status.findings.map(({ code, subject }): Sample => [{ code, subject: subject ?? '' }, 1]),
  );
  if (status.document !== undefined)
    metric('document_revision', 'gauge', 'Number of the revision in force.', [[{}, status.document.number]]);
  if (status.states !== undefined) {
    const { entries, mostEntries, peers, counters: figures } = status.states;
    metric('states', 'gauge', 'Entries of the table of connections.', [[{}, entries]]);
    metric('states_limit', 'gauge', 'How many it may have.', [[{}, mostEntries]]);
    metric(
      'statesync_peer_lag_seconds',
      'gauge',
      'How long news take to a peer.',
      peers.map(({ node, lagMs }): Sample => [{ peer: node }, lagMs / 1_000]),
    );
    metric(
      'statesync_peer_in_step',
      'gauge',
      'Whether a peer has the same states.',
      peers.map(({ node, state }): Sample => [{ peer: node }, Number(state === 'in step')]),
    );
    metric(
      'statesync_events_total',
      'counter',
      'State synchronisation: datagrams, records, repairs, refusals.',
      Object.entries(figures).map(([event, count]): Sample => [{ event }, count]),
    );
  }
  const faces = counters?.interfaces ?? [];
  for (const [field, help] of traffic)
    metric(
      `interface_${snake(field)}_total`,
      'counter',
      help,
      faces.map((face): Sample => [{ interface: face.interface, device: face.device }, face[field]]),
    );
  return `${lines.join('\n')}\n`;
}

const traffic = [
  ['rxBytes', 'Received on an interface.'],
  ['txBytes', 'Sent on an interface.'],
  ['rxPackets', 'Received on an interface.'],
  ['txPackets', 'Sent on an interface.'],
  ['rxErrors', 'Packets that could not be received.'],
  ['txErrors', 'Packets that could not be sent.'],
  ['rxDropped', 'Packets that were received and dropped.'],
  ['txDropped', 'Packets that were dropped instead of sent.'],
] as const;

/** "rxBytes" -> "receive_bytes" */
const snake = (field: string): string =>
  `${field.startsWith('rx') ? 'receive' : 'transmit'}_${field.slice(2).toLowerCase()}`;

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join()}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
