import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import type { Logger } from '../logging/logger.js';
import { DatabaseLogger } from './database-logger.js';

const SLOW_QUERY_MS = 1_000;

export type EntityClass = (new () => object) | EntitySchema;
export type MigrationClass = new () => MigrationInterface;

export interface DatabaseOptions {
  readonly url: string;
  readonly entities?: readonly EntityClass[];
  readonly migrations?: readonly MigrationClass[];
  readonly logger?: Logger;
  /** Connections this process may hold. */
  readonly poolSize?: number;
}

/** Tables follow the migrations alone: entities name their columns explicitly and never change the schema. */
export function dataSourceOptions(options: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    entities: [...(options.entities ?? [])],
    migrations: [...(options.migrations ?? [])],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logger: new DatabaseLogger(options.logger),
    maxQueryExecutionTime: SLOW_QUERY_MS,
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 10_000,
    applicationName: 'edgelore',
    // A statement that takes this long is a mistake; queues and training never hold one open.
    extra: { statement_timeout: 30_000, idle_in_transaction_session_timeout: 60_000 },
  };
}

export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}
