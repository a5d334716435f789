import { type BinnedRows, SLOTS } from './binned-rows.js';

export interface GrowthOptions {
  readonly leaves: number;
  readonly maxDepth: number;
  readonly minLeafRows: number;
  readonly minLeafCurvature: number;
  readonly l2: number;
}

/** One tree over bins. A child is the number of a split, or `~leaf`. Split 0 is the root; without splits there is one leaf. */
export interface BinTree {
  /** Kept feature, last bin of the left side (among all bins), children and gain of each split. */
  readonly feature: readonly number[];
  readonly bin: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly gain: readonly number[];
  readonly leaves: readonly Leaf[];
}

/** A set of rows, `order[start .. end)`, with what is known of it. */
export interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly gradient: number;
  readonly curvature: number;
}

/** A leaf that may be split: by the rows whose bin of `feature` is at most `bin`. */
interface Candidate {
  readonly leaf: Leaf;
  /** Where the tree points at it: the split and the side, or -1 for the root. */
  readonly parent: number;
  readonly isLeft: boolean;
  readonly histogram: Float64Array | undefined;
  readonly split: Split | undefined;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
  readonly leftGradient: number;
  readonly leftCurvature: number;
}

/**
 * Grows trees leaf-wise (the leaf with the largest gain is split next; Shi 2007, LightGBM of Ke et al. 2017) on histograms: only the
 * smaller child's is summed up, the larger child's is the parent's less that. Buffers are reused from tree to tree.
 */
export class TreeGrower {
  readonly #pool: Float64Array[] = [];
  readonly #right: Int32Array;

  constructor(
    readonly data: BinnedRows,
    readonly options: GrowthOptions,
  ) {
    this.#right = new Int32Array(data.rows);
  }

  /**
   * @param order rows to learn from; reordered so that the rows of each leaf stand together
   * @param features kept features that may be split by
   */
  grow(order: Int32Array, gradient: Float64Array, curvature: Float64Array, features: Int32Array): BinTree {
    const { leaves: mostLeaves } = this.options;
    const tree = {
      feature: [] as number[],
      bin: [] as number[],
      left: [] as number[],
      right: [] as number[],
      gain: [] as number[],
    };
    const root = wholeLeaf(order, gradient, curvature);
    const histogram = this.#maySplit(root) && mostLeaves > 1 ? this.#take() : undefined;
    if (histogram !== undefined) {
      sumHistogram(this.data, order, 0, order.length, gradient, curvature, histogram);
    }
    const open: Candidate[] = [this.#candidate(root, -1, false, histogram, features)];
    while (open.length < mostLeaves) {
      const chosen = largestGain(open);
      if (chosen < 0) {
        break;
      }
      const { leaf, parent, isLeft, histogram: sums, split } = open[chosen]! as Candidate & { split: Split };
      const at = tree.feature.length;
      tree.feature.push(split.feature);
      tree.bin.push(split.bin);
      tree.gain.push(split.gain);
      tree.left.push(-1);
      tree.right.push(-1);
      if (parent >= 0) {
        (isLeft ? tree.left : tree.right)[parent] = at;
      }
      const middle = this.#partition(order, leaf, split);
      const depth = leaf.depth + 1;
      const left: Leaf = {
        start: leaf.start,
        end: middle,
        depth,
        gradient: split.leftGradient,
        curvature: split.leftCurvature,
      };
      const right: Leaf = {
        start: middle,
        end: leaf.end,
        depth,
        gradient: leaf.gradient - split.leftGradient,
        curvature: leaf.curvature - split.leftCurvature,
      };
      const leftIsSmaller = left.end - left.start <= right.end - right.start;
      const smaller = leftIsSmaller ? left : right;
      let smallerSums: Float64Array | undefined;
      let largerSums: Float64Array | undefined;
      if (open.length + 1 < mostLeaves && (this.#maySplit(left) || this.#maySplit(right))) {
        smallerSums = this.#take();
        sumHistogram(this.data, order, smaller.start, smaller.end, gradient, curvature, smallerSums);
        largerSums = sums as Float64Array;
        subtractHistogram(largerSums, smallerSums);
      } else if (sums !== undefined) {
        this.#pool.push(sums);
      }
      open[chosen] = this.#candidate(left, at, true, leftIsSmaller ? smallerSums : largerSums, features);
      open.push(this.#candidate(right, at, false, leftIsSmaller ? largerSums : smallerSums, features));
    }
    open.forEach(({ parent, isLeft, histogram: sums }, leaf) => {
      if (parent >= 0) {
        (isLeft ? tree.left : tree.right)[parent] = ~leaf;
      }
      if (sums !== undefined) {
        this.#pool.push(sums);
      }
    });
    return { ...tree, leaves: open.map(({ leaf }) => leaf) };
  }

  #take(): Float64Array {
    const { firstBin } = this.data;
    return this.#pool.pop() ?? new Float64Array(SLOTS * firstBin[firstBin.length - 1]!);
  }

  #maySplit({ start, end, depth, curvature }: Leaf): boolean {
    const { minLeafRows, minLeafCurvature, maxDepth } = this.options;
    return end - start >= 2 * minLeafRows && curvature >= 2 * minLeafCurvature && depth < maxDepth;
  }

  #candidate(
    leaf: Leaf,
    parent: number,
    isLeft: boolean,
    histogram: Float64Array | undefined,
    features: Int32Array,
  ): Candidate {
    if (histogram === undefined || !this.#maySplit(leaf)) {
      if (histogram !== undefined) {
        this.#pool.push(histogram);
      }
      return { leaf, parent, isLeft, histogram: undefined, split: undefined };
    }
    return { leaf, parent, isLeft, histogram, split: bestSplit(this.data, histogram, leaf, features, this.options) };
  }

