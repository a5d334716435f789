import { gemm, gemmScratch } from '@edgelore/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { epilogueOf } from './epilogue.js';
import type { Attributes, Heap, Info, Inputs } from './heap.js';

/** Bytes of a number. */
const FLOAT = 4;

/** A product, plain or with a bias and an activation; the stock kernel runs transposed operands in a plain loop. */
export function matMul(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { a, b, bias } = inputs as { a: Info; b: Info; bias?: Info };
  const { transposeA = false, transposeB = false } = attributes as { transposeA?: boolean; transposeB?: boolean };
  const [m, k] = matrixOf(a, transposeA);
  const [depth, n] = matrixOf(b, transposeB);
  const epilogue = epilogueOf(heap, inputs, attributes, n);
  if (!epilogue || k !== depth || [a, b].some(({ shape, dtype }) => dtype !== 'float32' || shape.includes(0))) {
    return undefined;
  }
  if (transposeA && (transposeB || bias || epilogue.activation !== 'none')) {
    const turned = swapped(a);
    const product = matMul(heap, { ...inputs, a: turned }, { ...attributes, transposeA: false });
    turned.dispose();
    return product;
  }
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [countA, countB] = [tf.util.sizeFromShape(outerA), tf.util.sizeFromShape(outerB)];
  if (countA > 1 && countB > 1 && outerA.join() !== outerB.join()) return undefined;
  // Over one matrix b, those of a are the rows of a single one.
  const single = countB === 1 && !transposeA;
  const count = single ? 1 : Math.max(countA, countB);
  const shape = { m: single ? m * countA : m, n, k, transposeA, transposeB };
  const output = [...tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB), m, n];
  const at = (pointer: number, matrices: number, index: number, size: number) =>
    pointer + (index % matrices) * size * FLOAT;
  return heap.compute(output, gemmScratch(shape), (c, scratch) =>
    Array.from({ length: count }, (_, index) =>
      gemm(shape, {
        ...(transposeA ? {} : epilogue),
        a: at(heap.address(a), countA, index, m * k),
        b: at(heap.address(b), countB, index, k * n),
        c: at(c, count, index, m * n),
        scratch,
      }),
    ).flat(),
  );
}

function swapped(x: Info): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x as tf.Tensor, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/** Rows and columns of a matrix as it is multiplied. */
function matrixOf({ shape }: Info, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}
