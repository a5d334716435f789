import { migrations } from '@edgelore/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { createLogger } from '../logging/logger.js';
import { startTestPostgres, type TestPostgres } from '../testing/test-postgres.js';
import { type Change, ChangeFeed } from './change-feed.js';
import { Mailbox } from './mailbox.js';

const logger = createLogger({ logLevel: 'silent' }, 'spec');
const ID = '01900000-0000-7000-8000-000000000001';

describe('the feed of changes', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let feed: ChangeFeed;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    database = await createDataSource({ url: postgres.url }).initialize();
    feed = new ChangeFeed(postgres.url, logger);
  });
  afterAll(async () => {
    await feed?.onApplicationShutdown();
    await database?.destroy();
    await postgres?.stop();
  });

  const add = (id: string) =>
    database.query(`INSERT INTO outbox_events (id, topic, payload) VALUES ($1, 'retrain', '{}')`, [id]);

  async function changesUntil(signal: AbortSignal): Promise<Mailbox<Change>> {
    const mailbox = new Mailbox<Change>(signal);
    await feed.listen((change) => mailbox.put(change), signal);
    return mailbox;
  }

  async function read(changes: AsyncIterable<Change>, count: number): Promise<Change[]> {
    const seen: Change[] = [];
    for await (const change of changes) if (seen.push(change) === count) break;
    return seen;
  }

  it('tells every reader what was committed, and nothing that was rolled back', async () => {
    const { signal } = new AbortController();
    const [one, other] = [await changesUntil(signal), await changesUntil(signal)];
    await database
      .transaction(async (manager) => {
        await manager.query('INSERT INTO outbox_events (id, topic, payload) VALUES ($1, $2, $3)', [
          ID,
          'retrain',
          '{}',
        ]);
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await add(ID);
    const told = [{ kind: 'row', table: 'outbox_events', id: ID }];
    expect([await read(one, 1), await read(other, 1)]).toEqual([told, told]);
  });

  it('ends with its signal, also while it waits', async () => {
    const reader = new AbortController();
    const changes = await changesUntil(reader.signal);
    const ended = read(changes, 1);
    reader.abort();
    expect(await ended).toEqual([]);
  });

  it('connects again, and says that something may have been missed', async () => {
    const { signal } = new AbortController();
    const changes = await changesUntil(signal);
    await database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'edgelore-changes'",
    );
    expect(await read(changes, 1)).toEqual([{ kind: 'gap' }]);
    await database.query('UPDATE outbox_events SET processed_at = now() WHERE id = $1', [ID]);
    expect(await read(changes, 1)).toMatchObject([{ table: 'outbox_events', id: ID }]);
  });
});

describe('a mailbox', () => {
  it('keeps the newest thousand for a slow reader', async () => {
    const reader = new AbortController();
    const mailbox = new Mailbox<number>(reader.signal);
    for (let at = 0; at < 1_500; at += 1) mailbox.put(at);
    const seen: number[] = [];
    for await (const letter of mailbox) {
      seen.push(letter);
      if (seen.length === 1_000) reader.abort();
    }
    expect([seen[0], seen.at(-1)]).toEqual([500, 1_499]);
  });
});
