import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, BLOCK, FLOAT, type Heap, type Info, type Inputs } from './heap.js';

/** The stock kernel runs transposed operands in a plain loop, 15 to 30 times slower than one that walks both by rows. */
export function transposedMatMul(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
  const { transposeA, transposeB } = attributes;
  if (!transposeA && !transposeB) return undefined;
  const plain = [a, b].every((x) => x.dtype === 'float32' && tf.util.sizeFromShape(x.shape.slice(0, -2)) === 1);
  if (transposeA && !transposeB && plain) return transposedProduct(heap, a, b);
  return tf.tidy(() => tf.matMul(transposeA ? swapped(a) : a, transposeB ? swapped(b) : b));
}

/** a^T b of matrices, as a sum of products of their rows. */
function transposedProduct(heap: Heap, a: Info, b: Info): Info {
  const [rows, m] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const output = heap.zeros([...(a.shape.length >= b.shape.length ? a : b).shape.slice(0, -2), m, n]);
  const [from, by, to] = [heap.address(a), heap.address(b), heap.address(output)];
  for (let row = 0; row < rows; row += BLOCK) {
    const count = Math.min(BLOCK, rows - row);
    heap.loops.addTransposedProduct(
      from + row * m * FLOAT,
      m * FLOAT,
      by + row * n * FLOAT,
      n * FLOAT,
      count,
      m,
      n,
      to,
    );
  }
  return output;
}

function swapped(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
