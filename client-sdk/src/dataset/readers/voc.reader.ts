import { XMLParser, XMLValidator } from 'fast-xml-parser';
import path from 'pathe';
import { z } from 'zod';
import { checkShape, invalidAnnotation, readAnnotation } from '../annotation-file.js';
import type { PixelBox } from '../dataset.js';
import { chooseFaceClass } from '../face-class.js';
import { type FolderListing, stemOf } from '../folder-listing.js';
import type { RawAnnotation, ReaderOptions } from '../raw-annotation.js';

const number = z
  .string()
  .regex(/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/, 'expected a number')
  .transform(Number);

const shape = z.object({
  annotation: z.object({
    filename: z.string().optional(),
    size: z.object({ width: number, height: number }).optional(),
    object: z.array(
      z.object({
        name: z.string(),
        difficult: z.string().optional(),
        bndbox: z.object({ xmin: number, ymin: number, xmax: number, ymax: number }),
      }),
    ),
  }),
});

// Entities are never expanded: an annotation has no use for them, and a few nested ones fill the memory.
const parser = new XMLParser({
  processEntities: false,
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'object',
});

export async function vocAnnotations(listing: FolderListing): Promise<string[]> {
  const files = listing.files.filter((file) => file.toLowerCase().endsWith('.xml'));
  const first = files[0];
  return first !== undefined && (await readAnnotation(listing, first)).includes('<annotation') ? files : [];
}

/**
 * Pascal VOC XML, one file an image. Corners are 1-based and inclusive (VOC2012 development kit), so the box is
 * left xmin - 1, top ymin - 1, width xmax - xmin + 1, height ymax - ymin + 1. Difficult faces are ignored areas.
 */
export async function readVoc(
  listing: FolderListing,
  files: readonly string[],
  options: ReaderOptions,
): Promise<RawAnnotation[]> {
  const parsed = [];
  const names = new Set<string>();
  for (const file of files) {
    const { annotation } = parseVoc(await readAnnotation(listing, file), file);
    for (const { name } of annotation.object) names.add(name);
    parsed.push({ file, annotation });
  }
  const faceName = names.size === 0 ? undefined : chooseFaceClass(names, options.faceClass, files[0] ?? 'Annotations');
  return parsed.map(({ file, annotation }) => {
    const faces = annotation.object.filter(({ name }) => name === faceName);
    const boxesWhere = (ignored: boolean) =>
      faces.filter(({ difficult }) => (difficult?.trim() === '1') === ignored).map(({ bndbox }) => boxOf(bndbox));
    const { size } = annotation;
    return {
      ...imageOf(listing, file, annotation.filename),
      source: file,
      boxes: boxesWhere(false),
      ignore: boxesWhere(true),
      // Some tools write 0 where they did not know the size.
      ...(size !== undefined && size.width > 0 && size.height > 0 ? { size } : {}),
    };
  });
}

function parseVoc(text: string, file: string) {
  const remedy = 'Repair the file or export it again';
  const entity = text.search(/<!ENTITY/i);
  if (entity !== -1) throw invalidAnnotation(file, undefined, 'declares XML entities, which are refused', remedy);
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw invalidAnnotation(file, valid.err.line, `is not valid XML (${valid.err.msg})`, remedy);
  const raw = z.object({ annotation: z.looseObject({}) }).safeParse(parser.parse(text));
  if (!raw.success) throw invalidAnnotation(file, undefined, 'has no <annotation> element', remedy);
  return checkShape(shape, { annotation: { object: [], ...raw.data.annotation } }, file);
}

function boxOf({ xmin, ymin, xmax, ymax }: { xmin: number; ymin: number; xmax: number; ymax: number }): PixelBox {
  return [xmin - 1, ymin - 1, xmax - xmin + 1, ymax - ymin + 1];
}

function imageOf(listing: FolderListing, file: string, filename: string | undefined) {
  const folder = path.dirname(file);
  const above = path.dirname(folder);
  const folders = [
    ...new Set(['JPEGImages', 'images', folder, path.join(above, 'JPEGImages'), path.join(above, 'images'), '']),
  ];
  const named = filename === undefined ? '' : decodeText(filename.trim());
  const byName = named === '' ? undefined : listing.find(named, folders, file);
  if (byName !== undefined) return { file: byName, named };
  // Images renamed together with their annotation keep the old name inside; the shared stem still tells them.
  const stem = stemOf(path.basename(file));
  const byStem = listing.findImageByStem(stem, folders);
  return { file: byStem, named: named || stem };
}

function decodeText(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => named[name] ?? '');
}
