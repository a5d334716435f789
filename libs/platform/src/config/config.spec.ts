import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

describe('loadConfig', () => {
  it('has a default for everything', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, logLevel: 'info', databaseUrl: undefined });
    expect(config.dataDir.endsWith('/.edgelore/data')).toBe(true);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ DATABASE_URL: '', PORT: '' })).toMatchObject({ databaseUrl: undefined, port: 3000 });
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['REDIS_URL', 'localhost:6379'],
    ['BODY_LIMIT_BYTES', '1'],
    ['EDGELORE_OPERATOR_PASSWORD', 'short'],
  ])('stops at %s=%s with a line that names it', (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(new RegExp(`^${name}: `));
  });

  it('never repeats a value, which may be a secret', () => {
    expect(() => loadConfig({ EDGELORE_OPERATOR_PASSWORD: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('refuses a service on another machine without a password', () => {
    expect(() => loadConfig({ REDIS_URL: 'redis://cache.example:6379' })).toThrow(/^REDIS_URL: cache.example/);
    expect(() => loadConfig({ DATABASE_URL: 'postgres://edgelore@db.example/edgelore' })).toThrow(/^DATABASE_URL: /);
    loadConfig({ REDIS_URL: 'redis://:secret@cache.example:6379' });
    loadConfig({ REDIS_URL: 'redis://127.0.0.1:6379' });
    loadConfig({ REDIS_URL: 'redis://cache.example:6379', NODE_ENV: 'development' });
  });
});
