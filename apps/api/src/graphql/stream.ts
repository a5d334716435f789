import { AccessService } from '@edgelore/domain';
import { AppError, LOGGER, type Logger, type RequestContext } from '@edgelore/platform';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { authenticate } from '../access/authenticate.js';
import type { GraphqlContext } from '../access/request.js';
import { formatErrors } from './errors.js';
import { limitRules, MOST_TOKENS } from './limits.js';
import { PersistedDocuments, UNKNOWN_DOCUMENT } from './persisted-documents.js';

export const STREAM_PATH = '/graphql/stream';
/** How soon a stream ends after its key was revoked or its session is over. */
const RECHECK_MS = 10_000;
const MOST_STREAMS = 1_000;
const MOST_STREAMS_OF_ONE = 50;

interface OpenStream {
  readonly context: GraphqlContext & { readonly caller: RequestContext };
  readonly end: AbortController;
}

/** Subscriptions as server-sent events: plain requests, under the same cookies, headers, limits and access rules as queries. */
export function serveStreams(app: NestFastifyApplication): void {
  const access = app.get(AccessService);
  const logger = app.get<Logger>(LOGGER);
  const documents = app.get(PersistedDocuments);
  const open = new Map<FastifyRequest, OpenStream>();
  const refusal = (error: unknown) => formatErrors(logger, [asGraphqlError(error)]);

  const handle = createHandler({
    authenticate: () => '',
    onSubscribe: (request, { query, variables, operationName }) => {
      const { schema } = app.get(GraphQLSchemaHost);
      try {
        const document = parseSubscription(query, operationName ?? undefined);
        const errors = validate(schema, document, [...specifiedRules, ...limitRules]);
        if (errors.length > 0) throw new GraphQLError('', { originalError: Object.assign(new Error(), { errors }) });
        const contextValue = { ...open.get(request.raw)?.context };
        return { schema, document, variableValues: variables, operationName, contextValue };
      } catch (error) {
        const { statusCode, response } = refusal(error);
        return [
          JSON.stringify(response),
          { status: statusCode, statusText: '', headers: { 'content-type': JSON_TYPE } },
        ];
      }
    },
    validate: () => [],
    onNext: (_context, _request, { errors, data }) => {
      if (errors === undefined) return;
      return formatErrors(logger, errors, data ?? null).response as unknown as ExecutionResult<Record<string, unknown>>;
    },
  });

  const server = app.getHttpAdapter().getInstance();
  server.addHook('preClose', async () => {
    for (const { end } of open.values()) end.abort();
  });
  server.post(STREAM_PATH, async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const caller = await authenticate(access, request);
      if (caller === null)
        throw new AppError('UNAUTHENTICATED', 'Send an API key as `Authorization: Bearer KEY`, or sign in.');
      requireStreamRequest(request);
      fillInDocument(request, documents);
      requireRoom([...open.values()], caller);
      const end = new AbortController();
      open.set(request, { context: { caller, request, reply, signal: end.signal }, end });
      const recheck = setInterval(async () => {
        const still = await authenticate(access, request).catch(() => caller);
        if (still === null) end.abort();
      }, RECHECK_MS);
      reply.raw.once('close', () => {
        clearInterval(recheck);
        end.abort();
        open.delete(request);
      });
    } catch (error) {
      const { statusCode, response } = refusal(error);
      return reply.code(statusCode).send(response);
    }
    await handle(request, reply).catch((error: unknown) => {
      logger.error({ err: error }, 'stream broken');
      reply.raw.destroy();
    });
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';

// Clients also name other formats that they would take.
function requireStreamRequest(request: FastifyRequest): void {
  if (!request.headers.accept?.includes('text/event-stream')) {
    throw new AppError('INVALID_INPUT', `Ask ${STREAM_PATH} with the header accept: text/event-stream.`);
  }
  request.headers.accept = 'text/event-stream';
}

// The handler asks for a document before anything else.
function fillInDocument(request: FastifyRequest, documents: PersistedDocuments): void {
  const { body } = request;
  const hash = documents.hashOf(body);
  if (hash === undefined || (body as { query?: string }).query) return;
  const query = documents.find(hash);
  if (query === undefined) throw new AppError('INVALID_INPUT', UNKNOWN_DOCUMENT);
  request.body = { ...(body as object), query };
}

function requireRoom(open: readonly OpenStream[], caller: RequestContext): void {
  const own = open.filter(({ context }) => context.caller.actor.id === caller.actor.id);
  if (open.length >= MOST_STREAMS || own.length >= MOST_STREAMS_OF_ONE) {
    throw new AppError('TOO_MANY_ATTEMPTS', 'Too many streams are open; close some and try again.');
  }
}

function parseSubscription(query: unknown, operationName: string | undefined): DocumentNode {
  if (typeof query !== 'string') throw new AppError('INVALID_INPUT', 'Send a subscription document as `query`.');
  const document = parse(query, { maxTokens: MOST_TOKENS });
  if (getOperationAST(document, operationName)?.operation !== 'subscription') {
    throw new AppError('INVALID_INPUT', 'Only subscriptions are streamed; send queries and mutations to /graphql.');
  }
  return document;
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
