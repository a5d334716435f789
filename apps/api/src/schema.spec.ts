import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { printApiSchema } from './graphql/print-schema.js';

describe('schema.graphql', () => {
  it('is what the api serves; print it anew with `node apps/api/dist/print-schema.js`', async () => {
    const committed = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8');
    expect(await printApiSchema()).toBe(committed);
  });
});
