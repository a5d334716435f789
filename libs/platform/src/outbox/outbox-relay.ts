import type { DataSource } from 'typeorm';
import type { Logger } from '../logging/logger.js';
import type { JobTable } from '../queue/job-table.js';
import type { QueueClient } from '../queue/queue-client.js';

export interface OutboxRelayOptions {
  /** How often to look for new events. */
  readonly pollMs?: number;
  /** An event without its effect is offered to the queue again after this long; see `QueueClient.add`. */
  readonly resendMs?: number;
  readonly batch?: number;
}

/** Carries events from the outbox to the queue. Any number of relays may run; each event is locked by one at a time. */
export class OutboxRelay {
  private readonly options: Required<OutboxRelayOptions>;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: DataSource,
    private readonly jobs: JobTable,
    private readonly queue: QueueClient,
    private readonly logger: Logger,
    options: OutboxRelayOptions = {},
  ) {
    this.options = { pollMs: 500, resendMs: 30_000, batch: 100, ...options };
  }

  start(): void {
    this.stopped = false;
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Sends one batch of due events; returns how many. */
  relayOnce(): Promise<number> {
    return this.database.transaction(async (manager) => {
      const due: { id: string; topic: string; payload: unknown }[] = await manager.query(
        `SELECT id, topic, payload FROM outbox_events
          WHERE processed_at IS NULL AND (published_at IS NULL OR published_at < now() - $1 * interval '1 millisecond')
          ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`,
        [this.options.resendMs, this.options.batch],
      );
      const known = due.filter((event) => Object.hasOwn(this.jobs, event.topic));
      for (const event of known) await this.queue.add(event.topic, event.payload, { eventId: event.id });
      await manager.query('UPDATE outbox_events SET published_at = now() WHERE id = ANY($1)', [
        due.map((event) => event.id),
      ]);
      return due.length;
    });
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.drain();
    }, delayMs);
  }

  private async drain(): Promise<void> {
    try {
      while (!this.stopped && (await this.relayOnce()) === this.options.batch);
    } catch (error) {
      // The rows stay due; the next poll tries again once the queue or the database is back.
      this.logger.warn({ err: error }, 'outbox relay: will try again');
    }
    if (!this.stopped) this.schedule(this.options.pollMs);
  }
}
