import {
  type ClientMessage,
  checkPlan,
  type Mailbox,
  mailboxOf,
  type Roster,
  readClientMessage,
  readMessage,
  rosterOf,
  type Step,
  type Survivors,
  survivorsOf,
  usualThreshold,
} from '@edgelore/federation';
import {
  AppError,
  isUuid,
  type RequestContext,
  requireOrganisation,
  requirePermission,
  uuid7,
} from '@edgelore/platform';
import { ROUND_DEFAULTS, type Trial } from '@edgelore/ranking';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, IsNull, LessThan } from 'typeorm';
import { audit } from '../audit/audit.js';
import { parsed } from '../bad-input.js';
import { canonicalJson } from '../canonical-json.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { parseNumber } from '../number-input.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { RankingBasis } from '../recommendations/ranking-basis.js';
import { visibleTask } from '../tasks/tasks.service.js';
import { TrialEntity } from '../trials/trial.entity.js';
import { advance, planOf } from './advance-round.js';
import { lessonInThread } from './lesson-in-thread.js';
import { RoundEntity } from './round.entity.js';
import type { JoinedRound, OpenRound, Round } from './round.types.js';
import { RoundMessageEntity } from './round-message.entity.js';
import { RoundSeatEntity } from './round-seat.entity.js';

const MOST_CLIP = 100;
const MOST_STEPS = 10_000;
const DAY_S = 24 * 60 * 60;
const STEP_S = 5 * 60;
const MOST_TRIALS = 500;

export type RoundAnswer = Roster | Mailbox | Survivors;

/** Rounds move on when somebody asks or sends: a step ends with its last message, or with the first request after its deadline. */
@Injectable()
export class RoundsService {
  constructor(
    private readonly database: DataSource,
    private readonly basis: RankingBasis,
  ) {}

  /** Opens a round on the current extractor; one runs at a time. */
  async open(ctx: RequestContext, input: OpenRound): Promise<Round> {
    requirePermission(ctx, 'model:manage');
    const { seats } = input;
    const threshold = input.threshold ?? usualThreshold(seats);
    const clip = parseNumber(input.clip ?? ROUND_DEFAULTS.clip, 'clip', 1e-6, MOST_CLIP);
    const steps = Math.round(parseNumber(input.steps ?? ROUND_DEFAULTS.steps, 'steps', 1, MOST_STEPS));
    const stepSeconds = Math.round(parseNumber(input.stepSeconds ?? STEP_S, 'stepSeconds', 1, DAY_S));
    const id = uuid7();
    parsed(() => checkPlan({ round: id, seats, threshold, length: 1, bound: clip }));
    const { model, experience } = await this.basis.current();
    const tasks = experience.tasks.map((task) => ({ ...task, base: experience.rows.get(task.id)?.open ? [] : null }));
    const lesson = await lessonInThread({ tasks, seed: id });
    await this.endOverdue(ctx);
    return this.database.transaction(async (manager) => {
      const round: RoundEntity = {
        id,
        state: 'keys',
        parentId: model.id,
        seats,
        threshold,
        clip,
        steps,
        stepSeconds,
        deadlineAt: new Date(Date.now() + stepSeconds * 1000),
        lesson,
        attendance: {},
        change: null,
        reason: null,
        modelVersionId: null,
        createdAt: new Date(),
        finishedAt: null,
      };
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(RoundEntity)
        .values(round)
        .orIgnore()
        .returning('id')
        .execute();
      if (inserted.raw.length === 0) {
        throw new AppError('CONFLICT', 'A round is running already; open the next when it is over.');
      }
      await audit(manager, ctx, { action: 'round.open', kind: 'round', id, details: { seats, threshold } });
      return roundOf(manager, ctx, round);
    });
  }

