import { AppError, markProcessed, type RequestContext, uuid7 } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import { audit } from '../audit/audit.js';
import type { AuditedAction } from '../audit/audit-entry.entity.js';
import { contentHash } from '../canonical-json.js';
import type { Experience } from '../experience/experience-tasks.js';
import { CURRENT_MODEL_LOCK } from '../locks.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import type { ModelState } from '../model-versions/model-version.types.js';
import { endProposal } from '../rounds/proposal.js';
import { descriptionColumns, TaskEntity } from '../tasks/task.entity.js';
import { CountedTrialEntity } from './counted-trial.entity.js';
import { endRun } from './end-run.js';
import type { Snapshot } from './snapshot.js';
import type { TrainingOutcome } from './training.types.js';

type Candidate = Extract<TrainingOutcome, { kind: 'candidate' }>;

export interface Finished {
  readonly run: string;
  readonly snapshot: Snapshot;
  readonly outcome: TrainingOutcome;
  readonly seconds: number;
  /** The event whose job trained; named in the audit. */
  readonly eventId: string;
}

/** Everything that a training changes, in the caller's transaction: the version, what it counted, the events it answered. */
export async function storeOutcome(manager: EntityManager, finished: Finished): Promise<void> {
  const { run, snapshot, outcome, eventId } = finished;
  const processed = await markProcessed(manager, snapshot.events);
  if (processed.length !== snapshot.events.length) {
    throw new AppError('CONFLICT', 'Another run has counted the same reports meanwhile.');
  }
  if (outcome.kind === 'skipped') {
    await endRun(manager, run, 'skipped', outcome.reason);
    await judgeProposal(manager, snapshot, { taken: false, reason: outcome.reason }, null);
    return;
  }
  const { experience } = snapshot;
  const version = await insertVersion(manager, finished, outcome);
  await countTrials(manager, version.id, experience.trialIds);
  if (version.state === 'current') {
    if (outcome.alignment !== null) await redescribeOpenTasks(manager, experience, outcome);
  }
  await audit(manager, systemContext(eventId), {
    action: audited[version.state],
    kind: 'model-version',
    id: version.id,
  });
  const state = version.state === 'current' ? 'promoted' : 'rejected';
  await endRun(manager, run, state, version.reason ?? outcome.verdict.reason, version.id);
  await judgeProposal(manager, snapshot, outcome.proposal, version);
}

const audited = {
  current: 'model.promote',
  candidate: 'model.hold',
  rejected: 'model.reject',
  retired: 'model.reject',
} as const satisfies Record<ModelState, AuditedAction>;

/** Ends the round whose extractor was considered here. */
async function judgeProposal(
  manager: EntityManager,
  { proposal }: Snapshot,
  considered: { readonly taken: boolean; readonly reason: string } | null,
  version: ModelVersionEntity | null,
): Promise<void> {
  if (proposal === null) return;
  if (considered?.taken && version !== null) {
    const state = version.state === 'current' ? 'promoted' : 'rejected';
    const reason = version.reason ?? considered.reason;
    await endProposal(manager, proposal.roundId, { state, reason, modelVersionId: version.id });
    return;
  }
  const reason = considered?.reason ?? 'The extractor that the round changed is not the current one any more.';
  await endProposal(manager, proposal.roundId, { state: 'rejected', reason, modelVersionId: null });
}

/** Compare and set: the version is promoted only over the one that it was judged against. */
async function insertVersion(
  manager: EntityManager,
  { snapshot, seconds }: Finished,
  candidate: Candidate,
): Promise<ModelVersionEntity> {
  const { parent, experience } = snapshot;
  const { extractor, ranker, alignment, metrics, verdict } = candidate;
  await manager.query('SELECT pg_advisory_xact_lock($1)', [CURRENT_MODEL_LOCK]);
  const current = await manager.findOne(ModelVersionEntity, {
    where: { id: parent.id, state: 'current' },
    select: { id: true, pinnedAt: true },
  });
  if (current === null) throw new AppError('CONFLICT', `Version ${parent.number} is not the current one any more.`);
  const better = verdict.verdict === 'promote';
  const promote = better && current.pinnedAt === null;
  const held = better && !promote ? ` Version ${parent.number} is pinned, so this one waits as a candidate.` : '';
  if (promote) await manager.update(ModelVersionEntity, { id: parent.id }, { state: 'retired' });
  const last = await manager.maximum(ModelVersionEntity, 'number');
  const artefact = { extractor, ranker, alignment };
  const now = new Date();
  const version: ModelVersionEntity = {
    id: uuid7(),
    kind: 'bundle',
    number: (last ?? 0) + 1,
    state: promote ? 'current' : better ? 'candidate' : 'rejected',
    extractorVersion: extractor.version,
    extractorHash: extractor.hash,
    artefact,
    artefactHash: contentHash(artefact),
    training: {
      parent: parent.number,
      dataHash: ranker.training.dataHash,
      scorer: ranker.scorer,
      loss: ranker.loss,
      seed: ranker.training.seed,
      taskCount: experience.tasks.length,
      trialCount: experience.trialIds.length,
      seconds,
    },
    verdict: verdict.verdict,
    reason: `${verdict.reason}${held}`,
    evaluation: { metrics, folds: verdict.folds },
    pinnedAt: null,
    createdAt: now,
    decidedAt: now,
  };
  await manager.insert(ModelVersionEntity, version);
  return version;
}

/** A trial is counted by the first version that learnt from it. */
async function countTrials(manager: EntityManager, modelVersionId: string, trialIds: readonly string[]): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(CountedTrialEntity)
    .values(trialIds.map((trialId) => ({ trialId, modelVersionId })))
    .orIgnore()
    .execute();
}

/** Private tasks are carried by alignment; of open ones the images' base descriptors are there, so they are described afresh. */
async function redescribeOpenTasks(
  manager: EntityManager,
  experience: Experience,
  candidate: Candidate,
): Promise<void> {
  const open = new Set(experience.tasks.filter((task) => task.base).map((task) => task.id));
  for (const { id, description } of candidate.descriptions) {
    const row = experience.rows.get(id);
    if (row !== undefined && open.has(id)) {
      await manager.update(TaskEntity, { id: row.id }, descriptionColumns(description));
    }
  }
}

function systemContext(eventId: string): RequestContext {
  return {
    actor: { kind: 'system', id: 'retrain' },
    organisationId: null,
    permissions: new Set(),
    requestId: eventId,
  };
}
