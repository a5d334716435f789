import type { DataSource, EntityManager } from 'typeorm';
import { uuid7 } from '../ids/uuid7.js';
import type { JobName, JobPayload, JobTable } from '../queue/job-table.js';

export interface OutboxEvent<Jobs extends JobTable, Name extends JobName<Jobs> = JobName<Jobs>> {
  readonly topic: Name;
  readonly payload: JobPayload<Jobs, Name>;
}

/** Records inside the caller's transaction that a job is due. Returns the event's id. */
export async function writeOutbox<Jobs extends JobTable, Name extends JobName<Jobs>>(
  manager: EntityManager,
  jobs: Jobs,
  event: OutboxEvent<Jobs, Name>,
): Promise<string> {
  const id = uuid7();
  const payload = jobs[event.topic]!.payload.parse(event.payload);
  await manager.query('INSERT INTO outbox_events (id, topic, payload) VALUES ($1, $2, $3)', [
    id,
    event.topic,
    JSON.stringify(payload),
  ]);
  return id;
}

/**
 * Runs `effect` and marks the event processed in one transaction, unless another run already did. Returns whether it ran, so that a job
 * delivered twice counts once.
 */
export function processOnce(
  database: DataSource,
  eventId: string,
  effect: (manager: EntityManager) => Promise<void>,
): Promise<boolean> {
  return database.transaction(async (manager) => {
    const due: unknown[] = await manager.query(
      'SELECT 1 FROM outbox_events WHERE id = $1 AND processed_at IS NULL FOR UPDATE',
      [eventId],
    );
    if (due.length === 0) return false;
    await effect(manager);
    await markProcessed(manager, [eventId]);
    return true;
  });
}

/** The events of one topic that wait for their effect, oldest first. A coalescing job reads them before it reads its input. */
export async function unprocessedEvents(manager: EntityManager, topic: string): Promise<string[]> {
  const rows: { id: string }[] = await manager.query(
    'SELECT id FROM outbox_events WHERE topic = $1 AND processed_at IS NULL ORDER BY id',
    [topic],
  );
  return rows.map((row) => row.id);
}

/** Call inside the transaction that writes the effect. Returns the ids that were not yet processed. */
export async function markProcessed(manager: EntityManager, eventIds: readonly string[]): Promise<string[]> {
  const [rows]: [{ id: string }[], number] = await manager.query(
    'UPDATE outbox_events SET processed_at = now() WHERE id = ANY($1) AND processed_at IS NULL RETURNING id',
    [eventIds],
  );
  return rows.map((row) => row.id);
}
