import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Noise on the descriptions of owners who asked for it, and the guarantee that it keeps. */
export class AddDescriptionNoise1764000000007 implements MigrationInterface {
  readonly name = 'AddDescriptionNoise1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- {"epsilon", "delta", "sigma"}
      ALTER TABLE tasks ADD COLUMN noise jsonb CONSTRAINT tasks_noise_check CHECK (noise IS NULL OR jsonb_typeof(noise) = 'object');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks DROP COLUMN noise');
  }
}
