import { type Configuration, layerTensors, planDetector } from '@edgelore/search-space';
import type { DetectorWeights } from '../weights.js';
import { sharedPlaces, startingShared } from './supernet-layout.js';

/** One set of weights from which the weights of every architecture of `face-detector/1` are cut. */
export interface Supernet {
  /** Laid out as `supernetLayout` says. */
  readonly shared: Float32Array;
  /** Training steps that made it. */
  readonly steps: number;
}

/** A supernet that has learnt nothing. */
export function startingSupernet(seed: number): Supernet {
  return { shared: startingShared(seed), steps: 0 };
}

/**
 * The weights of a configuration's detector, cut from the supernet. Normalisation has the statistics of an untrained network (mean 0, variance 1): shared ones
 * would be wrong for any (Yu and Huang 2019, Universally slimmable networks, section 3.3), so they are to be estimated on pictures.
 */
export function weightsOf({ shared }: Supernet, configuration: Configuration): DetectorWeights {
  const places = sharedPlaces(configuration);
  let at = 0;
  const tensors = planDetector(configuration)
    .layers.flatMap(layerTensors)
    .map(({ name, role, shape, trainable }) => {
      const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
      if (trainable) for (let i = 0; i < values.length; i++) values[i] = shared[places[at++] as number] as number;
      else if (role === 'variance') values.fill(1);
      return { name, shape, values };
    });
  return { configuration, tensors };
}

/** A supernet in which a detector's weights are written over the slices that they belong to: the way back from {@link weightsOf}. */
export function withWeights(supernet: Supernet, weights: DetectorWeights): Supernet {
  const places = sharedPlaces(weights.configuration);
  const byName = new Map(weights.tensors.map((tensor) => [tensor.name, tensor]));
  const shared = Float32Array.from(supernet.shared);
  let at = 0;
  for (const { name, trainable } of planDetector(weights.configuration).layers.flatMap(layerTensors)) {
    if (!trainable) continue;
    for (const value of byName.get(name)?.values ?? []) shared[places[at++] as number] = value;
  }
  return { ...supernet, shared };
}
