import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { Journal, keyOf } from './journal.js';

const folder = mkdtempSync(path.join(tmpdir(), 'edgelore-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps results over a kill in the middle of a line', () => {
  const file = path.join(folder, 'deep', 'results.jsonl');
  const first = { figures: [0.1, 1 / 3], seconds: 2 };
  new Journal(file).add('first', first, { unit: 'é' });
  appendFileSync(file, '{"key":"second","result":{"figures":[1],"sec');
  const again = new Journal<typeof first>(file);
  expect(again.get('first')).toEqual(first);
  expect(again.get('second')).toBeUndefined();
  again.add('third', { figures: [], seconds: 0 }, null);
  expect(new Journal<typeof first>(file).get('third')).toEqual({ figures: [], seconds: 0 });
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
});

it('knows units by all they depend on', () => {
  const unit = { kind: 'search', seed: 1 };
  expect(keyOf('data', 'code', unit)).toBe(keyOf('data', 'code', { ...unit }));
  expect(keyOf('data', 'code', unit)).not.toBe(keyOf('data', 'other code', unit));
  expect(keyOf('data', 'code', unit)).not.toBe(keyOf('data', 'code', { ...unit, seed: 2 }));
});
