import { EventEmitter } from 'node:events';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Client, type Notification } from 'pg';
import { z } from 'zod';
import type { Logger } from '../logging/logger.js';

/** The channel that the triggers of the schema notify. */
const CHANNEL = 'edgelore_changes';
const RECONNECT_MS = 1_000;

const notice = z.object({
  table: z.string(),
  id: z.uuid(),
  organisationId: z.uuid().optional(),
  taskId: z.uuid().optional(),
});

/** A row that some process wrote and committed. */
export type Change =
  | ({ readonly kind: 'row' } & Readonly<z.output<typeof notice>>)
  /** Changes may have been missed: whoever shows state reads it again. */
  | { readonly kind: 'gap' };

/** What Postgres tells of committed changes, to any number of readers over one connection, which is made for the first of them. */
export class ChangeFeed implements OnApplicationShutdown {
  private readonly readers = new EventEmitter().setMaxListeners(0);
  private connection: Client | undefined;
  private connected: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly logger: Logger,
  ) {}

  /** Tells of every change from the moment that this resolves until the signal aborts. */
  async listen(reader: (change: Change) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.readers.on('change', reader);
    signal.addEventListener('abort', () => this.readers.off('change', reader), { once: true });
    this.connected ??= this.connect();
    await this.connected;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.connection?.end();
  }

  private async connect(): Promise<void> {
    const connection = new Client({ connectionString: this.url, application_name: 'edgelore-changes' });
    this.connection = connection;
    connection.on('notification', (message) => this.tell(message));
    connection.on('error', (error) => this.lost(connection, error));
    connection.on('end', () => this.lost(connection, undefined));
    try {
      await connection.connect();
      await connection.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      this.lost(connection, error);
    }
  }

  private tell({ payload }: Notification): void {
    const parsed = notice.safeParse(JSON.parse(payload ?? 'null'));
    if (parsed.success) this.readers.emit('change', { kind: 'row', ...parsed.data });
    else this.logger.warn({ payload }, 'change feed: not understood');
  }

  private lost(connection: Client, error: unknown): void {
    if (this.stopped || this.connection !== connection) return;
    this.connection = undefined;
    this.logger.warn({ err: error }, 'change feed: connection lost, will connect again');
    connection.end().catch(() => undefined);
    this.retry = setTimeout(() => {
      this.connect().then(() => this.readers.emit('change', { kind: 'gap' }));
    }, RECONNECT_MS);
  }
}
