/** Examines the cluster when somebody asks, one examination at a time, and remembers what the last one found. */
import { fail, ok, type Result } from '#base/result.ts';
import type { Member } from '#commit/coordinator.ts';
import { diagnose, readExamination } from '#doctor/diagnose.ts';
import type { DoctorLanguage, DoctorProgress, DoctorReport } from './contract/doctor.ts';
import { examinedMember } from './examination.ts';

type Last = NonNullable<DoctorReport['last']>;

interface Running {
  readonly since: number;
  readonly nodes: Record<string, DoctorProgress[string]>;
}

export interface DoctorParts {
  readonly self: Member;
  readonly peers: () => readonly Member[];
  /** ms of a clock that goes forward. */
  readonly clock: () => number;
  /** ms since 1970. */
  readonly wallClock: () => number;
  /** Hears how far the nodes are; undefined when all is judged. */
  readonly tell: (progress: DoctorProgress | undefined) => void;
}

export class DoctorDesk {
  readonly #parts: DoctorParts;
  #running: Running | undefined;
  #underWay: Promise<Result<void>> | undefined;
  #last: Readonly<Record<DoctorLanguage, Last>> | undefined;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
  }

  /** Ends when all nodes have answered or are given up; fails when this node cannot examine itself. */
  examine(): Promise<Result<void>> {
    this.#underWay ??= this.#examine().finally(() => {
      this.#underWay = undefined;
      this.#running = undefined;
      this.#parts.tell(undefined);
    });
    return this.#underWay;
  }

  report(language: DoctorLanguage): DoctorReport {
    const running = this.#running;
    return {
      node: this.#parts.self.node,
      ...(running === undefined
        ? {}
        : { running: { sinceMs: this.#parts.clock() - running.since, nodes: { ...running.nodes } } }),
      ...(this.#last === undefined ? {} : { last: this.#last[language] }),
    };
  }

  async #examine(): Promise<Result<void>> {
    const { self, peers, clock, wallClock, tell } = this.#parts;
    const members = [self, ...peers()];
    const nodes = Object.fromEntries(members.map(({ node }) => [node, 'measuring' as const]));
    const running: Running = { since: clock(), nodes };
    this.#running = running;
    tell({ ...running.nodes });
    const [own, ...others] = await Promise.all(
      members.map(async (member) => {
        const reply = await examinedMember(member, wallClock);
        running.nodes[member.node] = reply.ok ? 'answered' : 'away';
        tell({ ...running.nodes });
        return [member.node, reply] as const;
      }),
    );
    if (own?.[1].ok !== true) return fail(own?.[1].error ?? 'this node has no name');
    const examined = readExamination({ self: own[1].evidence, peers: Object.fromEntries(others) });
    if (examined === undefined)
      return fail('this node measured something that this version does not understand');
    const found = {
      time: wallClock(),
      tookMs: clock() - running.since,
      nodes: [
        { node: examined.self.node },
        ...Object.entries(examined.peers).map(([node, peer]) =>
          peer.ok ? { node } : { node, away: peer.error },
        ),
      ],
    };
    this.#last = {
      en: { ...found, findings: diagnose(examined, 'en') },
      fr: { ...found, findings: diagnose(examined, 'fr') },
    };
    return ok(undefined);
  }
}
