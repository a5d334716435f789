export interface BaselineScore {
  readonly name: string;
  readonly ap50: number;
}

export interface Advice {
  readonly train: boolean;
  readonly because: string;
}

/** AP50 from which a ready-made detector leaves so little to win that training is not worth an owner's time. */
const GOOD_ENOUGH = 0.97;
/** AP50 that training must promise beyond the best ready-made detector. */
const WORTHWHILE_GAIN = 0.02;

/**
 * Whether training is worth it: from what ready-made detectors reach on the held-out images, and from what trained ones
 * reached on the platform's nearest tasks.
 *
 * @param neighbours best AP50 of each of the nearest tasks; null where nothing was trained there.
 */
export function adviseTraining(baselines: readonly BaselineScore[], neighbours: readonly (number | null)[]): Advice {
  const best = baselines.reduce<BaselineScore | undefined>(
    (top, each) => (top && top.ap50 >= each.ap50 ? top : each),
    undefined,
  );
  if (!best) return { train: true, because: 'no ready-made detector was evaluated' };
  const reached = `${best.name} reaches AP50 ${best.ap50.toFixed(3)} on the held-out images as it is`;
  if (best.ap50 >= GOOD_ENOUGH) return { train: false, because: `${reached}: use it` };
  const known = neighbours.filter((score) => score !== null);
  if (known.length === 0) return { train: true, because: `${reached}, and nothing is known yet of similar datasets` };
  const expected = Math.max(...known);
  const neighbourhood = `trained detectors reached up to ${expected.toFixed(3)} on the nearest tasks`;
  return expected > best.ap50 + WORTHWHILE_GAIN
    ? { train: true, because: `${reached}; ${neighbourhood}` }
    : { train: best.ap50 < 0.5, because: `${reached}; ${neighbourhood}` };
}
