import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the realised regret of recommendations is read from, without their long lists of items. */
export class IndexRegret1764000000012 implements MigrationInterface {
  readonly name = 'IndexRegret1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE recommendations ADD COLUMN first_configuration_id text
        GENERATED ALWAYS AS (items -> 0 ->> 'configurationId') STORED;
      CREATE INDEX trials_recommended_idx ON trials (recommendation_id) INCLUDE (configuration_id, score)
        WHERE recommendation_id IS NOT NULL AND score IS NOT NULL;
      CREATE INDEX trials_created_at_idx ON trials (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX trials_created_at_idx, trials_recommended_idx;
      ALTER TABLE recommendations DROP COLUMN first_configuration_id;
    `);
  }
}
