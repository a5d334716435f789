import {
  AppError,
  type JobHandler,
  jobOptions,
  markProcessed,
  type RequestContext,
  type RunningJob,
  unprocessedEvents,
  uuid7,
} from '@edgelore/platform';
import type { ExperienceTask } from '@edgelore/ranking';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { audit } from '../audit/audit.js';
import { contentHash } from '../canonical-json.js';
import { type Experience, readExperience } from '../experience/experience-tasks.js';
import { CURRENT_MODEL_LOCK, TRAINING_LOCK } from '../locks.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { currentModel } from '../model-versions/model-versions.service.js';
import { descriptionColumns, TaskEntity } from '../tasks/task.entity.js';
import { CountedTrialEntity } from './counted-trial.entity.js';
import { trainInThread } from './train-in-thread.js';
import type { TrainingOutcome } from './training.types.js';
import { TrainingRunEntity } from './training-run.entity.js';

const LOCK_POLL_MS = 500;
const HEARTBEAT_MS = 500;

/** All that may be learnt from at one instant, and the events that training on it answers. */
interface Snapshot {
  readonly events: readonly string[];
  readonly parent: ModelVersionEntity;
  readonly experience: Experience;
  readonly seed: string;
}

type Candidate = Extract<TrainingOutcome, { kind: 'candidate' }>;

/**
 * Trains the next model on all experience and promotes it where the gate says so. However often the job is delivered and wherever it is killed, each
 * report counts once: the events are marked processed in the transaction that stores the version.
 */
@Injectable()
export class Retraining implements JobHandler {
  readonly job = 'retrain';

  constructor(private readonly database: DataSource) {}

  async handle(job: RunningJob<unknown>): Promise<void> {
    const lock = await this.takeTrainingLock(job.signal);
    try {
      await this.abandonDeadRuns();
      const snapshot = await this.readSnapshot();
      if (snapshot.events.length > 0) await this.train(snapshot, job);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [TRAINING_LOCK]).catch(() => undefined);
      await lock.release();
    }
  }

  private async train(snapshot: Snapshot, job: RunningJob<unknown>): Promise<void> {
    const run = await this.startRun(snapshot);
    const started = performance.now();
    try {
      const { parent, experience, seed } = snapshot;
      const { extractor, ranker } = parent.artefact;
      const outcome = await trainInThread(
        { seed, extractor, ranker, tasks: experience.tasks },
        { signal: job.signal, onProgress: this.reporter(run, job) },
      );
      const seconds = (performance.now() - started) / 1000;
      await this.database.transaction((manager) => finish(manager, { run, snapshot, outcome, seconds, job }));
    } catch (error) {
      await this.fail(run, snapshot, job, error);
      throw error;
    }
  }

  // A session lock: it goes with the connection, so a killed process holds up nobody.
  private async takeTrainingLock(signal: AbortSignal): Promise<QueryRunner> {
    const runner = this.database.createQueryRunner();
    await runner.connect();
    try {
      for (;;) {
        const [row]: { taken: boolean }[] = await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [
          TRAINING_LOCK,
        ]);
        if (row?.taken) return runner;
        signal.throwIfAborted();
        await new Promise((done) => setTimeout(done, LOCK_POLL_MS));
      }
    } catch (error) {
      await runner.release();
      throw error;
    }
  }

  private async abandonDeadRuns(): Promise<void> {
    const end = {
      state: 'abandoned',
      reason: 'The process that trained was stopped.',
      finishedAt: new Date(),
    } as const;
    await this.database.manager.update(TrainingRunEntity, { state: 'running' }, end);
  }

  private readSnapshot(): Promise<Snapshot> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      const events = await unprocessedEvents(manager, 'retrain');
      const parent = await currentModel(manager);
      const experience = await readExperience(manager, { withBase: true });
      // The same experience trains the same model, whichever process does it.
      return { events, parent, experience, seed: `${parent.number}/${dataHashOf(experience)}` };
    });
  }

  private async startRun(snapshot: Snapshot): Promise<string> {
    const id = uuid7();
    await this.database.manager.insert(TrainingRunEntity, {
      id,
      state: 'running',
      phase: 'start',
      progress: 0,
      parentId: snapshot.parent.id,
      modelVersionId: null,
      reason: null,
      trialCount: snapshot.experience.trialIds.length,
      startedAt: new Date(),
      finishedAt: null,
    });
    return id;
  }

  private reporter(run: string, job: RunningJob<unknown>): (phase: string, progress: number) => void {
    let next = 0;
    return (phase, progress) => {
      if (performance.now() < next) return;
      next = performance.now() + HEARTBEAT_MS;
      const shown = Math.min(1, Math.max(0, progress));
      // Only a display: the run goes on when one of these is lost.
      Promise.all([
        this.database.manager.update(TrainingRunEntity, { id: run, state: 'running' }, { phase, progress: shown }),
        job.progress({ phase, progress: shown }),
      ]).catch(() => undefined);
    };
  }

  private async fail(run: string, snapshot: Snapshot, job: RunningJob<unknown>, error: unknown): Promise<void> {
    const stopped = job.signal.aborted;
    const reason = error instanceof AppError ? error.message : 'Training failed on our side; the log says how.';
    await this.database.transaction(async (manager) => {
      await endRun(manager, run, stopped ? 'abandoned' : 'failed', stopped ? 'The process was asked to stop.' : reason);
      // The trials stay in the experience: the next report trains on them again.
      if (!stopped && job.attempt >= jobOptions.attempts) await markProcessed(manager, snapshot.events);
    });
  }
}

