import path from 'pathe';
import { ClientError } from '../../errors/client.error.js';
import { invalidAnnotation, readAnnotation } from '../annotation-file.js';
import type { PixelBox } from '../dataset.js';
import { chooseFaceClass } from '../face-class.js';
import { type FolderListing, stemOf } from '../folder-listing.js';
import type { RawAnnotation, ReaderOptions } from '../raw-annotation.js';

/** Images with the label file that belongs to each: beside it, or under labels/ where the image is under images/. */
export function yoloLabels(listing: FolderListing): Map<string, string | undefined> {
  const labels = new Map(listing.images().map((image) => [image, labelOf(listing, image)]));
  return [...labels.values()].some((label) => label !== undefined) ? labels : new Map();
}

/**
 * YOLO text: one file an image, one line a face: class, centre x, centre y, width, height, the last four as
 * fractions of the image. An image without a label file has no faces (Ultralytics' dataset documentation).
 */
export async function readYolo(
  listing: FolderListing,
  labels: ReadonlyMap<string, string | undefined>,
  options: ReaderOptions,
): Promise<RawAnnotation[]> {
  refuseSharedLabels(labels);
  const parsed: { image: string; label: string | undefined; faces: { classId: number; box: PixelBox }[] }[] = [];
  for (const [image, label] of labels) {
    parsed.push({
      image,
      label,
      faces: label === undefined ? [] : parseLabel(await readAnnotation(listing, label), label),
    });
  }
  const used = new Set(parsed.flatMap(({ faces }) => faces.map(({ classId }) => classId)));
  const faceId = await faceClassId(listing, used, options);
  return parsed.map(({ image, label, faces }) => ({
    file: image,
    named: image,
    source: label ?? image,
    boxes: faces.filter(({ classId }) => classId === faceId).map(({ box }) => box),
    ignore: [],
    relative: true,
    withoutLabel: label === undefined,
  }));
}

function labelOf(listing: FolderListing, image: string): string | undefined {
  const stem = stemOf(image);
  const parts = stem.split('/');
  const swap = parts.lastIndexOf('images');
  const candidates = swap === -1 ? [stem] : [parts.with(swap, 'labels').join('/'), stem];
  return candidates.map((candidate) => `${candidate}.txt`).find((candidate) => listing.has(candidate));
}

function refuseSharedLabels(labels: ReadonlyMap<string, string | undefined>): void {
  const owner = new Map<string, string>();
  for (const [image, label] of labels) {
    if (label === undefined) continue;
    const other = owner.get(label);
    if (other !== undefined) {
      throw new ClientError('DUPLICATE_IMAGE', {
        file: label,
        problem: `belongs to two images of one name, ${other} and ${image}`,
        remedy: 'Remove or rename one of the two images',
      });
    }
    owner.set(label, image);
  }
}

function parseLabel(text: string, file: string): { classId: number; box: PixelBox }[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const values = line.trim().split(/\s+/).map(Number);
    const [classId, cx, cy, w, h] = values;
    if (
      values.length !== 5 ||
      !values.every(Number.isFinite) ||
      classId === undefined ||
      cx === undefined ||
      cy === undefined ||
      w === undefined ||
      h === undefined ||
      !Number.isInteger(classId)
    ) {
      throw invalidAnnotation(
        file,
        index + 1,
        `expected a class number and four fractions, found ${JSON.stringify(line.slice(0, 80))}`,
        'Export the labels as YOLO detection boxes: class cx cy w h',
      );
    }
    if (Math.max(cx, cy, w, h) > 2) {
      throw invalidAnnotation(
        file,
        index + 1,
        'coordinates are pixels, not fractions of the image',
        'Divide x and w by the image width, y and h by its height',
      );
    }
    const box: PixelBox = [cx - w / 2, cy - h / 2, w, h];
    return [{ classId, box }];
  });
}

async function faceClassId(listing: FolderListing, used: ReadonlySet<number>, options: ReaderOptions): Promise<number> {
  const [only] = used;
  if (only === undefined || (used.size === 1 && options.faceClass === undefined)) return only ?? 0;
  const { file, names } = await classNames(listing);
  const nameOf = (classId: number) => names.get(classId) ?? String(classId);
  const chosen = chooseFaceClass([...used].map(nameOf), options.faceClass, file);
  return [...used].find((classId) => nameOf(classId) === chosen) ?? only;
}

/** Class names from data.yaml (`names`, as a list or a map), classes.txt or obj.names. */
async function classNames(listing: FolderListing): Promise<{ file: string; names: Map<number, string> }> {
  for (const file of listing.files) {
    const name = path.basename(file);
    if (name === 'classes.txt' || name === 'obj.names') {
      const lines = (await readAnnotation(listing, file)).split(/\r?\n/).filter((line) => line.trim() !== '');
      return { file, names: new Map(lines.map((line, index) => [index, line.trim()])) };
    }
    if (/^(data|dataset)\.ya?ml$/.test(name)) {
      return { file, names: namesInYaml(await readAnnotation(listing, file)) };
    }
  }
  return { file: 'labels', names: new Map() };
}

/** Reads only the `names` entry, in the three ways exporters write it: `[a, b]`, `- a` lines, `0: a` lines. */
function namesInYaml(text: string): Map<number, string> {
  const clean = (name: string) => name.trim().replace(/^(['"])(.*)\1$/, '$2');
  const inline = /^names\s*:\s*\[([^\]]*)\]/m.exec(text)?.[1];
  if (inline !== undefined) return new Map(inline.split(',').map((name, index) => [index, clean(name)]));
  const names = new Map<number, string>();
  const block = /^names\s*:\s*\r?\n((?:[ \t]*(?:-|\d+\s*:)[^\n]*(?:\n|$))*)/m.exec(text)?.[1] ?? '';
  for (const line of block.split(/\r?\n/)) {
    const numbered = /^\s*(\d+)\s*:\s*(.+)$/.exec(line);
    const listed = /^\s*-\s*(.+)$/.exec(line);
    if (numbered?.[1] !== undefined && numbered[2] !== undefined) names.set(Number(numbered[1]), clean(numbered[2]));
    else if (listed?.[1] !== undefined) names.set(names.size, clean(listed[1]));
  }
  return names;
}
