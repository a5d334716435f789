import type { KernelRuntime } from '@edgelore/kernels';
import type { Items, Scorer } from '../scorers/scorer.js';
import { thawScorer } from '../scorers/thaw-scorer.js';
import { unfamiliarities } from './familiarity.js';
import { parseRanker, type RankerMember, type RankerVersion } from './ranker-version.js';

/** A member ready to score. */
export interface ThawedMember {
  /** Scores in standard deviations of a task's trials, [count]. @param mean of the task's description, [d] */
  score(items: Items, mean: ArrayLike<number>): Float64Array;
}

/** A ranker version ready to score. */
export interface Ranker {
  /** Variance of a score, in those of a residual, because a configuration is unlike those tried, [count]. */
  readonly unfamiliarity: (items: Items) => Float64Array;
  readonly version: RankerVersion;
  readonly members: readonly ThawedMember[];
  readonly folds: readonly {
    readonly heldOut: RankerVersion['folds'][number]['heldOut'];
    readonly member: ThawedMember;
  }[];
}

/**
 * A stored ranker version, ready to score.
 * @param version as `trainRanker` made it, or of an older format
 * @param runtime kernels, which networks (`mlp`, `graph`) compute with; must outlive the ranker
 * @throws RankingError `INVALID_MODEL` for an unknown format, damaged members, or networks without kernels.
 *
 * @example
 * ```ts
 * // Members of the first format were all bilinear.
 * const stored = JSON.parse('{ "format": "ranker/1", "members": [], "folds": [], "familiarity": [] }');
 * thawRanker(stored).version.scorer; // => 'bilinear'
 * ```
 */
export function thawRanker(version: RankerVersion, runtime?: KernelRuntime): Ranker {
  const parsed = parseRanker(version);
  const known = new WeakMap<Items, Float64Array>();
  return {
    unfamiliarity(items) {
      const values = known.get(items) ?? unfamiliarities(parsed.familiarity, items);
      known.set(items, values);
      return values;
    },
    version: parsed,
    members: parsed.members.map((member) => thawMember(member, runtime)),
    folds: parsed.folds.map(({ heldOut, member }) => ({ heldOut, member: thawMember(member, runtime) })),
  };
}

export function thawMember({ scorer, centre, scale }: RankerMember, runtime?: KernelRuntime): ThawedMember {
  return calibrated(thawScorer(scorer, runtime), centre, scale);
}

export function calibrated(scorer: Scorer, centre: number, scale: number): ThawedMember {
  return {
    score: (items, mean) => scorer.score(items, Float32Array.from(mean)).map((score) => (score - centre) * scale),
  };
}

/** Mean and spread of the members' scores, and the part of the spread that unfamiliarity makes, [count] each. */
export function ensembleScores(
  { members, version, unfamiliarity }: Ranker,
  mean: ArrayLike<number>,
  items: Items,
): { scores: Float64Array; spreads: Float64Array; unfamiliarities: Float64Array } {
  const count = members.length;
  const all = members.map((member) => member.score(items, mean));
  const scores = new Float64Array(items.count);
  for (const one of all) {
    one.forEach((score, index) => {
      scores[index]! += score / count;
    });
  }
  const unfamiliar = unfamiliarity(items).map((value) => version.residual * Math.sqrt(value));
  const spreads = unfamiliar.map((value, index) => {
    const squares = all.reduce((sum, one) => sum + (one[index]! - scores[index]!) ** 2, 0);
    // Members leave one fold out each, so this is the jackknife's variance (Efron and Stein 1981).
    const disagreement = ((count - 1) / count) * squares;
    return Math.sqrt(disagreement + value ** 2);
  });
  return { scores, spreads, unfamiliarities: unfamiliar };
}
