export interface BaselineScore {
  readonly name: string;
  readonly ap50: number;
}

export interface Advice {
  readonly train: boolean;
  readonly because: string;
}

/** AP50 from which a ready-made detector leaves so little to win that training is not worth an owner's time. */
const GOOD_ENOUGH = 0.95;
/** AP50 that training must promise beyond the best ready-made detector. */
const WORTHWHILE_GAIN = 0.02;
/** AP50 below which an owner's own images nearly always teach more than they cost, whatever the neighbours reached. */
const ROOM_TO_GAIN = 0.9;

/**
 * Whether training is worth it: from what ready-made detectors reach on the held-out images, and from what trained ones
 * reached on the platform's nearest task.
 *
 * @param neighbours best AP50 of the nearest tasks, nearest first; null where nothing was trained there.
 *
 * @example
 * ```ts
 * adviseTraining([{ name: 'as it ships', ap50: 0.99 }], [0.9]).train; // => false
 * ```
 */
export function adviseTraining(baselines: readonly BaselineScore[], neighbours: readonly (number | null)[]): Advice {
  const best = baselines.reduce<BaselineScore | undefined>(
    (top, each) => (top && top.ap50 >= each.ap50 ? top : each),
    undefined,
  );
  if (!best) return { train: true, because: 'no ready-made detector was evaluated' };
  const reached = `${best.name} reaches AP50 ${best.ap50.toFixed(3)} on the held-out images as it is`;
  if (best.ap50 >= GOOD_ENOUGH) return { train: false, because: `${reached}: use it` };
  const expected = neighbours.find((score) => score !== null);
  if (expected === undefined || expected === null) {
    return { train: true, because: `${reached}, and nothing is known yet of similar datasets` };
  }
  const neighbourhood = `trained detectors reached up to ${expected.toFixed(3)} on the nearest task`;
  return {
    train: expected > best.ap50 + WORTHWHILE_GAIN || best.ap50 < ROOM_TO_GAIN,
    because: `${reached}; ${neighbourhood}`,
  };
}
