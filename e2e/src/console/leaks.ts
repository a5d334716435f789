import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Windows of each file that are looked for. */
const WINDOWS = 16;
const WINDOW_BYTES = 24;

/** What of a folder may be seen in recorded bytes: names of it and of its files, and pieces of them, as they are or in base64. */
export async function leakFinder(folder: string): Promise<(bytes: Buffer) => string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const marks: { readonly what: string; readonly needle: Buffer }[] = [];
  const names = new Set([path.basename(folder)]);
  for (const entry of entries.filter((one) => one.isFile())) {
    names.add(entry.name);
    const content = await readFile(path.join(entry.parentPath, entry.name));
    const step = Math.floor((content.length - 3 - WINDOW_BYTES) / WINDOWS);
    for (let window = 0; step > 0 && window < WINDOWS; window += 1) {
      const piece = content.subarray(window * step, window * step + WINDOW_BYTES);
      // What all files have in common, such as empty stretches, tells nothing.
      if (new Set(piece).size < WINDOW_BYTES / 2) continue;
      marks.push({ what: `bytes of ${entry.name}`, needle: piece });
      for (const offset of [0, 1, 2]) {
        const text = piece.subarray(offset, offset + 21).toString('base64');
        marks.push({ what: `bytes of ${entry.name} in base64`, needle: Buffer.from(text) });
      }
    }
  }
  for (const name of names) {
    for (const written of new Set([name, encodeURIComponent(name), JSON.stringify(name).slice(1, -1)]))
      marks.push({ what: `the name ${name}`, needle: Buffer.from(written) });
  }
  return (bytes) => [...new Set(marks.filter(({ needle }) => bytes.includes(needle)).map(({ what }) => what))];
}
