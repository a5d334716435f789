import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { faceDetectorSpace } from '@edgelore/search-space';
import { InvalidWeightsError } from '../weights.js';
import type { Supernet } from './supernet.js';
import { type SharedTensor, supernetLayout } from './supernet-layout.js';

interface Header {
  readonly space: string;
  readonly steps: number;
  readonly tensors: readonly Pick<SharedTensor, 'name' | 'shape'>[];
}

const MAGIC = new TextEncoder().encode('EDGENET1');
/** Magic, then as little-endian unsigned 32-bit numbers: bytes of the header, CRC-32 of everything after the preamble. */
const PREAMBLE = MAGIC.length + 8;
const LARGEST_CODE = 127;

/** A name for the weights of a supernet: 16 hexadecimal digits of their SHA-256. Weak labels are of use with the supernet that gave them only. */
export function supernetId({ shared }: Supernet): string {
  const bytes = new Uint8Array(shared.buffer, shared.byteOffset, shared.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/**
 * A supernet as a file: preamble, a JSON header (space, steps, names and shapes), and deflated the numbers of each tensor, little-endian: vectors as float32,
 * kernels as float32 scales, one for each output channel, and bytes to be multiplied by them. So one and a half megabytes hold what would take seven.
 *
 * @throws InvalidWeightsError naming the tensor when a number is not finite.
 */
export function encodeSupernet({ shared, steps }: Supernet): Uint8Array {
  const { tensors } = supernetLayout();
  const parts = tensors.map((tensor) => {
    const values = shared.subarray(tensor.offset, tensor.offset + tensor.size);
    if (!values.every(Number.isFinite)) {
      throw new InvalidWeightsError(
        `Tensor "${tensor.name}" holds a number that is not finite: its training diverged.`,
      );
    }
    return tensor.shape.length > 1 ? quantised(values, channelsOf(tensor)) : bytesOf(values);
  });
  const header: Header = {
    space: faceDetectorSpace.id,
    steps,
    tensors: tensors.map(({ name, shape }) => ({ name, shape })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const body = Buffer.concat([text, deflateRawSync(Buffer.concat(parts), { level: 9 })]);
  const preamble = Buffer.alloc(PREAMBLE);
  preamble.set(MAGIC);
  preamble.writeUInt32LE(text.length, MAGIC.length);
  preamble.writeUInt32LE(crc32(body), MAGIC.length + 4);
  return Buffer.concat([preamble, body]);
}

/**
 * A supernet out of a file.
 *
 * @throws InvalidWeightsError when the bytes are of another kind of file, cut off, damaged, or of another version of the search space.
 */
export function decodeSupernet(file: Uint8Array): Supernet {
  if (file.length < PREAMBLE || !MAGIC.every((byte, index) => file[index] === byte)) {
    throw new InvalidWeightsError('This is no file of a supernet: it does not start with EDGENET1.');
  }
  const preamble = new DataView(file.buffer, file.byteOffset + MAGIC.length, PREAMBLE - MAGIC.length);
  const body = file.subarray(PREAMBLE);
  if (preamble.getUint32(4, true) !== crc32(body)) {
    throw new InvalidWeightsError('The supernet is cut off or damaged: its checksum does not agree; fetch it again.');
  }
  const length = preamble.getUint32(0, true);
  const { tensors, size } = supernetLayout();
  const steps = readHeader(body.subarray(0, length), tensors);
  // A fresh buffer, so that views of wider numbers start where they must.
  const numbers = new Uint8Array(inflateRawSync(body.subarray(length)));
  const shared = new Float32Array(size);
  let at = 0;
  const take = (bytes: number) => {
    at += bytes;
    return numbers.slice(at - bytes, at);
  };
  for (const tensor of tensors) {
    const values = shared.subarray(tensor.offset, tensor.offset + tensor.size);
    if (tensor.shape.length === 1) {
      values.set(new Float32Array(take(4 * tensor.size).buffer));
      continue;
    }
    const channels = channelsOf(tensor);
    const scales = new Float32Array(take(4 * channels).buffer);
    const codes = new Int8Array(take(tensor.size).buffer);
    for (let i = 0; i < values.length; i++) values[i] = (codes[i] as number) * (scales[i % channels] as number);
  }
  return { shared, steps };
}

/** The last axis that is not 1 is the channels', whatever the kernel. */
function channelsOf({ shape }: SharedTensor): number {
  return shape.findLast((side) => side !== 1) ?? 1;
}

function quantised(values: Float32Array, channels: number): Uint8Array {
  const scales = new Float32Array(channels);
  values.forEach((value, i) => {
    const scale = (value < 0 ? -value : value) / LARGEST_CODE;
    if (scale > (scales[i % channels] as number)) scales[i % channels] = scale;
  });
  const codes = Int8Array.from(values, (value, i) => Math.round(value / ((scales[i % channels] as number) || 1)));
  return Buffer.concat([bytesOf(scales), bytesOf(codes)]);
}

function bytesOf(values: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The steps that the header tells of. */
function readHeader(bytes: Uint8Array, tensors: readonly SharedTensor[]): number {
  let header: Partial<Header>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Header>;
  } catch (cause) {
    throw new InvalidWeightsError('The supernet has no readable header: use the version that wrote it.', { cause });
  }
  const own = tensors.map(({ name, shape }) => ({ name, shape }));
  if (header.space !== faceDetectorSpace.id || JSON.stringify(header.tensors) !== JSON.stringify(own)) {
    throw new InvalidWeightsError(
      `The supernet is of another version of the search space than ${faceDetectorSpace.id}: use the one that came with this version.`,
    );
  }
  return Number(header.steps);
}
