import { edgelore, jsonOf } from '../command.js';
import type { Platform } from '../platform.js';
import type { Known } from './screens.js';

type Headers = Readonly<Record<string, string>>;

async function post(platform: Platform, headers: Headers, query: string, variables: object = {}): Promise<Response> {
  return fetch(`${platform.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

async function dataOf<Data>(response: Response): Promise<Data> {
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** As the owner's client. */
async function ask<Data>(platform: Platform, query: string, variables: object = {}): Promise<Data> {
  return dataOf(await post(platform, { authorization: `Bearer ${platform.apiKey}` }, query, variables));
}

/** A task that ships with Edgelore: owners do not see it, operators do. */
async function openTask(platform: Platform): Promise<string> {
  const console = { 'x-edgelore-console': '1' };
  const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const signedIn = await post(platform, console, signIn, { input: { password: platform.operatorPassword } });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const query = '{ tasks(filter: { search: "cartoon-mixed" }) { nodes { id } } }';
  const { tasks } = await dataOf<{ tasks: { nodes: { id: string }[] } }>(
    await post(platform, { ...console, cookie }, query),
  );
  const [task] = tasks.nodes;
  if (task === undefined) throw new Error('the shipped experience is not there');
  return task.id;
}

interface Recommended {
  readonly id: string;
  readonly taskId: string;
  readonly items: readonly { readonly configuration: object }[];
}

const REPORT = `mutation ($input: ReportTrialInput!) {
  reportTrial(input: $input) { ... on Trial { id } ... on Failure { message } }
}`;

/** Tells the platform that an owner trained the recommended configuration of this rank, and what it reached. */
export async function report(
  platform: Platform,
  { id, taskId, items }: Recommended,
  rank: number,
  score: number,
): Promise<string> {
  const curve = [0.4, 0.7, 1].map((part, at) => ({ step: 20 * (at + 1), score: part * score }));
  const input = {
    taskId,
    recommendationId: id,
    configuration: items[rank - 1]?.configuration,
    reportId: `of rank ${rank}`,
    score,
    seconds: 60,
    steps: 60,
    curve,
  };
  const { reportTrial } = await ask<{ reportTrial: { id?: string; message?: string } }>(platform, REPORT, { input });
  if (reportTrial.id === undefined) throw new Error(reportTrial.message);
  return reportTrial.id;
}

/** An owner who describes pictures, asks for configurations, and reports what two of them reached. */
export async function actAsOwner(platform: Platform, folder: string, home: string): Promise<Known> {
  const env = { EDGELORE_URL: platform.url, EDGELORE_API_KEY: platform.apiKey, EDGELORE_HOME: home };
  jsonOf(await edgelore(['recommend', folder, '--json'], env).finished);
  const { recommendations } = await ask<{ recommendations: { nodes: Recommended[] } }>(
    platform,
    '{ recommendations { nodes { id taskId items { configuration } } } }',
  );
  const [recommendation] = recommendations.nodes;
  if (recommendation === undefined) throw new Error('no recommendation came');
  const trial = await report(platform, recommendation, 1, 0.71);
  await report(platform, recommendation, 2, 0.64);
  return {
    openTask: await openTask(platform),
    ownTask: recommendation.taskId,
    recommendation: recommendation.id,
    trial,
  };
}