  /** Gives the caller's organisation a seat, and all that its client needs. Joining again gives the same seat. */
  async join(ctx: RequestContext, { roundId, taskId }: { roundId: string; taskId: string }): Promise<JoinedRound> {
    requirePermission(ctx, 'task:write');
    const organisationId = requireOrganisation(ctx);
    await this.advanced(ctx, roundId);
    return this.database.transaction(async (manager) => {
      const round = await lockedRound(manager, roundId);
      await visibleTask(manager, ctx, taskId);
      const trials = await trialsOf(manager, taskId);
      const taken = await manager.findBy(RoundSeatEntity, { roundId });
      let own = taken.find((seat) => seat.organisationId === organisationId);
      if (own !== undefined && own.taskId !== taskId) {
        throw new AppError('CONFLICT', 'This organisation takes part with another task already; it has one seat.', {
          field: 'taskId',
        });
      }
      if (own === undefined) {
        const seat = freeSeat(round, taken);
        own = { roundId, seat, organisationId, taskId, createdAt: new Date() };
        await manager.insert(RoundSeatEntity, own);
        await audit(manager, ctx, { action: 'round.join', kind: 'round', id: roundId, details: { seat } });
      }
      const { lesson } = await manager.findOneOrFail(RoundEntity, {
        where: { id: roundId },
        select: { id: true, lesson: true },
      });
      const parent = await manager.findOneByOrFail(ModelVersionEntity, { id: round.parentId });
      return {
        round: await roundOf(manager, ctx, round),
        seat: own.seat,
        plan: planOf(round),
        extractor: parent.artefact.extractor,
        lesson,
        trials,
      };
    });
  }

  /** Takes a client's message to the step that runs. The same again changes nothing; another in its place is refused. */
  async send(ctx: RequestContext, { roundId, message }: { roundId: string; message: unknown }): Promise<Round> {
    requirePermission(ctx, 'task:write');
    const organisationId = requireOrganisation(ctx);
    await this.advanced(ctx, roundId);
    return this.database.transaction(async (manager) => {
      const round = await lockedRound(manager, roundId);
      const { seat } = await ownSeat(manager, organisationId, roundId);
      const plan = planOf(round);
      const sent = parsed(() => readClientMessage(plan, message));
      if (sent.seat !== seat) {
        throw new AppError('INVALID_INPUT', `This organisation has the seat ${seat} in the round.`, {
          field: 'message.seat',
        });
      }
      const first = await manager.findOneBy(RoundMessageEntity, { roundId, seat, step: sent.step });
      if (first !== null) {
        if (canonicalJson(first.body) === canonicalJson(sent)) return roundOf(manager, ctx, round);
        throw new AppError(
          'CONFLICT',
          `Another message to the step ${first.step} was sent before; the first one stays.`,
          {
            field: 'message',
          },
        );
      }
      const body = parsed(() => readMessage(plan, round.attendance, sent));
      await manager.insert(RoundMessageEntity, { roundId, seat, step: body.step, body });
      await advance(manager, ctx, round);
      return roundOf(manager, ctx, round);
    });
  }

  /** What the platform answers the caller's client after the last step that is over; null before the first. */
  async answer(ctx: RequestContext, roundId: string): Promise<RoundAnswer | null> {
    requirePermission(ctx, 'task:write');
    const organisationId = requireOrganisation(ctx);
    await this.advanced(ctx, roundId);
    const { manager } = this.database;
    const round = await manager.findOneByOrFail(RoundEntity, { id: roundId });
    const { seat } = await ownSeat(manager, organisationId, roundId);
    const { keys, shares, input } = round.attendance;
    if (round.deadlineAt === null || keys === undefined) return null;
    if (!(input ?? shares ?? keys).includes(seat)) {
      throw new AppError('CONFLICT', 'This client has dropped out of the round; take part in the next one.');
    }
    const plan = planOf(round);
    const sent = async <Name extends Step>(step: Name) => {
      const rows = await manager.findBy(RoundMessageEntity, { roundId, step });
      return rows.map(({ body }) => body as Extract<ClientMessage, { step: Name }>);
    };
    if (input !== undefined)
      return survivorsOf(
        plan,
        input.map((one) => ({ seat: one })),
      );
    if (shares !== undefined) return mailboxOf(plan, await sent('shares'), seat);
    return rosterOf(plan, await sent('keys'));
  }

  async get(ctx: RequestContext, id: string): Promise<Round> {
    requirePermission(ctx, 'model:read');
    await this.advanced(ctx, id);
    return roundOf(this.database.manager, ctx, await this.database.manager.findOneByOrFail(RoundEntity, { id }));
  }

