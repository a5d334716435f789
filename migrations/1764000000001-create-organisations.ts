import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may use the platform: organisations with their API keys, operators with their sessions. */
export class CreateOrganisations1764000000001 implements MigrationInterface {
  readonly name = 'CreateOrganisations1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Refuses what the caller names; each table says for itself when it is asked.
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
      END
      $$;

      CREATE TABLE organisations (
        id uuid CONSTRAINT organisations_pkey PRIMARY KEY,
        name text NOT NULL CONSTRAINT organisations_name_key UNIQUE
          CONSTRAINT organisations_name_check CHECK (length(name) BETWEEN 1 AND 200),
        -- An open organisation's tasks ship with Edgelore, and only they may hold vectors of single images.
        open boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT organisations_id_open_key UNIQUE (id, open)
      );

      CREATE TABLE api_keys (
        id uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL CONSTRAINT api_keys_organisation_id_fkey REFERENCES organisations (id),
        name text NOT NULL CONSTRAINT api_keys_name_check CHECK (length(name) BETWEEN 1 AND 200),
        public_id text NOT NULL CONSTRAINT api_keys_public_id_key UNIQUE,
        secret_hash bytea NOT NULL CONSTRAINT api_keys_secret_hash_check CHECK (octet_length(secret_hash) = 32),
        role text NOT NULL CONSTRAINT api_keys_role_check CHECK (role IN ('admin', 'member')),
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz
      );
      CREATE INDEX api_keys_organisation_id_idx ON api_keys (organisation_id);

      CREATE TABLE operators (
        id uuid CONSTRAINT operators_pkey PRIMARY KEY,
        name text NOT NULL CONSTRAINT operators_name_key UNIQUE,
        password_hash text NOT NULL CONSTRAINT operators_password_hash_check CHECK (password_hash LIKE 'scrypt$%'),
        failed_attempts integer NOT NULL DEFAULT 0,
        locked_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE sessions (
        id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
        operator_id uuid NOT NULL CONSTRAINT sessions_operator_id_fkey REFERENCES operators (id) ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT sessions_token_hash_key UNIQUE
          CONSTRAINT sessions_token_hash_check CHECK (octet_length(token_hash) = 32),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz
      );
      CREATE INDEX sessions_operator_id_idx ON sessions (operator_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sessions;
      DROP TABLE operators;
      DROP TABLE api_keys;
      DROP TABLE organisations;
      DROP FUNCTION refuse_change();
    `);
  }
}
