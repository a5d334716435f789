/** How much of what sets the best apart is one dimension's doing. */
export interface DimensionImportance {
  readonly dimension: string;
  /** 0 to 1; all dimensions together make 1, or 0 where nothing sets the best apart. */
  readonly share: number;
}

export interface ImportanceOptions {
  /** Share of the trials that count as the best. Default: a tenth, but at least five trials, and at most half. */
  readonly top?: number;
}

const LEAST_TRIALS = 10;
const LEAST_TOP = 5;

/**
 * Global importance of discrete dimensions by PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023, arXiv 2304.10255): the Pearson divergence of a
 * dimension's distribution among the best trials from its distribution among all of them, on the grid of its values.
 *
 * Two things are Edgelore's own: densities are relative frequencies, as every dimension is a grid, and from each divergence the part is taken off that
 * drawing the best at random would make on average, (k - 1) / n_top times (n - n_top) / (n - 1) for k values seen; without it dimensions of many values look
 * important wherever trials are few.
 * @param dimensions their names
 * @param rows values of each trial, `[n, dimensions]`
 * @param scores higher is better, `[n]`
 * @returns in the order of the dimensions; null for fewer than ten trials
 *
 * @example
 * ```ts
 * const rows = Array.from({ length: 40 }, (_, at) => [at % 2, at % 5]);
 * const scores = rows.map(([matters]) => matters!);
 * pedAnova(['matters', 'does not'], rows, scores)?.map(({ share }) => share > 0.9); // => [true, false]
 * ```
 */
export function pedAnova(
  dimensions: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  scores: readonly number[],
  options: ImportanceOptions = {},
): DimensionImportance[] | null {
  if (rows.length < LEAST_TRIALS) return null;
  const share = options.top ?? Math.min(0.5, Math.max(0.1, LEAST_TOP / rows.length));
  const best = topRows(rows, scores, share);
  const divergences = dimensions.map((_, column) =>
    divergence(
      best.map((row) => row[column]!),
      rows.map((row) => row[column]!),
    ),
  );
  const total = divergences.reduce((sum, value) => sum + value, 0);
  return dimensions.map((dimension, column) => ({
    dimension,
    share: total > 0 ? divergences[column]! / total : 0,
  }));
}

/** The rows of the best share; of those that tie with the last of them, all. */
function topRows<Row>(rows: readonly Row[], scores: readonly number[], share: number): Row[] {
  const sorted = [...scores].sort((a, b) => b - a);
  const least = sorted[Math.max(0, Math.ceil(share * rows.length) - 1)]!;
  return rows.filter((_, at) => scores[at]! >= least);
}

/** E over all of (p_best / p_all - 1)^2, less what chance makes of it. */
function divergence(best: readonly (string | number)[], all: readonly (string | number)[]): number {
  const amongBest = counts(best);
  let pearson = 0;
  const amongAll = counts(all);
  for (const [value, count] of amongAll) {
    const ratio = (amongBest.get(value) ?? 0) / best.length / (count / all.length);
    pearson += (count / all.length) * (ratio - 1) ** 2;
  }
  const chance = ((amongAll.size - 1) / best.length) * ((all.length - best.length) / (all.length - 1));
  return Math.max(0, pearson - chance);
}

function counts(values: readonly (string | number)[]): Map<string | number, number> {
  const counted = new Map<string | number, number>();
  for (const value of values) counted.set(value, (counted.get(value) ?? 0) + 1);
  return counted;
}
