import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { lambdaRank } from './lambdarank.js';

interface Batch {
  readonly options: { readonly truncation: number; readonly normalise: boolean; readonly sigma: number };
  /** Lengths of the lists; the rest are base64 of all lists in a row, little-endian. */
  readonly sizes: readonly number[];
  /** Scores in units of `step`, int16. */
  readonly steps: string;
  /** uint8 */
  readonly labels: string;
  /** float32 */
  readonly gradient: string;
  /** float32 */
  readonly curvature: string;
}

/** Made by fixtures/lightgbm_lambdas.py, which says how. */
const { step, batches }: { readonly step: number; readonly batches: readonly Batch[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/lightgbm-lambdas.golden.json', import.meta.url), 'utf8'),
);

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64')).buffer;

function* listsOf(batch: Batch) {
  const steps = new Int16Array(bytes(batch.steps));
  const labels = new Uint8Array(bytes(batch.labels));
  const gradient = new Float32Array(bytes(batch.gradient));
  const curvature = new Float32Array(bytes(batch.curvature));
  let start = 0;
  for (const n of batch.sizes) {
    const end = start + n;
    yield {
      scores: Float64Array.from(steps.subarray(start, end), (count) => count * step),
      labels: labels.subarray(start, end),
      gradient: gradient.subarray(start, end),
      curvature: curvature.subarray(start, end),
    };
    start = end;
  }
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Largest difference of two lists, in units of the largest magnitude that LightGBM has in this list. */
function furthest(ours: Float64Array, theirs: Float32Array): number {
  const scale = largest(theirs);
  return ours.reduce((most, value, at) => {
    const difference = Math.abs(value - theirs[at]!);
    return Math.max(most, difference === 0 ? 0 : difference / scale);
  }, 0);
}

describe("LambdaRank against LightGBM's, relative to the largest of each list", () => {
  it('on a thousand lists, nearly all of which say something', () => {
    const lists = batches.flatMap((batch) => [...listsOf(batch)]);
    expect(lists.length).toBe(1000);
    expect(lists.filter(({ gradient }) => largest(gradient) > 0).length).toBeGreaterThan(900);
    expect(lists.filter(({ scores }) => new Set(scores).size < scores.length).length).toBeGreaterThan(300);
  });

  it.each(batches.map((batch) => [batch.options, batch] as const))('%j', (options, batch) => {
    const loss = lambdaRank({ relevance: 'labels', ...options });
    for (const { scores, labels, gradient, curvature } of listsOf(batch)) {
      const [slope, bend] = [new Float64Array(scores.length), new Float64Array(scores.length)];
      loss.forList(labels).slopes(scores, slope, bend);
      expect(furthest(slope, gradient)).toBeLessThan(1e-6);
      expect(furthest(bend, curvature)).toBeLessThan(1e-6);
    }
  });
});
