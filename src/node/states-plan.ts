/** What the states thread is to do, from the document and the machine. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClusterDocument } from '#config/document.ts';
import { statesConfigOf } from '#config/states.ts';
import type { StatesPlan } from './states-protocol.ts';

const ipHeaderBytes = 20;
/** A jumbo frame's; the receivers' slots hold no more. */
const mostBytes = 8_960;
const usualMtu = 1_500;

/** Undefined when the document wants no state synchronisation at this node. */
export function statesPlanOf(
  document: ClusterDocument,
  node: string,
  wakeFd: number,
): StatesPlan | undefined {
  const config = statesConfigOf(document, node);
  if (config === undefined) return undefined;
  const { node: hostId, ...rest } = config;
  return {
    ...rest,
    name: node,
    self: { node: hostId, session: randomBytes(8).readBigUInt64BE() },
    datagramBytes: Math.min(mtuOf(config.device) - ipHeaderBytes, mostBytes),
    wakeFd,
  };
}

function mtuOf(device: string): number {
  try {
    return Number(readFileSync(`/sys/class/net/${device}/mtu`, 'utf8')) || usualMtu;
  } catch {
    return usualMtu;
  }
}
