import type { Logger as TypeOrmLogger } from 'typeorm';
import type { Logger } from '../logging/logger.js';

/** TypeORM's messages in the process's log, without the parameters of queries, which hold descriptions and hashes. */
export class DatabaseLogger implements TypeOrmLogger {
  constructor(private readonly logger: Logger | undefined) {}

  logQuery(): void {}

  logSchemaBuild(): void {}

  logQueryError(error: string | Error, query: string): void {
    this.logger?.debug({ err: error, query }, 'query failed');
  }

  logQuerySlow(milliseconds: number, query: string): void {
    this.logger?.warn({ milliseconds, query }, 'slow query');
  }

  logMigration(message: string): void {
    this.logger?.info(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.logger?.warn(String(message));
    else this.logger?.debug(String(message));
  }
}
