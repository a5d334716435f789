import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatasetItem } from '../dataset/dataset.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { judgeDetections } from './judge-detections.js';

const image = (file: string, boxes: DatasetItem['boxes'], ignore: DatasetItem['ignore'] = []): DatasetItem => ({
  file,
  width: 100,
  height: 100,
  boxes,
  ignore,
});
const heldOut = [
  image('images/a.jpg', [
    [0, 0, 20, 20],
    [50, 50, 20, 20],
  ]),
  image('images/b.jpg', [[10, 10, 30, 30]], [[60, 60, 30, 30]]),
];

describe('judgeDetections', () => {
  let folder: ImageFolder;
  beforeAll(async () => {
    folder = await ImageFolder.create();
  });
  afterAll(() => folder.remove());

  const judge = async (content: string) => {
    await folder.text('found.json', content);
    return judgeDetections(folder.path('found.json'), heldOut);
  };

  it('is the area under the precision-recall curve of the held-out images', async () => {
    // By score: right, wrong, ignored, right; the third face is never found: 1/3 · 1 + 1/3 · 2/3.
    const result = await judge(
      JSON.stringify([
        { file: './images/b.jpg', bbox: [11, 10, 30, 30], score: 0.2 },
        { file: 'images\\a.jpg', bbox: [0, 1, 20, 20], score: 7, category_id: 1 },
        { file: 'images/a.jpg', bbox: [70, 0, 20, 20], score: 0.9 },
        { file: 'images/b.jpg', bbox: [62, 62, 26, 26], score: 0.8 },
        { file: 'images/trained on.jpg', bbox: [0, 0, 9, 9], score: 99 },
      ]),
    );
    expect(result.ap50).toBeCloseTo(1 / 3 + 2 / 9, 10);
    expect(result).toMatchObject({ name: 'found.json', bytes: null, macs: null });
  });

  it.each([
    ['no JSON', '{', /found\.json: is no JSON/],
    ['another shape', '{"images": []}', /found\.json: is no array/],
    ['nothing', '[]', /names none of the 2 held-out images.*"images\/a\.jpg"/],
    ['other folders', '[{"file": "faces/a.jpg", "bbox": [0, 0, 1, 1], "score": 1}]', /names none of the 2/],
    [
      'a box without width',
      '[{"file": "images/a.jpg", "bbox": [0, 0, 5, 5], "score": 1}, {"file": "images/a.jpg", "bbox": [0, 0, 0, 5], "score": 1}]',
      /found\.json: entry 1: bbox\.2: /,
    ],
    ['a missing score', '[{"file": "images/a.jpg", "bbox": [0, 0, 5, 5]}]', /entry 0: score: /],
    ['an endless number', '[{"file": "images/a.jpg", "bbox": [0, 0, 5, 1e999], "score": 1}]', /entry 0: bbox\.3: /],
  ])('refuses %s', async (_, content, said) => {
    const error = await failureOf(judge(content));
    expect([error.code, error.message]).toEqual(['INVALID_DETECTIONS', expect.stringMatching(said)]);
  });

  it('says where there is no file', async () => {
    const error = await failureOf(judgeDetections(folder.path('none.json'), heldOut));
    expect(error.message).toMatch(/none\.json: does not exist\. Name a JSON file/);
  });
});