  async list(ctx: RequestContext, request: PageRequest): Promise<Page<Round>> {
    requirePermission(ctx, 'model:read');
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    await this.endOverdue(ctx);
    const { manager } = this.database;
    const rows = await manager.find(RoundEntity, {
      where: after === null ? {} : { id: LessThan(after) },
      order: { id: 'DESC' },
      take,
    });
    const rounds = new Map(
      await Promise.all(rows.map(async (row) => [row.id, await roundOf(manager, ctx, row)] as const)),
    );
    return pageOf(
      rows,
      request,
      (row) => row.id,
      (row) => rounds.get(row.id)!,
    );
  }

  private async endOverdue(ctx: RequestContext): Promise<void> {
    const unfinished = await this.database.manager.findOneBy(RoundEntity, { finishedAt: IsNull() });
    if (unfinished !== null) await this.advanced(ctx, unfinished.id);
  }

  // In a transaction of its own: what comes after may fail, the step is over all the same.
  private advanced(ctx: RequestContext, id: string): Promise<void> {
    return this.database.transaction(async (manager) => advance(manager, ctx, await lockedRound(manager, id)));
  }
}

async function lockedRound(manager: EntityManager, id: string): Promise<RoundEntity> {
  const round = isUuid(id)
    ? await manager.findOne(RoundEntity, { where: { id }, lock: { mode: 'pessimistic_write' } })
    : null;
  if (round === null) throw new AppError('NOT_FOUND', 'There is no such round.', { field: 'roundId' });
  return round;
}

async function ownSeat(manager: EntityManager, organisationId: string, roundId: string): Promise<RoundSeatEntity> {
  const seat = await manager.findOneBy(RoundSeatEntity, { roundId, organisationId });
  if (seat === null)
    throw new AppError('NOT_FOUND', 'This organisation has no seat in the round; join it first.', { field: 'roundId' });
  return seat;
}

function freeSeat(round: RoundEntity, taken: readonly RoundSeatEntity[]): number {
  if (round.state !== 'keys') {
    throw new AppError('CONFLICT', 'The round has begun or is over; take part in the next one.', { field: 'roundId' });
  }
  const seats = Array.from({ length: round.seats }, (_, at) => at + 1);
  const free = seats.find((seat) => !taken.some((one) => one.seat === seat));
  if (free === undefined) {
    throw new AppError('CONFLICT', 'All seats of the round are taken; take part in the next one.', {
      field: 'roundId',
    });
  }
  return free;
}

/** The task's trials; an extractor learns from differences, so there must be two. */
async function trialsOf(manager: EntityManager, taskId: string): Promise<Trial[]> {
  const rows = await manager.find(TrialEntity, {
    where: { taskId, state: 'completed' },
    order: { id: 'DESC' },
    take: MOST_TRIALS,
  });
  if (new Set(rows.map(({ configurationId }) => configurationId)).size < 2) {
    throw new AppError(
      'INVALID_INPUT',
      'The task needs trials of two configurations to learn from; train and report them first.',
      {
        field: 'taskId',
      },
    );
  }
  return rows.reverse().map(({ configuration, score }) => ({ configuration, score: score ?? 0 }));
}

async function roundOf(manager: EntityManager, ctx: RequestContext, row: RoundEntity): Promise<Round> {
  const { id, state, seats, threshold, clip, steps, deadlineAt, reason, createdAt, finishedAt } = row;
  const taken = await manager.findBy(RoundSeatEntity, { roundId: id });
  const versions = await manager.find(ModelVersionEntity, {
    where: { id: In([row.parentId, row.modelVersionId].filter((one) => one !== null)) },
    select: { id: true, number: true },
  });
  const numberOf = (versionId: string | null) => versions.find((version) => version.id === versionId)?.number ?? null;
  return {
    id,
    state,
    parent: numberOf(row.parentId) ?? 0,
    seats,
    threshold,
    clip,
    steps,
    joined: taken.length,
    contributors: row.attendance.input?.length ?? null,
    seat: taken.find(({ organisationId }) => organisationId === ctx.organisationId)?.seat ?? null,
    deadlineAt,
    modelVersion: numberOf(row.modelVersionId),
    reason,
    createdAt,
    finishedAt,
  };
}
