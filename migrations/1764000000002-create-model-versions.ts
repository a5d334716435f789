import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the platform learned: each version's artefact never changes, only its state moves. */
export class CreateModelVersions1764000000002 implements MigrationInterface {
  readonly name = 'CreateModelVersions1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE model_versions (
        id uuid CONSTRAINT model_versions_pkey PRIMARY KEY,
        -- A bundle is an extractor with the ranker that was trained on it.
        kind text NOT NULL CONSTRAINT model_versions_kind_check CHECK (kind IN ('bundle')),
        number integer NOT NULL CONSTRAINT model_versions_number_check CHECK (number > 0),
        state text NOT NULL CONSTRAINT model_versions_state_check
          CHECK (state IN ('candidate', 'current', 'rejected', 'retired')),
        extractor_version integer NOT NULL,
        extractor_hash text NOT NULL,
        artefact jsonb NOT NULL,
        artefact_hash text NOT NULL,
        -- What it was trained on and how: counts, seed, seconds.
        training jsonb NOT NULL DEFAULT '{}',
        verdict text CONSTRAINT model_versions_verdict_check CHECK (verdict IN ('promote', 'reject')),
        reason text,
        evaluation jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        decided_at timestamptz,
        CONSTRAINT model_versions_kind_number_key UNIQUE (kind, number),
        CONSTRAINT model_versions_decision_check CHECK ((verdict IS NULL) = (reason IS NULL))
      );
      CREATE UNIQUE INDEX model_versions_current_key ON model_versions (kind) WHERE state = 'current';
      CREATE INDEX model_versions_extractor_idx ON model_versions (extractor_version, extractor_hash);

      CREATE FUNCTION guard_model_version() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.id, NEW.kind, NEW.number, NEW.extractor_version, NEW.extractor_hash, NEW.artefact, NEW.artefact_hash, NEW.training,
            NEW.created_at)
          IS DISTINCT FROM
           (OLD.id, OLD.kind, OLD.number, OLD.extractor_version, OLD.extractor_hash, OLD.artefact, OLD.artefact_hash, OLD.training,
            OLD.created_at)
        THEN
          RAISE EXCEPTION 'model version % is immutable', OLD.number USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.verdict IS NOT NULL AND
           (NEW.verdict, NEW.reason, NEW.evaluation) IS DISTINCT FROM (OLD.verdict, OLD.reason, OLD.evaluation)
        THEN
          RAISE EXCEPTION 'model version % has its verdict already', OLD.number USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
           (('candidate', 'current'), ('candidate', 'rejected'), ('current', 'retired'), ('retired', 'current'))
        THEN
          RAISE EXCEPTION 'model version % cannot go from % to %', OLD.number, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER model_versions_guard BEFORE UPDATE ON model_versions
        FOR EACH ROW EXECUTE FUNCTION guard_model_version();
      CREATE TRIGGER model_versions_keep BEFORE DELETE ON model_versions
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE model_versions;
      DROP FUNCTION guard_model_version();
    `);
  }
}
