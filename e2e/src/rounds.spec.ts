import {
  type ContributeOptions,
  type Contribution,
  contribute,
  demoDomains,
  type Outcome,
  OwnedTask,
  openDataset,
  PlatformClient,
  writeDemo,
} from '@edgelore/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgelore, jsonOf } from './command.js';
import { openWorkshop, type Workshop } from './drawn-faces.js';
import { type Platform, startPlatform, until } from './platform.js';

type Answered = Readonly<Record<string, unknown>>;

/** Three more than the least, so that the one that drops out leaves enough. */
const OWNERS = 5;
const STEP_SECONDS = 15;

describe('a round of owners, by the command and the processes that ship', () => {
  let workshop: Workshop;
  let platform: Platform;
  let cookie = '';
  let owners: ContributeOptions[];
  let keys: string[];
  let folders: string[];
  let configurations: readonly Outcome['configuration'][] | undefined;

  async function asked(query: string, variables: object = {}): Promise<Answered> {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'x-edgelore-console': '1' },
      body: JSON.stringify({ query, variables }),
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const { data, errors } = (await response.json()) as { data?: Readonly<Record<string, Answered>>; errors?: unknown };
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0]!;
  }

  /** An organisation with a task of its own, and two trials. */
  async function newOwner(at: number): Promise<void> {
    const { id } = await asked(
      'mutation ($name: String!) { createOrganisation(input: { name: $name }) { ... on Organisation { id } } }',
      {
        name: `owner ${at}`,
      },
    );
    const { secret } = await asked(
      'mutation ($id: ID!) { createApiKey(input: { organisationId: $id, name: "spec" }) { ... on CreatedApiKey { secret } } }',
      { id },
    );
    const folder = workshop.path(`images-${at}`);
    await writeDemo({ folder, domain: demoDomains[at % demoDomains.length]!, count: 32, maxSide: 96 });
    const client = new PlatformClient({ url: platform.url, apiKey: String(secret) });
    const dataset = await openDataset(folder);
    const home = workshop.path(`home-${at}`);
    const task = await OwnedTask.open({ client, dataset, home });
    // Which ones does not matter here.
    configurations ??= (await task.recommend({ count: 2 })).recommendations.map(({ configuration }) => configuration);
    for (const [rank, configuration] of configurations.entries()) {
      await task.report({ configuration, ap50: 0.5 + rank / 10, seconds: 1 });
    }
    keys.push(String(secret));
    folders.push(folder);
    const progress = { line: () => {}, progress: () => ({ update: () => {}, end: () => {} }) };
    owners.push({ client, dataset, home, progress });
  }

  beforeAll(async () => {
    [owners, keys, folders] = [[], [], []];
    workshop = await openWorkshop();
    platform = await startPlatform();
    await asked('mutation ($password: String!) { signIn(input: { password: $password }) { ... on Me { kind } } }', {
      password: platform.operatorPassword,
    });
    for (let at = 0; at < OWNERS; at += 1) await newOwner(at);
  }, 300_000);
  afterAll(async () => {
    await platform?.stop();
    await workshop?.remove();
  });

  it('says where there is none to join', async () => {
    await expect(contribute(owners[0]!)).rejects.toMatchObject({ code: 'ROUND_OVER', exitCode: 69 });
  });

  it('comes to a sum though one drops out, and to a verdict', async () => {
    const opened = await asked(
      'mutation ($input: OpenRoundInput!) { openRound(input: $input) { ... on Round { id threshold } ... on Failure { message } } }',
      { input: { seats: OWNERS, stepSeconds: STEP_SECONDS } },
    );
    expect(opened).toMatchObject({ threshold: 4 });
    const leaving = new AbortController();
    const last = owners[OWNERS - 1]!;
    const progress = {
      ...last.progress,
      line: (text: string) => {
        if (text.startsWith('sent keys')) leaving.abort();
      },
    };
    const command = edgelore(['contribute', folders[0]!, '--json'], {
      EDGELORE_URL: platform.url,
      EDGELORE_API_KEY: keys[0]!,
      EDGELORE_HOME: owners[0]!.home,
    });
    const [finished, ...results] = await Promise.allSettled([
      command.finished,
      ...owners.slice(1, -1).map((options) => contribute(options)),
      contribute({ ...last, progress, signal: leaving.signal }),
    ]);
    expect(results.pop()).toMatchObject({ status: 'rejected', reason: { code: 'INTERRUPTED' } });
    if (finished.status === 'rejected') throw finished.reason;
    const contributions = [
      jsonOf<Contribution>(finished.value),
      ...results.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value as Contribution;
      }),
    ];
    expect(new Set(contributions.map(({ seat }) => seat)).size).toBe(4);
    for (const { contributors, sent, numbers, images, norm } of contributions) {
      expect({ contributors, images }).toEqual({ contributors: 4, images: 32 });
      expect(sent.map(({ step }) => step)).toEqual(['keys', 'shares', 'input', 'unmask']);
      // Four bytes a number as base64, and the envelope.
      expect(sent[2]!.bytes).toBeLessThan(1.4 * 4 * numbers + 1000);
      expect(norm.clipped).toBeLessThanOrEqual(1);
      expect(norm.trained).toBeGreaterThan(0);
    }
    platform.startWorker();
    const state = () =>
      asked('query ($id: ID!) { round(id: $id) { ... on Round { state reason contributors } } }', opened);
    await until(async () => !['SUMMED'].includes(String((await state()).state)));
    const { state: verdict, reason, contributors } = await state();
    expect(verdict).toMatch(/^(PROMOTED|REJECTED)$/);
    expect(contributors).toBe(4);
    expect(reason).toMatch(/^The new extractor .*\.$|^[A-Z].*NDCG@10.*\.$/);
  }, 240_000);
});
