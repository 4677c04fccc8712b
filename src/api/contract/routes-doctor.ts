/** Routes of the doctor. */
import { z } from 'zod';
import { type DoctorReport, doctorLanguage, doctorReport } from './doctor.ts';

const example: DoctorReport = {
  node: 'PF1',
  last: {
    time: 1_763_738_400_000,
    tookMs: 1_840,
    nodes: [{ node: 'PF1' }, { node: 'PF2' }],
    findings: [
      {
        code: 'password-differs',
        severity: 'error',
        subject: 'lan@20',
        evidence: 'PF1 and PF2 have different passwords for VHID 20 on LAN.',
        cause: 'Each node takes the adverts of the other for forged, so both become master.',
        remedy: 'Give both nodes the same secret, and restart the node that was changed.',
      },
    ],
  },
};

export const doctorRoutes = {
  doctor: {
    method: 'GET',
    path: '/doctor',
    summary: 'What the doctor found last, and whether it is at work',
    access: { area: 'diagnostics', level: 'read' },
    query: z.strictObject({ lang: doctorLanguage.default('en') }),
    reply: doctorReport,
    replyExample: example,
  },
  examine: {
    method: 'POST',
    path: '/doctor',
    summary: 'Examine the whole cluster; the reply is what was found',
    description:
      'All nodes listen, ask and measure at the same time, which takes some two seconds and disturbs nothing. Who asks while that is under way gets the same answer. Progress is told by the live event `doctor`.',
    access: { area: 'diagnostics', level: 'write' },
    body: z.strictObject({ lang: doctorLanguage.default('en') }),
    bodyExample: { lang: 'en' },
    reply: doctorReport,
    replyExample: example,
  },
} as const;
