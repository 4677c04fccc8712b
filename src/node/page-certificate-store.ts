/** The certificate that somebody has given the node's page, on disk beside the node's own. */
import type { PageCertificate } from '#api/contract/certificate.ts';
import type { Identity } from '#api/identity.ts';
import { describeCertificate, judgeCertificate, usability } from '#api/page-certificate.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { DurableFolder } from './durable-files.ts';

/** Key and certificate in one file: a power cut must not leave the one without the other. */
const file = 'page.pem';

export class PageCertificates {
  readonly #folder: DurableFolder;
  readonly #generated: Identity;
  /** ms since 1970. */
  readonly #clock: () => number;
  readonly #listeners: ((own: Identity | undefined) => void)[] = [];

  constructor(folder: DurableFolder, generated: Identity, clock: () => number) {
    this.#folder = folder;
    this.#generated = generated;
    this.#clock = clock;
  }

  /** What somebody has put there. One that has ended since is used all the same: a browser says so best. */
  own(): Identity | undefined {
    const text = this.#folder.read(file);
    if (!text.ok || text.value === '') return undefined;
    const split = text.value.indexOf('-----BEGIN CERTIFICATE-----');
    const own: Identity = { key: text.value.slice(0, split), certificate: text.value.slice(split) };
    return usability(own).ok ? own : undefined;
  }

  shown(): PageCertificate {
    const own = this.own();
    return own === undefined
      ? describeCertificate(this.#generated, 'generated')
      : describeCertificate(own, 'own');
  }

  put(certificate: string, key: string): Result<PageCertificate> {
    const judged = judgeCertificate(certificate, key, this.#clock());
    if (!judged.ok) return fail(judged.error.message);
    return this.#keep(judged.value);
  }

  /** Back to the one that the node has made itself. */
  remove(): Result<PageCertificate> {
    return this.#keep(undefined);
  }

  /** Hears of another one. */
  listen(listener: (own: Identity | undefined) => void): void {
    this.#listeners.push(listener);
  }

  #keep(own: Identity | undefined): Result<PageCertificate> {
    // An empty file says that there is none: like a full one it is there after a power cut, or what was before it.
    const kept = this.#folder.write(file, own === undefined ? '' : own.key + own.certificate);
    if (!kept.ok) return kept;
    for (const listener of this.#listeners) listener(own);
    return ok(this.shown());
  }
}
