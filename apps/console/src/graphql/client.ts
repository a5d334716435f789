import { persistedExchange } from '@urql/exchange-persisted';
import { Client, cacheExchange, fetchExchange, makeOperation, mapExchange, type TypedDocumentNode } from 'urql';
import { currentSession, leave } from '../session/session.js';

/** Subscriptions come as server-sent events, at an address of their own. */
const streams = mapExchange({
  onOperation: (operation) =>
    operation.kind === 'subscription'
      ? makeOperation(operation.kind, operation, { ...operation.context, url: '/graphql/stream' })
      : operation,
});

const sessions = mapExchange({
  onError: (error) => {
    if (error.graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED')) leave();
  },
});

const persisted = persistedExchange({
  enforcePersistedQueries: true,
  enableForMutation: true,
  enableForSubscriptions: true,
  preferGetForPersistedQueries: false,
  generateHash: async (_, document) => hashOf(document),
});

/** A client for one session: what it keeps must not outlive it. */
export function createClient(): Client {
  return new Client({
    url: '/graphql',
    // A platform that a developer's console talks to was built with other documents.
    exchanges: [sessions, cacheExchange, ...(import.meta.env.DEV ? [] : [persisted]), streams, fetchExchange],
    fetchSubscriptions: true,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => {
      const session = currentSession();
      return {
        credentials: 'same-origin',
        headers: {
          'x-edgelore-console': '1',
          ...(session.kind === 'key' ? { authorization: `Bearer ${session.key}` } : {}),
        },
      };
    },
  });
}

function hashOf(document: TypedDocumentNode): string {
  const meta = '__meta__' in document ? document.__meta__ : undefined;
  if (typeof meta === 'object' && meta !== null && 'hash' in meta && typeof meta.hash === 'string') return meta.hash;
  throw new Error('a document was not made by the build');
}
