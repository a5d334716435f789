import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { processOnce } from '../outbox/outbox.js';
import { defineJobs } from '../queue/job-table.js';

/** The jobs of the queue suite. */
export const suiteJobs = defineJobs({
  count: { queue: 'maintenance', payload: z.object({ ms: z.number() }) },
  gather: { queue: 'training', payload: z.object({}), coalesce: 'gather' },
});

/** An effect that would show if it happened twice. */
export function countOnce(database: DataSource, eventId: string): Promise<boolean> {
  return processOnce(database, eventId, async (manager) => {
    await manager.query('INSERT INTO effects (event_id) VALUES ($1)', [eventId]);
  });
}
