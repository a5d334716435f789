import { migrations } from '@edgelore/migrations';
import { createDataSource, loadConfig } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { bootstrap, prepareDatabase } from './bootstrap.js';
import { databaseEntities } from './database-entities.js';
import { encodeExperience, parseExperience, readShippedExperience } from './experience/shipped-experience.js';
import { AccessService } from './organisations/access.service.js';
import { syntheticExperience } from './testing/synthetic-experience.js';

describe('the first start', () => {
  let postgres: TestPostgres;
  const opened: DataSource[] = [];

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.destroy();
  });
  afterAll(() => postgres?.stop());

  async function open(url: string): Promise<DataSource> {
    const database = await createDataSource({ url, entities: databaseEntities, migrations }).initialize();
    opened.push(database);
    return database;
  }

  async function count(database: DataSource, table: string): Promise<number> {
    const [row]: { count: number }[] = await database.query(`SELECT count(*)::integer AS count FROM ${table}`);
    return row!.count;
  }

  it('imports once what several processes want to import at the same time', async () => {
    const url = await postgres.createDatabase();
    const databases = await Promise.all([open(url), open(url), open(url)]);
    const options = { operatorPassword: undefined, demoOrganisation: 'tour', experience: () => syntheticExperience(2) };
    const secrets = await Promise.all(databases.map((database) => bootstrap(database, options)));
    expect(secrets.filter(({ operatorPassword }) => operatorPassword !== undefined)).toHaveLength(1);
    expect(secrets.filter(({ demoApiKey }) => demoApiKey !== undefined)).toHaveLength(1);
    const [database] = databases;
    const tables = ['model_versions', 'operators', 'tasks', 'trials', 'counted_trials', 'api_keys'];
    const counts = await Promise.all(tables.map((table) => count(database!, table)));
    expect(counts).toEqual([1, 1, 2, 24, 24, 1]);
    expect(await bootstrap(database!, { ...options, renewDemoKey: true })).toEqual({ demoApiKey: expect.any(String) });
  });

  it('starts cold without experience, and takes an empty one', async () => {
    const database = await open(await postgres.createDatabase());
    await bootstrap(database, { operatorPassword: undefined, experience: () => syntheticExperience(0) });
    expect(
      await database.query('SELECT number, state, artefact -> $1 AS ranker FROM model_versions', ['ranker']),
    ).toEqual([{ number: 1, state: 'current', ranker: null }]);
    const missing = readShippedExperience(new URL('file:///nowhere/shipped.json'));
    expect(missing).toMatchObject({ tasks: [], ranker: null });
  });

  it('takes a password that the operator chose, and another one later', async () => {
    const url = await postgres.createDatabase();
    const database = await open(url);
    const access = new AccessService(database);
    const experience = () => syntheticExperience(0);
    for (const operatorPassword of ['the first one chosen', 'the second one chosen']) {
      expect(await bootstrap(database, { operatorPassword, experience })).toEqual({});
      const { session } = await access.signIn(operatorPassword, 'spec');
      expect(await access.bySession(session.token, 'spec')).toMatchObject({ actor: { kind: 'operator' } });
    }
    await expect(access.signIn('the first one chosen', 'spec')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('says in one line that the database cannot be reached', async () => {
    const config = loadConfig({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' });
    await expect(prepareDatabase(config)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('has entities whose columns are those of the migrations', async () => {
    const database = await open(await postgres.createDatabase());
    const rows: { table: string; column: string; nullable: boolean; type: string }[] = await database.query(
      `SELECT table_name AS table, column_name AS column, is_nullable = 'YES' AS nullable,
              CASE data_type WHEN 'ARRAY' THEN udt_name ELSE data_type END AS type
         FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const types: Readonly<Record<string, string>> = {
      'timestamp with time zone': 'timestamptz',
      _float4: 'real[]',
      _float8: 'double precision[]',
    };
    for (const { tableName, columns } of database.entityMetadatas) {
      const migrated = rows
        .filter(({ table }) => table === tableName)
        .map(({ column, nullable, type }) => `${column} ${types[type] ?? type}${nullable ? ' null' : ''}`);
      const declared = columns.map(
        ({ databaseName, type, isArray, isNullable }) =>
          `${databaseName} ${types[String(type)] ?? String(type)}${isArray ? '[]' : ''}${isNullable ? ' null' : ''}`,
      );
      expect([tableName, ...declared.sort()]).toEqual([tableName, ...migrated.sort()]);
    }
  });
});

describe('the shipped experience', () => {
  const experience = syntheticExperience(2);

  it('reads back what it wrote', () => {
    expect(parseExperience(JSON.parse(encodeExperience(experience)))).toEqual(experience);
  });

  it.each([
    ['another format', (json: Artefact) => ({ ...json, format: 'x' }), 'format'],
    [
      'a score above 1',
      (json: Artefact) => changed(json, { trials: [{ ...json.tasks[0]!.trials[0]!, score: 2 }] }),
      'score',
    ],
    ['half an image', (json: Artefact) => changed(json, { base: json.tasks[0]!.base.slice(0, 8) }), 'open-1'],
    ['no extractor', (json: Artefact) => ({ ...json, model: {} }), 'extractor'],
  ])('refuses %s by name', (_, spoil, named) => {
    const json: Artefact = JSON.parse(encodeExperience(experience));
    expect(() => parseExperience(spoil(json))).toThrow(named);
  });

  interface Artefact {
    readonly tasks: readonly { readonly base: string; readonly trials: readonly object[] }[];
  }

  function changed(json: Artefact, changes: object): Artefact {
    return { ...json, tasks: [{ ...json.tasks[0]!, ...changes }] };
  }
});
