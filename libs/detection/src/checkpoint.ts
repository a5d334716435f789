import type { StepBudget } from './schedule.js';
import { TrainingError } from './training.error.js';

/** Everything an interrupted run needs beside its inputs. */
export interface Checkpoint {
  readonly run: CheckpointRun;
  /** Weights and running statistics of the network, as {@link encodeWeights} writes them. */
  readonly weights: Uint8Array;
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
  readonly averaged: Float32Array;
}

export interface CheckpointRun {
  /** What the run was started with; a checkpoint is of use to the same run only. */
  readonly identity: string;
  readonly step: number;
  readonly seconds: number;
  readonly budget?: StepBudget | undefined;
  readonly curve: readonly CurvePoint[];
}

/** Held-out average precision after `step` steps. */
export interface CurvePoint {
  readonly step: number;
  readonly ap50: number;
}

const MAGIC = 'EDGELORE-CHECKPOINT-1\n';
const ALIGNMENT = 4;

interface Header {
  readonly run: CheckpointRun;
  readonly lengths: readonly number[];
}

/** One little-endian file: a mark, the length of a JSON header, the header, then four blocks of bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const blocks = [checkpoint.weights, ...[checkpoint.momentum, checkpoint.variance, checkpoint.averaged].map(bytesOf)];
  const header: Header = { run: checkpoint.run, lengths: blocks.map((block) => block.length) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = MAGIC.length + 4;
  const bytes = new Uint8Array(start + text.length + blocks.reduce((sum, block) => sum + block.length, 0));
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, start);
  let at = start + text.length;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

/** @throws TrainingError BROKEN_CHECKPOINT when the bytes are cut short or something else. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const start = MAGIC.length + 4;
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) throw broken();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const header = parseHeader(bytes.subarray(start, start + length));
  let at = start + length;
  const blocks = header.lengths.map((size) => {
    // A copy: numbers are read from aligned addresses only, and slicing a Node buffer copies nothing.
    const block = new Uint8Array(bytes.subarray(at, at + size));
    at += size;
    return block;
  });
  const [weights, momentum, variance, averaged] = blocks;
  if (at !== bytes.length || !weights || !momentum || !variance || !averaged) throw broken();
  return {
    run: header.run,
    weights,
    momentum: new Float32Array(momentum.buffer),
    variance: new Float32Array(variance.buffer),
    averaged: new Float32Array(averaged.buffer),
  };
}

function parseHeader(text: Uint8Array): Header {
  try {
    const header = JSON.parse(new TextDecoder().decode(text)) as Header;
    const sound = header.lengths.every((length) => Number.isInteger(length) && length >= 0);
    if (sound && header.lengths.slice(1).every((length) => length % ALIGNMENT === 0)) return header;
  } catch {
    // Falls through: text that is no header is a broken checkpoint like any other.
  }
  throw broken();
}

function broken(): TrainingError {
  return new TrainingError(
    'BROKEN_CHECKPOINT',
    'The checkpoint is cut short or is none: delete it and train from the beginning.',
  );
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
