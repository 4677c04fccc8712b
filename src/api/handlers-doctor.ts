/** Answers to the routes of the doctor. */
import { answer, type Handlers, type World } from './handlers.ts';
import { refuse } from './problems.ts';

export function doctorHandlers({ doctor }: World): Pick<Handlers, 'doctor' | 'examine'> {
  return {
    doctor: async ({ query }) => answer(doctor.report(query.lang)),
    examine: async ({ body }) => {
      const done = await doctor.examine();
      return done.ok ? answer(doctor.report(body.lang)) : refuse('node-away', done.error);
    },
  };
}
