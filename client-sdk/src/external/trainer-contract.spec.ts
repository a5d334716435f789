import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { trainerSchemas } from './trainer-contract.js';

describe('the trainer contract', () => {
  it('is published as it is checked', async () => {
    const published = await readFile(new URL('../../../docs/external-trainer.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(trainerSchemas());
  });
});
