/** The API's world in a running node: core behind its conversation, peers behind theirs. */
import type { Coordinator, Member } from '#commit/coordinator.ts';
import { comparison } from './comparison.ts';
import { outcome } from './contract/inside.ts';
import { nodeAnswer } from './contract/node-questions.ts';
import type { ApiAsks, ApiTells } from './contract/processes.ts';
import type { Conversation } from './conversation.ts';
import { DoctorDesk } from './doctor-desk.ts';
import { DocumentDesk } from './document-desk.ts';
import { Gate } from './gate.ts';
import type { NodeDoor, World } from './handlers.ts';
import { LiveEvents } from './live-events.ts';
import { OwnNode } from './own-node.ts';
import { Passwords } from './passwords.ts';
import type { PeerCaller } from './peer-client.ts';

/** A capture takes up to a minute, ms. */
const questionPatience = 70_000;
const corePatience = 30_000;

export interface WorldParts {
  readonly node: string;
  readonly version: string;
  /** SHA-256 of the token of a lab's page. */
  readonly lab: string | undefined;
  readonly core: Pick<Conversation, 'ask' | 'tell'>;
  readonly self: Member;
  readonly coordinator: Coordinator;
  readonly callers: () => readonly PeerCaller[];
}

export interface Api {
  readonly world: World;
  readonly live: LiveEvents;
  readonly own: OwnNode;
}

export function makeWorld({ node, version, lab, core, self, coordinator, callers }: WorldParts): Api {
  const desk = new DocumentDesk(self);
  const passwords = new Passwords();
  const clock = (): number => performance.now();
  const gate = new Gate({ desk, passwords, lab, clock, wallClock: Date.now });
  const askCore: NodeDoor['ask'] = (question, by) => {
    const asked: ApiAsks = { kind: 'node', question, by };
    return core.ask(asked, nodeAnswer, questionPatience);
  };
  const own = new OwnNode(node, askCore, clock);
  const peers = () => callers().map(({ door }) => door);
  const live = new LiveEvents({ self: own, peers, gate, wallClock: Date.now });
  const world: World = {
    node,
    version,
    isLab: lab !== undefined,
    gate,
    desk,
    passwords,
    coordinator,
    self: own,
    peers,
    doctor: new DoctorDesk({
      self,
      peers: callers,
      clock,
      wallClock: Date.now,
      tell: (progress) => live.doctor(progress),
    }),
    compare: () => comparison([self, ...callers()]),
    isSetUpCode: async (code) => {
      const right = await core.ask({ kind: 'setUpCode', code } satisfies ApiAsks, outcome, corePatience);
      return right.ok && right.value.ok;
    },
    audit: (line) => core.tell({ kind: 'audit', line } satisfies ApiTells),
    clock,
    wallClock: Date.now,
  };
  return { world, own, live };
}
