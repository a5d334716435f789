import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from './command.js';
import { openWorkshop, type Workshop } from './drawn-faces.js';

const ENTRYPOINT = fileURLToPath(new URL('../../docker/entrypoint.mjs', import.meta.url));

describe('the entry point of the image', () => {
  let workshop: Workshop;
  let postgres: TestPostgres;
  let env: Record<string, string>;

  beforeAll(async () => {
    workshop = await openWorkshop();
    postgres = await startTestPostgres();
    const url = new URL(postgres.url);
    await writeFile(workshop.path('password'), `${url.password}\n`);
    await writeFile(workshop.path('operator'), 'a password for specs\n');
    url.password = '';
    env = {
      DATABASE_URL: url.href,
      DATABASE_PASSWORD_FILE: workshop.path('password'),
      EDGELORE_OPERATOR_PASSWORD_FILE: workshop.path('operator'),
      NODE_ENV: 'test',
    };
  }, 60_000);
  afterAll(async () => {
    await postgres?.stop();
    await workshop?.remove();
  });

  const run = (args: string[], more: Record<string, string> = {}) =>
    start(ENTRYPOINT, args, { ...env, ...more }).finished;

  it('makes the database ready with secrets from files, and again without doing anything', async () => {
    // A password that was given is not printed.
    expect(await run(['migrate'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await run(['migrate'])).toEqual({ code: 0, stdout: '', stderr: '' });
  }, 60_000);

  it('refuses other commands', async () => {
    const { code, stderr } = await run(['serve']);
    expect([code, stderr]).toEqual([64, "edgelore: 'serve' is no command; use one of api, worker, migrate\n"]);
  });

  it.each([
    [
      'a secret that is not there',
      { DATABASE_PASSWORD_FILE: '/nowhere' },
      'DATABASE_PASSWORD_FILE: /nowhere cannot be read',
    ],
    ['a password for nothing', { DATABASE_URL: '' }, 'DATABASE_URL: a password came for it, but it is no URL'],
  ])('names %s', async (_, more, line) => {
    const { code, stderr } = await run(['api'], more);
    expect(code).toBe(78);
    expect(stderr).toContain(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
