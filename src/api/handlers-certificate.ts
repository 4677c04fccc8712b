/** Answers to the routes of the certificate that a node shows to browsers. */
import type { PageCertificate } from './contract/certificate.ts';
import { type Answer, answer, type Handlers, type World } from './handlers.ts';
import { audited } from './handlers-document.ts';
import { type AnyCall, askNode } from './handlers-node.ts';
import { judgeCertificate } from './page-certificate.ts';
import { refuse } from './problems.ts';

type CertificateRoute = keyof typeof import('./contract/routes-certificate.ts').certificateRoutes;
type Question =
  | { readonly command: 'certificate' | 'removeCertificate' }
  | { readonly command: 'putCertificate'; readonly certificate: string; readonly key: string };

export function certificateHandlers(world: World): Pick<Handlers, CertificateRoute> {
  const ask = async (
    call: AnyCall,
    node: string | undefined,
    question: Question,
  ): Promise<Answer<PageCertificate>> => {
    const told = await askNode(world, call, node, question);
    const shown = told.ok ? told.value.certificate : undefined;
    if (question.command !== 'certificate') {
      const words = shown === undefined ? 'refused' : `${shown.kind} ${shown.fingerprint}`;
      const detail = `${node ?? world.node} ${told.ok ? words : told.error.detail}`;
      world.audit(audited(call, `certificate.${question.command}`, told.ok, detail));
    }
    if (!told.ok) return told;
    return shown === undefined
      ? refuse('node-away', 'the node answers in a way that this version does not understand')
      : answer(shown);
  };
  return {
    certificate: (call) => ask(call, call.query.node, { command: 'certificate' }),
    putCertificate: async (call) => {
      const { node, certificate, key } = call.body;
      const judged = judgeCertificate(certificate, key, world.wallClock());
      if (judged.ok) return ask(call, node, { command: 'putCertificate', certificate, key });
      const { field, message } = judged.error;
      return refuse('bad-request', message, { fields: [{ path: [field], message }] });
    },
    removeCertificate: (call) => ask(call, call.query.node, { command: 'removeCertificate' }),
  };
}
