import type { DataSource } from 'typeorm';

// Everything in the public schema that a migration can make, as text to compare.
const DUMP = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || udt_name || ' ' || is_nullable || ' ' ||
         coalesce(column_default, '') AS line
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL
  SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'index ' || pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'trigger ' || pg_get_triggerdef(pg_trigger.oid)
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
  UNION ALL
  SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  ORDER BY line`;

/** The schema in words: equal dumps mean equal schemas. */
export async function schemaDump(database: DataSource): Promise<string> {
  const rows: { line: string }[] = await database.query(DUMP);
  return rows.map((row) => row.line).join('\n');
}

/** Foreign keys whose columns no index starts with: deleting or joining along them would read whole tables. */
export async function foreignKeysWithoutIndex(database: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await database.query(`
    SELECT conname AS name FROM pg_constraint key
     WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
       SELECT 1 FROM pg_index WHERE indrelid = key.conrelid AND indpred IS NULL
          AND (indkey::int2[])[0:cardinality(key.conkey) - 1] @> key.conkey
     )
     ORDER BY conname`);
  return rows.map((row) => row.name);
}
