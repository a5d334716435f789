import { createRequire } from 'node:module';
import { migrations } from '@edgelore/migrations';
import { CONFIG, type Config, type RequestContext, requirePermission } from '@edgelore/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { QueuesService } from '../queues/queues.service.js';
import type { Check, RanMigration, SystemStatus } from './system.types.js';

const { version }: { version: string } = createRequire(import.meta.url)('../../package.json');

/** How the platform itself is. */
@Injectable()
export class SystemService {
  private readonly startedAt = new Date();

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Pick<Config, 'redisUrl'>,
    private readonly queues: QueuesService,
  ) {}

  async status(ctx: RequestContext): Promise<SystemStatus> {
    requirePermission(ctx, 'model:manage');
    const [facts]: { postgres: string; databaseBytes: string }[] = await this.database.query(
      `SELECT current_setting('server_version') AS postgres, pg_database_size(current_database()) AS "databaseBytes"`,
    );
    const ran: { name: string; timestamp: string }[] = await this.database.query(
      'SELECT name, "timestamp" FROM migrations ORDER BY "timestamp" DESC',
    );
    const known = migrations.map((Migration) => new Migration().name);
    return {
      version,
      node: process.version,
      postgres: facts!.postgres,
      databaseBytes: Number(facts!.databaseBytes),
      queueBackend: this.config.redisUrl === undefined ? 'postgres' : 'redis',
      startedAt: this.startedAt,
      checks: [
        await check('database', async () => {
          await this.database.query('SELECT 1');
          return 'answers';
        }),
        await check('queue', async () => {
          const queues = await this.queues.list(ctx);
          const failed = queues.reduce((sum, queue) => sum + queue.failed, 0);
          const paused = queues.filter((queue) => queue.paused).map((queue) => queue.queue);
          return [`${failed} failed jobs`, ...paused.map((queue) => `${queue} is paused`)].join(', ');
        }),
        await check('outbox', () => this.outboxAge()),
      ],
      migrations: ran.map((row): RanMigration => ({ name: row.name, writtenAt: new Date(Number(row.timestamp)) })),
      pendingMigrations: known.filter((name) => !ran.some((row) => row.name === name)),
    };
  }

  private async outboxAge(): Promise<string> {
    const [row]: { waiting: number; seconds: number | null }[] = await this.database.query(
      `SELECT count(*)::integer AS waiting, extract(epoch FROM now() - min(created_at))::double precision AS seconds
         FROM outbox_events WHERE processed_at IS NULL AND published_at IS NULL`,
    );
    const { waiting = 0, seconds = null } = row ?? {};
    if (waiting === 0) return 'nothing waits for the queue';
    const age = Math.round(seconds ?? 0);
    // A relay looks twice a second: what waits longer has none.
    if (age > 60) throw new Error(`${waiting} events wait for the queue, the oldest for ${age} s; does a worker run?`);
    return `${waiting} events wait for the queue`;
  }
}

async function check(name: string, run: () => Promise<string>): Promise<Check> {
  const start = performance.now();
  const took = () => Math.round(performance.now() - start);
  try {
    return { name, ok: true, detail: await run(), milliseconds: took() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), milliseconds: took() };
  }
}
