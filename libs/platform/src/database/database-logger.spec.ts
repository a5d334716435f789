import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { DatabaseLogger } from './database-logger.js';

describe('DatabaseLogger', () => {
  it('writes to the given log, and nothing of what a query carried', () => {
    const lines: string[] = [];
    const logger = new DatabaseLogger(
      createLogger({ logLevel: 'debug' }, 'test', { write: (line) => lines.push(line) }),
    );
    const withParameters: (error: string, query: string, parameters: unknown[]) => void =
      logger.logQueryError.bind(logger);
    withParameters('syntax error', 'SELECT $1', ['hush']);
    logger.logQuerySlow(2_000, 'SELECT 1');
    logger.logMigration('done');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['query failed', 'slow query', 'done']);
    expect(lines.join()).not.toContain('hush');
  });

  it('is silent without a log', () => {
    expect(() => new DatabaseLogger(undefined).log('warn', 'x')).not.toThrow();
  });
});
