import type { Description } from '@edgelore/descriptors';
import type { ClientMessage } from '@edgelore/federation';
import type { Configuration } from '@edgelore/search-space';
import type { z } from 'zod';
import { ClientError, type ClientErrorDetails } from '../errors/client.error.js';
import * as rounds from '../federation/round-answers.js';
import * as answers from './answers.js';
import { type OperationName, operations } from './operations.js';

export interface PlatformOptions {
  /** Where the platform is, such as http://127.0.0.1:3000. */
  readonly url: string;
  readonly apiKey: string;
  /** Told when a request is repeated. */
  readonly onRetry?: (reason: string, waitMs: number) => void;
}

export interface Limits {
  readonly maxMacs?: number;
  readonly maxBytes?: number;
}

const ATTEMPTS = 6;
const FIRST_WAIT_MS = 250;
const TIMEOUT_MS = 30_000;

/** The platform did not accept what was sent, and says why by one of its own codes, such as UNKNOWN_EXTRACTOR. */
export class PlatformRefusal extends ClientError {
  constructor(
    readonly reason: string,
    details: ClientErrorDetails,
  ) {
    super('PLATFORM_REFUSED', details);
  }
}

/** The request did not get through this time; the next one may. */
class Passing extends Error {}

/**
 * Talks to the platform. Every operation may be repeated: tasks and reports carry the client's own keys, so an answer that
 * was lost on the way is asked for again without counting twice.
 *
 * @throws ClientError PLATFORM_UNREACHABLE after several attempts; NOT_AUTHENTICATED for a missing, wrong or revoked key;
 * PLATFORM_REFUSED with the platform's own words for what it does not accept.
 */
export class PlatformClient {
  readonly #options: PlatformOptions;
  #bytesSent = 0;

  constructor(options: PlatformOptions) {
    this.#options = options;
  }

  /** Bytes of all request bodies so far, repeated ones included. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  currentModel(): Promise<answers.CurrentModel> {
    return this.#call('currentModel', {}, answers.currentModel);
  }

  submitDescription(input: {
    clientKey: string;
    name: string;
    description: Description;
    /** What was put on it; the platform only shows it. */
    noise?: { readonly epsilon: number; readonly delta: number; readonly sigma: number } | undefined;
  }): Promise<answers.PlatformTask> {
    return this.#call('submitDescription', { input }, answers.task);
  }

  recommend(input: {
    taskId: string;
    count: number;
    limits?: Limits;
    clientKey?: string;
  }): Promise<answers.Recommendation> {
    return this.#call('recommend', { input }, answers.recommendation);
  }

  reportTrial(input: {
    taskId: string;
    reportId: string;
    configuration: Configuration;
    score: number;
    seconds: number;
    steps: number | null;
    /** The learning curve, by rising step. */
    curve: readonly { readonly step: number; readonly score: number }[];
    backend: string;
  }): Promise<answers.PlatformTrial> {
    return this.#call('reportTrial', { input }, answers.trial);
  }

  trainingStatus(): Promise<answers.TrainingStatus> {
    return this.#call('trainingStatus', {}, answers.trainingStatus);
  }

  /** The newest round, if there ever was one. */
  rounds(): Promise<{ readonly nodes: readonly rounds.PlatformRound[] }> {
    return this.#call('rounds', {}, rounds.rounds);
  }

  round(id: string): Promise<rounds.PlatformRound> {
    return this.#call('round', { id }, rounds.round);
  }

  joinRound(input: { roundId: string; taskId: string }): Promise<rounds.JoinedRound> {
    return this.#call('joinRound', { input }, rounds.joinedRound);
  }

  roundAnswer(roundId: string): Promise<{ readonly answer?: unknown }> {
    return this.#call('roundAnswer', { roundId }, rounds.roundAnswer);
  }

  sendRoundMessage(input: { roundId: string; message: ClientMessage }): Promise<rounds.PlatformRound> {
    return this.#call('sendRoundMessage', { input }, rounds.round);
  }

  async #call<Schema extends z.ZodType>(
    name: OperationName,
    variables: object,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    const body = JSON.stringify({ query: operations[name], variables });
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#read(name, schema, await this.#post(body));
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        if (attempt === ATTEMPTS) throw this.#unreachable(error.message);
        const wait = FIRST_WAIT_MS * 2 ** (attempt - 1);
        this.#options.onRetry?.(error.message, wait);
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  }

  async #post(body: string): Promise<unknown> {
    this.#bytesSent += Buffer.byteLength(body);
    let response: Response;
    try {
      response = await fetch(new URL('/graphql', this.#options.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#options.apiKey}` },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new Passing(error instanceof Error ? causeOf(error) : String(error));
    }
    if (response.status === 429 || response.status >= 500)
      throw new Passing(`the platform answered ${response.status}`);
    if (response.status === 401 || response.status === 403) throw this.#notAuthenticated();
    if (response.status === 413)
      throw this.#refused('the request is larger than the platform accepts', 'send fewer rows');
    try {
      return await response.json();
    } catch {
      throw this.#refused(
        `it answered ${response.status} with something that is not JSON`,
        "check that the URL is the platform's",
      );
    }
  }

  #read<Schema extends z.ZodType>(name: OperationName, schema: Schema, answer: unknown): z.infer<Schema> {
    const read = answers.envelope.safeParse(answer);
    if (!read.success) throw this.#unknownForm();
    const { data, errors } = read.data;
    const [error] = errors ?? [];
    if (error) {
      const code = error.extensions?.code;
      if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') throw this.#notAuthenticated();
      const id = error.extensions?.errorId;
      throw this.#refused(error.message, id ? `tell the operator the error id ${id}` : 'check what was sent');
    }
    const result = answers.orFailure(schema).safeParse(data?.[name]);
    if (!result.success) throw this.#unknownForm();
    if (answers.isFailure(result.data)) {
      const { code, message, field } = result.data;
      throw new PlatformRefusal(code, {
        file: this.#options.url,
        problem: `${code}: ${message}`,
        remedy: field ? `look at ${field}` : 'see the message',
      });
    }
    return result.data as z.infer<Schema>;
  }

  #unreachable(reason: string): ClientError {
    return new ClientError('PLATFORM_UNREACHABLE', {
      file: this.#options.url,
      problem: `the platform did not answer (${reason})`,
      remedy: 'start it with `npm start`, or name another with --url',
    });
  }

  #notAuthenticated(): ClientError {
    return new ClientError('NOT_AUTHENTICATED', {
      file: this.#options.url,
      problem: 'the platform does not accept this API key',
      remedy: 'ask its operator for a key and put it into EDGELORE_API_KEY',
    });
  }

  #unknownForm(): ClientError {
    return this.#refused('its answer has an unknown form', 'use a client of the same version as the platform');
  }

  #refused(problem: string, remedy: string): ClientError {
    return new ClientError('PLATFORM_REFUSED', { file: this.#options.url, problem, remedy });
  }
}

function causeOf(error: Error): string {
  return error.cause instanceof Error
    ? error.cause.message || String((error.cause as { code?: unknown }).code ?? error.message)
    : error.message;
}
