import { migrations } from '@edgelore/migrations';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { uuid7 } from '../ids/uuid7.js';
import { startTestPostgres, type TestPostgres } from '../testing/test-postgres.js';
import { createDataSource } from './data-source.js';

type Row = Readonly<Record<string, unknown>>;

describe('the schema refuses', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: string;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    database = await createDataSource({ url: postgres.url }).initialize();
  });

  beforeEach(async () => {
    owner = await organisation();
  });

  afterAll(async () => {
    await database.destroy();
    await postgres.stop();
  });

  async function insert(table: string, row: Row): Promise<string> {
    const columns = Object.keys(row);
    const places = columns.map((_, index) => `$${index + 1}`);
    const [{ id }]: [{ id: string }] = await database.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')}) RETURNING id`,
      Object.values(row),
    );
    return id;
  }

  const organisation = (open = false) => {
    const id = uuid7();
    return insert('organisations', { id, name: id, open });
  };

  const task = (row: Row = {}) =>
    insert('tasks', {
      id: uuid7(),
      organisation_id: owner,
      client_key: uuid7(),
      name: 'cameras',
      extractor_version: 1,
      extractor_hash: 'abc',
      dimension: 2,
      batch_size: 16,
      images: 40,
      faces: 60,
      description: '{{0.1,0.2},{0.3,0.4}}',
      ...row,
    });

  const trial = (taskId: string, row: Row = {}) =>
    insert('trials', {
      id: uuid7(),
      organisation_id: owner,
      task_id: taskId,
      report_id: uuid7(),
      configuration_id: 'c',
      configuration: {},
      state: 'completed',
      score: 0.5,
      seconds: 1,
      backend: 'wasm',
      ...row,
    });

  let number = 0;
  const modelVersion = (row: Row = {}) => {
    number += 1;
    return insert('model_versions', {
      id: uuid7(),
      kind: 'bundle',
      number,
      state: 'candidate',
      extractor_version: 1,
      extractor_hash: 'abc',
      artefact: { weights: [1] },
      artefact_hash: 'h',
      ...row,
    });
  };

  it('descriptions that are ragged, not finite, or not of their dimension', async () => {
    await task();
    for (const description of [
      '{{0.1,0.2,0.3}}',
      '{0.1,0.2}',
      '{}',
      '{{NaN,0.2}}',
      '{{0.1,Infinity}}',
      '{{-Infinity,0.2}}',
    ]) {
      await expect(task({ description })).rejects.toThrow('tasks_description_check');
    }
  });

  it('vectors of single images, unless the data set is open', async () => {
    await expect(task({ base_rows: '{{0.1,0.2}}' })).rejects.toThrow('tasks_base_rows_check');
    await expect(task({ base_rows: '{{0.1,0.2}}', open: true })).rejects.toThrow('tasks_organisation_id_fkey');
    const open = await organisation(true);
    await task({ organisation_id: open, open: true, base_rows: '{{0.1,0.2}}' });
  });

  it('the same task or report twice in one organisation', async () => {
    const id = await task({ client_key: 'once' });
    await expect(task({ client_key: 'once' })).rejects.toThrow('tasks_organisation_id_client_key_key');
    await trial(id, { report_id: 'once' });
    await expect(trial(id, { report_id: 'once' })).rejects.toThrow('trials_organisation_id_report_id_key');
    owner = await organisation();
    await task({ client_key: 'once' });
  });

  it("a trial on another organisation's task", async () => {
    const foreign = await task();
    owner = await organisation();
    await expect(trial(foreign)).rejects.toThrow('trials_task_fkey');
  });

  it('scores outside [0, 1], and a completed trial without one', async () => {
    const id = await task();
    for (const score of [-0.01, 1.01, 'NaN', 'Infinity']) {
      await expect(trial(id, { score })).rejects.toThrow('trials_score_check');
    }
    await expect(trial(id, { score: null })).rejects.toThrow('trials_outcome_check');
    await expect(trial(id, { state: 'failed' })).rejects.toThrow('trials_outcome_check');
    await trial(id, { state: 'failed', score: null });
  });

  it('changes to what is append-only', async () => {
    const id = await trial(await task());
    await expect(database.query('UPDATE trials SET score = 1 WHERE id = $1', [id])).rejects.toThrow('append-only');
    await expect(database.query('DELETE FROM trials WHERE id = $1', [id])).rejects.toThrow('append-only');
    const entry = {
      id: uuid7(),
      actor_kind: 'system',
      actor_id: 's',
      action: 'a',
      subject_kind: 'k',
      subject_id: 'i',
      request_id: 'r',
    };
    await insert('audit_entries', entry);
    await expect(database.query("UPDATE audit_entries SET action = 'b'")).rejects.toThrow('append-only');
    await expect(database.query('DELETE FROM audit_entries')).rejects.toThrow('append-only');
  });

  it('a second current model version, another artefact, an odd change of state', async () => {
    const first = await modelVersion();
    const second = await modelVersion();
    const move = (id: string, state: string) =>
      database.query('UPDATE model_versions SET state = $2 WHERE id = $1', [id, state]);
    await move(first, 'current');
    await expect(move(second, 'current')).rejects.toThrow('model_versions_current_key');
    await expect(move(second, 'retired')).rejects.toThrow('cannot go from candidate to retired');
    await move(first, 'retired');
    await move(second, 'current');
    await expect(
      database.query(`UPDATE model_versions SET artefact = '{"weights": [2]}' WHERE id = $1`, [second]),
    ).rejects.toThrow('immutable');
    await expect(database.query('DELETE FROM model_versions WHERE id = $1', [second])).rejects.toThrow('append-only');
  });

  it('secrets that are no hash', async () => {
    const key = { id: uuid7(), organisation_id: owner, name: 'k', public_id: 'p', role: 'member' };
    await expect(insert('api_keys', { ...key, secret_hash: Buffer.from('plain') })).rejects.toThrow(
      'api_keys_secret_hash_check',
    );
    await expect(insert('operators', { id: uuid7(), name: 'operator', password_hash: 'plain' })).rejects.toThrow(
      'operators_password_hash_check',
    );
  });
});
