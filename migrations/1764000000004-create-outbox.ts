import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Work that is due, and who did what. */
export class CreateOutbox1764000000004 implements MigrationInterface {
  readonly name = 'CreateOutbox1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_events (
        id uuid CONSTRAINT outbox_events_pkey PRIMARY KEY,
        topic text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        -- Last time it was given to the queue.
        published_at timestamptz,
        -- Set in the transaction that writes the effect.
        processed_at timestamptz
      );
      CREATE INDEX outbox_events_due_idx ON outbox_events (id) WHERE processed_at IS NULL;

      CREATE TABLE audit_entries (
        id uuid CONSTRAINT audit_entries_pkey PRIMARY KEY,
        organisation_id uuid CONSTRAINT audit_entries_organisation_id_fkey REFERENCES organisations (id),
        actor_kind text NOT NULL CONSTRAINT audit_entries_actor_kind_check CHECK (actor_kind IN ('api-key', 'operator', 'system')),
        actor_id text NOT NULL,
        action text NOT NULL,
        subject_kind text NOT NULL,
        subject_id text NOT NULL,
        details jsonb NOT NULL DEFAULT '{}',
        request_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX audit_entries_organisation_id_idx ON audit_entries (organisation_id, created_at);
      CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_entries;
      DROP TABLE outbox_events;
    `);
  }
}
