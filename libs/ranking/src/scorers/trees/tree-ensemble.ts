/** A sum of regression trees as plain numbers: splits and leaves of all trees, tree after tree. */
export interface TreeTables {
  /** Columns of the input. */
  readonly width: number;
  /** Splits of each tree, [trees]; a tree has one leaf more. */
  readonly splits: readonly number[];
  /** Column of each split and its threshold; a value of at most the threshold goes left. */
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  /** Left and right child of each split: the number of a later split of its tree, or `~leaf`. */
  readonly children: readonly number[];
  /** Value of each leaf. */
  readonly value: readonly number[];
}

/** Rows that go through all trees while both stay in the cache. */
const BLOCK = 32;

/** A sum of regression trees, laid out for scoring. */
export class TreeEnsemble {
  readonly #roots: Int32Array;
  readonly #depths: Int32Array;
  // Of each node: splits and leaves of all trees. A leaf is its own child, so that every row may walk the full depth of a tree.
  readonly #feature: Int32Array;
  readonly #threshold: Float64Array;
  readonly #children: Int32Array;
  readonly #value: Float64Array;

  constructor(readonly tables: TreeTables) {
    const { splits, feature, threshold, children, value } = tables;
    const nodes = feature.length + value.length;
    this.#roots = new Int32Array(splits.length);
    this.#depths = new Int32Array(splits.length);
    this.#feature = new Int32Array(nodes);
    this.#threshold = new Float64Array(nodes);
    this.#children = new Int32Array(2 * nodes);
    this.#value = new Float64Array(nodes);
    let first = 0;
    let firstSplit = 0;
    for (let tree = 0; tree < splits.length; tree += 1) {
      const count = splits[tree]!;
      const depths = new Int32Array(count);
      this.#roots[tree] = first;
      for (let split = 0; split < count; split += 1) {
        const node = first + split;
        this.#feature[node] = feature[firstSplit + split]!;
        this.#threshold[node] = threshold[firstSplit + split]!;
        for (const side of [0, 1]) {
          const child = children[2 * (firstSplit + split) + side]!;
          this.#children[2 * node + side] = first + (child >= 0 ? child : count + ~child);
          if (child >= 0) {
            depths[child] = depths[split]! + 1;
          }
        }
        this.#depths[tree] = Math.max(this.#depths[tree]!, depths[split]! + 1);
      }
      for (let leaf = 0; leaf <= count; leaf += 1) {
        const node = first + count + leaf;
        this.#children[2 * node] = node;
        this.#children[2 * node + 1] = node;
        this.#value[node] = value[firstSplit + tree + leaf]!;
      }
      first += 2 * count + 1;
      firstSplit += count;
    }
  }

  get trees(): number {
    return this.#roots.length;
  }

  /**
   * Sum of the trees for each row.
   * @param features [rows × width] by rows
   * @param trees how many trees, from the first, take part
   */
  predict(features: Float32Array, trees = this.trees): Float64Array {
    const { width } = this.tables;
    const rows = features.length / width;
    const scores = new Float64Array(rows);
    for (let start = 0; start < rows; start += BLOCK) {
      const end = Math.min(rows, start + BLOCK);
      for (let tree = 0; tree < trees; tree += 1) {
        this.#add(tree, features, start, end, scores);
      }
    }
    return scores;
  }

  /** Four rows walk side by side, without a branch that depends on them: one does not wait for another's memory. */
  #add(tree: number, features: Float32Array, start: number, end: number, scores: Float64Array): void {
    const { width } = this.tables;
    const feature = this.#feature;
    const threshold = this.#threshold;
    const children = this.#children;
    const value = this.#value;
    const root = this.#roots[tree]!;
    const depth = this.#depths[tree]!;
    let row = start;
    for (; row + 3 < end; row += 4) {
      const base = row * width;
      const base1 = base + width;
      const base2 = base1 + width;
      const base3 = base2 + width;
      let node = root;
      let node1 = root;
      let node2 = root;
      let node3 = root;
      for (let level = 0; level < depth; level += 1) {
        node = children[2 * node + +(features[base + feature[node]!]! > threshold[node]!)]!;
        node1 = children[2 * node1 + +(features[base1 + feature[node1]!]! > threshold[node1]!)]!;
        node2 = children[2 * node2 + +(features[base2 + feature[node2]!]! > threshold[node2]!)]!;
        node3 = children[2 * node3 + +(features[base3 + feature[node3]!]! > threshold[node3]!)]!;
      }
      scores[row]! += value[node]!;
      scores[row + 1]! += value[node1]!;
      scores[row + 2]! += value[node2]!;
      scores[row + 3]! += value[node3]!;
    }
    for (; row < end; row += 1) {
      let node = root;
      for (let level = 0; level < depth; level += 1) {
        node = children[2 * node + +(features[row * width + feature[node]!]! > threshold[node]!)]!;
      }
      scores[row]! += value[node]!;
    }
  }
}