interface Finished {
  readonly run: string;
  readonly snapshot: Snapshot;
  readonly outcome: TrainingOutcome;
  readonly seconds: number;
  readonly job: RunningJob<unknown>;
}

async function finish(manager: EntityManager, finished: Finished): Promise<void> {
  const { run, snapshot, outcome, job } = finished;
  const processed = await markProcessed(manager, snapshot.events);
  if (processed.length !== snapshot.events.length) {
    throw new AppError('CONFLICT', 'Another run has counted the same reports meanwhile.');
  }
  if (outcome.kind === 'skipped') {
    await endRun(manager, run, 'skipped', outcome.reason);
    return;
  }
  const { parent, experience } = snapshot;
  const version = await insertVersion(manager, finished, outcome);
  await countTrials(manager, version.id, experience.trialIds);
  if (version.state === 'current') {
    if (outcome.alignment !== null) await redescribeOpenTasks(manager, experience, outcome);
    await audit(manager, systemContext(job), { action: 'model.promote', kind: 'model-version', id: version.id });
  } else {
    await audit(manager, systemContext(job), { action: 'model.reject', kind: 'model-version', id: version.id });
  }
  const state = version.state === 'current' ? 'promoted' : 'rejected';
  await endRun(manager, run, state, `${outcome.verdict.reason} (parent: ${parent.number})`, version.id);
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
  const isCurrent = await manager.existsBy(ModelVersionEntity, { id: parent.id, state: 'current' });
  if (!isCurrent) throw new AppError('CONFLICT', `Version ${parent.number} is not the current one any more.`);
  const promote = verdict.verdict === 'promote';
  if (promote) await manager.update(ModelVersionEntity, { id: parent.id }, { state: 'retired' });
  const last = await manager.maximum(ModelVersionEntity, 'number');
  const artefact = { extractor, ranker, alignment };
  const now = new Date();
  const version: ModelVersionEntity = {
    id: uuid7(),
    kind: 'bundle',
    number: (last ?? 0) + 1,
    state: promote ? 'current' : 'rejected',
    extractorVersion: extractor.version,
    extractorHash: extractor.hash,
    artefact,
    artefactHash: contentHash(artefact),
    training: {
      parent: parent.number,
      dataHash: ranker.training.dataHash,
      taskCount: experience.tasks.length,
      trialCount: experience.trialIds.length,
      seconds,
    },
    verdict: verdict.verdict,
    reason: verdict.reason,
    evaluation: { metrics, folds: verdict.folds },
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
  const open = new Set(experience.tasks.filter((task: ExperienceTask) => task.base).map((task) => task.id));
  for (const { id, description } of candidate.descriptions) {
    const row = experience.rows.get(id);
    if (row !== undefined && open.has(id)) {
      await manager.update(TaskEntity, { id: row.id }, descriptionColumns(description));
    }
  }
}

async function endRun(
  manager: EntityManager,
  id: string,
  state: 'promoted' | 'rejected' | 'skipped' | 'failed' | 'abandoned',
  reason: string,
  modelVersionId: string | null = null,
): Promise<void> {
  const progress = state === 'failed' || state === 'abandoned' ? {} : { phase: 'done', progress: 1 };
  const end = { state, reason, modelVersionId, finishedAt: new Date(), ...progress };
  await manager.update(TrainingRunEntity, { id, state: 'running' }, end);
}

function dataHashOf({ tasks }: Experience): string {
  return contentHash(tasks.map(({ id, description, trials }) => ({ id, description, trials })));
}

function systemContext(job: RunningJob<unknown>): RequestContext {
  return {
    actor: { kind: 'system', id: 'retrain' },
    organisationId: null,
    permissions: new Set(),
    requestId: job.eventId,
  };
}
