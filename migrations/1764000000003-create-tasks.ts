import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What owners send and receive: descriptions of their data sets, recommendations, trials. */
export class CreateTasks1764000000003 implements MigrationInterface {
  readonly name = 'CreateTasks1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tasks (
        id uuid CONSTRAINT tasks_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL,
        open boolean NOT NULL DEFAULT false,
        -- Made by the client: sending the same task twice gives the same row.
        client_key text NOT NULL CONSTRAINT tasks_client_key_check CHECK (length(client_key) BETWEEN 1 AND 200),
        name text NOT NULL CONSTRAINT tasks_name_check CHECK (length(name) BETWEEN 1 AND 200),
        goal text NOT NULL DEFAULT 'face-detection' CONSTRAINT tasks_goal_check CHECK (length(goal) BETWEEN 1 AND 200),
        extractor_version integer NOT NULL,
        extractor_hash text NOT NULL,
        dimension integer NOT NULL CONSTRAINT tasks_dimension_check CHECK (dimension BETWEEN 1 AND 4096),
        batch_size integer NOT NULL CONSTRAINT tasks_batch_size_check CHECK (batch_size > 0),
        images integer NOT NULL CONSTRAINT tasks_images_check CHECK (images > 0),
        faces integer NOT NULL CONSTRAINT tasks_faces_check CHECK (faces >= 0),
        -- [M, dimension]
        description real[] NOT NULL CONSTRAINT tasks_description_check CHECK (
          -- An empty array has no dimensions at all.
          coalesce(array_ndims(description), 0) = 2
          AND array_length(description, 2) = dimension
          AND NOT ('NaN'::real = ANY (description))
          AND NOT ('Infinity'::real = ANY (description))
          AND NOT ('-Infinity'::real = ANY (description))
        ),
        -- One vector an image, before the extractor; only of open data sets.
        base_rows real[] CONSTRAINT tasks_base_rows_check CHECK (base_rows IS NULL OR (open AND coalesce(array_ndims(base_rows), 0) = 2)),
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT tasks_organisation_id_fkey FOREIGN KEY (organisation_id, open) REFERENCES organisations (id, open),
        CONSTRAINT tasks_organisation_id_client_key_key UNIQUE (organisation_id, client_key),
        CONSTRAINT tasks_id_organisation_id_key UNIQUE (id, organisation_id)
      );
      CREATE INDEX tasks_organisation_id_open_idx ON tasks (organisation_id, open);

      CREATE TABLE recommendations (
        id uuid CONSTRAINT recommendations_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL,
        task_id uuid NOT NULL,
        client_key text NOT NULL CONSTRAINT recommendations_client_key_check CHECK (length(client_key) BETWEEN 1 AND 200),
        model_version_id uuid CONSTRAINT recommendations_model_version_id_fkey REFERENCES model_versions (id),
        reason text NOT NULL CONSTRAINT recommendations_reason_check
          CHECK (reason IN ('cold-portfolio', 'nearest-tasks', 'ranker')),
        items jsonb NOT NULL CONSTRAINT recommendations_items_check CHECK (jsonb_typeof(items) = 'array'),
        limits jsonb NOT NULL DEFAULT '{}' CONSTRAINT recommendations_limits_check CHECK (jsonb_typeof(limits) = 'object'),
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT recommendations_task_fkey FOREIGN KEY (task_id, organisation_id) REFERENCES tasks (id, organisation_id),
        CONSTRAINT recommendations_organisation_id_client_key_key UNIQUE (organisation_id, client_key),
        CONSTRAINT recommendations_id_task_id_key UNIQUE (id, task_id)
      );
      CREATE INDEX recommendations_task_id_idx ON recommendations (task_id, organisation_id);
      CREATE INDEX recommendations_model_version_id_idx ON recommendations (model_version_id);
      CREATE TRIGGER recommendations_append_only BEFORE UPDATE OR DELETE ON recommendations
        FOR EACH ROW EXECUTE FUNCTION refuse_change();

      CREATE TABLE trials (
        id uuid CONSTRAINT trials_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL,
        task_id uuid NOT NULL,
        recommendation_id uuid,
        -- Made by the client: a report sent twice counts once.
        report_id text NOT NULL CONSTRAINT trials_report_id_check CHECK (length(report_id) BETWEEN 1 AND 200),
        configuration_id text NOT NULL,
        configuration jsonb NOT NULL CONSTRAINT trials_configuration_check CHECK (jsonb_typeof(configuration) = 'object'),
        state text NOT NULL CONSTRAINT trials_state_check CHECK (state IN ('completed', 'failed')),
        -- Average precision at IoU 0.5 on the owner's held-out images. NaN is above every number, so it is refused as well.
        score double precision CONSTRAINT trials_score_check CHECK (score BETWEEN 0 AND 1),
        cost jsonb NOT NULL DEFAULT '{}' CONSTRAINT trials_cost_check CHECK (jsonb_typeof(cost) = 'object'),
        seconds double precision NOT NULL CONSTRAINT trials_seconds_check CHECK (seconds >= 0 AND seconds < 'Infinity'),
        curve jsonb NOT NULL DEFAULT '[]' CONSTRAINT trials_curve_check CHECK (jsonb_typeof(curve) = 'array'),
        backend text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT trials_task_fkey FOREIGN KEY (task_id, organisation_id) REFERENCES tasks (id, organisation_id),
        CONSTRAINT trials_recommendation_fkey FOREIGN KEY (recommendation_id, task_id) REFERENCES recommendations (id, task_id),
        CONSTRAINT trials_organisation_id_report_id_key UNIQUE (organisation_id, report_id),
        CONSTRAINT trials_outcome_check CHECK ((state = 'completed') = (score IS NOT NULL))
      );
      CREATE INDEX trials_task_id_idx ON trials (task_id, organisation_id);
      CREATE INDEX trials_recommendation_id_idx ON trials (recommendation_id, task_id);
      CREATE TRIGGER trials_append_only BEFORE UPDATE OR DELETE ON trials
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE trials;
      DROP TABLE recommendations;
      DROP TABLE tasks;
    `);
  }
}
