import { AccessService } from '@edgelore/domain';
import { LOGGER, type Logger } from '@edgelore/platform';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from '../access/authenticate.js';
import type { GraphqlContext } from '../access/request.js';
import { withDefaults } from './default-variables.js';
import { errorFormatter } from './errors.js';
import { operatorsMayIntrospect, refuseSyntaxTrees } from './introspection.js';
import { limitRules, MOST_DEPTH, MOST_TOKENS } from './limits.js';
import { PersistedDocuments, UNKNOWN_DOCUMENT } from './persisted-documents.js';
import { PersistedDocumentsModule } from './persisted-documents.module.js';

/** Distinct documents that are kept parsed and compiled. */
const KEPT_DOCUMENTS = 256;

export const graphqlModule = GraphQLModule.forRootAsync<MercuriusDriverConfig>({
  driver: MercuriusDriver,
  imports: [PersistedDocumentsModule],
  inject: [AccessService, LOGGER, PersistedDocuments],
  useFactory: (access: AccessService, logger: Logger, documents: PersistedDocuments): MercuriusDriverConfig => ({
    autoSchemaFile: true,
    path: '/graphql',
    graphiql: false,
    jit: 1,
    cache: KEPT_DOCUMENTS,
    allowBatchedQueries: false,
    queryDepth: MOST_DEPTH,
    validationRules: limitRules,
    graphql: { parseOptions: { maxTokens: MOST_TOKENS } },
    context: async (request: FastifyRequest, reply: FastifyReply): Promise<GraphqlContext> => ({
      caller: await authenticate(access, request),
      request,
      reply,
      get signal() {
        return request.signal;
      },
    }),
    persistedQueryProvider: {
      isPersistedQuery: (body) => !body.query && documents.hashOf(body) !== undefined,
      getHash: (body) => documents.hashOf(body) ?? '',
      getQueryFromHash: async (hash) => documents.find(hash) ?? '',
      isPersistedQueryRetry: () => false,
      notFoundError: UNKNOWN_DOCUMENT,
    },
    errorFormatter: errorFormatter(logger),
    hooks: {
      preParsing: async (_schema, source) => refuseSyntaxTrees(source),
      preExecution: async (_schema, document, context, variables) => {
        operatorsMayIntrospect(document, context as unknown as GraphqlContext);
        return { variables: withDefaults(document, variables) };
      },
    },
  }),
});
