import type { Configuration } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import type { MakePolicy, Told } from './policy.js';

/** Trials at random before anything is modelled; Optuna's and Hyperopt's 10 and 20 would leave nothing to choose within ten. */
const START = 4;
/** Share of the trials that count as good. */
const GOOD = 0.25;
/** Weight of the uniform prior, in trials. */
const PRIOR = 1;

/**
 * Tree-structured Parzen estimator from scratch (Bergstra, Bardenet, Bengio, Kégl 2011, section 4) on the grid: of all configurations not tried the one whose
 * values are most often found among the good trials rather than the others, dimension by dimension.
 */
export const tpe: MakePolicy = ({ configurations, target, seed }) => {
  const order = seededRandom(`tpe/${target.id}/${seed}`).shuffle(configurations.map((_, at) => at));
  return {
    next(told) {
      const open = order.filter((at) => told.every((trial) => trial.at !== at));
      if (told.length < START) {
        return open[0]!;
      }
      const ranked = [...told].sort((a, b) => b.score - a.score);
      const good = Math.max(1, Math.ceil(GOOD * told.length));
      const density = parzen(configurations);
      const [likely, unlikely] = [density(ranked.slice(0, good)), density(ranked.slice(good))];
      const gain = (at: number) => likely(at) - unlikely(at);
      return open.reduce((best, at) => (gain(at) > gain(best) ? at : best));
    },
  };
};

/** Logarithm of the density at a configuration of the grid, by counts of each value; dimensions are taken as independent. */
function parzen(configurations: readonly Configuration[]): (trials: readonly Told[]) => (at: number) => number {
  const names = Object.keys(configurations[0]!.values);
  const sizes = names.map((name) => new Set(configurations.map(({ values }) => values[name])).size);
  return (trials) => {
    const counts = names.map((name) => {
      const count = new Map<unknown, number>();
      for (const { at } of trials) {
        const value = configurations[at]!.values[name];
        count.set(value, (count.get(value) ?? 0) + 1);
      }
      return count;
    });
    return (at) =>
      names.reduce((sum, name, dimension) => {
        const seen = counts[dimension]!.get(configurations[at]!.values[name]) ?? 0;
        return sum + Math.log((seen + PRIOR / sizes[dimension]!) / (trials.length + PRIOR));
      }, 0);
  };
}
