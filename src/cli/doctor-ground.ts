/** The ground under a node, where this machine is a hypervisor of the document: what `bascule infra verify` finds. */
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { ask } from '#api/client.ts';
import type { Language } from '#base/language.ts';
import { textsIn } from '#config/findings.ts';
import { infrastructureDocument } from '#config/infrastructure-document.ts';
import type { WordedFault } from '#doctor/finding.ts';
import { wantedOn } from '#infra/hypervisor.ts';
import { groundInFrench } from '#infra/phrases.ts';
import { openShell } from '#infra/shell.ts';
import { judge } from '#infra/verify/judge.ts';
import { observe } from '#infra/verify/observe.ts';

/** None when the document has no infrastructure, or this machine is no hypervisor of it. */
export async function groundFaults(socket: string, language: Language): Promise<WordedFault[]> {
  const reply = await ask(socket, { command: 'revision' });
  const document: unknown = parse(reply.ok ? (reply.value.revision?.text ?? '') : '');
  const isMap = typeof document === 'object' && document !== null && 'infrastructure' in document;
  const parsed = isMap ? infrastructureDocument.safeParse(document.infrastructure) : undefined;
  if (parsed?.success !== true) return [];
  const here = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const names = Object.entries(parsed.data.hypervisors).filter(([, { address }]) => here.includes(address));
  const faults: WordedFault[] = [];
  for (const [name] of names) {
    const wanted = wantedOn(parsed.data, name);
    if (!wanted.ok || wanted.value.bridges.length === 0) continue;
    const observed = await observe({ shell: openShell(), wait: (ms) => delay(ms) }, wanted.value);
    for (const { subject, evidence, fault } of judge(wanted.value, observed)) {
      if (fault === undefined) continue;
      const { code, severity } = fault;
      const { message, cause, remedy } = textsIn(fault, language);
      const measured = language === 'fr' ? groundInFrench(evidence) : evidence;
      const colon = language === 'fr' ? '\u00a0:' : ':';
      const told = `${name}${colon} ${message} (${measured})`;
      faults.push({ code, severity, subject, evidence: told, cause, remedy });
    }
  }
  return faults;
}
