import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bootstrap, databaseEntities, type ShippedExperience } from '@edgelore/domain';
import { migrations } from '@edgelore/migrations';
import { createDataSource } from '@edgelore/platform';
import { startTestPostgres } from '@edgelore/platform/testing';
import type { DataSource } from 'typeorm';

const API = fileURLToPath(new URL('../main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('../../../worker/dist/main.js', import.meta.url));
const START_MS = 60_000;

export const OPERATOR_PASSWORD = 'a password for specs';

/** A GraphQL answer as it came over HTTP. */
export interface Answer {
  readonly status: number;
  readonly cookie: string | null;
  readonly body: {
    readonly data?: Readonly<Record<string, Answered>> | null;
    readonly errors?: readonly { message: string; extensions: { code: string; errorId?: string; field?: string } }[];
  };
}

/** What an operation answered; specs look only at what they asked for. */
export type Answered = Readonly<Record<string, unknown>> & { readonly __typename?: string; readonly code?: string };

export interface RunningPlatform {
  readonly url: string;
  /** For looking at what was stored. */
  readonly database: DataSource;
  send(document: string, options?: SendOptions): Promise<Answer>;
  /** All that the processes logged so far. */
  logs(): string;
  /** The one operation's answer; throws on GraphQL errors. */
  ask(document: string, options?: SendOptions): Promise<Answered>;
  startWorker(): ChildProcess;
  stop(): Promise<void>;
}

export interface SendOptions {
  readonly key?: string | undefined;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The real thing: a Postgres, the api as a process of its own, and workers as they are asked for. */
export async function startPlatform(experience: ShippedExperience): Promise<RunningPlatform> {
  const postgres = await startTestPostgres({ migrations });
  const database = await createDataSource({ url: postgres.url, entities: databaseEntities, migrations }).initialize();
  await bootstrap(database, { operatorPassword: OPERATOR_PASSWORD, experience: () => experience });
  const port = await freePort();
  const env = { ...process.env, DATABASE_URL: postgres.url, PORT: String(port), LOG_LEVEL: 'debug', NODE_ENV: 'test' };
  const children: ChildProcess[] = [];
  let logged = '';
  const launch = (file: string) => {
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      logged += text;
    });
    children.push(child);
    return child;
  };
  const url = `http://127.0.0.1:${port}`;
  async function stop(): Promise<void> {
    await Promise.all(children.map((child) => ended(child)));
    await database.destroy();
    await postgres.stop();
  }
  const api = launch(API);
  try {
    await until(async () => {
      if (api.exitCode !== null) throw new Error(`the api ended with ${api.exitCode}`);
      return (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true;
    });
  } catch (error) {
    await stop();
    throw error;
  }

  async function send(document: string, options: SendOptions = {}): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
        ...(options.cookie === undefined ? {} : { cookie: options.cookie, 'x-edgelore-console': '1' }),
        ...options.headers,
      },
      body: JSON.stringify({ query: document, variables: options.variables ?? {} }),
    });
    const body = (await response.json()) as Answer['body'];
    return { status: response.status, cookie: response.headers.get('set-cookie'), body };
  }

  return {
    url,
    database,
    send,
    logs: () => logged,
    async ask(document, options) {
      const { body } = await send(document, options);
      const [answered] = Object.values(body.data ?? {});
      if (body.errors !== undefined || answered === undefined) throw new Error(JSON.stringify(body));
      return answered;
    },
    startWorker() {
      return launch(WORKER);
    },
    stop,
  };
}

/** Polls until the condition holds. */
export async function until(condition: () => Promise<boolean>, limitMs = START_MS): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`nothing came of it within ${limitMs} ms`);
    await sleep(100);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
