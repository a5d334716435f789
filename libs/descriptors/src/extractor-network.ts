import { BASE_DESCRIPTOR, BASE_DIMENSION } from './base-descriptor.js';
import { DescriptorError } from './descriptor.error.js';
import {
  EXTRACTOR_DIMENSION,
  EXTRACTOR_HIDDEN,
  type ExtractorFunction,
  type ExtractorVersion,
  sealExtractor,
} from './extractor-version.js';
import { clipToUnitBall, sevenDigits, unclipGradient } from './vectors.js';

const INPUTS = BASE_DIMENSION;
const HIDDEN = EXTRACTOR_HIDDEN;
const OUTPUTS = EXTRACTOR_DIMENSION;

/** Standardised coordinates are held within this many deviations, so that one odd picture cannot drown a batch. */
const REACH = 6;

/** Where each part of an extractor lies in the flat list of its parameters. */
const HIDDEN_BIAS = HIDDEN * INPUTS;
const OUTPUT_WEIGHTS = HIDDEN_BIAS + HIDDEN;
const OUTPUT_BIAS = OUTPUT_WEIGHTS + OUTPUTS * HIDDEN;

/** Number of parameters that training moves. */
export const EXTRACTOR_PARAMETERS: number = OUTPUT_BIAS + OUTPUTS;

/** What a forward pass leaves behind for its backward pass; every list has one entry a row. */
export interface ExtractorPass {
  readonly inputs: readonly Float64Array[];
  /** After the ReLU, `[64]` each. */
  readonly hidden: readonly Float64Array[];
  /** Before the clip, `[32]` each. */
  readonly raw: readonly Float64Array[];
  /** Norm at most 1, `[32]` each. */
  readonly outputs: readonly Float64Array[];
}

/**
 * The trainable form of an extractor: z = clip(W2 relu(W1 x + b1) + b2), where clip(u) = u / max(1, |u|). A trainer changes `parameters` in place and
 * then takes the next version with {@link ExtractorNetwork.freeze}.
 */
export class ExtractorNetwork {
  /** Flat: hidden weights `[64, Dx]`, hidden bias `[64]`, output weights `[32, 64]`, output bias `[32]`. */
  readonly parameters: Float64Array;
  readonly #mean: Float64Array;
  readonly #scale: Float64Array;

  constructor(extractor: ExtractorFunction) {
    const { hidden, output } = extractor.layers;
    this.#mean = Float64Array.from(extractor.mean);
    this.#scale = Float64Array.from(extractor.scale);
    this.parameters = new Float64Array(EXTRACTOR_PARAMETERS);
    this.parameters.set(hidden.weights, 0);
    this.parameters.set(hidden.bias, HIDDEN_BIAS);
    this.parameters.set(output.weights, OUTPUT_WEIGHTS);
    this.parameters.set(output.bias, OUTPUT_BIAS);
  }

  /** Standardises a base descriptor `[Dx]` once, so that training need not do so at every step. */
  standardise(base: ArrayLike<number>): Float64Array {
    if (base.length !== INPUTS) {
      throw new DescriptorError(
        'EXTRACTOR_MISMATCH',
        'base',
        `The base descriptor has ${base.length} coordinates, the extractor reads ${INPUTS}; describe the image with ${BASE_DESCRIPTOR}.`,
      );
    }
    const input = new Float64Array(INPUTS);
    for (let at = 0; at < INPUTS; at++) {
      const value = (base[at]! - this.#mean[at]!) / this.#scale[at]!;
      input[at] = Math.min(REACH, Math.max(-REACH, value));
    }
    return input;
  }

  /** @param inputs standardised rows, `[Dx]` each */
  forward(inputs: readonly Float64Array[]): ExtractorPass {
    const hidden: Float64Array[] = [];
    const raw: Float64Array[] = [];
    const outputs: Float64Array[] = [];
    for (const input of inputs) {
      const inner = this.#linear(input, 0, HIDDEN_BIAS, HIDDEN);
      for (let at = 0; at < HIDDEN; at++) if (inner[at]! < 0) inner[at] = 0;
      const unclipped = this.#linear(inner, OUTPUT_WEIGHTS, OUTPUT_BIAS, OUTPUTS);
      hidden.push(inner);
      raw.push(unclipped);
      outputs.push(clipToUnitBall(unclipped));
    }
    return { inputs, hidden, raw, outputs };
  }

  /**
   * Gradient of a loss with respect to all parameters, laid out like `parameters`.
   * @param outputGradients dL/dz of each row of the pass, `[32]` each
   */
  backward(pass: ExtractorPass, outputGradients: readonly ArrayLike<number>[]): Float64Array {
    const gradient = new Float64Array(EXTRACTOR_PARAMETERS);
    pass.inputs.forEach((input, row) => {
      const inner = pass.hidden[row]!;
      const outer = unclipGradient(pass.raw[row]!, outputGradients[row]!);
      const innerGradient = new Float64Array(HIDDEN);
      for (let out = 0; out < OUTPUTS; out++) {
        const slope = outer[out]!;
        gradient[OUTPUT_BIAS + out]! += slope;
        const offset = OUTPUT_WEIGHTS + out * HIDDEN;
        for (let at = 0; at < HIDDEN; at++) {
          gradient[offset + at]! += slope * inner[at]!;
          innerGradient[at]! += slope * this.parameters[offset + at]!;
        }
      }
      for (let out = 0; out < HIDDEN; out++) {
        if (inner[out]! <= 0) continue;
        const slope = innerGradient[out]!;
        gradient[HIDDEN_BIAS + out]! += slope;
        const offset = out * INPUTS;
        for (let at = 0; at < INPUTS; at++) gradient[offset + at]! += slope * input[at]!;
      }
    });
    return gradient;
  }

  /** The extractor as it stands, as an immutable artefact; weights are rounded to seven significant digits (float32). */
  freeze(version: number): ExtractorVersion {
    const part = (from: number, to: number): number[] => Array.from(this.parameters.subarray(from, to), sevenDigits);
    return sealExtractor(version, {
      mean: Array.from(this.#mean, sevenDigits),
      scale: Array.from(this.#scale, sevenDigits),
      layers: {
        hidden: { weights: part(0, HIDDEN_BIAS), bias: part(HIDDEN_BIAS, OUTPUT_WEIGHTS) },
        output: { weights: part(OUTPUT_WEIGHTS, OUTPUT_BIAS), bias: part(OUTPUT_BIAS, EXTRACTOR_PARAMETERS) },
      },
    });
  }

  #linear(input: Float64Array, weights: number, bias: number, outputs: number): Float64Array {
    const out = new Float64Array(outputs);
    for (let row = 0; row < outputs; row++) {
      let sum = this.parameters[bias + row]!;
      const offset = weights + row * input.length;
      for (let at = 0; at < input.length; at++) sum += this.parameters[offset + at]! * input[at]!;
      out[row] = sum;
    }
    return out;
  }
}
