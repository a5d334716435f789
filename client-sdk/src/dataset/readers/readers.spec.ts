import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../testing/failure-of.js';
import { ImageFolder } from '../../testing/image-folder.js';
import { openDataset } from '../open-dataset.js';

describe('dataset readers', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  describe('annotations.json', () => {
    const entry = (index: number, source?: string) => ({
      file: `images/${index}.jpg`,
      width: 40,
      height: 30,
      boxes: [[1, 2, 10, 12]],
      ...(source === undefined ? {} : { source }),
    });

    it('reads boxes, ignored areas and groups', async () => {
      await folder.images(['images/0.jpg', 'images/1.jpg']);
      await folder.json('annotations.json', {
        images: [
          { ...entry(0), ignore: [[5, 5, 3, 3]], group: 'g' },
          { ...entry(1), boxes: [] },
        ],
      });
      const dataset = await openDataset(folder.root);
      expect(dataset.format).toBe('edgelore');
      expect(dataset.items).toEqual([
        { file: 'images/0.jpg', width: 40, height: 30, boxes: [[1, 2, 10, 12]], ignore: [[5, 5, 3, 3]], group: 'g' },
        { file: 'images/1.jpg', width: 40, height: 30, boxes: [], ignore: [] },
      ]);
      expect(dataset.problems).toEqual([]);
    });

    it('groups frames of one recording, but not a numbered collection', async () => {
      const people = Array.from({ length: 22 }, (_, index) =>
        entry(index, `train/person-${index >> 1}_0${index % 2}.jpg`),
      );
      await folder.images(people.map(({ file }) => file));
      await folder.json('annotations.json', { images: people });
      const grouped = await openDataset(folder.root);
      expect(new Set(grouped.items.map(({ group }) => group)).size).toBe(11);

      const numbered = people.map((item, index) => ({ ...item, source: `set/image_${index}.jpg` }));
      await folder.json('annotations.json', { images: numbered });
      const separate = await openDataset(folder.root);
      expect(new Set(separate.items.map(({ group }) => group)).size).toBe(22);
    });
  });

  describe('COCO', () => {
    const coco = (categories: string[]) => ({
      images: [
        { id: 7, file_name: 'a.jpg', width: 40, height: 30 },
        { id: 9, file_name: 'b.jpg', width: 40, height: 30 },
      ],
      annotations: [
        { id: 1, image_id: 7, category_id: 1, bbox: [1, 2, 10, 12], area: 120 },
        { id: 2, image_id: 7, category_id: 1, bbox: [20, 2, 10, 12], iscrowd: 1 },
        { id: 3, image_id: 9, category_id: categories.length, bbox: [3, 3, 5, 5], iscrowd: 0 },
      ],
      categories: categories.map((name, index) => ({ id: index + 1, name })),
    });

    it('reads images/, a crowd as ignored area and the only category', async () => {
      await folder.images(['images/a.jpg', 'images/b.jpg']);
      await folder.json('annotations/instances.json', coco(['head']));
      const dataset = await openDataset(folder.root);
      expect(dataset.format).toBe('coco');
      expect(dataset.items.map(({ file, boxes, ignore }) => ({ file, boxes, ignore }))).toEqual([
        { file: 'images/a.jpg', boxes: [[1, 2, 10, 12]], ignore: [[20, 2, 10, 12]] },
        { file: 'images/b.jpg', boxes: [[3, 3, 5, 5]], ignore: [] },
      ]);
    });

    it('takes the category named face among several, or the one asked for', async () => {
      await folder.images(['train/a.jpg', 'train/b.jpg']);
      await folder.json('train/_annotations.coco.json', coco(['Face', 'dog']));
      const byName = await openDataset(folder.root);
      expect(byName.items.map(({ boxes }) => boxes.length)).toEqual([1, 0]);
      const asked = await openDataset(folder.root, { faceClass: 'dog' });
      expect(asked.items.map(({ boxes }) => boxes.length)).toEqual([0, 1]);
    });

    it('lists the categories when none is a face', async () => {
      await folder.images(['a.jpg', 'b.jpg']);
      await folder.json('coco.json', coco(['person', 'dog']));
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('FACE_CLASS_UNCLEAR');
      expect(failure.message).toContain('"person", "dog"');
      expect(failure.message).toContain('--face-class');
    });

    it('merges train and validation files that name the same folder layout', async () => {
      await folder.images(['train2017/a.jpg', 'val2017/b.jpg']);
      const both = coco(['face']);
      await folder.json('annotations/instances_train2017.json', {
        ...both,
        images: both.images.slice(0, 1),
        annotations: both.annotations.slice(0, 2),
      });
      await folder.json('annotations/instances_val2017.json', {
        ...both,
        images: both.images.slice(1),
        annotations: both.annotations.slice(2),
      });
      const dataset = await openDataset(folder.root);
      expect(dataset.items.map(({ file }) => file)).toEqual(['train2017/a.jpg', 'val2017/b.jpg']);
    });
  });

  describe('WIDER FACE', () => {
    it('reads faces, invalid faces as ignored and the zero-faces line', async () => {
      await folder.images([
        'WIDER_train/images/0--Parade/a.jpg',
        'WIDER_train/images/0--Parade/b.jpg',
        'WIDER_train/images/0--Parade/c.jpg',
      ]);
      await folder.text(
        'wider_face_split/wider_face_train_bbx_gt.txt',
        [
          '0--Parade/a.jpg',
          '2',
          '1 2 10 12 0 0 0 0 0 0 ',
          '20 2 10 12 2 0 0 1 2 0 ',
          '0--Parade/b.jpg',
          '0',
          '0 0 0 0 0 0 0 0 0 0 ',
          '0--Parade/c.jpg',
          '1',
          '3 3 5 5 0 0 0 0 0 0 ',
          '',
        ].join('\n'),
      );
      const dataset = await openDataset(folder.root);
      expect(dataset.format).toBe('wider');
      expect(dataset.items.map(({ boxes, ignore }) => ({ boxes, ignore }))).toEqual([
        { boxes: [[1, 2, 10, 12]], ignore: [[20, 2, 10, 12]] },
        { boxes: [], ignore: [] },
        { boxes: [[3, 3, 5, 5]], ignore: [] },
      ]);
      expect(dataset.problems).toEqual([]);
    });

    it('names the line of a NaN', async () => {
      await folder.images(['images/a.jpg']);
      await folder.text('wider_face_val_bbx_gt.txt', 'a.jpg\n1\n1 nan 10 12 0 0 0 0 0 0\n');
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('INVALID_ANNOTATION');
      expect(failure.file).toBe('wider_face_val_bbx_gt.txt:3');
      expect(failure.exitCode).toBe(65);
    });

    it('names the line where the list is cut short', async () => {
      await folder.images(['images/a.jpg']);
      await folder.text('wider_face_val_bbx_gt.txt', 'a.jpg\n2\n1 1 10 12 0 0 0 0 0 0');
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.message).toMatch(/^wider_face_val_bbx_gt\.txt:4: .*the end of the file/);
    });
  });

  describe('Pascal VOC', () => {
    const object = (name: string, corners: number[], difficult = 0) =>
      `<object><name>${name}</name><difficult>${difficult}</difficult><bndbox>${['xmin', 'ymin', 'xmax', 'ymax']
        .map((tag, index) => `<${tag}>${corners[index]}</${tag}>`)
        .join('')}</bndbox></object>`;
    const voc = (file: string, objects: string[]) =>
      `<annotation><filename>${file}</filename><size><width>40</width><height>30</height><depth>3</depth></size>${objects.join('')}</annotation>`;

    it('turns 1-based inclusive corners into boxes and difficult faces into ignored areas', async () => {
      await folder.images(['JPEGImages/a.jpg', 'JPEGImages/b &.jpg']);
      await folder.text(
        'Annotations/a.xml',
        voc('a.jpg', [object('face', [1, 1, 40, 30]), object('face', [2, 3, 11, 12], 1)]),
      );
      await folder.text('Annotations/b.xml', voc('b &amp;.jpg', [object('dog', [2, 3, 11, 12])]));
      const dataset = await openDataset(folder.root);
      expect(dataset.format).toBe('voc');
      expect(dataset.items.map(({ file, boxes, ignore }) => ({ file, boxes, ignore }))).toEqual([
        { file: 'JPEGImages/a.jpg', boxes: [[0, 0, 40, 30]], ignore: [[1, 2, 10, 10]] },
        { file: 'JPEGImages/b &.jpg', boxes: [], ignore: [] },
      ]);
      expect(dataset.problems).toEqual([]);
    });

    it('finds an image renamed together with its annotation', async () => {
      await folder.images(['x.png']);
      await folder.text('x.xml', voc('old-name.jpg', [object('face', [1, 1, 10, 10])]));
      expect((await openDataset(folder.root)).items[0]?.file).toBe('x.png');
    });

    it('refuses entity declarations and names the line of broken XML', async () => {
      await folder.images(['a.jpg']);
      await folder.text('a.xml', `<!DOCTYPE a [<!ENTITY x "xxxx">]>\n${voc('a.jpg', [])}`);
      expect((await failureOf(openDataset(folder.root))).message).toContain('entities');
      await folder.text('a.xml', '<annotation>\n<filename>a.jpg</filename>\n<object></annotation>');
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('INVALID_ANNOTATION');
      expect(failure.file).toBe('a.xml:3');
    });

    it('names the field of a NaN', async () => {
      await folder.images(['a.jpg']);
      await folder.text('a.xml', voc('a.jpg', [object('face', [1, Number.NaN, 10, 10])]));
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('INVALID_ANNOTATION');
      expect(failure.message).toContain('annotation.object[0].bndbox.ymin');
    });
  });

  describe('YOLO', () => {
    it('reads fractions, images/ with labels/, and images without a label file', async () => {
      await folder.images(['images/train/a.jpg', 'images/train/b.jpg', 'images/val/c.jpg']);
      await folder.text('labels/train/a.txt', '0 0.5 0.5 0.25 0.5\n');
      await folder.text('labels/val/c.txt', '0 0.25 0.5 0.5 1\n');
      const dataset = await openDataset(folder.root);
      expect(dataset.format).toBe('yolo');
      expect(dataset.items.map(({ boxes }) => boxes)).toEqual([[[15, 7.5, 10, 15]], [], [[0, 0, 20, 30]]]);
      expect(dataset.problems.map(({ kind, count }) => [kind, count])).toEqual([['image-without-label', 1]]);
    });

    it.each([
      ['a list', 'names: [dog, "Face"]\nnc: 2\n'],
      ['lines', 'nc: 2\nnames:\n  - dog\n  - Face\n'],
      ['a map', 'names:\n  0: dog\n  1: Face\n'],
    ])('takes the class named face from data.yaml with names as %s', async (_, yaml) => {
      await folder.images(['a.jpg']);
      await folder.text('a.txt', '0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.5 0.5\n');
      await folder.text('data.yaml', yaml);
      expect((await openDataset(folder.root)).items[0]?.boxes).toEqual([[10, 7.5, 20, 15]]);
      expect((await openDataset(folder.root, { faceClass: 'dog' })).items[0]?.boxes[0]?.[2]).toBeCloseTo(8);
    });

    it('lists the classes when none is named', async () => {
      await folder.images(['a.jpg']);
      await folder.text('a.txt', '0 0.5 0.5 0.2 0.2\n3 0.5 0.5 0.5 0.5\n');
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('FACE_CLASS_UNCLEAR');
      expect(failure.message).toContain('"0", "3"');
    });

    it.each([
      ['NaN', '0 nan 0.5 0.2 0.2'],
      ['a missing number', '0 0.5 0.5 0.2'],
      ['pixels', '0 120 80 30 30'],
    ])('names the line of %s', async (_, line) => {
      await folder.images(['a.jpg']);
      await folder.text('a.txt', `0 0.5 0.5 0.2 0.2\n${line}\n`);
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('INVALID_ANNOTATION');
      expect(failure.file).toBe('a.txt:2');
    });

    it('refuses two images that share one label file', async () => {
      await folder.images(['a.jpg', 'a.png']);
      await folder.text('a.txt', '0 0.5 0.5 0.2 0.2\n');
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('DUPLICATE_IMAGE');
      expect(failure.message).toContain('a.jpg and a.png');
    });
  });

  it('asks for the format when a folder is annotated in two', async () => {
    await folder.images(['a.jpg']);
    await folder.text('a.txt', '0 0.5 0.5 0.2 0.2\n');
    await folder.json('annotations.json', { images: [{ file: 'a.jpg', boxes: [[1, 1, 5, 5]] }] });
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('AMBIGUOUS_FORMAT');
    expect(failure.message).toContain('edgelore, yolo');
    expect((await openDataset(folder.root, { format: 'yolo' })).format).toBe('yolo');
  });
});
