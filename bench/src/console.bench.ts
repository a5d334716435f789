// npm run bench -- console [--trials N] [--tasks N] [--repeats N]: every query of the console over HTTP against a platform of 100,000 trials.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bootstrap, databaseEntities } from '@edgelore/domain';
import { migrations } from '@edgelore/migrations';
import { createDataSource, startEmbeddedPostgres } from '@edgelore/platform';
import { firstLoadBytes } from './console/first-load.js';
import { nextPage, type Question, questions } from './console/questions.js';
import { seedPlatform } from './console/seed.js';

const PASSWORD = 'a password for the benchmark';
const PORT = 4719;
const PAGES_ON = 10;
const root = fileURLToPath(new URL('../../', import.meta.url));

const { values: options } = parseArgs({
  options: {
    trials: { type: 'string', default: '100000' },
    tasks: { type: 'string', default: '1000' },
    repeats: { type: 'string', default: '30' },
    documents: { type: 'string' },
  },
});
if (options.documents === undefined) {
  const { status } = spawnSync(process.execPath, [`${root}apps/console/build.mjs`], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), 'edgelore-bench-'));
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres(folder);
const env = { ...process.env, DATABASE_URL: postgres.url, PORT: String(PORT), LOG_LEVEL: 'error' };
const database = await createDataSource({ url: postgres.url, entities: databaseEntities, migrations }).initialize();
await bootstrap(database, { operatorPassword: PASSWORD });
const trials = Number(options.trials);
console.log(`seeding ${trials} trials`);
const seeded = await seedPlatform(database, { trials, tasks: Number(options.tasks), trialsOfFirst: trials / 20 });
await database.destroy();

const api = spawn(process.execPath, ['--enable-source-maps', `${root}apps/api/dist/main.js`], {
  env,
  stdio: 'inherit',
});
try {
  const url = `http://127.0.0.1:${PORT}`;
  while ((await fetch(`${url}/health/ready`).catch(() => undefined))?.ok !== true) {
    if (api.exitCode !== null) throw new Error(`the api ended with ${api.exitCode}`);
    await new Promise((done) => setTimeout(done, 200));
  }
  const ask = await signedIn(url);
  const measured: Record<string, { p50_ms: number; p95_ms: number }> = {};
  const note = async (name: string, question: Question) => {
    measured[name] = await measure(ask, question);
    console.log(`${name.padEnd(48)} p50 ${measured[name].p50_ms} ms, p95 ${measured[name].p95_ms} ms`);
  };
  for (const question of questions(seeded, options.documents)) {
    await note(question.name, question);
    const far = await pagesOn(ask, question);
    if (far !== null) await note(`${question.name}, page ${PAGES_ON}`, far);
  }
  console.log(JSON.stringify({ trials, queries: measured, first_load_gzip_bytes: firstLoadBytes() }));
} finally {
  api.kill('SIGTERM');
  if (api.exitCode === null) await once(api, 'exit');
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

type Ask = (question: Omit<Question, 'name'>) => Promise<unknown>;

/** Asks as the operator, who sees everything. */
async function signedIn(url: string): Promise<Ask> {
  const send = (body: object, cookie = '') =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-edgelore-console': '1', cookie },
      body: JSON.stringify(body),
    });
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const { headers } = await send({ query, variables: { input: { password: PASSWORD } } });
  const cookie = headers.get('set-cookie')?.split(';')[0];
  return async ({ document, variables }) => {
    const answer = (await (await send({ query: document, variables }, cookie)).json()) as { errors?: unknown };
    if (answer.errors !== undefined || JSON.stringify(answer).includes('"Failure"')) {
      throw new Error(`${document.slice(0, 200)}: ${JSON.stringify(answer).slice(0, 500)}`);
    }
    return answer;
  };
}

async function measure(ask: Ask, question: Question): Promise<{ p50_ms: number; p95_ms: number }> {
  const repeats = Number(options.repeats);
  for (let warm = 0; warm < 3; warm += 1) await ask(question);
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const started = performance.now();
    await ask(question);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(10 * times[Math.min(repeats - 1, Math.floor(share * repeats))]!) / 10;
  return { p50_ms: at(0.5), p95_ms: at(0.95) };
}

async function pagesOn(ask: Ask, question: Question): Promise<Question | null> {
  let page: Question | null = question;
  for (let turned = 1; turned < PAGES_ON && page !== null; turned += 1) page = nextPage(page, await ask(page));
  return page;
}
