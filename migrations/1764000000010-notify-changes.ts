import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Says on a channel which rows changed, once their transaction is through: what processes show live. Ids only. */
export class NotifyChanges1764000000010 implements MigrationInterface {
  readonly name = 'NotifyChanges1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('edgelore_changes', json_build_object('table', TG_TABLE_NAME, 'id', NEW.id)::text);
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER training_runs_notify AFTER INSERT OR UPDATE ON training_runs
        FOR EACH ROW EXECUTE FUNCTION notify_change();
      CREATE TRIGGER model_versions_notify AFTER INSERT OR UPDATE ON model_versions
        FOR EACH ROW EXECUTE FUNCTION notify_change();
      CREATE TRIGGER outbox_events_notify AFTER INSERT OR UPDATE ON outbox_events
        FOR EACH ROW EXECUTE FUNCTION notify_change();

      CREATE FUNCTION notify_trial() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('edgelore_changes', json_build_object('table', TG_TABLE_NAME, 'id', NEW.id,
          'organisationId', NEW.organisation_id, 'taskId', NEW.task_id)::text);
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER trials_notify AFTER INSERT ON trials FOR EACH ROW EXECUTE FUNCTION notify_trial();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER trials_notify ON trials;
      DROP TRIGGER outbox_events_notify ON outbox_events;
      DROP TRIGGER model_versions_notify ON model_versions;
      DROP TRIGGER training_runs_notify ON training_runs;
      DROP FUNCTION notify_trial();
      DROP FUNCTION notify_change();
    `);
  }
}
