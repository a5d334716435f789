import { configurationFeatures } from '@edgelore/ranking';
import { faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import type { JudgedTask } from './judged-task.js';
import { inOrder, type MakePolicy } from './policy.js';
import { standardisedMeans } from './simple-policies.js';
import { standardised } from './standardised.js';

const DIMENSION = 8;
const STEPS = 400;
const RATE = 0.02;
const WEIGHT_DECAY = 0.02;
const SIMILARITY_WEIGHT = 0.5;
/** Configurations by whose overlap two tasks are alike. */
const TOP = 10;

/**
 * A joint regression in the manner of HyperSTAR (Mittal et al., CVPR 2020): a learnt projection of a task's images and a linear encoding of configurations predict
 * standardised scores by squared error, and the cosine of two tasks' vectors is drawn to the overlap of their best configurations. Its adversarial term is left
 * out, and images come as the mean of their base descriptors.
 */
export const hyperstar: MakePolicy = ({ configurations, past, target, seed }) => {
  // A constant beside the coordinates: what all tasks have in common is the projection's too.
  const means = standardisedMeans(past, target).map((mean) => Float64Array.of(...mean, 1));
  const features = configurations.map((each) => configurationFeatures(faceDetectorSpace, each));
  const labels = past.map(({ scores }) => standardised(scores));
  const overlaps = past.map((a) => past.map((b) => overlap(a, b)));
  const [inputs, width] = [means[0]!.length, features[0]!.length];
  const random = seededRandom(`hyperstar/${seed}`);
  // Projection [d, Dx], main effects [F], encoding [d, F].
  const [mainAt, encodingAt] = [DIMENSION * inputs, DIMENSION * inputs + width];
  const parameters = Float64Array.from({ length: encodingAt + DIMENSION * width }, (_, at) =>
    at < mainAt ? random.normal() / Math.sqrt(inputs) : at < encodingAt ? 0 : random.normal() / Math.sqrt(width),
  );
  const step = adam(parameters.length);
  const project = (mean: Float64Array) =>
    Float64Array.from({ length: DIMENSION }, (_, j) => dot(parameters, j * inputs, mean));
  const encode = (row: Float64Array) =>
    Float64Array.from({ length: DIMENSION }, (_, j) => dot(parameters, encodingAt + j * width, row));
  for (let turn = 0; turn < STEPS; turn += 1) {
    const gradient = parameters.map((value) => WEIGHT_DECAY * value);
    const vectors = past.map((_, task) => project(means[task]!));
    const codes = features.map(encode);
    const vectorGradients = vectors.map(() => new Float64Array(DIMENSION));
    const weight = 1 / (past.length * features.length);
    vectors.forEach((vector, task) => {
      features.forEach((row, at) => {
        const slope = 2 * weight * (dot(parameters, mainAt, row) + dot(vector, 0, codes[at]!) - labels[task]![at]!);
        for (let k = 0; k < width; k += 1) {
          gradient[mainAt + k]! += slope * row[k]!;
        }
        for (let j = 0; j < DIMENSION; j += 1) {
          vectorGradients[task]![j]! += slope * codes[at]![j]!;
          for (let k = 0; k < width; k += 1) {
            gradient[encodingAt + j * width + k]! += slope * vector[j]! * row[k]!;
          }
        }
      });
      vectors.forEach((other, to) => {
        if (to !== task) {
          addCosineGradient(
            vector,
            other,
            overlaps[task]![to]!,
            (2 * SIMILARITY_WEIGHT) / past.length ** 2,
            vectorGradients[task]!,
          );
        }
      });
    });
    vectorGradients.forEach((own, task) => {
      for (let j = 0; j < DIMENSION; j += 1) {
        for (let k = 0; k < inputs; k += 1) {
          gradient[j * inputs + k]! += own[j]! * means[task]![k]!;
        }
      }
    });
    step(parameters, gradient, (RATE / 2) * (1 + Math.cos((Math.PI * turn) / STEPS)));
  }
  const own = project(means.at(-1)!);
  return inOrder(features.map((row) => dot(parameters, mainAt, row) + dot(own, 0, encode(row))));
};

/** Share of the best ten that two tasks have in common. */
function overlap(a: JudgedTask, b: JudgedTask): number {
  const top = ({ scores }: JudgedTask) =>
    Array.from(scores, (_, at) => at)
      .sort((one, other) => scores[other]! - scores[one]!)
      .slice(0, TOP);
  const others = new Set(top(b));
  return top(a).filter((at) => others.has(at)).length / TOP;
}

/** Adds weight * d (cos(a, b) - wanted)² / da; both sides of a pair are visited, so the factor of two is made by the caller. */
function addCosineGradient(a: Float64Array, b: Float64Array, wanted: number, weight: number, into: Float64Array): void {
  const [lengthA, lengthB] = [Math.hypot(...a) || 1e-9, Math.hypot(...b) || 1e-9];
  const cosine = dot(a, 0, b) / (lengthA * lengthB);
  for (let j = 0; j < a.length; j += 1) {
    into[j]! += 2 * weight * (cosine - wanted) * (b[j]! / (lengthA * lengthB) - (cosine * a[j]!) / lengthA ** 2);
  }
}

function dot(left: Float64Array, offset: number, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < right.length; at += 1) {
    sum += left[offset + at]! * right[at]!;
  }
  return sum;
}

function adam(size: number): (parameters: Float64Array, gradient: Float64Array, rate: number) => void {
  const [first, second] = [new Float64Array(size), new Float64Array(size)];
  let steps = 0;
  return (parameters, gradient, rate) => {
    steps += 1;
    for (let at = 0; at < size; at += 1) {
      first[at] = 0.9 * first[at]! + 0.1 * gradient[at]!;
      second[at] = 0.999 * second[at]! + 0.001 * gradient[at]! ** 2;
      const [mean, square] = [first[at]! / (1 - 0.9 ** steps), second[at]! / (1 - 0.999 ** steps)];
      parameters[at]! -= (rate * mean) / (Math.sqrt(square) + 1e-8);
    }
  };
}
