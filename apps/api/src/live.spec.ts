import { syntheticConfigurations, syntheticDescription, syntheticExperience } from '@edgelore/domain/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { documents } from './testing/documents.js';
import { type EventStream, type Live, openStream } from './testing/event-stream.js';
import { OPERATOR_PASSWORD, type RunningPlatform, startPlatform, until } from './testing/running-platform.js';

const LIVE = `subscription ($of: [LiveKind!], $taskId: ID) { live(of: $of, taskId: $taskId) { __typename
  ... on TrainingStatus { pending running currentModel lastRun { state progress } }
  ... on Trial { id taskName reportId }
  ... on ModelVersion { number state restores }
  ... on Queues { queues { queue pending paused } } } }`;

describe('what happens, as it happens', () => {
  const experience = syntheticExperience(3);
  const [configuration] = syntheticConfigurations(1, 'live');
  let platform: RunningPlatform;
  let operator: { cookie: string };
  let owner: { id: string; key: string };
  let stranger: { id: string; key: string };
  let taskId: string;
  const open: EventStream[] = [];

  beforeAll(async () => {
    platform = await startPlatform(experience);
    operator = await signIn();
    owner = await newOrganisation('owner');
    stranger = await newOrganisation('stranger');
    taskId = await submit(owner.key);
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.close();
  });
  afterAll(() => platform?.stop());

  async function signIn() {
    const { cookie } = await platform.send(documents.signIn, { variables: { input: { password: OPERATOR_PASSWORD } } });
    return { cookie: cookie?.split(';')[0] ?? '' };
  }

  async function newOrganisation(name: string) {
    const { id } = await platform.ask(documents.createOrganisation, { ...operator, variables: { input: { name } } });
    const input = { organisationId: id, name: 'spec' };
    const { secret } = await platform.ask(documents.createApiKey, { ...operator, variables: { input } });
    return { id: String(id), key: String(secret) };
  }

  async function submit(key: string) {
    const input = { clientKey: 'set', name: 'Set', description: syntheticDescription(experience.extractor, 'set') };
    return String((await platform.ask(documents.submitDescription, { key, variables: { input } })).id);
  }

  const report = (key: string, task: string, reportId: string) =>
    platform.ask(documents.reportTrial, {
      key,
      variables: { input: { taskId: task, reportId, configuration, score: 0.5, seconds: 1 } },
    });

  async function follow(...args: Parameters<typeof openStream> extends [unknown, ...infer Rest] ? Rest : never) {
    const stream = await openStream(platform, ...args);
    open.push(stream);
    return stream;
  }

  const seen = (stream: EventStream, name: string) =>
    stream.events.flatMap<Live>(({ data }) => (data?.live.__typename === name ? [data.live] : []));

  it('shows a trial to its owner and to operators, and to nobody else', async () => {
    const mine = await follow(LIVE, { key: owner.key, variables: { of: ['TRIALS'] } });
    const theirs = await follow(LIVE, { key: stranger.key });
    const all = await follow(LIVE, { ...operator });
    // State comes at once.
    await until(async () => seen(theirs, 'TrainingStatus').length > 0 && seen(all, 'Queues').length > 0);
    await report(owner.key, taskId, 'first');
    const strange = await submit(stranger.key);
    await report(stranger.key, strange, 'other');
    await until(async () => seen(all, 'Trial').length === 2 && seen(theirs, 'Trial').length === 1);
    expect(seen(mine, 'Trial')).toMatchObject([{ reportId: 'first', taskName: 'Set' }]);
    expect(seen(theirs, 'Trial')).toMatchObject([{ reportId: 'other' }]);
    expect(new Set(mine.events.map(({ data }) => data?.live.__typename))).toEqual(new Set(['Trial']));
    expect(seen(theirs, 'Queues')).toEqual([]);
    expect(seen(theirs, 'TrainingStatus').at(-1)).toMatchObject({ pending: 2, running: false });
  });

  it('keeps to one task', async () => {
    const stream = await follow(LIVE, { key: owner.key, variables: { of: ['TRIALS'], taskId } });
    const input = { clientKey: 'two', name: 'Two', description: syntheticDescription(experience.extractor, 'two') };
    const other = await platform.ask(documents.submitDescription, { key: owner.key, variables: { input } });
    await report(owner.key, String(other.id), 'elsewhere');
    await report(owner.key, taskId, 'here');
    await until(async () => seen(stream, 'Trial').length > 0);
    expect(seen(stream, 'Trial')).toMatchObject([{ reportId: 'here' }]);
  });

  it('shows a training from its start to its end, and what an operator does', async () => {
    const stream = await follow(LIVE, { key: stranger.key, variables: { of: ['TRAINING', 'MODELS'] } });
    const queues = await follow(LIVE, { ...operator, variables: { of: ['QUEUES'] } });
    platform.startWorker();
    await until(async () => seen(stream, 'ModelVersion').length > 0, 90_000);
    await until(async () => seen(stream, 'TrainingStatus').at(-1)?.pending === 0);
    const states = seen(stream, 'TrainingStatus');
    expect(states.some(({ running }) => running === true)).toBe(true);
    expect(states.at(-1)).toMatchObject({ running: false, lastRun: { progress: 1 } });
    expect(seen(stream, 'ModelVersion').map(({ number }) => number)).toContain(2);
    await platform.ask(documents.pauseQueue, { ...operator, variables: { input: { queue: 'training' } } });
    await until(async () => JSON.stringify(seen(queues, 'Queues').at(-1)).includes('"paused":true'));
    await platform.ask(documents.resumeQueue, { ...operator, variables: { input: { queue: 'training' } } });
  });

  it('asks who is there', async () => {
    for (const options of [{}, { key: 'edl_nonsense' }, { headers: operator }]) {
      const stream = await follow(LIVE, options);
      await stream.ended;
      expect(stream.status).toBe(401);
      expect(stream.events).toMatchObject([{ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    }
  });

  it.each([
    ['queues to those who may not see them', { of: ['QUEUES'] }, 'FORBIDDEN'],
    ['nothing to follow', { of: [] }, 'INVALID_INPUT'],
    ["another's task", { taskId: 'nonsense' }, 'NOT_FOUND'],
  ])('refuses %s', async (_, variables, code) => {
    const stream = await follow(LIVE, { key: stranger.key, variables });
    await stream.ended;
    expect(stream.events).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    const foreign = await follow(LIVE, { key: stranger.key, variables: { taskId } });
    await foreign.ended;
    expect(foreign.events).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
  });

  it.each([
    ['queries', '{ me { kind } }'],
    ['unknown fields', 'subscription { live { nonsense } }'],
    ['two at once', 'subscription { a: live { __typename } b: live { __typename } }'],
    ['long documents', `subscription { live { ${'__typename '.repeat(1_001)} } }`],
    ['what is no document', 'subscription {'],
  ])('refuses %s', async (_, document) => {
    const stream = await follow(document, { key: owner.key });
    await stream.ended;
    expect(stream.status).toBe(400);
    expect(stream.events[0]?.errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
    expect(JSON.stringify(stream.events)).not.toContain('Did you mean');
  });

  it('ends when the session does', async () => {
    const session = await signIn();
    const stream = await follow(LIVE, { ...session });
    await until(async () => seen(stream, 'TrainingStatus').length > 0);
    await platform.ask(documents.signOut, { ...session });
    await stream.ended;
    operator = await signIn();
  });
});
