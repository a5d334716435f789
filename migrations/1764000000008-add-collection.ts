import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What open tasks share pictures with, so that none is judged by what learnt from its relatives. */
export class AddCollection1764000000008 implements MigrationInterface {
  readonly name = 'AddCollection1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks ADD COLUMN collection text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks DROP COLUMN collection');
  }
}
