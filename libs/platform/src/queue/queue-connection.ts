import type { Config } from '../config/config.js';

/** Where the queue lives: on Redis where there is one, else in the database. */
export type QueueConnection =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string };

export function queueConnection(config: Pick<Config, 'redisUrl'>, databaseUrl: string): QueueConnection {
  return config.redisUrl === undefined
    ? { kind: 'postgres', url: databaseUrl }
    : { kind: 'redis', url: config.redisUrl };
}
