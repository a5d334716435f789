import { BASE_DESCRIPTOR, BASE_DIMENSION } from './base-descriptor.js';
import { contentHash } from './content-hash.js';
import { Untrusted } from './untrusted.js';

/** Length of the vectors between the two linear layers. */
export const EXTRACTOR_HIDDEN = 64;

/** Length d of the vectors an extractor makes. */
export const EXTRACTOR_DIMENSION = 32;

const FORMAT = 'extractor/1';

/** A linear layer: `weights` row-major `[outputs, inputs]`, `bias` `[outputs]`. */
export interface LinearLayer {
  readonly weights: readonly number[];
  readonly bias: readonly number[];
}

/** Names one extractor: the number the platform gave it, and the hash of what it computes. */
export interface ExtractorReference {
  readonly version: number;
  readonly hash: string;
}

/** What an extractor computes: standardise with `mean` and `scale` `[Dx]`, Linear 64, ReLU, Linear 32, clip to norm 1. */
export interface ExtractorFunction {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly layers: { readonly hidden: LinearLayer; readonly output: LinearLayer };
}

/** One extractor, as plain JSON. `hash` covers everything but `version` and itself. */
export interface ExtractorVersion extends ExtractorReference, ExtractorFunction {
  readonly format: typeof FORMAT;
  /** The base descriptor whose coordinates it reads. */
  readonly base: typeof BASE_DESCRIPTOR;
}

/** Makes an immutable artefact of a function: adds format, base, version and content hash. */
export function sealExtractor(version: number, { mean, scale, layers }: ExtractorFunction): ExtractorVersion {
  const content = { format: FORMAT, base: BASE_DESCRIPTOR, mean, scale, layers } as const;
  return { ...content, version, hash: contentHash(content) };
}

/**
 * Reads an extractor that came over the wire or from a file.
 * @throws DescriptorError INVALID_EXTRACTOR naming the field: wrong sizes, numbers that are not finite, a scale that is not positive, a hash that does not
 * fit the content, an extractor for another base descriptor.
 */
export function parseExtractor(value: unknown): ExtractorVersion {
  const read = new Untrusted(
    value,
    ['format', 'base', 'version', 'hash', 'mean', 'scale', 'layers'],
    'INVALID_EXTRACTOR',
    'extractor',
  );
  read.literal('format', FORMAT);
  read.literal('base', BASE_DESCRIPTOR);
  const scale = read.numbers('scale', BASE_DIMENSION);
  if (scale.some((divisor) => divisor <= 0)) throw read.refusal('scale', 'must hold positive numbers only');
  const layers = read.child('layers', ['hidden', 'output']);
  const extractor = sealExtractor(read.integer('version', 0, Number.MAX_SAFE_INTEGER), {
    mean: read.numbers('mean', BASE_DIMENSION),
    scale,
    layers: {
      hidden: readLayer(layers, 'hidden', BASE_DIMENSION, EXTRACTOR_HIDDEN),
      output: readLayer(layers, 'output', EXTRACTOR_HIDDEN, EXTRACTOR_DIMENSION),
    },
  });
  if (read.hash('hash') !== extractor.hash) {
    throw read.refusal('hash', 'does not belong to the content; the extractor was changed on its way, fetch it again');
  }
  return extractor;
}

function readLayer(layers: Untrusted, field: string, inputs: number, outputs: number): LinearLayer {
  const layer = layers.child(field, ['weights', 'bias']);
  return { weights: layer.numbers('weights', inputs * outputs), bias: layer.numbers('bias', outputs) };
}
