/** Held-out average precision after so many steps. */
export interface CurvePoint {
  readonly step: number;
  readonly ap50: number;
}

export interface StopAdvice {
  readonly stop: boolean;
  readonly because: string;
}

/** Finished runs below which a median says too little. */
const LEAST_PAST = 3;
/** Average precision by which two runs must differ before it is more than the noise of a few hundred held-out faces. */
const NOISE = 0.02;
/** Share of the budget by which two looks may be apart and count as the same: looks follow the time, and speed varies. */
const SAME_LOOK = 0.05;

/**
 * Whether a run under way is better stopped, by the median stopping rule (Golovin et al., Google Vizier, KDD 2017, section 3.2.2): when its best average precision so far is below the median of what
 * finished runs had on average up to the same share of their budget, here by more than 0.02, which would be noise. Never before three runs have finished.
 *
 * @param run the points so far, by rising step, and the steps that it is planned to take in all.
 * @param past curves of finished runs on the same images with the same budget, each to its end.
 *
 * @example
 * ```ts
 * const past = [0.7, 0.8, 0.6].map((end) => [{ step: 50, ap50: end / 2 }, { step: 100, ap50: end }]);
 * adviseStop({ curve: [{ step: 60, ap50: 0.1 }], steps: 120 }, past).stop; // => true
 * adviseStop({ curve: [{ step: 60, ap50: 0.4 }], steps: 120 }, past).stop; // => false
 * adviseStop({ curve: [{ step: 60, ap50: 0.1 }], steps: 120 }, past.slice(1)).because; // => '2 runs have finished, too few to compare with'
 * ```
 */
export function adviseStop(
  run: { readonly curve: readonly CurvePoint[]; readonly steps: number },
  past: readonly (readonly CurvePoint[])[],
): StopAdvice {
  const last = run.curve.at(-1);
  if (last === undefined) return { stop: false, because: 'nothing was measured yet' };
  const share = last.step / run.steps;
  const averages = past.flatMap((curve) => {
    const end = curve.at(-1)?.step ?? 0;
    const until = curve.filter(({ step }) => step / end <= share + SAME_LOOK).map(({ ap50 }) => ap50);
    return until.length > 0 ? [until.reduce((sum, ap50) => sum + ap50, 0) / until.length] : [];
  });
  if (averages.length < LEAST_PAST)
    return { stop: false, because: `${averages.length} runs have finished, too few to compare with` };
  const best = Math.max(...run.curve.map(({ ap50 }) => ap50));
  const median = medianOf(averages);
  const measured = `AP50 ${best.toFixed(3)} after ${Math.round(100 * share)} % of the budget`;
  const others = `the median of ${averages.length} finished runs' averages up to there, ${median.toFixed(3)}`;
  return best < median - NOISE
    ? { stop: true, because: `${measured} is clearly below ${others}` }
    : { stop: false, because: `${measured} is not clearly below ${others}` };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
