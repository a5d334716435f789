import { RankingError } from '../ranking.error.js';

/** @throws RankingError `INVALID_SCORES` on different lengths, empty lists or a value that is not finite. */
export function assertPaired(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) {
    throw new RankingError(
      'INVALID_SCORES',
      `${a.length} scores stand against ${b.length} values; pass lists of one length.`,
    );
  }
  assertFinite(a, 'scores');
  assertFinite(b, 'values');
}

/** @throws RankingError `INVALID_SCORES` on an empty list or a value that is not finite. */
export function assertFinite(values: ArrayLike<number>, name: string): void {
  if (values.length === 0) {
    throw new RankingError('INVALID_SCORES', `The list of ${name} is empty; pass at least one.`);
  }
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) {
      throw new RankingError(
        'INVALID_SCORES',
        `${name}[${index}] is ${values[index]}; every value must be a finite number.`,
      );
    }
  }
}

/** Gains of grades up to this are exact, and so are their differences. */
const HIGHEST_GRADE = 50;

/** @throws RankingError `INVALID_SCORES` on an empty list or a value outside [0, 50]. */
export function assertGrades(values: ArrayLike<number>, name: string): void {
  assertFinite(values, name);
  for (let index = 0; index < values.length; index += 1) {
    if (values[index]! < 0 || values[index]! > HIGHEST_GRADE) {
      throw new RankingError(
        'INVALID_SCORES',
        `${name}[${index}] is ${values[index]}, no grade between 0 and ${HIGHEST_GRADE}; turn raw scores into grades first (relevance).`,
      );
    }
  }
}

/** @throws RankingError `INVALID_SCORES` unless at least one place counts. */
export function assertCut(k: number): void {
  if (!(k >= 1)) {
    throw new RankingError('INVALID_SCORES', `k is ${k}; at least the first place must count.`);
  }
}
