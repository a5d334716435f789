import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rounds in which owners train the extractor together, who took part, and what they sent while a round ran. */
export class CreateRounds1764000000006 implements MigrationInterface {
  readonly name = 'CreateRounds1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rounds (
        id uuid CONSTRAINT rounds_pkey PRIMARY KEY,
        state text NOT NULL CONSTRAINT rounds_state_check
          CHECK (state IN ('keys', 'shares', 'input', 'unmask', 'summed', 'promoted', 'rejected', 'aborted')),
        -- The version whose extractor is trained.
        parent_id uuid NOT NULL CONSTRAINT rounds_parent_id_fkey REFERENCES model_versions (id),
        seats integer NOT NULL CONSTRAINT rounds_seats_check CHECK (seats BETWEEN 3 AND 64),
        threshold integer NOT NULL CONSTRAINT rounds_threshold_check CHECK (threshold BETWEEN 3 AND seats AND 2 * threshold > seats),
        clip double precision NOT NULL CONSTRAINT rounds_clip_check CHECK (clip > 0 AND clip < 'Infinity'),
        steps integer NOT NULL CONSTRAINT rounds_steps_check CHECK (steps BETWEEN 1 AND 10000),
        step_seconds integer NOT NULL CONSTRAINT rounds_step_seconds_check CHECK (step_seconds BETWEEN 1 AND 86400),
        deadline_at timestamptz,
        lesson jsonb NOT NULL CONSTRAINT rounds_lesson_check CHECK (jsonb_typeof(lesson) = 'object'),
        -- Seats that took each step that is over.
        attendance jsonb NOT NULL DEFAULT '{}' CONSTRAINT rounds_attendance_check CHECK (jsonb_typeof(attendance) = 'object'),
        -- The mean change of the extractor's parameters, once it is known.
        change double precision[],
        reason text,
        -- The version that came out, promoted or rejected.
        model_version_id uuid CONSTRAINT rounds_model_version_id_fkey REFERENCES model_versions (id),
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT rounds_deadline_check CHECK ((state IN ('keys', 'shares', 'input', 'unmask')) = (deadline_at IS NOT NULL)),
        CONSTRAINT rounds_change_check CHECK (state <> 'summed' OR change IS NOT NULL),
        CONSTRAINT rounds_finish_check CHECK ((state IN ('promoted', 'rejected', 'aborted')) = (finished_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX rounds_unfinished_key ON rounds ((finished_at IS NULL)) WHERE finished_at IS NULL;
      CREATE INDEX rounds_parent_id_idx ON rounds (parent_id);
      CREATE INDEX rounds_model_version_id_idx ON rounds (model_version_id);

      CREATE TABLE round_seats (
        round_id uuid NOT NULL CONSTRAINT round_seats_round_id_fkey REFERENCES rounds (id),
        seat integer NOT NULL CONSTRAINT round_seats_seat_check CHECK (seat BETWEEN 1 AND 64),
        organisation_id uuid NOT NULL,
        task_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT round_seats_pkey PRIMARY KEY (round_id, seat),
        CONSTRAINT round_seats_task_fkey FOREIGN KEY (task_id, organisation_id) REFERENCES tasks (id, organisation_id),
        -- The threshold counts organisations: one that held two seats would hide behind itself.
        CONSTRAINT round_seats_round_id_organisation_id_key UNIQUE (round_id, organisation_id)
      );
      CREATE INDEX round_seats_task_id_idx ON round_seats (task_id, organisation_id);

      -- Deleted with the end of the round; what stays is the sum.
      CREATE TABLE round_messages (
        round_id uuid NOT NULL,
        seat integer NOT NULL,
        step text NOT NULL CONSTRAINT round_messages_step_check CHECK (step IN ('keys', 'shares', 'input', 'unmask')),
        body jsonb NOT NULL CONSTRAINT round_messages_body_check CHECK (jsonb_typeof(body) = 'object'),
        CONSTRAINT round_messages_pkey PRIMARY KEY (round_id, seat, step),
        CONSTRAINT round_messages_seat_fkey FOREIGN KEY (round_id, seat) REFERENCES round_seats (round_id, seat)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE round_messages;
      DROP TABLE round_seats;
      DROP TABLE rounds;
    `);
  }
}
