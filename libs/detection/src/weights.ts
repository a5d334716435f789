import { crc32 } from 'node:zlib';
import type { Configuration } from '@edgelore/search-space';
import { fromHalf, toHalf } from './half.js';

/** A tensor by name. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** The weights of a detector with the configuration that they belong to. */
export interface DetectorWeights {
  readonly configuration: Configuration;
  readonly tensors: readonly NamedTensor[];
}

/** How kernels are stored; vectors (offsets, normalisation) are always float32, for they are few and their range is wide. */
export type WeightPrecision = 'float32' | 'float16';

/** Bytes that should hold weights do not, or weights cannot be stored. */
export class InvalidWeightsError extends Error {
  readonly code = 'INVALID_WEIGHTS';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InvalidWeightsError';
  }
}

interface Header {
  readonly configuration: Configuration;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: WeightPrecision;
  }[];
}

const MAGIC = new TextEncoder().encode('EDGELOR1');
/** Magic, then as little-endian unsigned 32-bit numbers: bytes of the header, bytes of the payload, CRC-32 of both. */
const PREAMBLE = MAGIC.length + 12;

/**
 * Weights as a file: preamble, a JSON header (configuration; names, shapes, types), the numbers of each tensor in that order,
 * little-endian.
 *
 * @throws InvalidWeightsError naming the tensor when a number is not finite, or too large for float16.
 */
export function encodeWeights(weights: DetectorWeights, precision: WeightPrecision = 'float32'): Uint8Array {
  const parts = weights.tensors.map(({ name, shape, values }) => {
    const type = shape.length > 1 ? precision : 'float32';
    if (values.length !== sizeOf(shape)) {
      throw new InvalidWeightsError(
        `Tensor "${name}" has ${values.length} numbers, its shape [${shape}] another count.`,
      );
    }
    if (!values.every(Number.isFinite)) {
      throw new InvalidWeightsError(`Tensor "${name}" holds a number that is not finite: its training diverged.`);
    }
    return { entry: { name, shape, type }, bytes: numbersToBytes(name, values, type) };
  });
  const header: Header = { configuration: weights.configuration, tensors: parts.map(({ entry }) => entry) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const payload = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const file = new Uint8Array(PREAMBLE + text.length + payload);
  file.set(MAGIC);
  file.set(text, PREAMBLE);
  let at = PREAMBLE + text.length;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  const preamble = new DataView(file.buffer, MAGIC.length);
  preamble.setUint32(0, text.length, true);
  preamble.setUint32(4, payload, true);
  preamble.setUint32(8, crc32(file.subarray(PREAMBLE)), true);
  return file;
}

/**
 * Weights out of a file.
 *
 * @throws InvalidWeightsError when the bytes are of another kind of file, cut off, or damaged.
 */
export function decodeWeights(file: Uint8Array): DetectorWeights {
  if (!MAGIC.every((byte, index) => file[index] === byte)) {
    throw new InvalidWeightsError('This is no file of detector weights: it does not start with EDGELOR1.');
  }
  if (file.length < PREAMBLE) {
    throw new InvalidWeightsError(`The weights are cut off after ${file.length} bytes: fetch or write them again.`);
  }
  const preamble = new DataView(file.buffer, file.byteOffset + MAGIC.length, PREAMBLE - MAGIC.length);
  const headerEnd = PREAMBLE + preamble.getUint32(0, true);
  const end = headerEnd + preamble.getUint32(4, true);
  if (file.length !== end) {
    const fault = file.length < end ? 'cut off' : 'followed by other bytes';
    throw new InvalidWeightsError(
      `The weights are ${fault}: ${file.length} bytes instead of ${end}; fetch them again.`,
    );
  }
  if (preamble.getUint32(8, true) !== crc32(file.subarray(PREAMBLE))) {
    throw new InvalidWeightsError('The weights are damaged: their checksum does not agree; fetch or write them again.');
  }
  const header = parseHeader(file.subarray(PREAMBLE, headerEnd));
  let at = headerEnd;
  const tensors = header.tensors.map(({ name, shape, type }) => {
    const start = at;
    at += sizeOf(shape) * bytesPerNumber(type);
    if (at > end) {
      throw new InvalidWeightsError(
        `The weights end within tensor "${name}": their header does not fit; write them again.`,
      );
    }
    return { name, shape, values: bytesToNumbers(new Uint8Array(file.subarray(start, at)), type) };
  });
  if (at !== end) {
    throw new InvalidWeightsError(`The weights hold ${end - at} bytes that no tensor owns: write them again.`);
  }
  return { configuration: header.configuration, tensors };
}

function numbersToBytes(name: string, values: Float32Array, type: WeightPrecision): Uint8Array {
  try {
    const numbers = type === 'float16' ? toHalf(values) : values;
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  } catch (cause) {
    throw new InvalidWeightsError(`Tensor "${name}" does not fit float16: store it as float32.`, { cause });
  }
}

/** `bytes` starts its own buffer, as views of wider numbers need. */
function bytesToNumbers(bytes: Uint8Array, type: WeightPrecision): Float32Array {
  return type === 'float16' ? fromHalf(new Uint16Array(bytes.buffer)) : new Float32Array(bytes.buffer);
}

function bytesPerNumber(type: WeightPrecision): number {
  return type === 'float16' ? 2 : 4;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function parseHeader(bytes: Uint8Array): Header {
  const unknownForm = 'The weights have a header of an unknown form: use the version that wrote them.';
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isHeader(header)) {
      return header;
    }
  } catch (cause) {
    throw new InvalidWeightsError(unknownForm, { cause });
  }
  throw new InvalidWeightsError(unknownForm);
}

function isHeader(json: unknown): json is Header {
  const { configuration, tensors } = json as {
    configuration?: { space?: unknown; values?: unknown };
    tensors?: unknown;
  };
  return (
    typeof configuration?.space === 'string' &&
    typeof configuration.values === 'object' &&
    Array.isArray(tensors) &&
    tensors.every(
      ({ name, shape, type }: { name?: unknown; shape?: unknown; type?: unknown }) =>
        typeof name === 'string' &&
        Array.isArray(shape) &&
        shape.every((side) => Number.isInteger(side) && side >= 0) &&
        (type === 'float32' || type === 'float16'),
    )
  );
}
