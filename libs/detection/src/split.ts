import { seededRandom } from '@edgelore/tensor';

export interface SplitOptions {
  /** Share of the pictures to hold out, above 0 and below 1. */
  readonly validationShare: number;
  readonly seed: number;
  /** Pictures with the same group, such as frames of one film, stay on one side. */
  readonly group?: (index: number) => string;
}

export interface DatasetSplit {
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/**
 * Divides picture numbers 0 .. count-1 into a training and a held-out part, the same for the same seed. Groups are drawn in random order until the
 * held-out part has reached its share; a group that would carry it past the share by more than it lacks now is left for training.
 *
 * @throws RangeError when a part would be empty: fewer than two pictures or groups, or a share outside (0, 1).
 *
 * @example
 * ```ts
 * const { training, validation } = splitDataset(10, { seed: 1, validationShare: 0.3 });
 * [training.length, validation.length]; // => [7, 3]
 * ```
 */
export function splitDataset(count: number, options: SplitOptions): DatasetSplit {
  const { validationShare, seed, group = String } = options;
  if (!(validationShare > 0 && validationShare < 1)) {
    throw new RangeError(`validationShare is ${validationShare}: choose a number above 0 and below 1.`);
  }
  const groups = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const name = group(index);
    const members = groups.get(name);
    if (members) members.push(index);
    else groups.set(name, [index]);
  }
  if (groups.size < 2) {
    throw new RangeError(
      `${count} picture(s) in ${groups.size} group(s) cannot be divided: bring pictures of at least two groups.`,
    );
  }
  const drawn = seededRandom(`split/${seed}`).shuffle([...groups.values()]);
  const wanted = count * validationShare;
  const validation: number[] = [];
  const training: number[] = [];
  drawn.forEach((members) => {
    const lacking = wanted - validation.length;
    const side = members.length - lacking <= lacking ? validation : training;
    side.push(...members);
  });
  if (validation.length === 0) validation.push(...moveSmallest(groups, training));
  if (training.length === 0) training.push(...moveSmallest(groups, validation));
  return { training: training.sort(ascending), validation: validation.sort(ascending) };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function moveSmallest(groups: ReadonlyMap<string, number[]>, from: number[]): number[] {
  const smallest = [...groups.values()].reduce((best, members) => (members.length < best.length ? members : best));
  const left = from.filter((index) => !smallest.includes(index));
  from.splice(0, from.length, ...left);
  return smallest;
}
