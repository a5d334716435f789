import path from 'pathe';
import { invalidAnnotation, readAnnotation } from '../annotation-file.js';
import type { PixelBox } from '../dataset.js';
import { type FolderListing, isImageFile } from '../folder-listing.js';
import type { RawAnnotation } from '../raw-annotation.js';

export function widerAnnotations(listing: FolderListing): string[] {
  return listing.files.filter((file) => /_bbx_gt\.txt$/i.test(file));
}

const invalidColumn = 7;

/**
 * WIDER FACE text (wider_face_*_bbx_gt.txt): a line with the image, a line with the number of faces, then one line a
 * face: x y w h blur expression illumination invalid occlusion pose. No faces: the number 0, followed by one line of
 * zeros. Faces marked invalid are ignored areas.
 */
export async function readWider(listing: FolderListing, files: readonly string[]): Promise<RawAnnotation[]> {
  const all: RawAnnotation[] = [];
  for (const file of files) all.push(...parseWider(listing, file, await readAnnotation(listing, file)));
  return all;
}

function parseWider(listing: FolderListing, file: string, text: string): RawAnnotation[] {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const folders = imageFolders(file);
  const found: RawAnnotation[] = [];
  let at = 0;
  while (at < lines.length) {
    const first = at + 1;
    const named = (lines[at] ?? '').trim();
    if (!isImageFile(named)) {
      throw invalidAnnotation(file, first, `expected the name of an image, found ${quote(named)}`, remedy);
    }
    const count = Number((lines[at + 1] ?? '').trim() || Number.NaN);
    if (!Number.isInteger(count) || count < 0) {
      throw invalidAnnotation(file, first + 1, `expected the number of faces, found ${quote(lines[at + 1])}`, remedy);
    }
    at += 2;
    if (count === 0 && /^\s*0(\s+0)*\s*$/.test(lines[at] ?? '')) at += 1;
    const boxes: PixelBox[] = [];
    const ignore: PixelBox[] = [];
    for (let face = 0; face < count; face += 1, at += 1) {
      const values = numbersOf(lines[at], file, at + 1);
      (values[invalidColumn] === 1 ? ignore : boxes).push([values[0], values[1], values[2], values[3]]);
    }
    found.push({
      file: listing.find(named, folders, `${file}:${first}`),
      named,
      source: `${file}:${first}`,
      boxes,
      ignore,
    });
  }
  return found;
}

const remedy = 'Repair this line or take the original annotation file';

function numbersOf(line: string | undefined, file: string, at: number): [number, number, number, number, ...number[]] {
  const [x, y, w, h, ...rest] = (line ?? '')
    .trim()
    .split(/\s+/)
    .map((value) => (value === '' ? Number.NaN : Number(value)));
  if (
    x === undefined ||
    y === undefined ||
    w === undefined ||
    h === undefined ||
    ![x, y, w, h].every(Number.isFinite)
  ) {
    throw invalidAnnotation(file, at, `expected a face box of four numbers or more, found ${quote(line)}`, remedy);
  }
  return [x, y, w, h, ...rest];
}

function quote(line: string | undefined): string {
  return line === undefined ? 'the end of the file' : JSON.stringify(line.slice(0, 80));
}

function imageFolders(file: string): string[] {
  const split = /wider_face_(\w+?)_bbx_gt\.txt$/i.exec(file)?.[1];
  const named = split === undefined ? [] : [`WIDER_${split}/images`, `${split}/images`, split];
  return [...new Set([...named, 'images', '', path.dirname(file)])];
}
