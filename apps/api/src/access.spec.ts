import { once } from 'node:events';
import { connect } from 'node:net';
import { syntheticConfigurations, syntheticDescription, syntheticExperience } from '@edgelore/domain/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { printApiSchema } from './graphql/print-schema.js';
import { documents, type OperationName } from './testing/documents.js';
import {
  type Answer,
  type Answered,
  OPERATOR_PASSWORD,
  type RunningPlatform,
  type SendOptions,
  startPlatform,
  until,
} from './testing/running-platform.js';

const experience = syntheticExperience(1);
const [configuration] = syntheticConfigurations(1, 'access');

describe('who may do what', () => {
  let platform: RunningPlatform;
  let operator: { cookie: string };
  let owner: { id: string; key: string; keyId: string };
  let stranger: { id: string; key: string; keyId: string };
  let admin: string;
  let taskId: string;
  let openTaskId: string;
  let recommendationId: string;

  const asked = (name: OperationName, options: SendOptions, variables = {}) =>
    platform.ask(documents[name], { ...options, variables });
  const codeOf = ({ body }: Answer) => body.errors?.[0]?.extensions.code;
  const idsOf = ({ body }: Answer) => {
    const [page] = Object.values(body.data ?? {});
    return ((page?.nodes ?? []) as { id: string }[]).map(({ id }) => id);
  };

  async function newOrganisation(name: string) {
    const { id } = await asked('createOrganisation', operator, { input: { name } });
    const created = await asked('createApiKey', operator, { input: { organisationId: id, name: 'spec' } });
    return { id: String(id), key: String(created.secret), keyId: String((created.apiKey as Answered).id) };
  }

  const submission = (clientKey: string) => ({
    input: { clientKey, name: clientKey, description: syntheticDescription(experience.extractor, clientKey) },
  });
  const trial = (changes: object = {}) => ({
    input: { taskId, reportId: 'report', configuration, score: 0.5, seconds: 1, ...changes },
  });

  beforeAll(async () => {
    platform = await startPlatform(experience);
    const { cookie } = await platform.send(documents.signIn, { variables: { input: { password: OPERATOR_PASSWORD } } });
    operator = { cookie: cookie?.split(';')[0] ?? '' };
    owner = await newOrganisation('owner');
    stranger = await newOrganisation('stranger');
    const adminKey = { input: { organisationId: stranger.id, name: 'admin', role: 'ADMIN' } };
    admin = String((await asked('createApiKey', operator, adminKey)).secret);
    taskId = String((await asked('submitDescription', owner, submission('mine'))).id);
    recommendationId = String((await asked('recommend', owner, { input: { taskId, count: 1 } })).id);
    await asked('reportTrial', owner, trial({ recommendationId }));
    const [open]: { id: string }[] = await platform.database.query('SELECT id FROM tasks WHERE open');
    openTaskId = open!.id;
  });
  afterAll(() => platform?.stop());

  const queue = { input: { queue: 'training' } };
  const job = { input: { queue: 'training', id: 'nonsense' } };
  const refused = { __typename: 'Failure', code: 'NOT_FOUND' };
  const forbidden = async (name: OperationName, variables = {}) => {
    const answer = await platform.send(documents[name], { ...stranger, variables });
    const [result] = Object.values(answer.body.data ?? {});
    expect(result?.code ?? codeOf(answer)).toBe('FORBIDDEN');
  };

  /** What a stranger's key gets from each operation; one that is missing here fails the test below. */
  const withForeignKey: Record<OperationName, () => Promise<void>> = {
    me: async () => expect(await asked('me', stranger)).toMatchObject({ organisation: { name: 'stranger' } }),
    currentModel: async () => expect(Object.keys(await asked('currentModel', stranger))).not.toContain('ranker'),
    searchSpace: async () => expect(await asked('searchSpace', stranger)).toMatchObject({ id: 'face-detector/1' }),
    trainingStatus: async () => expect(await asked('trainingStatus', stranger)).toMatchObject({ currentModel: 1 }),
    overview: async () => expect(await asked('overview', stranger)).toMatchObject({ tasks: 0, trials: { count: 0 } }),
    taskMap: async () => {
      expect(await asked('taskMap', stranger, { id: taskId })).toMatchObject(refused);
      const map = await asked('taskMap', stranger);
      expect(map).toMatchObject({ __typename: 'TaskMap', of: 2, neighbours: [] });
      expect(JSON.stringify(map)).not.toMatch(new RegExp(`${taskId}|mine`));
      expect(JSON.stringify(await asked('taskMap', operator, { id: taskId }))).toContain('"mine"');
    },
    trialCharts: async () => {
      expect(await asked('trialCharts', stranger, { id: taskId })).toMatchObject(refused);
      expect(await asked('trialCharts', owner, { id: taskId })).toMatchObject({
        of: 1,
        bestSoFar: { points: [{ index: 1, score: 0.5 }] },
        predicted: { recommendations: 0 },
        importance: null,
        pareto: { front: [{ score: 0.5 }], others: [] },
      });
    },
    realisedRegrets: async () => {
      const regrets = async (options: SendOptions) =>
        (await platform.send(documents.realisedRegrets, options)).body.data?.realisedRegrets?.nodes;
      expect(await regrets(stranger)).toEqual([]);
      expect(await regrets(owner)).toMatchObject([{ taskId, taskName: 'mine', trials: 1 }]);
    },
    regretByVersion: async () => {
      expect((await platform.send(documents.regretByVersion, stranger)).body.data).toEqual({ regretByVersion: [] });
    },
    searchSpaces: async () => {
      const { body } = await platform.send(documents.searchSpaces, stranger);
      expect(body.data).toMatchObject({ searchSpaces: [{ id: 'face-detector/1', version: 1 }] });
    },
    searchSpaceCoverage: async () => {
      const id = 'face-detector/1';
      expect(await asked('searchSpaceCoverage', stranger, { id })).toMatchObject({ trials: 0, configurations: 0 });
      expect(await asked('searchSpaceCoverage', owner, { id })).toMatchObject({ trials: 1 });
    },
    trainingRuns: async () => expect(idsOf(await platform.send(documents.trainingRuns, stranger))).toEqual([]),
    system: () => forbidden('system'),
    jobs: () => forbidden('jobs'),
    queueJobs: () => forbidden('queueJobs', { queue: 'training', state: 'FAILED' }),
    pauseQueue: () => forbidden('pauseQueue', queue),
    resumeQueue: () => forbidden('resumeQueue', queue),
    redriveQueue: () => forbidden('redriveQueue', queue),
    retryJob: () => forbidden('retryJob', job),
    cancelJob: () => forbidden('cancelJob', job),
    modelHealth: async () => {
      const health = await asked('modelHealth', stranger);
      expect(health).toMatchObject({ current: { number: 1, evaluation: null }, versionsSince: 0 });
    },
    extractorVersions: async () => {
      const { body } = await platform.send(documents.extractorVersions, stranger);
      expect(body.data).toMatchObject({ extractorVersions: [{ firstModel: 1, current: true }] });
    },
    promoteModelVersion: () => forbidden('promoteModelVersion', { input: { number: 1 } }),
    rollBackModel: () => forbidden('rollBackModel'),
    pinModelVersion: () => forbidden('pinModelVersion', { input: { number: 1 } }),
    unpinModelVersion: () => forbidden('unpinModelVersion', { input: { number: 1 } }),
    organisations: () => forbidden('organisations'),
    apiKeys: async () => {
      await forbidden('apiKeys');
      const seen = idsOf(await platform.send(documents.apiKeys, { key: admin }));
      expect(seen).toContain(stranger.keyId);
      expect(seen).not.toContain(owner.keyId);
    },
    task: async () => {
      for (const id of [taskId, openTaskId, 'nonsense'])
        expect(await asked('task', stranger, { id })).toMatchObject(refused);
    },
    tasks: async () => expect(idsOf(await platform.send(documents.tasks, stranger))).toEqual([]),
    taskCount: async () =>
      expect((await platform.send(documents.taskCount, stranger)).body.data).toEqual({ taskCount: 0 }),
    taskDescription: async () => {
      expect(await asked('taskDescription', stranger, { id: taskId })).toMatchObject(refused);
      expect(await asked('taskDescription', owner, { id: taskId })).toMatchObject({ __typename: 'TaskDescription' });
    },
    trial: async () => {
      const [own] = idsOf(await platform.send(documents.trials, owner));
      expect(await asked('trial', stranger, { id: own })).toMatchObject(refused);
      expect(await asked('trial', owner, { id: own })).toMatchObject({ __typename: 'Trial', taskName: 'mine' });
    },
    trialTotals: async () => {
      const filter = { organisationId: owner.id };
      expect(await asked('trialTotals', stranger)).toMatchObject({ count: 0 });
      expect(await asked('trialTotals', stranger, { filter })).toMatchObject({ count: 0 });
      expect(await asked('trialTotals', operator, { filter })).toMatchObject({ count: 1 });
    },
    trials: async () => {
      expect(idsOf(await platform.send(documents.trials, stranger))).toEqual([]);
      expect(codeOf(await platform.send(documents.trials, { ...stranger, variables: { taskId } }))).toBe('NOT_FOUND');
    },
    recommendation: async () =>
      expect(await asked('recommendation', stranger, { id: recommendationId })).toMatchObject(refused),
    recommendations: async () => {
      expect(idsOf(await platform.send(documents.recommendations, stranger))).toEqual([]);
      const answer = await platform.send(documents.recommendations, { ...stranger, variables: { taskId } });
      expect(codeOf(answer)).toBe('NOT_FOUND');
    },
    recommendationCount: async () => {
      const count = (options: SendOptions) => platform.send(documents.recommendationCount, options);
      expect((await count(stranger)).body.data).toEqual({ recommendationCount: 0 });
      expect((await count(owner)).body.data).toEqual({ recommendationCount: 1 });
    },
    modelVersion: async () => {
      const version = await asked('modelVersion', stranger, { number: 1 });
      expect(version).toMatchObject({ __typename: 'ModelVersion', evaluation: null });
    },
    modelVersions: async () => expect(await asked('modelVersions', stranger)).toMatchObject({ nodes: [{ number: 1 }] }),
    signIn: async () =>
      expect(await asked('signIn', stranger, { input: { password: 'wrong' } })).toMatchObject({
        __typename: 'Failure',
        code: 'UNAUTHENTICATED',
      }),
    signOut: () => forbidden('signOut'),
    createOrganisation: () => forbidden('createOrganisation', { input: { name: 'mine too' } }),
    createApiKey: async () => {
      const input = { organisationId: owner.id, name: 'a way in' };
      await forbidden('createApiKey', { input });
      expect(await asked('createApiKey', { key: admin }, { input })).toMatchObject(refused);
    },
    revokeApiKey: async () => {
      await forbidden('revokeApiKey', { input: { id: owner.keyId } });
      expect(await asked('revokeApiKey', { key: admin }, { input: { id: owner.keyId } })).toMatchObject(refused);
      expect(await asked('me', owner)).toMatchObject({ organisation: { name: 'owner' } });
    },
    submitDescription: async () => {
      const own = await asked('submitDescription', stranger, submission('mine'));
      expect(own).toMatchObject({ __typename: 'Task' });
      expect(own.id).not.toBe(taskId);
      await platform.database.query('DELETE FROM tasks WHERE id = $1', [own.id]);
    },
    recommend: async () => {
      for (const id of [taskId, openTaskId]) {
        expect(await asked('recommend', stranger, { input: { taskId: id } })).toMatchObject(refused);
      }
    },
    reportTrial: async () => {
      expect(await asked('reportTrial', stranger, trial())).toMatchObject({ ...refused, field: 'taskId' });
      expect(await asked('reportTrial', stranger, trial({ taskId: openTaskId }))).toMatchObject(refused);
    },
    retrain: () => forbidden('retrain'),
    round: async () => expect(await asked('round', stranger, { id: taskId })).toMatchObject(refused),
    rounds: async () => expect(idsOf(await platform.send(documents.rounds, stranger))).toEqual([]),
    roundAnswer: async () => expect(await asked('roundAnswer', stranger, { id: taskId })).toMatchObject(refused),
    openRound: () => forbidden('openRound', { input: { seats: 5 } }),
    joinRound: async () =>
      expect(await asked('joinRound', stranger, { input: { roundId: taskId, taskId } })).toMatchObject(refused),
    sendRoundMessage: async () =>
      expect(await asked('sendRoundMessage', stranger, { input: { roundId: taskId, message: {} } })).toMatchObject(
        refused,
      ),
  };

  it('has a case for every operation of the schema', async () => {
    const schema = buildSchema(await printApiSchema());
    const operations = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    expect(Object.keys(withForeignKey).sort()).toEqual(operations.sort());
    // Its cases are in live.spec.ts.
    expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {})).toEqual(['live']);
  });

  it.each(Object.keys(withForeignKey) as OperationName[])('shows a stranger nothing of others: %s', (name) =>
    withForeignKey[name](),
  );

  it.each(Object.keys(documents).filter((name) => name !== 'signIn') as OperationName[])(
    'asks who is there: %s',
    async (name) => {
      const id = taskId;
      const inputs: Partial<Record<OperationName, object>> = {
        submitDescription: submission('x'),
        reportTrial: trial(),
        recommend: { input: { taskId } },
        createOrganisation: { input: { name: 'x' } },
        createApiKey: { input: { organisationId: id, name: 'x' } },
        revokeApiKey: { input: { id } },
        modelVersion: { number: 1 },
        queueJobs: { queue: 'training', state: 'FAILED' },
        pauseQueue: queue,
        resumeQueue: queue,
        redriveQueue: queue,
        retryJob: job,
        cancelJob: job,
        promoteModelVersion: { input: { number: 1 } },
        pinModelVersion: { input: { number: 1 } },
        unpinModelVersion: { input: { number: 1 } },
        openRound: { input: { seats: 5 } },
        joinRound: { input: { roundId: id, taskId: id } },
        sendRoundMessage: { input: { roundId: id, message: {} } },
      };
      const answer = await platform.send(documents[name], { variables: { id, ...inputs[name] } });
      expect(answer.status).toBe(401);
      expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    },
  );

  it('lets the operator see everything', async () => {
    expect(await asked('task', operator, { id: taskId })).toMatchObject({ __typename: 'Task', name: 'mine' });
    expect(await asked('jobs', operator).then((counts) => Object.values(counts))).toHaveLength(1);
    expect(idsOf(await platform.send(documents.tasks, operator))).toEqual(expect.arrayContaining([taskId, openTaskId]));
  });

  it('refuses a revoked key, and a cookie that another site could have sent', async () => {
    const { key, keyId } = await newOrganisation('leaving');
    expect(await asked('revokeApiKey', operator, { input: { id: keyId } })).toMatchObject({ __typename: 'ApiKey' });
    expect((await platform.send(documents.me, { key })).status).toBe(401);
    expect((await platform.send(documents.me, { headers: operator })).status).toBe(401);
    const [stored]: { text: string }[] = await platform.database.query(
      `SELECT string_agg(row_to_json(k)::text, '') AS text FROM api_keys k`,
    );
    expect(stored!.text).not.toContain(key.slice(17));
  });

  it('locks the account after five wrong passwords, also for the right one', async () => {
    const tries = [];
    for (let at = 0; at < 6; at++) tries.push(await asked('signIn', {}, { input: { password: `wrong ${at}` } }));
    expect(tries.at(-1)?.code).toBe('TOO_MANY_ATTEMPTS');
    expect((await asked('signIn', {}, { input: { password: OPERATOR_PASSWORD } })).code).toBe('TOO_MANY_ATTEMPTS');
  });

  describe('bad input', () => {
    const { input: good } = submission('bad');
    const rows = good.description.rows;
    const bad = (description: object) => ({ input: { ...good, description: { ...good.description, ...description } } });

    it.each([
      ['a row too few', bad({ rows: rows.slice(1) }), 'INVALID_INPUT', 'description.rows'],
      ['a wrong dimension', bad({ dimension: 31 }), 'INVALID_INPUT', 'description.dimension'],
      ['short rows', bad({ rows: rows.map((row) => row.slice(1)) }), 'INVALID_INPUT', 'description.rows[0]'],
      [
        'a row outside the unit ball',
        bad({ rows: rows.map((row) => row.map(() => 9)) }),
        'INVALID_INPUT',
        'description.rows[0]',
      ],
      ['too few images', bad({ images: 3 }), 'INVALID_INPUT', 'description.images'],
      [
        'an unknown extractor',
        bad({ extractorHash: 'a'.repeat(64) }),
        'UNKNOWN_EXTRACTOR',
        'description.extractorHash',
      ],
      ['an unknown version', bad({ extractorVersion: 77 }), 'UNKNOWN_EXTRACTOR', 'description.extractorHash'],
      ['no name', { input: { ...good, name: ' ' } }, 'INVALID_INPUT', 'name'],
      ['two lines for a key', { input: { ...good, clientKey: 'a\nb' } }, 'INVALID_INPUT', 'clientKey'],
    ])('refuses a description with %s', async (_, variables, code, field) => {
      expect(await asked('submitDescription', owner, variables)).toMatchObject({ __typename: 'Failure', code, field });
    });

    it.each([
      ['a score above 1', { score: 1.01 }, 'score'],
      ['a score below 0', { score: -0.1 }, 'score'],
      ['negative seconds', { seconds: -1 }, 'seconds'],
      ['a configuration of another space', { configuration: { ...configuration, space: 'x/1' } }, 'space'],
      [
        'a value outside the space',
        { configuration: { ...configuration, values: { ...configuration!.values, width: 7 } } },
        'width',
      ],
      ['no configuration', { configuration: 3 }, 'configuration'],
      ['a recommendation of nobody', { recommendationId: 'x' }, 'recommendationId'],
    ])('refuses a report with %s', async (_, changes, field) => {
      const variables = trial({ reportId: 'bad', ...changes });
      expect(await asked('reportTrial', owner, variables)).toMatchObject({ __typename: 'Failure', field });
    });

    it('refuses numbers that JSON cannot carry', async () => {
      const input = `{"taskId":"${taskId}","reportId":"x","configuration":${JSON.stringify(configuration)},"score":1e999,"seconds":1}`;
      const response = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.key}` },
        body: `{"query":${JSON.stringify(documents.reportTrial)},"variables":{"input":${input}}}`,
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    });

    it('refuses pages of more than 100 and cursors of its own making only', async () => {
      for (const variables of [{ first: 101 }, { first: 0 }, { after: 'nonsense' }]) {
        expect(codeOf(await platform.send(documents.tasks, { ...owner, variables }))).toBe('INVALID_INPUT');
      }
    });

    it('pages through everything once', async () => {
      for (const name of ['page-1', 'page-2', 'page-3', 'page-4'])
        await asked('submitDescription', owner, submission(name));
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const answer = await platform.send(documents.tasks, { ...owner, variables: { first: 2, after } });
        const page = answer.body.data?.tasks as { pageInfo?: { hasNextPage: boolean; endCursor: string } } | undefined;
        seen.push(...idsOf(answer));
        after = page?.pageInfo?.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toHaveLength(5);
      expect(new Set(seen).size).toBe(5);
      expect([...seen].sort().reverse()).toEqual(seen);
    });
  });

  describe('limits', () => {
    const codeFor = async (document: string, options: SendOptions = owner) =>
      codeOf(await platform.send(document, options));

    it.each([
      ['tokens', `{ ${'me { kind } '.repeat(400)} }`],
      ['aliases', `{ ${Array.from({ length: 16 }, (_, at) => `a${at}: me { kind }`).join(' ')} }`],
      ['directives', `{ me { ${'kind @include(if: true) '.repeat(11)} } }`],
      ['mutations at once', 'mutation { a: signOut { __typename } b: signOut { __typename } }'],
      ['a syntax tree', JSON.stringify({ kind: 'Document', definitions: [] })],
      ['unknown fields', '{ mee { kind } }'],
    ])('refuses %s', async (_, document) => {
      expect(await codeFor(document)).toBe('INVALID_INPUT');
    });

    it('suggests nothing and shows its schema to operators only', async () => {
      const { body } = await platform.send('{ mee { kind } }', owner);
      expect(JSON.stringify(body)).not.toContain('Did you mean');
      const introspection = '{ __schema { queryType { name } } }';
      expect(await codeFor(introspection)).toBe('FORBIDDEN');
      expect(await codeFor(introspection, {})).toBe('FORBIDDEN');
      expect(await codeFor(introspection, operator)).toBeUndefined();
    });

    it('refuses batches and bodies over 256 KiB', async () => {
      const post = (body: string) =>
        fetch(`${platform.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      expect((await post(JSON.stringify([{ query: '{ me { kind } }' }]))).status).toBe(400);
      const large = await post(JSON.stringify({ query: `{ me { kind } } #${'x'.repeat(256 * 1024)}` }));
      expect(large.status).toBe(413);
      expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_LARGE' } }] });
    });

    it('answers half a request with nothing of its insides', async () => {
      const socket = connect(Number(new URL(platform.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"query":',
      );
      const [chunk] = await once(socket, 'data');
      socket.destroy();
      expect(String(chunk)).toMatch(/^HTTP\/1\.1 400/);
      expect(String(chunk)).not.toMatch(/\bat .*\.js|node_modules/);
    });

    it('hides what fails inside, and logs it without keys, passwords or descriptions', async () => {
      await platform.database.query('ALTER TABLE tasks ADD CONSTRAINT broken CHECK (false) NOT VALID');
      const variables = submission('unlucky');
      const { status, body } = await platform.send(documents.submitDescription, { ...owner, variables });
      expect(status).toBe(500);
      const [error] = body.errors ?? [];
      expect(error?.extensions).toMatchObject({ code: 'INTERNAL', errorId: expect.any(String) });
      expect(error?.message).not.toMatch(/tasks|constraint|SELECT|INSERT/);
      await until(async () => platform.logs().includes(String(error?.extensions.errorId)));
      const [value] = variables.input.description.rows[0] ?? [];
      for (const secret of [owner.key, admin, OPERATOR_PASSWORD, operator.cookie.split('=')[1], String(value)]) {
        expect(platform.logs()).not.toContain(secret);
      }
    });

    it('answers under a policy without inline script and foreign hosts', async () => {
      const { headers } = await fetch(`${platform.url}/`);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect((await fetch(`${platform.url}/../package.json`)).status).toBe(404);
      expect((await fetch(`${platform.url}/health/live`)).status).toBe(200);
    });

    it('refuses a document by a hash that it does not know', async () => {
      const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
      for (const [path, accept] of [
        ['/graphql', 'application/json'],
        ['/graphql/stream', 'text/event-stream'],
      ]) {
        const response = await fetch(`${platform.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: accept!, authorization: `Bearer ${owner.key}` },
          body: JSON.stringify({ variables: {}, extensions }),
        });
        expect(await response.json()).toMatchObject({
          errors: [{ message: expect.stringContaining('Unknown document'), extensions: { code: 'INVALID_INPUT' } }],
        });
      }
    });
  });
});
