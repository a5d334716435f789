import { uuid7 } from '@edgelore/platform';
import {
  type Configuration,
  configurationId,
  costOf,
  faceDetectorSpace,
  sampleConfigurations,
} from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import type { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;
const DAYS = 90;
const ORGANISATIONS = 20;
const CONFIGURATIONS = 4_000;
const ROWS_AT_ONCE = 2_000;
const CURVE_POINTS = 12;
const VERSIONS = 30;

export interface SeedOptions {
  readonly trials: number;
  readonly tasks: number;
  /** Trials of the first task, which charts are asked of; the others share the rest. */
  readonly trialsOfFirst: number;
}

export interface Seeded {
  readonly taskId: string;
  readonly trialIds: readonly string[];
  readonly recommendationId: string;
}

type Row = Readonly<Record<string, unknown>>;

interface Tried {
  readonly configuration: Configuration;
  readonly id: string;
  readonly cost: Row;
  /** What it reaches on the average task. */
  readonly worth: number;
}

/** Fills a platform that has had its first start with owners, tasks, recommendations, trials and model versions of the last ninety days. */
export async function seedPlatform(
  database: DataSource,
  { trials, tasks, trialsOfFirst }: SeedOptions,
): Promise<Seeded> {
  const random = seededRandom('console');
  const start = Date.now() - DAYS * DAY_MS;
  const at = (share: number) => new Date(start + share * DAYS * DAY_MS);
  const organisations = Array.from({ length: ORGANISATIONS }, (_, index) => ({
    id: uuid7(start),
    name: `Owner ${index + 1}`,
    open: false,
  }));
  await insert(database, 'organisations', organisations);
  const versionIds = await seedVersions(database, at);
  const taskRows = await taskRowsOf(database, tasks, organisations, at);
  await insert(database, 'tasks', taskRows);

  const choices = sampleConfigurations(faceDetectorSpace, CONFIGURATIONS, random).map(
    (configuration): Tried => ({
      configuration,
      id: configurationId(configuration),
      cost: { ...costOf(configuration), steps: 500 },
      worth: 0.2 + 0.6 * random.uniform(),
    }),
  );
  let written = 0;
  const first = { recommendationId: '', trialIds: [] as string[] };
  for (const [index, task] of taskRows.entries()) {
    const own = index === 0 ? trialsOfFirst : Math.round((trials - trialsOfFirst) / (tasks - 1));
    const count = index === tasks - 1 ? trials - written : Math.min(own, trials - written);
    const batch = { recommendations: [] as Row[], trials: [] as Row[] };
    for (let made = 0; made < count; ) {
      // Five of a recommendation are tried, then five of the owner's own.
      const time = at((index + made / count) / tasks);
      const items = Array.from({ length: 5 }, () => choices[random.integer(choices.length)]!);
      const recommendation = recommendationRow(task, versionIds[random.integer(VERSIONS)]!, items, time);
      batch.recommendations.push(recommendation);
      for (const of of [recommendation, null]) {
        for (const choice of of === null ? drawn(choices, 5, random) : items) {
          if (made === count) break;
          batch.trials.push(trialRow(task, of, choice, random, new Date(time.getTime() + made)));
          made += 1;
        }
      }
    }
    await insert(database, 'recommendations', batch.recommendations);
    await insert(database, 'trials', batch.trials);
    if (index === 0) {
      first.recommendationId = String(batch.recommendations[0]!.id);
      first.trialIds.push(...batch.trials.slice(0, 5).map((row) => String(row.id)));
    }
    written += count;
  }
  await database.query(
    `INSERT INTO counted_trials (trial_id, model_version_id) SELECT id, $1 FROM trials
      WHERE state = 'completed' ON CONFLICT DO NOTHING`,
    [versionIds[0]],
  );
  await database.query('VACUUM ANALYZE');
  return { taskId: String(taskRows[0]!.id), ...first };
}

async function seedVersions(database: DataSource, at: (share: number) => Date): Promise<string[]> {
  const [parent]: { id: string }[] = await database.query(`SELECT id FROM model_versions WHERE state = 'current'`);
  const ids = Array.from({ length: VERSIONS }, (_, index) => uuid7(at(index / VERSIONS).getTime()));
  // What a version holds is as large as that of the first start.
  await database.query(
    `INSERT INTO model_versions (id, kind, number, state, extractor_version, extractor_hash, artefact, artefact_hash, training,
                                 verdict, reason, evaluation, created_at, decided_at)
     SELECT added.id, version.kind, added.number + 1, 'rejected', extractor_version, extractor_hash, artefact, artefact_hash,
            training || jsonb_build_object('parent', 1, 'taskCount', 10 * added.number), verdict, reason, evaluation, now(), now()
       FROM model_versions version, unnest($2::uuid[]) WITH ORDINALITY added (id, number) WHERE version.id = $1`,
    [parent!.id, ids],
  );
  await database.query(
    `INSERT INTO training_runs (id, state, phase, progress, parent_id, model_version_id, trial_count, finished_at)
     SELECT id, 'rejected', 'done', 1, $1, id, 100, now() FROM unnest($2::uuid[]) id`,
    [parent!.id, ids],
  );
  return ids;
}

async function taskRowsOf(
  database: DataSource,
  tasks: number,
  organisations: readonly { id: string }[],
  at: (share: number) => Date,
): Promise<Row[]> {
  const random = seededRandom('tasks');
  const [extractor]: { version: number; hash: string; dimension: number }[] = await database.query(
    `SELECT extractor_version AS version, extractor_hash AS hash, dimension FROM tasks WHERE open LIMIT 1`,
  );
  return Array.from({ length: tasks }, (_, index): Row => {
    const createdAt = at(index / tasks);
    const centre = Array.from({ length: extractor!.dimension }, () => 0.1 * random.normal());
    const rows = Array.from({ length: 16 }, () => centre.map((value) => value + 0.02 * random.normal()));
    return {
      id: uuid7(createdAt.getTime()),
      organisation_id: organisations[index % organisations.length]!.id,
      open: false,
      client_key: `set-${index}`,
      name: `Dataset ${index}`,
      extractor_version: extractor!.version,
      extractor_hash: extractor!.hash,
      dimension: extractor!.dimension,
      batch_size: 32,
      images: 512 + random.integer(10_000),
      faces: 1_000,
      description: arrayLiteral(rows),
      noise: index % 3 === 0 ? { epsilon: 1 + (index % 5), delta: 1e-5, sigma: 0.1 } : null,
      created_at: createdAt,
    };
  });
}

function recommendationRow(task: Row, version: string, items: readonly Tried[], createdAt: Date): Row {
  return {
    id: uuid7(createdAt.getTime()),
    organisation_id: task.organisation_id,
    task_id: task.id,
    client_key: uuid7(),
    model_version_id: version,
    reason: 'ranker',
    items: items.map(({ configuration, id, cost, worth }, at) => ({
      rank: at + 1,
      score: 2 * worth - at * 0.1,
      spread: 0.3,
      configuration,
      configurationId: id,
      cost,
      reason: 'ranker',
      explanation: { caution: 0.1, againstDefault: [], againstNext: [] },
    })),
    neighbours: [],
    limits: {},
    created_at: createdAt,
  };
}

function trialRow(
  task: Row,
  recommendation: Row | null,
  { configuration, id, cost, worth }: Tried,
  random: ReturnType<typeof seededRandom>,
  createdAt: Date,
): Row {
  const failed = random.uniform() < 0.03;
  const score = Math.min(1, Math.max(0, worth + 0.1 * random.normal()));
  return {
    id: uuid7(createdAt.getTime()),
    organisation_id: task.organisation_id,
    task_id: task.id,
    recommendation_id: recommendation?.id ?? null,
    report_id: uuid7(),
    configuration_id: id,
    configuration,
    state: failed ? 'failed' : 'completed',
    score: failed ? null : score,
    cost,
    seconds: 60 + 500 * random.uniform(),
    curve: Array.from({ length: CURVE_POINTS }, (_, at) => ({
      step: 40 * (at + 1),
      score: (score * (at + 1)) / CURVE_POINTS,
    })),
    backend: 'wasm',
    created_at: createdAt,
  };
}

function drawn(choices: readonly Tried[], count: number, random: ReturnType<typeof seededRandom>): Tried[] {
  return Array.from({ length: count }, () => choices[random.integer(choices.length)]!);
}

/** As the rows of one JSON text, which Postgres gives the types of the table's columns. */
async function insert(database: DataSource, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    await database.query(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`,
      [JSON.stringify(rows.slice(start, start + ROWS_AT_ONCE))],
    );
  }
}

function arrayLiteral(rows: readonly (readonly number[])[]): string {
  return `{${rows.map((row) => `{${row.map((value) => value.toFixed(7)).join(',')}}`).join(',')}}`;
}
