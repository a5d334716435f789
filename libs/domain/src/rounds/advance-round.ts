import { EXTRACTOR_PARAMETERS } from '@edgelore/descriptors';
import {
  type Attendance,
  currentStep,
  endStep,
  expectedSeats,
  FederationError,
  type RoundPlan,
  type Step,
  unmaskedSum,
} from '@edgelore/federation';
import { type RequestContext, writeOutbox } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import { audit } from '../audit/audit.js';
import { jobs } from '../jobs.js';
import { RoundEntity } from './round.entity.js';
import { RoundMessageEntity } from './round-message.entity.js';

export function planOf({ id, seats, threshold, clip }: RoundEntity): RoundPlan {
  return { round: id, seats, threshold, length: EXTRACTOR_PARAMETERS, bound: clip };
}

/**
 * Ends the step that runs, if all have taken it or its time is over, and goes on to the next; after the last the sum is made. Too few left end the round.
 * The caller holds the round's row.
 */
export async function advance(manager: EntityManager, ctx: RequestContext, round: RoundEntity): Promise<void> {
  const step = currentStep(round.attendance);
  if (step === null || round.deadlineAt === null) return;
  const plan = planOf(round);
  const answered = await seatsAt(manager, round, step);
  if (answered.length < expectedSeats(plan, round.attendance).length && new Date() < round.deadlineAt) return;
  try {
    const attendance = endStep(plan, round.attendance, answered);
    const next = currentStep(attendance);
    if (next === null) {
      await keepSum(manager, ctx, round, await sumOf(manager, plan, round, attendance));
    } else {
      const deadlineAt = new Date(Date.now() + round.stepSeconds * 1000);
      Object.assign(round, { attendance, state: next, deadlineAt });
      await manager.update(RoundEntity, { id: round.id }, { attendance, state: next, deadlineAt });
    }
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    await endRound(manager, ctx, round, { state: 'aborted', reason: error.message, modelVersionId: null });
  }
}

export interface RoundEnd {
  readonly state: 'promoted' | 'rejected' | 'aborted';
  readonly reason: string;
  readonly modelVersionId: string | null;
}

/** What owners sent goes with the end; the sum stays. */
export async function endRound(
  manager: EntityManager,
  ctx: RequestContext,
  round: RoundEntity,
  { state, reason, modelVersionId }: RoundEnd,
): Promise<void> {
  const end = { state, reason, modelVersionId, deadlineAt: null, finishedAt: new Date() };
  Object.assign(round, end);
  await manager.update(RoundEntity, { id: round.id }, end);
  await manager.delete(RoundMessageEntity, { roundId: round.id });
  await audit(manager, ctx, { action: `round.${state}`, kind: 'round', id: round.id, details: { reason } });
}

async function sumOf(
  manager: EntityManager,
  plan: RoundPlan,
  { id }: RoundEntity,
  { shares = [], input = [] }: Attendance,
): Promise<number[]> {
  const rows = await manager.findBy(RoundMessageEntity, { roundId: id });
  const of = <Name extends Step>(step: Name) =>
    rows.flatMap(({ body }) => (body.step === step ? [body as Extract<typeof body, { step: Name }>] : []));
  const sum = await unmaskedSum(plan, { keys: of('keys'), shares, inputs: of('input'), unmasking: of('unmask') });
  return Array.from(sum, (value) => value / input.length);
}

async function keepSum(
  manager: EntityManager,
  ctx: RequestContext,
  round: RoundEntity,
  change: number[],
): Promise<void> {
  const summed = { state: 'summed', change, deadlineAt: null } as const;
  Object.assign(round, summed);
  await manager.update(RoundEntity, { id: round.id }, summed);
  await manager.delete(RoundMessageEntity, { roundId: round.id });
  await writeOutbox(manager, jobs, { topic: 'retrain', payload: { trialId: null } });
  const contributors = round.attendance.input?.length ?? 0;
  await audit(manager, ctx, { action: 'round.sum', kind: 'round', id: round.id, details: { contributors } });
}

async function seatsAt(manager: EntityManager, { id }: RoundEntity, step: Step): Promise<number[]> {
  const rows = await manager.find(RoundMessageEntity, { where: { roundId: id, step }, select: { seat: true } });
  return rows.map(({ seat }) => seat);
}
