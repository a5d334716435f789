import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders that tables are shown in. The expressions are those of the queries: libs/domain/src/trials/trial-list.ts. */
export class IndexTables1764000000009 implements MigrationInterface {
  readonly name = 'IndexTables1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX trials_score_idx ON trials ((coalesce(score, -1)), id);
      CREATE INDEX trials_seconds_idx ON trials (seconds, id);
      CREATE INDEX trials_macs_idx ON trials (((cost ->> 'macs')::double precision), id);
      CREATE INDEX trials_bytes_idx ON trials (((cost ->> 'bytes')::double precision), id);
      CREATE INDEX trials_organisation_id_idx ON trials (organisation_id, id);
      CREATE INDEX trials_organisation_id_score_idx ON trials (organisation_id, (coalesce(score, -1)), id);
      CREATE INDEX trials_task_id_newest_idx ON trials (task_id, id);
      -- Also answers a task's totals without its rows.
      CREATE INDEX trials_task_id_score_idx ON trials (task_id, (coalesce(score, -1)), id) INCLUDE (score, seconds, created_at);
      -- What was tried of a search space is counted without the rows.
      CREATE INDEX trials_configuration_id_idx ON trials (configuration_id) INCLUDE (organisation_id, id, score);
      CREATE INDEX trials_configuration_idx ON trials USING gin (configuration jsonb_path_ops);
      CREATE INDEX trials_failed_idx ON trials (id) WHERE state = 'failed';
      CREATE INDEX trials_backend_idx ON trials (backend, id);
      CREATE INDEX recommendations_organisation_id_idx ON recommendations (organisation_id, id);
      CREATE INDEX recommendations_task_id_newest_idx ON recommendations (task_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX trials_score_idx, trials_seconds_idx, trials_macs_idx, trials_bytes_idx, trials_organisation_id_idx,
        trials_organisation_id_score_idx, trials_task_id_newest_idx, trials_task_id_score_idx, trials_configuration_id_idx,
        trials_configuration_idx, trials_failed_idx, trials_backend_idx, recommendations_organisation_id_idx, recommendations_task_id_newest_idx;
    `);
  }
}
