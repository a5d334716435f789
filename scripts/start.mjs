// npm start: set-up, Postgres, api, worker, then a tour of the whole cycle on a dataset; keeps serving unless --once is given.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { prepare, root } from './prepare.mjs';

const USAGE = `usage: npm start -- [options]
  --once             run one cycle, then stop
  --dataset DIR      the owner's images and annotations (default: the drawn demo set)
  --format NAME      annotation format, where it cannot be told from the folder
  --json FILE        write the cycle's figures to FILE
  --minutes N        training time of one trial (default: 1)
  --trials N         recommended configurations to train (default: 1)
  --port N           port of the platform (default: 3000, or the next free one)
  --no-tour          only serve`;

const started = performance.now();
const seconds = (since = started) => Math.round((performance.now() - since) / 100) / 10;
const say = (line) => process.stdout.write(`edgelore: ${line}\n`);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        dataset: { type: 'string' },
        format: { type: 'string' },
        json: { type: 'string' },
        minutes: { type: 'string', default: '1' },
        trials: { type: 'string', default: '1' },
        port: { type: 'string' },
        'no-tour': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    return values;
  } catch (error) {
    process.stderr.write(`edgelore: ${error.message}\n${USAGE}\n`);
    process.exit(64);
  }
}

const options = readOptions();
const cwd = process.env.INIT_CWD ?? process.cwd();
const dataDir = resolve(process.env.EDGELORE_DATA_DIR ?? `${root}.edgelore/data`);
const logs = `${dataDir}/logs`;
const stoppers = [];
let stopping = false;

async function stop(status) {
  if (stopping) return;
  stopping = true;
  for (const stopper of stoppers.reverse())
    await stopper().catch((error) => process.stderr.write(`edgelore: ${error.message}\n`));
  process.exit(status);
}

function fail(line) {
  process.stderr.write(`edgelore: ${line}\n`);
  return stop(1);
}

async function freePort(first) {
  const { createServer } = await import('node:net');
  for (let port = first; port < first + 100; port++) {
    const free = await new Promise((done) => {
      const server = createServer().once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
  throw new Error(`no free port between ${first} and ${first + 99}; choose one with --port`);
}

/** Asks a process to end, and waits until it has. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  clearTimeout(kill);
}

/** A process of the platform: its log goes to a file; one that dies is started again. */
function service(name, env) {
  let child;
  let deaths = 0;
  const log = createWriteStream(`${logs}/${name}.log`, { flags: 'a' });
  const launch = () => {
    child = spawn(process.execPath, ['--enable-source-maps', `${root}apps/${name}/dist/main.js`], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('exit', (code, signal) => {
      if (stopping) return;
      deaths += 1;
      if (deaths > 5) return fail(`${name} ended ${deaths} times; its log is ${logs}/${name}.log`);
      process.stderr.write(`edgelore: ${name} ended (${signal ?? code}), starting it again\n`);
      setTimeout(launch, 500 * deaths);
    });
  };
  launch();
  stoppers.push(() => end(child));
}

async function ready(url) {
  for (let attempt = 0; attempt < 300 && !stopping; attempt++) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`the platform did not become ready; its logs are in ${logs}`);
}

/** Runs a program of the platform; what it prints as its last line is JSON. */
function lastLine(file, args, env) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    stoppers.push(() => end(child));
    let last = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.trim()) last = line;
    });
    child.once('close', (code) => {
      // It has said why.
      if (code) return failed(Object.assign(new Error(), { exitCode: code }));
      if (code === null) return failed(new Error(`${file.replace(root, '')} was killed`));
      try {
        done(JSON.parse(last));
      } catch {
        failed(new Error(`${file.replace(root, '')} printed no figures`));
      }
    });
  });
}

function writeAtomically(file, text, mode) {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, mode ? { mode } : undefined);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function main() {
  prepare(say);
  const { formatCycle, openDataset } = await import('@edgelore/client');
  // A dataset that cannot be used is told before anything is started.
  if (options.dataset)
    await openDataset(resolve(cwd, options.dataset), options.format ? { format: options.format } : {});
  mkdirSync(logs, { recursive: true });

  const env = { ...process.env, EDGELORE_DATA_DIR: dataDir };
  if (!env.DATABASE_URL) {
    say('starting Postgres');
    const { startEmbeddedPostgres } = await import('@edgelore/platform');
    const postgres = await startEmbeddedPostgres(`${dataDir}/postgres`);
    stoppers.push(() => postgres.stop());
    env.DATABASE_URL = postgres.url;
  }
  const credentials = `${dataDir}/credentials.json`;
  const known = existsSync(credentials) ? JSON.parse(readFileSync(credentials, 'utf8')).apiKey : undefined;
  const setup = await lastLine(`${root}apps/api/dist/setup.js`, known ? [] : ['--renew-key'], env);
  const apiKey = setup.demoApiKey ?? known;
  const port = options.port ?? process.env.PORT ?? (await freePort(3000));
  const url = `http://127.0.0.1:${port}`;
  writeAtomically(credentials, `${JSON.stringify({ url, apiKey }, null, 2)}\n`, 0o600);

  env.PORT = String(port);
  service('api', env);
  service('worker', env);
  await ready(url);
  const setupSeconds = seconds();
  say(`ready after ${setupSeconds} s; the console is at ${url}`);
  if (setup.operatorPassword) say(`operator password, shown this once: ${setup.operatorPassword}`);

  if (!options['no-tour']) {
    const figures = await lastLine(
      `${root}client-sdk/dist/cli/main.js`,
      [
        'run',
        ...(options.dataset ? [resolve(cwd, options.dataset)] : []),
        ...(options.format ? ['--format', options.format] : []),
        '--minutes',
        options.minutes,
        '--trials',
        options.trials,
        '--json',
      ],
      { ...env, EDGELORE_URL: url, EDGELORE_API_KEY: apiKey, EDGELORE_HOME: `${dataDir}/client` },
    );
    const result = { setup_s: setupSeconds, ...figures, total_s: seconds() };
    if (options.json) {
      writeAtomically(resolve(cwd, options.json), `${JSON.stringify(result, null, 2)}\n`);
      say(`figures written to ${options.json}`);
    } else {
      process.stdout.write(formatCycle(result));
    }
  }
  if (options.once) return stop(0);
  say(`serving at ${url} (Ctrl-C stops)`);
}

// A signal can come twice, from the terminal and from npm: what follows the first must not cut the stop short.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal === 'SIGINT' ? 130 : 143));
main().catch((error) => {
  if (!stopping && error.message) process.stderr.write(`edgelore: ${error.message}\n`);
  return stop(error.exitCode ?? 1);
});
