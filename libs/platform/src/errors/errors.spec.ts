import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AppError } from './app-error.js';
import { errorCodes } from './error-codes.js';
import { toPublicError } from './public-error.js';

const pages = new URL('../../../../docs/errors/', import.meta.url);

describe('error codes', () => {
  it.each(Object.keys(errorCodes))('%s has its page', (code) => {
    const page = new URL(`${code}.md`, pages);
    expect(existsSync(page)).toBe(true);
    const text = readFileSync(page, 'utf8');
    for (const part of [`# ${code}`, '## What happened', '## What to do']) expect(text).toContain(part);
  });

  it('has no page without a code', () => {
    const named = readdirSync(pages).filter((file) => file !== 'README.md');
    expect(named.map((file) => file.replace(/\.md$/, '')).filter((code) => !Object.hasOwn(errorCodes, code))).toEqual(
      [],
    );
  });
});

describe('toPublicError', () => {
  it("tells callers of their own mistakes, with the field's name", () => {
    const error = new AppError('INVALID_INPUT', 'score must lie between 0 and 1', { field: 'score' });
    expect(toPublicError(error)).toEqual({ code: 'INVALID_INPUT', message: error.message, field: 'score' });
  });

  it.each([
    new Error('password=secret at /srv/app.js'),
    new AppError('MIGRATION_FAILED', 'password=secret at /srv/app.js'),
    'password=secret at /srv/app.js',
  ])('hides everything else behind an id', (error) => {
    const seen = toPublicError(error);
    expect(seen.code).toBe('INTERNAL');
    expect(seen.errorId).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen.message).not.toMatch(/secret|srv/);
  });
});
