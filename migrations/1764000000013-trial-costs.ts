import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a trial's detector costs as columns of their own, so that the best ones within limits are found in an index without their rows. */
export class TrialCosts1764000000013 implements MigrationInterface {
  readonly name = 'TrialCosts1764000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX trials_score_idx, trials_organisation_id_score_idx, trials_macs_idx, trials_bytes_idx;
      ALTER TABLE trials
        ADD COLUMN macs double precision GENERATED ALWAYS AS ((cost ->> 'macs')::double precision) STORED,
        ADD COLUMN bytes double precision GENERATED ALWAYS AS ((cost ->> 'bytes')::double precision) STORED;
      CREATE INDEX trials_score_idx ON trials ((coalesce(score, -1)), id) INCLUDE (score, macs, bytes);
      CREATE INDEX trials_organisation_id_score_idx ON trials (organisation_id, (coalesce(score, -1)), id)
        INCLUDE (score, macs, bytes);
      CREATE INDEX trials_macs_idx ON trials (macs, id) INCLUDE (score);
      CREATE INDEX trials_bytes_idx ON trials (bytes, id) INCLUDE (score);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX trials_score_idx, trials_organisation_id_score_idx, trials_macs_idx, trials_bytes_idx;
      ALTER TABLE trials DROP COLUMN macs, DROP COLUMN bytes;
      CREATE INDEX trials_score_idx ON trials ((coalesce(score, -1)), id);
      CREATE INDEX trials_organisation_id_score_idx ON trials (organisation_id, (coalesce(score, -1)), id);
      CREATE INDEX trials_macs_idx ON trials (((cost ->> 'macs')::double precision), id);
      CREATE INDEX trials_bytes_idx ON trials (((cost ->> 'bytes')::double precision), id);
    `);
  }
}
