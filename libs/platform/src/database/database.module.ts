import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG, LOGGER } from '../config/config.module.js';
import { AppError } from '../errors/app-error.js';
import type { Logger } from '../logging/logger.js';
import { dataSourceOptions, type EntityClass, type MigrationClass } from './data-source.js';
import { runMigrations } from './migrate.js';

export interface DatabaseModuleOptions {
  readonly entities: readonly EntityClass[];
  readonly migrations: readonly MigrationClass[];
}

/** Connects, migrates, and provides `DataSource` everywhere. Needs `ConfigModule`. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [CONFIG, LOGGER],
          useFactory: (config: Config, logger: Logger) => ({
            ...dataSourceOptions({ url: requireDatabaseUrl(config), logger, ...options }),
            retryAttempts: 5,
            retryDelay: 1_000,
          }),
          dataSourceFactory: async (settings?: DataSourceOptions) => {
            if (settings === undefined) throw new AppError('INTERNAL', 'The database module was given no settings.');
            const database = await new DataSource(settings).initialize();
            await runMigrations(database);
            return database;
          },
        }),
      ],
      exports: [TypeOrmModule],
    };
  }
}

/** `npm start` fills it in with the Postgres that it brought up. */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl === undefined) {
    throw new AppError(
      'CONFIG_INVALID',
      'DATABASE_URL: missing; start through `npm start`, which brings up its own Postgres, or name one',
    );
  }
  return config.databaseUrl;
}
