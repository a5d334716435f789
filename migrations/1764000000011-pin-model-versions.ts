import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A version that an operator holds on to: while it is pinned, training replaces it with nothing. */
export class PinModelVersions1764000000011 implements MigrationInterface {
  readonly name = 'PinModelVersions1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE model_versions ADD COLUMN pinned_at timestamptz
        CONSTRAINT model_versions_pinned_at_check CHECK (pinned_at IS NULL OR state = 'current');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model_versions DROP COLUMN pinned_at');
  }
}
