import { migrations } from '@edgelore/migrations';
import { createDataSource, permissionsOf, type RequestContext } from '@edgelore/platform';
import type { DataSource } from 'typeorm';
import { bootstrap } from '../bootstrap.js';
import { databaseEntities } from '../database-entities.js';
import type { ShippedExperience } from '../experience/shipped-experience.js';
import { operatorContext } from '../organisations/access.service.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { TasksService } from '../tasks/tasks.service.js';
import { TrialsService } from '../trials/trials.service.js';
import { syntheticConfigurations, syntheticDescription, syntheticScore } from './synthetic-experience.js';

export const operator = operatorContext('01900000-0000-7000-8000-000000000000', 'spec');

/** A platform after its first start, with one organisation. */
export interface TestDomain {
  readonly database: DataSource;
  readonly owner: RequestContext;
}

export async function openTestDomain(url: string, experience: ShippedExperience): Promise<TestDomain> {
  const database = await createDataSource({ url, entities: databaseEntities, migrations }).initialize();
  await bootstrap(database, { operatorPassword: 'a password for specs', experience: () => experience });
  const { id } = await new OrganisationsService(database).create(operator, { name: 'owner' });
  const owner: RequestContext = {
    actor: { kind: 'api-key', id: 'spec' },
    organisationId: id,
    permissions: permissionsOf('member'),
    requestId: 'spec',
  };
  return { database, owner };
}

/** Reports the owner's trials of its one private task up to so many; returns the task's id. */
export async function reportTrials(
  { database, owner }: TestDomain,
  { extractor }: ShippedExperience,
  trials: number,
): Promise<string> {
  const description = syntheticDescription(extractor, 'private');
  const { id } = await new TasksService(database).submit(owner, { clientKey: 'private', name: 'Private', description });
  for (const [at, configuration] of syntheticConfigurations(trials, 'private').entries()) {
    const score = syntheticScore('private', configuration);
    await new TrialsService(database).report(owner, {
      taskId: id,
      reportId: `${at}`,
      configuration,
      score,
      seconds: 1,
    });
  }
  return id;
}
