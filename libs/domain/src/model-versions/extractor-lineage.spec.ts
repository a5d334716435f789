import { align, fitAlignment } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { syntheticDescription, syntheticExperience } from '../testing/synthetic-experience.js';
import { ExtractorLineage } from './extractor-lineage.js';

const first = syntheticExperience(0).extractor;
const second = { version: 1, hash: 'b'.repeat(64) };
const third = { version: 2, hash: 'c'.repeat(64) };
const description = syntheticDescription(first, 'any');

const random = seededRandom('lineage');
const points = Array.from({ length: 60 }, () => Array.from({ length: 32 }, () => random.normal()));
const map = (rows: number[][], factor: number, shift: number) => rows.map((row) => row.map((x) => factor * x + shift));
const toSecond = fitAlignment(points, map(points, 1.1, 0.2), { from: first, to: second });
const toThird = fitAlignment(points, map(points, 0.9, -0.1), { from: second, to: third });

const step = ({ version, hash }: { version: number; hash: string }, alignment: typeof toSecond | null = null) => ({
  extractorVersion: version,
  extractorHash: hash,
  alignment,
});

describe('the lineage of extractors', () => {
  it('leaves a description by the current extractor as it is', () => {
    expect(new ExtractorLineage([step(first), step(first)]).carry(description)).toBe(description);
  });

  it('carries an older one over every change between', () => {
    // Versions 2 and 4 changed the extractor, 3 did not.
    const lineage = new ExtractorLineage([step(third, toThird), step(second), step(second, toSecond), step(first)]);
    const carried = lineage.carry(description);
    const byHand = align(toThird, align(toSecond, description));
    expect(carried).toMatchObject({ extractorVersion: 2, extractorHash: third.hash, images: description.images });
    const flat = (rows: typeof carried.rows) => rows.flat().map((value) => value.toFixed(10));
    expect(flat(carried.rows)).toEqual(flat(byHand.rows));
  });

  it('refuses an extractor that was never current, by hash or by version', () => {
    const lineage = new ExtractorLineage([step(second, toSecond), step(first)]);
    for (const changes of [{ extractorHash: third.hash }, { extractorVersion: 9 }]) {
      expect(() => lineage.carry({ ...description, ...changes })).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_EXTRACTOR', field: 'description.extractorHash' }),
      );
    }
  });
});
