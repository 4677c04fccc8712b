/** Answers to the routes of the document. */
import { diffLines } from 'diff';
import type { RevisionHead } from '#commit/head.ts';
import { differenceInWords } from '#config/difference.ts';
import { loadDocument } from '#config/load.ts';
import { masked } from '#config/operations.ts';
import { documentAreas, type Grants } from '#config/privileges.ts';
import { plainPart, sectionOf } from '#config/sections.ts';
import { toggled } from '#config/toggle.ts';
import type { ReplyOf, routes } from './contract/rest.ts';
import {
  type Change,
  carriedOut,
  drafted,
  forbiddenOf,
  mayChange,
  mayRead,
  mayReadAll,
  type Order,
  type Proposed,
  shownFinding,
} from './document-change.ts';
import type { Paper } from './document-desk.ts';
import { type Answer, answer, type Call, callerOf, type Handlers, type World } from './handlers.ts';
import { type Refusal, refuse } from './problems.ts';

type DocumentRoute = keyof typeof import('./contract/routes-document.ts').documentRoutes &
  keyof typeof routes;

export function documentHandlers(world: World): Pick<Handlers, DocumentRoute> {
  const { desk, coordinator } = world;
  return {
    document: async (call) => {
      const read = await newest(world);
      if (!read.ok) return read;
      const paper = read.value;
      const { grants } = callerOf(call);
      call.header('etag', etagOf(paper.head));
      const confirmBy = await desk.confirmBy();
      return answer({
        ...shown(paper, grants),
        ...(confirmBy === undefined ? {} : { confirmWithinMs: Math.max(0, confirmBy - world.wallClock()) }),
        findings: findingsOf(paper.text).filter(({ path }) => mayRead(grants, sectionOf(path))),
        writable: writableOf(grants),
      });
    },
    putDocument: (call) => {
      const { text, reason, confirmSeconds } = call.body;
      if (!mayReadAll(callerOf(call).grants))
        return refused('forbidden', 'the whole document is replaced by administrators alone', {
          remedy: 'Change the sections that you may change by POST /api/v1/document/edit.',
        });
      return change(
        world,
        call,
        { text },
        { caller: callerOf(call), reason, confirmSeconds },
        'document.put',
      );
    },
    editDocument: (call) => {
      const { operations, reason, confirmSeconds } = call.body;
      const order = { caller: callerOf(call), reason, confirmSeconds };
      return change(world, call, { operations }, order, 'document.edit');
    },
    shareSections: async (call) => {
      const { own, shared, take, reason, confirmSeconds } = call.body;
      const read = await newest(world);
      if (!read.ok) return read;
      const text = toggled(read.value.text, { own, shared, take });
      if (!text.ok)
        return refuse('bad-request', text.error, {
          remedy: 'Say in "take" which node has it right, or make the sections the same first.',
        });
      const order = { caller: callerOf(call), reason, confirmSeconds };
      return change(world, call, { text: text.value }, order, 'document.sections');
    },
    planDocument: async (call) => {
      const { grants } = callerOf(call);
      const read = await newest(world);
      if (!read.ok) return read;
      // Whoever may not replace the whole could otherwise ask whether his guess of a secret is right.
      if ('text' in call.body && !mayReadAll(grants))
        return refuse('forbidden', 'the whole document is for administrators; others send operations');
      const draft = drafted(read.value, call.body);
      if (!draft.ok) return draft;
      const { text, words, findings, sections } = draft.value;
      const nodes = Object.entries(await coordinator.plan(text)).map(
        ([node, plan]) => [node, plan.ok ? { words: [...plan.value] } : { error: plan.error }] as const,
      );
      const forbidden = forbiddenOf(grants, sections);
      return answer({
        changes: [...words],
        nodes: Object.fromEntries(nodes),
        findings: [...findings],
        forbidden,
      });
    },
    confirmDocument: async (call) => {
      const caller = callerOf(call);
      if (writableOf(caller.grants).length === 0)
        return refuse('forbidden', `${caller.title} may change nothing in the document`);
      const done = await coordinator.confirm();
      world.audit(
        audited(
          call,
          'document.confirm',
          done.ok,
          done.ok ? `revision ${done.value.head.number}` : done.error,
        ),
      );
      if (!done.ok) return refuse('bad-request', done.error, { remedy: 'There is nothing to do.' });
      return answer({ head: done.value.head, away: { ...done.value.away } });
    },
    history: async ({ query }) => {
      const heads = await desk.history(query.limit);
      return heads.ok ? answer([...heads.value]) : refuse('node-away', heads.error);
    },
    revision: async (call) => {
      const paper = await revisionOf(world, call.params.number);
      if (!paper.ok) return paper;
      const { head, document, text } = shown(paper.value, callerOf(call).grants);
      return answer({ head, document, ...(text === undefined ? {} : { text }) });
    },
    diff: async (call) => {
      const { grants } = callerOf(call);
      const from = await revisionOf(world, call.query.from);
      if (!from.ok) return from;
      const to = call.query.to === undefined ? await newest(world) : await revisionOf(world, call.query.to);
      return to.ok ? answer(difference(from.value, to.value, grants)) : to;
    },
    rollback: async (call) => {
      const { number, reason, confirmSeconds } = call.body;
      const old = await revisionOf(world, number);
      if (!old.ok) return old;
      const why = reason === '' ? `back to revision ${number}` : reason;
      const order = { caller: callerOf(call), reason: why, confirmSeconds };
      return change(world, call, { text: old.value.text }, order, 'document.rollback');
    },
    compare: async () => answer(await world.compare()),
  };
}

