import {
  type CompiledModel,
  compile,
  type Graph,
  type KernelRuntime,
  type ParameterPlace,
  parameterPlaces,
} from '@edgelore/kernels';
import { type Configuration, type DetectorPlan, planDetector } from '@edgelore/search-space';
import { CompiledLearner } from './compiled-learner.js';
import type { Detector, DetectorOutput, Learner, LearningOptions } from './detector.js';
import { networkGraph } from './network-graph.js';
import { startingTensors } from './starting-weights.js';
import type { DetectorWeights } from './weights.js';

/** A detector on kernels of this project: its network is planned as a whole for each size of batch. */
export class CompiledDetector implements Detector {
  readonly plan: DetectorPlan;
  readonly graph: Graph;
  /** All parameters, laid out as the graph's. */
  readonly parameters: Float32Array;
  readonly #places: ReadonlyMap<string, ParameterPlace>;
  readonly #order: readonly string[];
  /** For the last size of batch. */
  #model: CompiledModel | undefined;
  #loaded = false;

  constructor(
    readonly runtime: KernelRuntime,
    readonly configuration: Configuration,
    seed: number,
  ) {
    this.plan = planDetector(configuration);
    this.graph = networkGraph(this.plan);
    const places = parameterPlaces(this.graph);
    this.#places = new Map(places.map((place) => [place.name, place]));
    this.parameters = new Float32Array(places.reduce((sum, { size }) => sum + size, 0));
    const tensors = startingTensors(this.plan, seed);
    this.#order = tensors.map(({ name }) => name);
    this.importWeights({ configuration, tensors });
  }

  predict(images: Float32Array): DetectorOutput {
    const model = this.#modelFor(images.length / (3 * this.plan.inputSize ** 2));
    if (!this.#loaded) model.load(this.parameters);
    this.#loaded = true;
    model.input('image').set(images);
    model.run();
    return { logits: model.output('logits'), deltas: model.output('deltas') };
  }

  startLearning(options: LearningOptions): Learner {
    return new CompiledLearner(this, options);
  }

  /** Takes over parameters, laid out as the graph's: all of them, or the first so many. */
  setParameters(values: Float32Array): void {
    this.parameters.set(values);
    this.#loaded = false;
  }

  exportWeights(): DetectorWeights {
    return this.weightsOf(this.parameters);
  }

  /** Parameters laid out as the graph's, as tensors in the order of the plan. */
  weightsOf(parameters: Float32Array): DetectorWeights {
    const tensors = this.#order.map((name) => {
      const { shape, offset, size } = this.#places.get(name) as ParameterPlace;
      return { name, shape: [...shape], values: parameters.slice(offset, offset + size) };
    });
    return { configuration: this.configuration, tensors };
  }

  importWeights(weights: DetectorWeights): { readonly matched: number; readonly total: number } {
    let matched = 0;
    for (const { name, shape, values } of weights.tensors) {
      const place = this.#places.get(name);
      if (place && place.shape.join() === shape.join()) {
        this.parameters.set(values, place.offset);
        matched += 1;
      }
    }
    this.#loaded = false;
    return { matched, total: this.#places.size };
  }

  dispose(): void {
    this.#model?.dispose();
    this.#model = undefined;
  }

  #modelFor(batch: number): CompiledModel {
    if (this.#model?.batch === batch) return this.#model;
    this.dispose();
    this.#loaded = false;
    this.#model = compile(this.runtime, this.graph, { batch });
    return this.#model;
  }
}
