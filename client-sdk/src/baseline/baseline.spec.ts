import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { averagePrecision, type ImageResult } from '@edgelore/detection';
import { startTensorEngine, tensorCount } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDataset } from '../dataset/open-dataset.js';
import { writeDemo } from '../demo/write-demo.js';
import { ImageFolder } from '../testing/image-folder.js';
import { datasetImages } from '../train/dataset-images.js';
import { evaluateBaselines } from './evaluate-baselines.js';
import { TinyFaceDetector } from './tiny-face-detector.js';

/** A face of ellipses on a gradient, whole numbers only, at the network's own size so that nothing is resampled. */
function ellipseFace(): { pixels: Uint8Array; width: number; height: number } {
  const side = 416;
  const parts: readonly (readonly [number, number, number, number, readonly [number, number, number]])[] = [
    [200, 210, 70, 95, [224, 180, 150]],
    [200, 150, 72, 45, [60, 40, 30]],
    [172, 200, 12, 6, [30, 30, 30]],
    [228, 200, 12, 6, [30, 30, 30]],
    [200, 230, 8, 14, [200, 150, 120]],
    [200, 265, 26, 7, [150, 60, 60]],
  ];
  const pixels = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const part = parts.findLast(([cx, cy, rx, ry]) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1);
      pixels.set(part?.[4] ?? [90 + (x >> 3), 120, 150 - (y >> 3)], (y * side + x) * 3);
    }
  }
  return { pixels, width: side, height: side };
}

describe('TinyFaceDetector of face-api', () => {
  let detector: TinyFaceDetector;
  beforeAll(async () => {
    await startTensorEngine();
    detector = await TinyFaceDetector.load();
  });
  afterAll(() => detector.dispose());

  it('finds what the package itself finds', () => {
    // From face-api 1.7.15, locateFaces on the same picture with inputSize 416, its own TensorFlow.js on its CPU backend.
    const [found] = detector.detect(ellipseFace());
    expect(found?.score).toBeCloseTo(0.209754, 4);
    for (const [place, value] of [114.54014, 157.63854, 173.0192, 149.01791].entries()) {
      expect(found?.box[place]).toBeCloseTo(value, 2);
    }
  });

  it('leaves no tensor behind', () => {
    const before = tensorCount();
    detector.detect(ellipseFace());
    expect(tensorCount()).toBe(before);
  });

  it('counts its cost', () => {
    expect(detector.bytes).toBe(193_321);
    // 414² · 432 + 207² · 656 + 104² · 2336 + 52² · 8768 + 26² · 33920 + 13² · (133376 + 12800)
    expect(detector.macs).toBe(74_043_072 + 28_108_944 + 25_266_176 + 23_708_672 + 22_929_920 + 24_703_744);
  });

  it('is right on real photographs', async () => {
    const data = process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
    const folder = path.join(data, 'faces/portraits-indoor');
    if (!existsSync(folder)) {
      console.info(`real photographs: passes without a check, there is no ${folder}`);
      return;
    }
    const dataset = await openDataset(folder);
    const images = datasetImages(dataset, dataset.items.slice(0, 20), 320);
    const perImage: ImageResult[] = [];
    for (let index = 0; index < images.count; index += 1) {
      const image = await images.load(index);
      perImage.push({ detections: detector.detect(image), boxes: image.boxes, ignore: image.ignore ?? [] });
    }
    expect(averagePrecision(perImage).ap).toBeGreaterThan(0.95);
  });
});

describe('evaluateBaselines', () => {
  it('scores what is ready made and leaves no tensor behind', async () => {
    const folder = await ImageFolder.create();
    try {
      await writeDemo({ folder: folder.path('demo'), domain: 'drawn-portraits', count: 8, maxSide: 192 });
      const dataset = await openDataset(folder.path('demo'));
      await startTensorEngine();
      const before = tensorCount();
      const results = await evaluateBaselines(datasetImages(dataset, dataset.items, 320));
      expect(tensorCount()).toBe(before);
      const tiny = results.find(({ name }) => name === 'face-api TinyFaceDetector');
      expect(tiny?.ap50).toBeGreaterThan(0.5);
      expect(tiny?.ap50).toBeLessThanOrEqual(1);
    } finally {
      await folder.remove();
    }
  });
});
