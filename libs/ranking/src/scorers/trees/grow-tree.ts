import { type BinnedRows, SLOTS } from './binned-rows.js';

export interface GrowthOptions {
  readonly leaves: number;
  readonly maxDepth: number;
  readonly minLeafRows: number;
  readonly minLeafCurvature: number;
  readonly l2: number;
}

/** One tree over codes. Split 0 is the root; without splits there is one leaf. */
export interface BinTree {
  /** Kept feature of each split, and the last of its codes that goes left. */
  readonly feature: number[];
  readonly code: number[];
  /** Left and right child of each split: the number of a split, or `~leaf`. */
  readonly children: number[];
  readonly leaves: readonly Leaf[];
}

/** A set of rows, `order[start .. end)`, with what is known of it. */
export interface Leaf {
  readonly start: number;
  readonly end: number;
  /** Splits above it. */
  readonly depth: number;
  /** Sums over its rows. */
  readonly gradient: number;
  readonly curvature: number;
}

/** Rows whose code of the feature is at most `code` go left. */
export interface Split {
  readonly feature: number;
  readonly code: number;
  readonly gain: number;
  readonly leftGradient: number;
  readonly leftCurvature: number;
}

/** A leaf of the tree so far, with its best split if it has one. */
interface OpenLeaf {
  readonly leaf: Leaf;
  /** Where the tree's children point at it; -1 for the root. */
  readonly place: number;
  readonly best: { readonly split: Split; readonly histogram: Float64Array } | undefined;
}

/**
 * Grows trees leaf-wise (the leaf with the largest gain is split next; Shi 2007, LightGBM of Ke et al. 2017) on histograms: only the
 * smaller child's is summed up, the larger child's is the parent's less that. Buffers are reused from tree to tree.
 */
export class TreeGrower {
  readonly #histograms: Float64Array[] = [];
  readonly #right: Int32Array;

  constructor(
    readonly data: BinnedRows,
    readonly options: GrowthOptions,
  ) {
    this.#right = new Int32Array(data.rows);
  }

  /**
   * @param order rows to learn from; reordered so that the rows of each leaf stand together
   * @param features kept features that may be split by, ascending
   */
  grow(order: Int32Array, gradient: Float64Array, curvature: Float64Array, features: Int32Array): BinTree {
    const { data, options } = this;
    const feature: number[] = [];
    const code: number[] = [];
    const children: number[] = [];
    const root = wholeLeaf(order, gradient, curvature);
    const histogram = this.#takeHistogram();
    sumHistogram(data, order, root, gradient, curvature, histogram);
    const open = [this.#open(root, -1, histogram, features)];
    while (open.length < options.leaves) {
      const chosen = largestGain(open);
      const { leaf, place, best } = open[chosen]!;
      if (best === undefined) {
        break;
      }
      const split = feature.length;
      feature.push(best.split.feature);
      code.push(best.split.code);
      children.push(-1, -1);
      if (place >= 0) {
        children[place] = split;
      }
      const [left, right] = this.#divide(order, leaf, best.split);
      const leftIsSmaller = left.end - left.start <= right.end - right.start;
      const larger = best.histogram;
      const smaller = this.#takeHistogram();
      if (open.length + 1 < options.leaves && (this.#maySplit(left) || this.#maySplit(right))) {
        sumHistogram(data, order, leftIsSmaller ? left : right, gradient, curvature, smaller);
        subtractHistogram(data, features, larger, smaller);
      }
      open[chosen] = this.#open(left, 2 * split, leftIsSmaller ? smaller : larger, features);
      open.push(this.#open(right, 2 * split + 1, leftIsSmaller ? larger : smaller, features));
    }
    open.forEach(({ place, best }, leaf) => {
      if (place >= 0) {
        children[place] = ~leaf;
      }
      if (best !== undefined) {
        this.#histograms.push(best.histogram);
      }
    });
    return { feature, code, children, leaves: open.map(({ leaf }) => leaf) };
  }

  /** The leaf with its best split; a leaf without one gives its histogram back. */
  #open(leaf: Leaf, place: number, histogram: Float64Array, features: Int32Array): OpenLeaf {
    const split = this.#maySplit(leaf) ? bestSplit(this.data, histogram, leaf, features, this.options) : undefined;
    if (split === undefined) {
      this.#histograms.push(histogram);
    }
    return { leaf, place, best: split && { split, histogram } };
  }

  #takeHistogram(): Float64Array {
    return this.#histograms.pop() ?? new Float64Array(SLOTS * this.data.lowest.length);
  }

  #maySplit({ start, end, depth, curvature }: Leaf): boolean {
    const { minLeafRows, minLeafCurvature, maxDepth } = this.options;
    return end - start >= 2 * minLeafRows && curvature >= 2 * minLeafCurvature && depth < maxDepth;
  }

  /** Moves the rows that go left before those that go right, both in their order. */
  #divide(order: Int32Array, leaf: Leaf, split: Split): [left: Leaf, right: Leaf] {
    const { codes, rows } = this.data;
    const right = this.#right;
    const column = split.feature * rows;
    let middle = leaf.start;
    let rest = 0;
    for (let at = leaf.start; at < leaf.end; at += 1) {
      const row = order[at]!;
      if (codes[column + row]! <= split.code) {
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
    const depth = leaf.depth + 1;
    const { leftGradient, leftCurvature } = split;
    return [
      { start: leaf.start, end: middle, depth, gradient: leftGradient, curvature: leftCurvature },
      {
        start: middle,
        end: leaf.end,
        depth,
        gradient: leaf.gradient - leftGradient,
        curvature: leaf.curvature - leftCurvature,
      },
    ];
  }
}

/** Overwrites: sums of gradient and curvature and the count for each bin but the common ones, which stay zero. */
export function sumHistogram(
  { entries, rowStart }: BinnedRows,
  order: Int32Array,
  { start, end }: Pick<Leaf, 'start' | 'end'>,
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
    for (let entry = rowStart[row]!; entry < stop; entry += 1) {
      const slot = entries[entry]!;
      histogram[slot]! += slope;
      histogram[slot + 1]! += bend;
      histogram[slot + 2]! += 1;
    }
  }
}

/** What is left of the parent's histogram of the features, in place. */
export function subtractHistogram(
  { firstBin }: BinnedRows,
  features: Int32Array,
  parent: Float64Array,
  child: Float64Array,
): void {
  for (let index = 0; index < features.length; index += 1) {
    const end = SLOTS * firstBin[features[index]! + 1]!;
    for (let slot = SLOTS * firstBin[features[index]!]!; slot < end; slot += 1) {
      parent[slot]! -= child[slot]!;
    }
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
  if (feature < 0) {
    return undefined;
  }
  return { feature, code: bin - firstBin[feature]!, gain: most - whole, leftGradient, leftCurvature };
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

function largestGain(open: readonly OpenLeaf[]): number {
  const gain = (leaf: OpenLeaf) => leaf.best?.split.gain ?? 0;
  return open.reduce((most, leaf, at) => (gain(leaf) > gain(open[most]!) ? at : most), 0);
}
