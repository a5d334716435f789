import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';

const MEBIBYTE = 1024 * 1024;

const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'must look like postgres://user:password@host:5432/database' })
  .optional();

const redisUrl = z
  .url({ protocol: /^rediss?$/, error: 'must look like redis://host:6379 or rediss://host:6379' })
  .optional();

const environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl,
  EDGELORE_DATA_DIR: z.string().min(1).default('.edgelore/data'),
  EDGELORE_OPERATOR_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  BODY_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .min(16 * 1024)
    .max(16 * MEBIBYTE)
    .default(256 * 1024),
});

export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  /** Absent: the launcher brings up its own Postgres in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Absent: the queue lives in the database. */
  readonly redisUrl: string | undefined;
  readonly dataDir: string;
  /** Password of the first operator; generated and printed once when absent. */
  readonly operatorPassword: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly bodyLimitBytes: number;
}

/** Parses the environment once at boot. This default argument is the only place on the server that reads `process.env`. */
export function loadConfig(source: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('CONFIG_INVALID', lines.join('; '));
  }
  const values = parsed.data;
  if (values.NODE_ENV === 'production') refuseInsecureServices(values);
  return Object.freeze({
    environment: values.NODE_ENV,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    dataDir: resolve(values.EDGELORE_DATA_DIR),
    operatorPassword: values.EDGELORE_OPERATOR_PASSWORD,
    host: values.HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
  });
}

// A service on another machine without a password is open to everyone who reaches it.
function refuseInsecureServices(values: z.infer<typeof environment>): void {
  for (const name of ['DATABASE_URL', 'REDIS_URL'] as const) {
    const value = values[name];
    if (value === undefined) continue;
    const url = new URL(value);
    if (!isLoopback(url.hostname) && url.password === '') {
      throw new AppError('CONFIG_INVALID', `${name}: ${url.hostname} is another machine, so the URL needs a password`);
    }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '' || host.startsWith('127.');
}
