/** Figures by their names; null where something to compare with is not installed. */
export type Figures = Record<string, number | null>;

/** A part of the kernels benchmark. It runs in a process of its own for each number of threads. */
export interface Section {
  readonly threads: readonly number[];
  measure(threads: number): Promise<Figures>;
  /** The figures to report, from those of each number of threads; all of them when left out. */
  readonly report?: (measured: ReadonlyMap<number, Figures>) => Figures;
}

/**
 * The least milliseconds of each candidate, NaN of one that is missing. They take turns, another one first in each
 * round, so that whatever else the machine does meets all of them.
 */
export async function leastTimes<Name extends string>(
  candidates: { readonly [N in Name]: (() => unknown) | undefined },
  { rounds, repetitions }: { readonly rounds: number; readonly repetitions: number },
): Promise<Record<Name, number>> {
  const least = {} as Record<Name, number>;
  const turns = Object.keys(candidates) as Name[];
  for (let round = 0; round < rounds; round++) {
    turns.push(...turns.splice(0, 1));
    for (const name of turns) {
      const candidate = candidates[name];
      const since = performance.now();
      for (let repetition = 0; candidate && repetition < repetitions; repetition++) {
        const pending = candidate();
        if (pending instanceof Promise) await pending;
      }
      const time = candidate ? (performance.now() - since) / repetitions : Number.NaN;
      least[name] = Math.min(least[name] ?? time, time);
    }
  }
  return least;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
