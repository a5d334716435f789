import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Detection, drawPicture, type Picture, suppress } from '@edgelore/detection';
import { tf } from '@edgelore/tensor';
import { z } from 'zod';

const MODEL = 'tiny_face_detector_model-weights_manifest.json';
const INPUT = 416;
/** Prior sizes in cells of the 13 x 13 grid, from the package's own configuration. */
const PRIORS = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
] as const;
const MEAN = [117.001, 114.697, 97.404];
const VALUES = 5;
const SEPARABLE_LAYERS = 5;
const SCORE_FLOOR = 0.01;

const manifest = z.array(
  z.object({
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().positive()),
        quantization: z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() }),
      }),
    ),
    paths: z.array(z.string()),
  }),
);

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The TinyFaceDetector of the npm package `@vladmandic/face-api` (MIT): a small YOLO v2 with separable convolutions, run on our own tensors from the
 * weights inside the package.
 */
export class TinyFaceDetector {
  readonly #weights: ReadonlyMap<string, tf.Tensor>;
  readonly bytes: number;

  private constructor(weights: ReadonlyMap<string, tf.Tensor>, bytes: number) {
    this.#weights = weights;
    this.bytes = bytes;
  }

  static async load(): Promise<TinyFaceDetector> {
    const file = createRequire(import.meta.url).resolve(`@vladmandic/face-api/model/${MODEL}`);
    const weights = new Map<string, tf.Tensor>();
    let bytes = 0;
    for (const group of manifest.parse(JSON.parse(await readFile(file, 'utf8')))) {
      const data = Buffer.concat(
        await Promise.all(group.paths.map((name) => readFile(path.join(path.dirname(file), name)))),
      );
      bytes += data.length;
      let at = 0;
      for (const { name, shape, quantization } of group.weights) {
        const size = shape.reduce((product, side) => product * side, 1);
        const values = Float32Array.from(
          data.subarray(at, at + size),
          (value) => value * quantization.scale + quantization.min,
        );
        weights.set(name, tf.tensor(values, shape));
        at += size;
      }
    }
    return new TinyFaceDetector(weights, bytes);
  }

  detect(picture: Picture): Detection[] {
    // As the package does it: the picture in the upper left corner, black to its right or below it.
    const scale = INPUT / Math.max(picture.width, picture.height);
    const drawn = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
    const values = new Float32Array(INPUT * INPUT * 3);
    drawPicture(picture, { values, offset: 0, size: INPUT }, { left: 0, top: 0, ...drawn }, { scale, left: 0, top: 0 });
    const [cells, output] = tf.tidy(() => {
      const out = this.#forward(tf.tensor4d(values, [1, INPUT, INPUT, 3]));
      return [out.shape[1], out.dataSync<'float32'>()] as const;
    });
    const found: Detection[] = [];
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        PRIORS.forEach(([priorWidth, priorHeight], prior) => {
          const at = ((row * cells + column) * PRIORS.length + prior) * VALUES;
          const [dx = 0, dy = 0, dw = 0, dh = 0, logit = 0] = output.subarray(at, at + VALUES);
          const score = logistic(logit);
          if (score < SCORE_FLOOR) return;
          const side = INPUT / cells;
          const width = Math.exp(dw) * priorWidth * side;
          const height = Math.exp(dh) * priorHeight * side;
          const x = (column + logistic(dx)) * side - width / 2;
          const y = (row + logistic(dy)) * side - height / 2;
          found.push({ box: [x / scale, y / scale, width / scale, height / scale], score });
        });
      }
    }
    found.sort((a, b) => b.score - a.score);
    const kept = suppress(Float32Array.from(found.flatMap(({ box }) => [...box])), 0.4, 200);
    return kept.flatMap((index) => found[index] ?? []);
  }

  /** Multiply-accumulates of one image: filter size times the places where each layer is applied. */
  get macs(): number {
    let side = INPUT - 2;
    let sum = 0;
    for (let layer = 0; layer <= SEPARABLE_LAYERS; layer++) {
      for (const [name, { size }] of this.#weights) {
        if (name.startsWith(`conv${layer}/`) && !name.endsWith('/bias')) sum += size * side * side;
      }
      if (layer < SEPARABLE_LAYERS) side = Math.ceil(side / 2);
    }
    return sum + (this.#weights.get('conv8/filters')?.size ?? 0) * side * side;
  }

  dispose(): void {
    for (const tensor of this.#weights.values()) tensor.dispose();
  }

  /** [1, 416, 416, 3] RGB 0..255 → [1, 13, 13, 25] */
  #forward(image: tf.Tensor4D): tf.Tensor4D {
    const weight = <T extends tf.Tensor>(name: string) => {
      const tensor = this.#weights.get(name);
      if (!tensor) throw new Error(`the package's weights lack ${name}`);
      return tensor as T;
    };
    const pool = (x: tf.Tensor4D, stride: 1 | 2) => tf.maxPool(x, 2, stride, 'same');
    let x: tf.Tensor4D = tf.div(tf.sub(image, tf.tensor1d(MEAN)), 255);
    x = tf.leakyRelu(
      tf.add(tf.conv2d(x, weight<tf.Tensor4D>('conv0/filters'), 1, 'valid'), weight('conv0/bias')),
      0.1,
    ) as tf.Tensor4D;
    for (let layer = 1; layer <= SEPARABLE_LAYERS; layer++) {
      const deep = tf.depthwiseConv2d(pool(x, 2), weight<tf.Tensor4D>(`conv${layer}/depthwise_filter`), 1, 'same');
      const mixed = tf.conv2d(deep, weight<tf.Tensor4D>(`conv${layer}/pointwise_filter`), 1, 'valid');
      x = tf.leakyRelu(tf.add(mixed, weight(`conv${layer}/bias`)), 0.1);
    }
    return tf.add(tf.conv2d(pool(x, 1), weight<tf.Tensor4D>('conv8/filters'), 1, 'valid'), weight('conv8/bias'));
  }
}
