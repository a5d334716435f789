import { AppError, type JobHandler, jobOptions, markProcessed, type RunningJob, uuid7 } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { TRAINING_LOCK } from '../locks.js';
import { endProposal } from '../rounds/proposal.js';
import { endRun } from './end-run.js';
import { readSnapshot, type Snapshot } from './snapshot.js';
import { storeOutcome } from './store-outcome.js';
import { trainInThread } from './train-in-thread.js';
import { TrainingRunEntity } from './training-run.entity.js';

const LOCK_POLL_MS = 500;
const HEARTBEAT_MS = 500;

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
      const snapshot = await readSnapshot(this.database);
      if (snapshot.events.length > 0) await this.train(snapshot, job);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [TRAINING_LOCK]).catch(() => undefined);
      await lock.release();
    }
  }

  private async train(snapshot: Snapshot, job: RunningJob<unknown>): Promise<void> {
    const run = await this.startRun(snapshot);
    const started = performance.now();
    const cancelled = new AbortController();
    try {
      const { parent, experience, seed, proposal } = snapshot;
      const { extractor, ranker } = parent.artefact;
      const outcome = await trainInThread(
        { seed, extractor, ranker, tasks: experience.tasks, proposed: proposal?.proposed ?? undefined },
        {
          signal: AbortSignal.any([job.signal, cancelled.signal]),
          onProgress: this.reporter(run, job, () => cancelled.abort()),
        },
      );
      const seconds = (performance.now() - started) / 1000;
      await this.database.transaction((manager) =>
        storeOutcome(manager, { run, snapshot, outcome, seconds, eventId: job.eventId }),
      );
    } catch (error) {
      // Its run has ended and its events are answered: nothing is left to do, and nothing to try again.
      if (cancelled.signal.aborted) return;
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

  private reporter(
    run: string,
    job: RunningJob<unknown>,
    cancel: () => void,
  ): (phase: string, progress: number) => void {
    let next = 0;
    return (phase, progress) => {
      if (performance.now() < next) return;
      next = performance.now() + HEARTBEAT_MS;
      const shown = Math.min(1, Math.max(0, progress));
      // Only a display: the run goes on when one of these is lost.
      Promise.all([
        this.database.manager.update(TrainingRunEntity, { id: run, state: 'running' }, { phase, progress: shown }),
        job.progress({ phase, progress: shown }),
      ])
        .then(([{ affected }]) => {
          if (affected === 0) cancel();
        })
        .catch(() => undefined);
    };
  }

  private async fail(run: string, snapshot: Snapshot, job: RunningJob<unknown>, error: unknown): Promise<void> {
    const stopped = job.signal.aborted;
    const reason = error instanceof AppError ? error.message : 'Training failed on our side; the log says how.';
    await this.database.transaction(async (manager) => {
      await endRun(manager, run, stopped ? 'abandoned' : 'failed', stopped ? 'The process was asked to stop.' : reason);
      // The trials stay in the experience: the next report trains on them again.
      if (stopped || job.attempt < jobOptions.attempts) return;
      await markProcessed(manager, snapshot.events);
      if (snapshot.proposal !== null) {
        await endProposal(manager, snapshot.proposal.roundId, { state: 'aborted', reason, modelVersionId: null });
      }
    });
  }
}
