import { RankingError } from '../ranking.error.js';
import type { Search, Told } from './search.js';

/** Keeps what was asked and told; `next` says what to ask when nothing is open. */
export class ToldSearch<Candidate> implements Search<Candidate> {
  readonly #told: Told<Candidate>[] = [];
  #open: readonly Candidate[] | null = null;

  constructor(private readonly next: (told: readonly Told<Candidate>[]) => readonly Candidate[]) {}

  get told(): readonly Told<Candidate>[] {
    return this.#told;
  }

  ask(): readonly Candidate[] {
    this.#open ??= this.next(this.#told);
    return this.#open;
  }

  tell(scores: ArrayLike<number>): void {
    const asked = this.ask();
    const wrong = Array.from(scores).findIndex((score) => !Number.isFinite(score));
    if (scores.length !== asked.length || wrong >= 0) {
      throw new RankingError(
        'INVALID_SCORES',
        wrong >= 0
          ? `scores[${wrong}] is ${scores[wrong]}; tell a finite number for every candidate.`
          : `${scores.length} scores were told for ${asked.length} candidates; tell one for each.`,
      );
    }
    asked.forEach((candidate, at) => {
      this.#told.push({ candidate, score: scores[at]! });
    });
    this.#open = null;
  }
}
