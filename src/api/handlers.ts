/** What the routes of the table are answered with: what each handler gets, and what it may use. */
import type { Result } from '#base/result.ts';
import type { Coordinator } from '#commit/coordinator.ts';
import type { AuditLine, NodeAnswer, NodeQuestion } from './contract/node-questions.ts';
import type { Asked, ReplyOf, RouteName } from './contract/rest.ts';
import type { DoctorDesk } from './doctor-desk.ts';
import type { DocumentDesk } from './document-desk.ts';
import type { Caller, Gate } from './gate.ts';
import type { Passwords } from './passwords.ts';
import type { Refusal } from './problems.ts';

/** Who asks a node something, as its audit log names him. */
export interface Actor {
  readonly user: string;
  /** Address of the client. */
  readonly from: string;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;
export const answer = <T>(value: T): Answer<T> => ({ ok: true, value });

export interface Call<N extends RouteName> extends Asked<N> {
  readonly caller: Caller | undefined;
  readonly address: string;
  readonly ifMatch: string | undefined;
  /** Sets headers of the reply. */
  readonly header: (name: string, value: string) => void;
}

/** A call of somebody who is logged in: the table says so, and the gate has looked. */
export type OwnCall<N extends RouteName> = Call<N> & { readonly caller: Caller };

/** Routes whose replies are no JSON are served by themselves. */
export type StreamRoute = 'events' | 'metrics' | 'capture' | 'openapi';
export type Handlers = {
  readonly [N in Exclude<RouteName, StreamRoute>]: (call: Call<N>) => Promise<Answer<ReplyOf<N>>>;
};

export interface NodeDoor {
  readonly node: string;
  ask(question: NodeQuestion, by: Actor): Promise<Result<NodeAnswer>>;
}

/** The world as the handlers see it. */
export interface World {
  readonly node: string;
  readonly version: string;
  readonly isLab: boolean;
  readonly gate: Gate;
  readonly desk: DocumentDesk;
  readonly passwords: Passwords;
  readonly coordinator: Pick<Coordinator, 'plan' | 'propose' | 'confirm'>;
  readonly self: NodeDoor;
  /** The other nodes of the document, in its order. */
  readonly peers: () => readonly NodeDoor[];
  readonly doctor: Pick<DoctorDesk, 'examine' | 'report'>;
  readonly compare: () => Promise<ReplyOf<'compare'>>;
  /** Whether this is the code of the first start; core knows it. */
  readonly isSetUpCode: (code: string) => Promise<boolean>;
  readonly audit: (line: Omit<AuditLine, 'time'>) => void;
  readonly clock: () => number;
  readonly wallClock: () => number;
}

/** The caller of a route that lets nobody else in. */
export function callerOf({ caller }: { readonly caller: Caller | undefined }): Caller {
  if (caller === undefined) throw new Error('bug: the gate let somebody in who is not logged in');
  return caller;
}
