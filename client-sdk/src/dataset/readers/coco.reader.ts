import path from 'pathe';
import { z } from 'zod';
import { checkShape, invalidAnnotation, parseJson, readAnnotation } from '../annotation-file.js';
import { chooseFaceClass } from '../face-class.js';
import type { FolderListing } from '../folder-listing.js';
import type { RawAnnotation, ReaderOptions } from '../raw-annotation.js';

const id = z.union([z.number(), z.string()]);

const shape = z.object({
  images: z.array(
    z.object({
      id,
      file_name: z.string().min(1),
      width: z.number().positive().optional(),
      height: z.number().positive().optional(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: id,
      category_id: id,
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      iscrowd: z.union([z.number(), z.boolean()]).optional(),
      ignore: z.union([z.number(), z.boolean()]).optional(),
    }),
  ),
  categories: z.array(z.object({ id, name: z.string() })),
});

/** JSON files that look like COCO detection annotations; broken ones count, so that their error can be told. */
export async function cocoAnnotations(listing: FolderListing): Promise<string[]> {
  const candidates = listing.files.filter((file) => file.toLowerCase().endsWith('.json'));
  const found: string[] = [];
  // A folder with one JSON file an image is another format; reading thousands of files would not change that.
  if (candidates.length > 50) return found;
  for (const file of candidates) {
    const text = await readAnnotation(listing, file);
    if (['images', 'annotations', 'categories'].every((key) => text.includes(`"${key}"`))) found.push(file);
  }
  return found;
}

/** COCO JSON (cocodataset.org/#format-data): `bbox` is left, top, width, height in pixels; `iscrowd` is ignored area. */
export async function readCoco(
  listing: FolderListing,
  files: readonly string[],
  options: ReaderOptions,
): Promise<RawAnnotation[]> {
  const all: RawAnnotation[] = [];
  for (const file of files) all.push(...(await readOne(listing, file, options)));
  return all;
}

async function readOne(listing: FolderListing, file: string, options: ReaderOptions): Promise<RawAnnotation[]> {
  const { images, annotations, categories } = checkShape(
    shape,
    parseJson(await readAnnotation(listing, file), file),
    file,
  );
  const faceName = chooseFaceClass(usedNames(categories, annotations), options.faceClass, file);
  const faceIds = new Set(categories.filter(({ name }) => name === faceName).map((category) => category.id));
  const byImage = new Map(images.map((image) => [image.id, { image, boxes: [] as Box[], ignore: [] as Box[] }]));
  if (byImage.size < images.length) {
    throw invalidAnnotation(file, undefined, 'two images share one id', 'Give every entry of images its own id');
  }
  for (const annotation of annotations) {
    const entry = byImage.get(annotation.image_id);
    if (entry === undefined) {
      throw invalidAnnotation(
        file,
        undefined,
        `an annotation names the image id ${JSON.stringify(annotation.image_id)}, which is not in images`,
        'Export images and annotations together',
      );
    }
    if (!faceIds.has(annotation.category_id)) continue;
    (annotation.iscrowd || annotation.ignore ? entry.ignore : entry.boxes).push(annotation.bbox);
  }
  const folders = imageFolders(file);
  return [...byImage.values()].map(({ image, boxes, ignore }) => ({
    file: listing.find(image.file_name, folders, file),
    named: image.file_name,
    source: file,
    boxes,
    ignore,
    ...(image.width !== undefined && image.height !== undefined
      ? { size: { width: image.width, height: image.height } }
      : {}),
  }));
}

type Box = [number, number, number, number];

/** Exporters often list a supercategory or background that no annotation uses; those are no candidates. */
function usedNames(
  categories: readonly { id: string | number; name: string }[],
  annotations: readonly { category_id: string | number }[],
): string[] {
  const used = new Set(annotations.map((annotation) => annotation.category_id));
  const named = categories.filter((category) => used.has(category.id));
  return (named.length > 0 ? named : categories).map(({ name }) => name);
}

/** instances_train2017.json speaks of images in train2017/ or images/train2017/; others lie beside the file or in images/. */
function imageFolders(file: string): string[] {
  const folder = path.dirname(file);
  const split = /_([A-Za-z]+\d*)\.json$/.exec(file)?.[1];
  const named = split === undefined ? [] : [split, `images/${split}`];
  return [...new Set(['', 'images', ...named, folder, path.join(folder, 'images')])];
}
