/** What a node sends to a pfSense that is its backup, as its document says. */
import type { ClusterDocument } from '#config/document.ts';
import { entryOf, vipAddresses } from '#config/model.ts';
import type { Login } from './basic.ts';
import { dialectOf } from './dialect.ts';
import { pfsenseTree, usualVersion } from './export.ts';
import { type PushConfig, usualAttempts } from './push.ts';
import { at, settled, type TreeMap, textOf } from './tree.ts';
import { usualLimits } from './value.ts';

export interface Delivery {
  /** For `SyncClient`. */
  readonly settings: PushConfig;
  /** What to push. */
  readonly config: TreeMap;
  readonly login: Login;
  readonly verifyCertificate: boolean;
  /** SHA-256 of the one certificate that is accepted, 64 hex digits. */
  readonly fingerprint?: string;
}

/**
 * Undefined for a node that sends nothing: another one does, or nobody, or the document does not say where to. It asks
 * for the version first, then looks whether the interfaces fit, sends the sections of `ha.sync.config.sections`, and
 * reads them back.
 */
export function deliveryOf(
  document: ClusterDocument,
  node: string,
  version: string = document.ha.sync?.config?.version ?? usualVersion,
): Delivery | undefined {
  const config = settled(pfsenseTree(document, node, { version }).tree);
  const target = textOf(at(config, 'hasync/synchronizetoip'));
  if (target === '') return undefined;
  const fingerprint = document.ha.sync?.config?.fingerprint;
  const faces = Object.values(document.interfaces);
  const own = faces
    .flatMap((face) => entryOf(face.addresses, node) ?? [])
    .map((text) => text.split('/')[0] ?? '');
  const virtual = document.virtualIps.flatMap(vipAddresses).map(({ address }) => `${address}`);
  return {
    settings: {
      dialect: dialectOf(version),
      target,
      own: [...own, ...virtual],
      looks: true,
      complete: true,
      limits: usualLimits,
      ...usualAttempts,
    },
    config,
    login: {
      user: textOf(at(config, 'hasync/username')),
      password: textOf(at(config, 'hasync/password')),
    },
    verifyCertificate: document.ha.sync?.config?.verifyCertificate ?? true,
    ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() }),
  };
}
