import { setTimeout as sleep } from 'node:timers/promises';
import { createDataSource } from '../database/data-source.js';
import { createLogger } from '../logging/logger.js';
import { JobRunner } from '../queue/job-runner.js';
import type { QueueConnection } from '../queue/queue-connection.js';
import { suiteJobs } from './suite-jobs.js';

// A worker process to be killed: it takes a job, says so, and never finishes it.
const [databaseUrl, connectionText] = process.argv.slice(2);
if (databaseUrl === undefined || connectionText === undefined)
  throw new Error('usage: crash-worker DATABASE_URL CONNECTION');
const connection: QueueConnection = JSON.parse(connectionText);
const database = await createDataSource({ url: databaseUrl }).initialize();
const hold = async () => {
  process.stdout.write('started\n');
  await database.query('SELECT 1');
  await sleep(60_000);
};
const handlers = Object.keys(suiteJobs).map((job) => ({ job, handle: hold }));
await new JobRunner(connection, suiteJobs, handlers, createLogger({ logLevel: 'silent' }, 'crash')).start();
process.stdout.write('ready\n');
