import { queueSuite } from '../testing/queue-suite.js';

queueSuite('Postgres', async () => ({
  connection: (url) => ({ kind: 'postgres', url }),
  stop: async () => undefined,
}));
