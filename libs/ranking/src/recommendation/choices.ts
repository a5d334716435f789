import type { Configuration, SearchSpace } from '@edgelore/search-space';
import type { Items, ScorerKind } from '../scorers/scorer.js';
import { configurationItems } from './configuration-items.js';

/**
 * Configurations to rank for any number of tasks: each kind of scorer encodes them once, and what a scorer keeps of them does not depend on the task.
 *
 * @example
 * ```ts
 * import { defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
 *
 * const choices = new Choices(faceDetectorSpace, [defaultConfiguration(faceDetectorSpace)]);
 * choices.items('trees').count; // => 1
 * ```
 */
export class Choices {
  readonly #items = new Map<boolean, Items>();

  constructor(
    readonly space: SearchSpace,
    readonly configurations: readonly Configuration[],
  ) {}

  /**
   * The configurations as a scorer of this kind reads them.
   * @throws InvalidConfigurationError when one is of another space.
   */
  items(kind: ScorerKind): Items {
    const graphs = kind === 'graph';
    const items = this.#items.get(graphs) ?? configurationItems(this.space, this.configurations, kind);
    this.#items.set(graphs, items);
    return items;
  }
}
