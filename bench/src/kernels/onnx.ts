import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxRuntime } from '../yardstick.js';

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly weights: Readonly<Record<string, { readonly dims: readonly number[]; readonly values: Float32Array }>>;
  readonly input: { readonly name: string; readonly dims: readonly number[] };
  readonly output: string;
}

/** A function that runs a model on onnxruntime on so many threads, or nothing where onnxruntime cannot be had. */
export async function openOnnxModel(
  model: OnnxModel,
  threads: number,
): Promise<((input: Float32Array) => Promise<Float32Array>) | undefined> {
  const runtime = openOnnxRuntime();
  if (!runtime) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'edgelore-onnx-'));
  try {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, encode(model));
    const session = await runtime.InferenceSession.create(path, {
      logSeverityLevel: 3,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    });
    return async (input) => {
      const { name, dims } = model.input;
      const results = await session.run({ [name]: new runtime.Tensor('float32', input, dims) });
      return results[model.output]?.data as Float32Array;
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The few messages of onnx.proto that a small network needs: field numbers as there, 0 for an integer, 2 for bytes, 5 for a float.

const FLOAT = 1;
const OPSET = 13;
const IR_VERSION = 8;

function encode({ nodes, weights, input, output }: OnnxModel): Buffer {
  const graph = [
    ...nodes.map((node) => bytes(1, encodeNode(node))),
    text(2, 'graph'),
    ...Object.entries(weights).map(([name, { dims, values }]) =>
      bytes(5, [
        ...dims.map((dim) => integer(1, dim)),
        integer(2, FLOAT),
        text(8, name),
        bytes(9, [Buffer.from(values.buffer, values.byteOffset, values.byteLength)]),
      ]),
    ),
    bytes(11, encodeValue(input.name, input.dims)),
    bytes(12, encodeValue(output)),
  ];
  return Buffer.concat([integer(1, IR_VERSION), bytes(7, graph), bytes(8, [text(1, ''), integer(2, OPSET)])]);
}

function encodeNode({ operator, inputs, outputs, attributes = {} }: OnnxNode): Buffer[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => {
      const content =
        typeof value === 'number'
          ? [integer(3, value), integer(20, 2)]
          : [...value.map((v) => integer(8, v)), integer(20, 7)];
      return bytes(5, [text(1, name), ...content]);
    }),
  ];
}

function encodeValue(name: string, dims?: readonly number[]): Buffer[] {
  const shape = dims
    ? [
        bytes(
          2,
          dims.map((dim) => bytes(1, [integer(1, dim)])),
        ),
      ]
    : [];
  return [text(1, name), bytes(2, [bytes(1, [integer(1, FLOAT), ...shape])])];
}

function integer(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, [Buffer.from(value)]);
}

function bytes(field: number, content: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(content);
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(joined.length)]), joined]);
}

function varint(value: number): number[] {
  const groups: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...groups, rest];
    groups.push((rest % 128) | 128);
  }
}