  /** Moves the rows that go left before those that go right, both in their order; returns where the right ones begin. */
  #partition(order: Int32Array, { start, end }: Leaf, { feature, bin }: Split): number {
    const { codes, rows, firstBin } = this.data;
    const right = this.#right;
    const column = feature * rows;
    const last = bin - firstBin[feature]!;
    let middle = start;
    let rest = 0;
    for (let at = start; at < end; at += 1) {
      const row = order[at]!;
      if (codes[column + row]! <= last) {
        order[middle] = row;
        middle += 1;
      } else {
        right[rest] = row;
        rest += 1;
      }
    }
    for (let at = 0; at < rest; at += 1) {
      order[middle + at] = right[at]!;
    }
    return middle;
  }
}

/** Overwrites: sums of gradient and curvature and the count for each bin but the common ones, which stay zero. */
export function sumHistogram(
  { entries, rowStart }: BinnedRows,
  order: Int32Array,
  start: number,
  end: number,
  gradient: Float64Array,
  curvature: Float64Array,
  histogram: Float64Array,
): void {
  histogram.fill(0);
  for (let at = start; at < end; at += 1) {
    const row = order[at]!;
    const slope = gradient[row]!;
    const bend = curvature[row]!;
    const stop = rowStart[row + 1]!;
    let entry = rowStart[row]!;
    // Two at a time: bins of one row are of different features, so neither waits for the other.
    for (; entry + 1 < stop; entry += 2) {
      const one = entries[entry]!;
      const two = entries[entry + 1]!;
      const slopeOne = histogram[one]! + slope;
      const slopeTwo = histogram[two]! + slope;
      const bendOne = histogram[one + 1]! + bend;
      const bendTwo = histogram[two + 1]! + bend;
      const rowsOne = histogram[one + 2]! + 1;
      const rowsTwo = histogram[two + 2]! + 1;
      histogram[one] = slopeOne;
      histogram[two] = slopeTwo;
      histogram[one + 1] = bendOne;
      histogram[two + 1] = bendTwo;
      histogram[one + 2] = rowsOne;
      histogram[two + 2] = rowsTwo;
    }
    if (entry < stop) {
      const one = entries[entry]!;
      histogram[one]! += slope;
      histogram[one + 1]! += bend;
      histogram[one + 2]! += 1;
    }
  }
}

/** What is left of the parent's histogram, in place. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let slot = 0; slot < parent.length; slot += 1) {
    parent[slot]! -= child[slot]!;
  }
}

/**
 * The split with the largest gain G_l^2 / (H_l + l2) + G_r^2 / (H_r + l2) - G^2 / (H + l2) (Chen and Guestrin 2016, equation 7, twice),
 * if any gains. Sums are taken from the outer bins towards the common bin, whose own sums are therefore never needed.
 */
export function bestSplit(
  { firstBin, commonBin }: BinnedRows,
  histogram: Float64Array,
  leaf: Leaf,
  features: Int32Array,
  { minLeafRows, minLeafCurvature, l2 }: GrowthOptions,
): Split | undefined {
  const { gradient, curvature } = leaf;
  const mostRows = leaf.end - leaf.start - minLeafRows;
  const mostCurvature = curvature - minLeafCurvature;
  const whole = (gradient * gradient) / (curvature + l2);
  let most = whole;
  let feature = -1;
  let bin = -1;
  let leftGradient = 0;
  let leftCurvature = 0;
  for (let index = 0; index < features.length; index += 1) {
    const candidate = features[index]!;
    const first = firstBin[candidate]!;
    const last = firstBin[candidate + 1]! - 1;
    const common = commonBin[candidate]!;
    for (let side = 0; side < 2; side += 1) {
      const step = side === 0 ? 1 : -1;
      let slope = 0;
      let bend = 0;
      let rows = 0;
      for (let at = side === 0 ? first : last; at !== common; at += step) {
        const count = histogram[SLOTS * at + 2]!;
        if (count === 0) {
          continue;
        }
        slope += histogram[SLOTS * at]!;
        bend += histogram[SLOTS * at + 1]!;
        rows += count;
        if (rows < minLeafRows || bend < minLeafCurvature) {
          continue;
        }
        if (rows > mostRows || bend > mostCurvature) {
          break;
        }
        const rest = gradient - slope;
        const near = bend + l2;
        const far = curvature - bend + l2;
        const gain = (slope * slope * far + rest * rest * near) / (near * far);
        if (gain > most) {
          most = gain;
          feature = candidate;
          bin = side === 0 ? at : at - 1;
          leftGradient = side === 0 ? slope : rest;
          leftCurvature = side === 0 ? bend : curvature - bend;
        }
      }
    }
  }
  return feature < 0 ? undefined : { feature, bin, gain: most - whole, leftGradient, leftCurvature };
}

function wholeLeaf(order: Int32Array, gradient: Float64Array, curvature: Float64Array): Leaf {
  let slope = 0;
  let bend = 0;
  for (let at = 0; at < order.length; at += 1) {
    slope += gradient[order[at]!]!;
    bend += curvature[order[at]!]!;
  }
  return { start: 0, end: order.length, depth: 0, gradient: slope, curvature: bend };
}

function largestGain(open: readonly Candidate[]): number {
  let chosen = -1;
  let most = 0;
  for (let at = 0; at < open.length; at += 1) {
    const gain = open[at]!.split?.gain ?? 0;
    if (gain > most) {
      most = gain;
      chosen = at;
    }
  }
  return chosen;
}
