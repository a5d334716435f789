import type { KernelRuntime } from '@edgelore/kernels';
import { kendallTau } from '../metrics.js';
import { NetworkScorer, type NetworkWeights } from '../scorers/network/network-scorer.js';
import type { Items } from '../scorers/scorer.js';

/** Deviations of Kendall's tau under chance by which a prior must agree with what was measured: chance gets there once in twenty times. */
const BEAT_CHANCE = 1.645;

/**
 * The gate of a prior: pre-trained weights are a start only where their own ranking, before any fine-tuning, agrees with what was measured on this task
 * better than chance does; else training begins afresh. A prior from foreign tasks or misleading weak labels is so switched off, and
 * back on when more labels speak for it.
 * @param rows rows of the items that were measured, [n]
 * @param labels what was measured, higher is better, [n]
 * @returns `start`, or undefined where it is not to be trusted, also when there are fewer than three labels
 *
 * @example
 * ```ts
 * import { KernelRuntime } from '@edgelore/kernels';
 *
 * const runtime = await KernelRuntime.start({ threads: 1 });
 * const features = Float32Array.from({ length: 64 }, (_, at) => at / 64);
 * const items = { count: 64, features, width: 1 };
 * const weak = { heads: ['flops'], lists: [{ items: Int32Array.from(features.keys()), labels: features }] };
 * const start = pretrainNetwork(runtime, items, weak, { seed: 1, head: 'flops', batch: 16 });
 * const rows = Int32Array.of(1, 12, 23, 34, 45, 56);
 * const rising = Float64Array.of(1, 2, 3, 4, 5, 6);
 * const falling = Float64Array.of(6, 5, 4, 3, 2, 1);
 * [rising, falling].map((labels) => trustedStart(runtime, items, { rows, labels }, start) === start); // => [true, false]
 * ```
 */
export function trustedStart(
  runtime: KernelRuntime,
  items: Items,
  { rows, labels }: { readonly rows: Int32Array; readonly labels: Float64Array },
  start: NetworkWeights,
  task?: Float32Array,
): NetworkWeights | undefined {
  const n = rows.length;
  if (n < 3) {
    return undefined;
  }
  const scores = new NetworkScorer(runtime, start).scoreRows(items, rows, task);
  // Deviation of tau between unrelated rankings (Kendall 1938).
  const chance = Math.sqrt((2 * (2 * n + 5)) / (9 * n * (n - 1)));
  return kendallTau(scores, labels) > BEAT_CHANCE * chance ? start : undefined;
}
