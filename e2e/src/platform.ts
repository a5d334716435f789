import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTestPostgres } from '@edgelore/platform/testing';
import { jsonOf, start } from './command.js';

const app = (file: string) => fileURLToPath(new URL(`../../apps/${file}`, import.meta.url));
const PATIENCE_MS = 120_000;

export interface KnownTrial {
  readonly reportId: string;
  readonly configurationId: string;
  readonly countedIn: number | null;
}

/** All that the owner may see at the platform. */
export interface Known {
  readonly tasks: readonly { id: string; name: string; trialCount: number }[];
  readonly trials: readonly KnownTrial[];
  readonly recommendations: readonly { id: string }[];
  readonly modelVersions: readonly { number: number; state: string; trialCount: number }[];
  readonly status: { pending: number; running: boolean; currentModel: number };
}

/** Postgres, api and worker as the launcher starts them, each a process that can be killed and started again. */
export interface Platform {
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly operatorPassword: string;
  known(): Promise<Known>;
  startApi(): Promise<void>;
  startWorker(): void;
  /** SIGKILL: no goodbye. */
  kill(name: 'api' | 'worker'): Promise<void>;
  stop(): Promise<void>;
}

export async function startPlatform(): Promise<Platform> {
  const postgres = await startTestPostgres();
  const children = new Map<string, ChildProcess>();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { DATABASE_URL: postgres.url, PORT: String(port), LOG_LEVEL: 'warn', NODE_ENV: 'test' };
  const launch = (name: string) => {
    const child = spawn(process.execPath, [app(`${name}/dist/main.js`)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.set(name, child);
    return child;
  };

  async function startApi(): Promise<void> {
    const api = launch('api');
    await until(async () => {
      if (api.exitCode !== null) throw new Error(`the api ended with ${api.exitCode}`);
      return (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true;
    });
  }

  async function end(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = children.get(name);
    children.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  async function stop(): Promise<void> {
    await Promise.all([...children.keys()].map((name) => end(name, 'SIGTERM')));
    await postgres.stop();
  }

  try {
    const setUp = await start(app('api/dist/setup.js'), [], env).finished;
    const { demoApiKey: apiKey, operatorPassword } = jsonOf<{ demoApiKey: string; operatorPassword: string }>({
      ...setUp,
      stdout: setUp.stdout.trim().split('\n').at(-1) ?? '',
    });
    await startApi();
    return {
      url,
      port,
      apiKey,
      operatorPassword,
      known: () => ask(url, apiKey),
      startApi,
      startWorker: () => void launch('worker'),
      kill: (name) => end(name, 'SIGKILL'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ask(url: string, apiKey: string): Promise<Known> {
  const query = `{
    tasks { nodes { id name trialCount } }
    trials { nodes { reportId configurationId countedIn } }
    recommendations { nodes { id } }
    modelVersions { nodes { number state trialCount } }
    trainingStatus { pending running currentModel }
  }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as { data: Readonly<Record<string, unknown>>; errors?: unknown };
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const { trainingStatus: status, ...pages } = answer.data;
  const nodes = Object.entries(pages).map(([name, page]) => [name, (page as { nodes: unknown }).nodes]);
  return { ...Object.fromEntries(nodes), status };
}

/** Polls until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, everyMs = 100): Promise<void> {
  const limit = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${condition}`);
    await sleep(everyMs);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
