import { migrations } from '@edgelore/migrations';
import { AppError, type Config, createDataSource, requireDatabaseUrl, runMigrations } from '@edgelore/platform';
import type { DataSource, EntityManager } from 'typeorm';
import { databaseEntities } from './database-entities.js';
import { importExperience } from './experience/import-experience.js';
import { readShippedExperience, type ShippedExperience } from './experience/shipped-experience.js';
import { FIRST_START_LOCK } from './locks.js';
import { ModelVersionEntity } from './model-versions/model-version.entity.js';
import { ensureOperator } from './organisations/access.service.js';
import { OrganisationEntity } from './organisations/organisation.entity.js';
import { insertApiKey, insertOrganisation } from './organisations/organisations.service.js';

export interface BootstrapOptions {
  readonly operatorPassword: Config['operatorPassword'];
  /** Also make an organisation of this name with an API key, unless it exists. */
  readonly demoOrganisation?: string;
  /** Make the key even so, for somebody who lost it. */
  readonly renewDemoKey?: boolean;
  readonly experience?: () => ShippedExperience;
}

/** What this call made and nobody can read again. */
export interface FirstSecrets {
  readonly operatorPassword?: string;
  readonly demoApiKey?: string;
}

/**
 * Brings a database to the state that the processes need: schema, shipped experience, model version 1, operator account. Any number of processes may call
 * it, each time they start; what is there already stays.
 */
export async function bootstrap(database: DataSource, options: BootstrapOptions): Promise<FirstSecrets> {
  await runMigrations(database);
  return database.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_START_LOCK]);
    if (!(await manager.existsBy(ModelVersionEntity, { number: 1 }))) {
      await importExperience(manager, (options.experience ?? readShippedExperience)());
    }
    const operatorPassword = await ensureOperator(manager, options.operatorPassword);
    const demoApiKey = await demoKey(manager, options);
    return {
      ...(operatorPassword === undefined ? {} : { operatorPassword }),
      ...(demoApiKey === undefined ? {} : { demoApiKey }),
    };
  });
}

async function demoKey(manager: EntityManager, options: BootstrapOptions): Promise<string | undefined> {
  const { demoOrganisation: name, renewDemoKey = false } = options;
  if (name === undefined) return undefined;
  const known = await manager.findOneBy(OrganisationEntity, { name });
  if (known !== null && !renewDemoKey) return undefined;
  const { id } = known ?? (await insertOrganisation(manager, { name, open: false }));
  const { secret } = await insertApiKey(manager, { organisationId: id, name: 'tour', role: 'member' });
  return secret;
}

/** `bootstrap` on a connection of its own: what each process does before it serves. */
export async function prepareDatabase(
  config: Config,
  options: Omit<BootstrapOptions, 'operatorPassword'> = {},
): Promise<FirstSecrets> {
  const url = requireDatabaseUrl(config);
  const database = createDataSource({ url, entities: databaseEntities, migrations, poolSize: 2 });
  await database.initialize().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new AppError('UNAVAILABLE', `DATABASE_URL: the database cannot be reached (${reason}).`, { cause });
  });
  try {
    return await bootstrap(database, { ...options, operatorPassword: config.operatorPassword });
  } finally {
    await database.destroy();
  }
}
