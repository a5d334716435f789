import type { SearchSpace } from '@edgelore/search-space';
import { type Belief, condition } from './belief.js';
import type { Candidate } from './candidates.js';
import type { Choices } from './choices.js';
import { configurationFeatures } from './configuration-features.js';
import type { TaskTable } from './experience.js';
import { LEVEL, type PastTasks, VARIANCES } from './past-tasks.js';
import type { RankedConfiguration } from './rank.js';
import type { Strategy } from './ranker-version.js';

/** Candidates that the ranker puts first, which are looked at in the light of past trials beside those tried. */
const LOOKED_AT = 1000;
/** Of them those that the task's own trials are brought to bear on. */
const SHORTLIST = 150;

/** Candidates, and as they are ranked. */
export interface Pool {
  readonly candidates: readonly Candidate[];
  readonly choices: Choices;
}

/** A candidate, in deviations of a task's trials. */
export interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
  /** Standard error of the score. */
  readonly spread: number;
  /** What is taken off the score because the candidate is unlike those tried. */
  readonly caution: number;
}

export interface TaskViewOptions {
  readonly space: SearchSpace;
  readonly reason: Strategy;
  /** Mean of the task's description, [d]. */
  readonly mean: ArrayLike<number>;
  readonly past: PastTasks;
  /** Scores by the ranker; null where it is not asked. */
  readonly ranked: ((choices: Choices) => readonly RankedConfiguration[]) | null;
  /** A past task's trials less what was expected of them, [n]. */
  readonly departuresOf: (table: TaskTable) => Float64Array;
  /** The task's own trials, and what they tried. */
  readonly own: { readonly table: TaskTable; readonly tried: Pool } | null;
}

/** Candidates as one task has to see them: what the ranker says, what past tasks' trials say beyond that, and what the task's own trials say. */
export class TaskView {
  readonly #own: { readonly ids: ReadonlySet<string>; readonly scored: readonly Scored[] };

  constructor(private readonly options: TaskViewOptions) {
    const { own } = options;
    this.#own = { ids: new Set(own?.table.configurationIds), scored: own ? this.expect(own.tried) : [] };
  }

  /** By the ranker alone; nothing is expected where it is not asked. */
  expect({ candidates, choices }: Pool): Scored[] {
    const ranked = this.options.ranked?.(choices);
    return candidates.map((candidate, at) => {
      const { score, spread, unfamiliarity } = ranked?.[at] ?? { score: 0, spread: 0, unfamiliarity: 0 };
      return { candidate, score, spread, caution: unfamiliarity };
    });
  }

  /** By everything that is known. */
  revise(expected: readonly Scored[]): Scored[] {
    const belief = this.#beliefOf(expected);
    return expected.map((each, at) => this.#told(each, belief, at));
  }

  /**
   * What to try, best first: by score, less caution where the ranker speaks and nothing was tried yet.
   * @param expected candidates; those of `kept` are looked at even where the ranker puts them last
   */
  order(expected: readonly Scored[], kept: ReadonlySet<string>): Scored[] {
    const { reason, own } = this.options;
    const open = byCautiousScore(expected.filter(({ candidate }) => !this.#own.ids.has(candidate.id)));
    const looked =
      reason === 'ranker' ? open.filter(({ candidate }, place) => place < LOOKED_AT || kept.has(candidate.id)) : open;
    const prior = this.#prior(looked);
    const likely = byCautiousScore(looked.map((each, at) => ({ ...each, score: prior.mean[at]!, from: each })));
    if (reason === 'ranker' && !own) {
      return likely;
    }
    return byScore(this.revise(likely.slice(0, SHORTLIST).map(({ from }) => from)));
  }

  #told(each: Scored, belief: Belief, at: number): Scored {
    const { reason, own } = this.options;
    const score = belief.mean[at]!;
    if (reason === 'ranker' && !own) {
      return { ...each, score };
    }
    const spread = Math.sqrt(Math.max(0, belief.covariance(at, at) - (own ? 0 : LEVEL)));
    return { ...each, score, spread, caution: reason === 'ranker' ? each.caution : spread };
  }

  /** Over the candidates, before own trials. */
  #prior(scored: readonly Scored[]): Belief {
    const { space, past, mean, reason, departuresOf } = this.options;
    const candidates = {
      mean,
      expected: scored.map(({ score }) => score),
      features: scored.map(({ candidate }) => configurationFeatures(space, candidate.configuration)),
    };
    return past.believe(candidates, departuresOf, reason !== 'cold-portfolio');
  }

  /** Over the candidates, then those that the task has tried. */
  #beliefOf(scored: readonly Scored[]): Belief {
    const { own } = this.options;
    return condition(
      this.#prior([...scored, ...this.#own.scored]),
      this.#own.scored.map((_, at) => {
        return { candidate: scored.length + at, score: own!.table.standardised[at]!, noise: VARIANCES.noise };
      }),
    );
  }
}

function byScore<T extends Scored>(scored: readonly T[]): T[] {
  return [...scored].sort((a, b) => b.score - a.score || (a.candidate.id < b.candidate.id ? -1 : 1));
}

/** By score less what is in doubt because a candidate is unlike those tried. That past tasks disagree about one is no reason against it: its score is their mean. */
function byCautiousScore<T extends Scored>(scored: readonly T[]): T[] {
  return [...scored].sort(
    (a, b) => b.score - b.caution - (a.score - a.caution) || (a.candidate.id < b.candidate.id ? -1 : 1),
  );
}
