import { type RequestContext, uuid7 } from '@edgelore/platform';
import { type ProposedExtractor, updatedExtractor } from '@edgelore/ranking';
import type { EntityManager } from 'typeorm';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { endRound, type RoundEnd } from './advance-round.js';
import { RoundEntity } from './round.entity.js';
import { RoundSeatEntity } from './round-seat.entity.js';

/** The extractor that a round made and that no training has judged yet. */
export interface Proposal {
  readonly roundId: string;
  /** Null when the extractor that the round changed is not the current one any more. */
  readonly proposed: ProposedExtractor | null;
}

export async function readProposal(manager: EntityManager, current: ModelVersionEntity): Promise<Proposal | null> {
  const round = await manager.findOne(RoundEntity, {
    where: { state: 'summed' },
    select: { id: true, parentId: true, change: true },
  });
  if (round === null) return null;
  const parent = await manager.findOneByOrFail(ModelVersionEntity, { id: round.parentId });
  if (parent.extractorHash !== current.extractorHash) return { roundId: round.id, proposed: null };
  const seats = await manager.findBy(RoundSeatEntity, { roundId: round.id });
  const extractor = updatedExtractor(current.artefact.extractor, round.change ?? []);
  return { roundId: round.id, proposed: { extractor, taught: seats.map(({ taskId }) => taskId) } };
}

/** Ends the round of a proposal, in the transaction that stores what became of it. */
export async function endProposal(manager: EntityManager, roundId: string, end: RoundEnd): Promise<void> {
  const round = await manager.findOneByOrFail(RoundEntity, { id: roundId });
  await endRound(manager, systemContext(), round, end);
}

function systemContext(): RequestContext {
  return { actor: { kind: 'system', id: 'rounds' }, organisationId: null, permissions: new Set(), requestId: uuid7() };
}
