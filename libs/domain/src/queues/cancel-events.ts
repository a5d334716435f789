import { markProcessed, unprocessedEvents } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import { jobs } from '../jobs.js';
import { TrainingRunEntity } from '../training/training-run.entity.js';

/**
 * Takes the events of a job as answered, of a coalescing one all that wait. A training that runs sees at its next heartbeat that its run has ended. The
 * reported trials stay in the experience: the next training learns from them.
 */
export async function cancelEvents(manager: EntityManager, topic: string, eventId: string): Promise<void> {
  const coalesces = Object.entries(jobs).some(([name, job]) => name === topic && job.coalesce !== undefined);
  await markProcessed(manager, coalesces ? await unprocessedEvents(manager, topic) : [eventId]);
  if (topic !== 'retrain') return;
  const end = { state: 'abandoned', reason: 'An operator cancelled it.', finishedAt: new Date() } as const;
  await manager.update(TrainingRunEntity, { state: 'running' }, end);
}