export const etagOf = ({ hash }: RevisionHead): string => `"${hash}"`;

export async function newest({ desk }: World): Promise<Answer<Paper>> {
  const read = await desk.newest();
  return read.ok ? read : refuse('node-away', read.error);
}

async function revisionOf({ desk }: World, number: number): Promise<Answer<Paper>> {
  const read = await desk.revision(number);
  return read.ok ? read : refuse('not-found', read.error, { remedy: 'See GET /api/v1/document/history.' });
}

/** A change on top of the revision that the request names. */
async function change(
  world: World,
  call: Pick<Call<'editDocument'>, 'ifMatch' | 'address' | 'caller' | 'header'>,
  wanted: Change,
  order: Order,
  action: string,
): Promise<Answer<ReplyOf<'editDocument'>>> {
  const read = await newest(world);
  if (!read.ok) return read;
  const paper = read.value;
  if (call.ifMatch === undefined) return refuse('if-match-missing', 'the header If-Match is missing');
  if (call.ifMatch !== etagOf(paper.head)) {
    const { number, author, node, reason } = paper.head;
    const what = reason === '' ? '' : ` (${reason})`;
    return refuse('conflict', `revision ${number} is by ${author} at ${node}${what}`, { head: paper.head });
  }
  const draft = drafted(paper, wanted);
  if (!draft.ok) return draft;
  const forbidden = forbiddenOf(order.caller.grants, draft.value.sections);
  if (forbidden.length > 0) {
    world.audit(audited(call, action, false, `not allowed: ${forbidden.join(', ')}`));
    return refuse('forbidden', `${order.caller.title} may not change ${forbidden.join(', ')}`);
  }
  const done = await carriedOut(world, paper, draft.value, order);
  world.audit(
    audited(call, action, done.ok, done.ok ? wordsOf(done.value.head, draft.value) : done.error.detail),
  );
  if (done.ok) call.header('etag', etagOf(done.value.head));
  return done;
}

const wordsOf = ({ number }: RevisionHead, { words }: Proposed): string =>
  `revision ${number}: ${words.length === 0 ? 'nothing differs' : words.join('; ')}`.slice(0, 2_000);

export const audited = (
  { caller, address }: Pick<Call<'editDocument'>, 'caller' | 'address'>,
  action: string,
  isDone: boolean,
  detail: string,
) => ({ actor: caller?.title ?? 'nobody', from: address, action, ok: isDone, detail });

function shown(paper: Paper, grants: Grants) {
  const document = masked(readable(paper.plain, grants)) as Paper['plain'];
  return { head: paper.head, document, ...(mayReadAll(grants) ? { text: paper.text } : {}) };
}

const findingsOf = (text: string) => {
  const loaded = loadDocument(text, { assumed: true });
  return (loaded.ok ? loaded.value.findings : loaded.error).map(shownFinding);
};

/** Every section that a document can have, and that one may change. */
const writableOf = (grants: Grants): string[] => allSections.filter((section) => mayChange(grants, section));

function difference(from: Paper, to: Paper, grants: Grants): ReplyOf<'diff'> {
  const lines = mayReadAll(grants)
    ? diffLines(from.text, to.text).flatMap(({ added, removed, value }) =>
        value
          .replace(/\n$/, '')
          .split('\n')
          .map((text) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text }) as const),
      )
    : undefined;
  return {
    from: from.head,
    to: to.head,
    changes: differenceInWords(readable(from.plain, grants), readable(to.plain, grants)),
    ...(lines === undefined ? {} : { lines }),
  };
}

const readable = (plain: Paper['plain'], grants: Grants): Paper['plain'] =>
  plainPart(plain, (section) => mayRead(grants, section));

const refused = async (...what: Parameters<typeof refuse>): Promise<Refusal> => refuse(...what);

const allSections: readonly string[] = Object.values(documentAreas).flat();
