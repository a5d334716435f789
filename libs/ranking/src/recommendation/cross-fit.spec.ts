import { KernelRuntime } from '@edgelore/kernels';
import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { ScorerKind } from '../scorers/scorer.js';
import { configurationItems } from './configuration-items.js';
import { type CrossFit, crossFit, splitFolds } from './cross-fit.js';
import { average, type ExperienceTask, taskTables } from './experience.js';
import { thawMember } from './ranker.js';
import type { Strategy } from './ranker-version.js';
import { type ScorerRecipe, scorerRecipes } from './scorer-recipe.js';
import { simulatedWorld } from './testing/simulated-tasks.js';

const runtime = await KernelRuntime.start({ threads: 1 });
afterAll(() => runtime.dispose());

function fit(recipe: ScorerRecipe, tasks: readonly ExperienceTask[], folds = 3): CrossFit {
  const tables = taskTables(faceDetectorSpace, tasks);
  const options = { recipe, space: faceDetectorSpace, groups: splitFolds(tables, folds), seed: 'spec', runtime };
  return crossFit({ ...options, tablesOf: () => tables })!;
}

const small = simulatedWorld(11, { tasks: 6, trials: 14 }).tasks.map(({ task }) => task);
const recipes = scorerRecipes(faceDetectorSpace, taskTables(faceDetectorSpace, small), runtime);
const kinds = recipes.map((recipe): [ScorerKind, ScorerRecipe] => [recipe.kind, recipe]);

describe('scorerRecipes', () => {
  const tables = taskTables(faceDetectorSpace, small);

  it('tries every kind, simplest first', () => {
    expect(recipes.map(({ kind }) => kind)).toEqual(['bilinear', 'trees', 'mlp', 'graph']);
  });

  it('tries no network without kernels, no graph ranker without graphs, and the bilinear scorer alone where little was judged', () => {
    expect(scorerRecipes(faceDetectorSpace, tables, undefined).map(({ kind }) => kind)).toEqual(['bilinear', 'trees']);
    const space = { ...faceDetectorSpace, id: 'another/1' };
    expect(scorerRecipes(space, tables, runtime).map(({ kind }) => kind)).toEqual(['bilinear', 'trees', 'mlp']);
    expect(scorerRecipes(faceDetectorSpace, tables.slice(0, 3), runtime).map(({ kind }) => kind)).toEqual(['bilinear']);
  });
});

describe('splitFolds', () => {
  const related = small.map((task, at) => ({ ...task, collection: at < 3 ? 'one source' : null }));
  const sizes = (groups: readonly (readonly string[])[]) => groups.map(({ length }) => length).sort();

  it('splits evenly, each task in one fold', () => {
    const groups = splitFolds(taskTables(faceDetectorSpace, small), 4);
    expect(sizes(groups)).toEqual([1, 1, 2, 2]);
    expect(groups.flat().sort()).toEqual(small.map(({ id }) => id).sort());
  });

  it('keeps a collection together, and makes no more folds than there are collections', () => {
    const tables = taskTables(faceDetectorSpace, related);
    const source = related.slice(0, 3).map(({ id }) => id);
    for (const most of [2, 3, 8]) {
      const groups = splitFolds(tables, most);
      expect(groups.flat().sort()).toEqual(small.map(({ id }) => id).sort());
      expect(groups.filter((group) => source.some((id) => group.includes(id)))).toHaveLength(1);
    }
    expect(sizes(splitFolds(tables, 2))).toEqual([3, 3]);
    expect(sizes(splitFolds(tables, 8))).toEqual([1, 1, 1, 3]);
  });
});

describe.each(kinds)('cross-fitted %s', (_, recipe) => {
  const fitted = fit(recipe, small);

  it('gives the same bytes for the same seed', () => {
    expect(JSON.stringify(fit(recipe, small).folds)).toBe(JSON.stringify(fitted.folds));
  });

  it('does not let a task speak in the member that judges it', () => {
    const [first, ...others] = small;
    const inverted = { ...first!, trials: first!.trials.map((trial) => ({ ...trial, score: 1 - trial.score })) };
    const other = fit(recipe, [inverted, ...others]);
    const holds = ({ heldOut }: CrossFit['folds'][number]) => heldOut.some(({ id }) => id === first!.id);
    // The pooled deviation is the same for mirrored scores, so that member sees no difference at all.
    expect(other.folds.find(holds)!.member).toEqual(fitted.folds.find(holds)!.member);
    expect(other.folds.filter((fold) => !holds(fold))).not.toEqual(fitted.folds.filter((fold) => !holds(fold)));
  });

  it('has scores in deviations of trials, whatever the kind', () => {
    const residual = Math.sqrt(average(fitted.residuals));
    expect(residual).toBeGreaterThan(0.3);
    expect(residual).toBeLessThan(1.2);
  });

  it('scores the same after a round trip through JSON', () => {
    const [fold] = fitted.folds;
    const again = thawMember(JSON.parse(JSON.stringify(fold!.member)), runtime);
    const configurations = sampleConfigurations(faceDetectorSpace, 60, seededRandom(3));
    const items = configurationItems(faceDetectorSpace, configurations, recipe.kind);
    const scores = thawMember(fold!.member, runtime).score(items, small[0]!.description.rows[0]!);
    expect(again.score(items, small[0]!.description.rows[0]!)).toEqual(scores);
    expect(new Set(scores).size).toBeGreaterThan(20);
  });

  it('orders trials of tasks that it never saw better than what did well everywhere, where tasks differ', () => {
    const worlds = [11, 12].map((seed) => simulatedWorld(seed, { tasks: 8, trials: 20 }));
    const evidence = worlds.flatMap(
      ({ tasks }) =>
        fit(
          recipe,
          tasks.map(({ task }) => task),
        ).evidence,
    );
    const mean = (strategy: Strategy) => average(evidence.map(({ ndcg10 }) => ndcg10[strategy]));
    expect(mean('ranker')).toBeGreaterThan(mean('cold-portfolio') + 0.05);
  });
});
