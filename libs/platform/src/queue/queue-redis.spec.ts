import { expect, it } from '@jest/globals';
import { queueSuite } from '../testing/queue-suite.js';
import { hasRedis, startTestRedis } from '../testing/test-redis.js';

if (hasRedis()) {
  queueSuite('Redis', async () => {
    const redis = await startTestRedis();
    return { connection: () => ({ kind: 'redis', url: redis.url }), stop: () => redis.stop() };
  });
} else {
  it('needs a redis-server', () => {
    console.info('queue on Redis: no redis-server on this machine, so this suite passes without having run');
    expect(hasRedis()).toBe(false);
  });
}
