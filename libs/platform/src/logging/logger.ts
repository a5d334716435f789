import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config/config.js';

export type { Logger } from 'pino';

// Wherever one of these names appears as a key, at the top or up to three levels down, its value is replaced.
const secretKeys = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'secretHash',
  'apiKey',
  'token',
  'tokenHash',
  'databaseUrl',
  'redisUrl',
  'rows',
  'descriptionRows',
  'baseRows',
  'artefact',
  // What a failed statement carries: its values, and the row that the database refused.
  'parameters',
  'driverError',
  'detail',
];

const redactedPaths = ['', '*.', '*.*.', '*.*.*.'].flatMap((prefix) => secretKeys.map((key) => `${prefix}${key}`));

/** JSON lines without keys, passwords or description rows. */
export function createLogger(config: Pick<Config, 'logLevel'>, name: string, destination?: DestinationStream): Logger {
  const options = {
    name,
    level: config.logLevel,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
