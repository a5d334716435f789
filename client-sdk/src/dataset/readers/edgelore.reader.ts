import { z } from 'zod';
import { checkShape, parseJson, readAnnotation } from '../annotation-file.js';
import type { FolderListing } from '../folder-listing.js';
import type { RawAnnotation } from '../raw-annotation.js';

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const shape = z.object({
  images: z.array(
    z.object({
      file: z.string().min(1),
      width: z.number().positive().optional(),
      height: z.number().positive().optional(),
      boxes: z.array(box),
      ignore: z.array(box).optional(),
      group: z.string().optional(),
      source: z.union([z.string(), z.array(z.string())]).optional(),
    }),
  ),
});

export const edgeloreAnnotation = 'annotations.json';

/** annotations.json: `{ images: [{ file, width, height, boxes: [[x, y, w, h]], ignore?, group?, source? }] }`. */
export async function readEdgelore(listing: FolderListing): Promise<RawAnnotation[]> {
  const text = await readAnnotation(listing, edgeloreAnnotation);
  const { images } = checkShape(shape, parseJson(text, edgeloreAnnotation), edgeloreAnnotation);
  const groupOf = groupsBySource(images.map(({ source }) => [source ?? []].flat().join('|')));
  return images.map((image, index) => {
    const group = image.group ?? groupOf(index);
    return {
      file: listing.find(image.file, ['', 'images'], edgeloreAnnotation),
      named: image.file,
      source: edgeloreAnnotation,
      boxes: image.boxes,
      ignore: image.ignore ?? [],
      ...(image.width !== undefined && image.height !== undefined
        ? { size: { width: image.width, height: image.height } }
        : {}),
      ...(group === undefined ? {} : { group }),
    };
  });
}

/**
 * Images cut from one source, or frames of one recording (sources that differ only in a trailing number), belong
 * together. A numbering that lumps more than a tenth of the images together numbers the collection, not frames.
 */
function groupsBySource(sources: readonly string[]): (index: number) => string | undefined {
  const withoutNumber = (source: string) =>
    source
      .slice(source.lastIndexOf('/') + 1)
      .replace(/\.\w+$/, '')
      .replace(/[-_ ]?\d+$/, '');
  for (const keyOf of [withoutNumber, (source: string) => source]) {
    const keys = sources.map((source) => (source === '' ? '' : keyOf(source)));
    if (largestGroup(keys) <= Math.max(2, sources.length / 10)) return (index) => keys[index] || undefined;
  }
  return () => undefined;
}

function largestGroup(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  let largest = 0;
  for (const key of keys) {
    if (key === '') continue;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    largest = Math.max(largest, count);
  }
  return largest;
}
