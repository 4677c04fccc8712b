/** All checks of a pair. */
import type { PfConfig } from '../pfsense/model.ts';
import { checkCarp } from './checks-carp.ts';
import { checkNat } from './checks-nat.ts';
import { checkNetwork } from './checks-network.ts';
import { checkPolicy } from './checks-policy.ts';
import { checkServices } from './checks-services.ts';
import { checkSync } from './checks-sync.ts';
import { checkTransfer } from './checks-transfer.ts';
import { checkUpkeep } from './checks-upkeep.ts';
import { checkVips } from './checks-vips.ts';
import { type AuditFinding, findingOf, inOrder, type Report } from './finding.ts';
import { carpVips, pairOf } from './pair.ts';

/** What is wrong with two nodes, the worst first. `today` in whole seconds since 1970. */
export function audit(primary: PfConfig, backup: PfConfig, today: number): AuditFinding[] {
  const findings: AuditFinding[] = [];
  const report: Report = (code, at, values, also) => {
    findings.push(findingOf(code, at, values, also));
  };
  const pair = pairOf(primary, backup);
  checkCarp(pair, report);
  checkVips(pair, report);
  checkNetwork(pair, report);
  checkSync(pair, report);
  checkTransfer(pair, report);
  checkNat(pair, report);
  checkPolicy(pair, report);
  checkServices(pair, report);
  checkUpkeep(pair, today, report);
  return inOrder(findings);
}

/** Whether the files were given the other way round: the second is preferred everywhere, and sends its configuration. */
export function isSwapped(first: PfConfig, second: PfConfig): boolean {
  const { vips } = pairOf(first, second);
  const both = vips.flatMap(({ primary, backup }) =>
    primary === undefined || backup === undefined ? [] : [primary.advskew - backup.advskew],
  );
  const sends = second.sync.target !== '' && first.sync.target === '';
  return sends && carpVips(first).length > 0 && both.length > 0 && both.every((difference) => difference > 0);
}
