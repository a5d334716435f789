import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Totals of the trials that fit within limits, from an index alone. */
export class IndexTotals1764000000014 implements MigrationInterface {
  readonly name = 'IndexTotals1764000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX trials_task_id_score_idx;
      CREATE INDEX trials_task_id_score_idx ON trials (task_id, (coalesce(score, -1)), id) INCLUDE (score, seconds, created_at, macs, bytes);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX trials_task_id_score_idx;
      CREATE INDEX trials_task_id_score_idx ON trials (task_id, (coalesce(score, -1)), id) INCLUDE (score, seconds, created_at);
    `);
  }
}
