import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function capture() {
  const lines: string[] = [];
  const logger = createLogger({ logLevel: 'info' }, 'test', { write: (line: string) => lines.push(line) });
  return { lines, logger };
}

describe('createLogger', () => {
  it('writes JSON and keeps secrets and descriptions out, however deep', () => {
    const { lines, logger } = capture();
    logger.info(
      {
        req: { headers: { authorization: 'Bearer hush', cookie: 'hush' } },
        password: 'hush',
        config: { databaseUrl: 'postgres://u:hush@h/d' },
        input: { description: { rows: [[0.125, 'hush']] }, descriptionRows: 'hush' },
        key: { secretHash: 'hush', publicId: 'seen' },
      },
      'hello',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hush');
    expect(lines[0]).not.toContain('0.125');
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'hello', name: 'test', key: { publicId: 'seen' } });
  });

  it("carries the framework's messages with their context", () => {
    const { lines, logger } = capture();
    new NestLogger(logger).error('went wrong', 'the stack', 'Resolver');
    new NestLogger(logger).log('started', 'Application');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, msg: 'went wrong', context: 'Resolver', stack: 'the stack' },
      { level: 30, msg: 'started', context: 'Application' },
    ]);
  });
});
