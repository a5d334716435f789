import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What training keeps: its runs, and which version counted a trial first. */
export class CreateTraining1764000000005 implements MigrationInterface {
  readonly name = 'CreateTraining1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE training_runs (
        id uuid CONSTRAINT training_runs_pkey PRIMARY KEY,
        state text NOT NULL CONSTRAINT training_runs_state_check
          CHECK (state IN ('running', 'promoted', 'rejected', 'skipped', 'failed', 'abandoned')),
        phase text NOT NULL,
        progress double precision NOT NULL CONSTRAINT training_runs_progress_check CHECK (progress BETWEEN 0 AND 1),
        parent_id uuid NOT NULL CONSTRAINT training_runs_parent_id_fkey REFERENCES model_versions (id),
        -- The version that came out, promoted or rejected.
        model_version_id uuid CONSTRAINT training_runs_model_version_id_fkey REFERENCES model_versions (id),
        reason text,
        trial_count integer NOT NULL CONSTRAINT training_runs_trial_count_check CHECK (trial_count >= 0),
        started_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT training_runs_finish_check CHECK ((state = 'running') = (finished_at IS NULL))
      );
      CREATE UNIQUE INDEX training_runs_running_key ON training_runs (state) WHERE state = 'running';
      CREATE INDEX training_runs_parent_id_idx ON training_runs (parent_id);
      CREATE INDEX training_runs_model_version_id_idx ON training_runs (model_version_id);

      -- The primary key is what makes a report count once.
      CREATE TABLE counted_trials (
        trial_id uuid CONSTRAINT counted_trials_pkey PRIMARY KEY CONSTRAINT counted_trials_trial_id_fkey REFERENCES trials (id),
        model_version_id uuid NOT NULL CONSTRAINT counted_trials_model_version_id_fkey REFERENCES model_versions (id)
      );
      CREATE INDEX counted_trials_model_version_id_idx ON counted_trials (model_version_id);
      CREATE TRIGGER counted_trials_append_only BEFORE UPDATE OR DELETE ON counted_trials
        FOR EACH ROW EXECUTE FUNCTION refuse_change();

      ALTER TABLE recommendations ADD COLUMN neighbours jsonb NOT NULL DEFAULT '[]'
        CONSTRAINT recommendations_neighbours_check CHECK (jsonb_typeof(neighbours) = 'array');
      -- An owner may keep the number of faces to itself.
      ALTER TABLE tasks ALTER COLUMN faces DROP NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE tasks SET faces = 0 WHERE faces IS NULL;
      ALTER TABLE tasks ALTER COLUMN faces SET NOT NULL;
      ALTER TABLE recommendations DROP COLUMN neighbours;
      DROP TABLE counted_trials;
      DROP TABLE training_runs;
    `);
  }
}
