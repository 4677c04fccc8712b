/** Routes of the certificate that a node shows to browsers. `?node=NAME` is another node of the cluster. */
import { z } from 'zod';
import { newCertificate, pageCertificate } from './certificate.ts';
import { nodeName } from './node-questions.ts';

const node = nodeName.optional();

export const certificateRoutes = {
  certificate: {
    method: 'GET',
    path: '/certificate',
    summary: 'The certificate that a node shows to browsers',
    access: { area: 'system', level: 'read' },
    query: z.strictObject({ node }),
    reply: pageCertificate,
  },
  putCertificate: {
    method: 'PUT',
    path: '/certificate',
    summary: "Give a node's page a certificate of one's own",
    description:
      'PEM: the certificate, then who issued it, and so on. It is in use from the next connection on. The key is not shown again. Other nodes go on knowing this one by the certificate with which they joined.',
    access: { area: 'system', level: 'write' },
    body: z.strictObject({ node, ...newCertificate }),
    bodyExample: {
      node: 'PF1',
      certificate: '-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n',
      key: '-----BEGIN PRIVATE KEY-----\nMIGH...\n-----END PRIVATE KEY-----\n',
    },
    reply: pageCertificate,
  },
  removeCertificate: {
    method: 'DELETE',
    path: '/certificate',
    summary: 'Go back to the certificate that the node has made itself',
    access: { area: 'system', level: 'write' },
    query: z.strictObject({ node }),
    reply: pageCertificate,
  },
} as const;
