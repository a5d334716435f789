import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GivenFile } from '../dataset/browser-folder.js';

/** A folder's files as a browser hands them to a page. */
export async function givenFiles(root: string): Promise<GivenFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const absolute = path.join(entry.parentPath, entry.name);
        const below = path.relative(root, absolute).split(path.sep).join('/');
        return { path: below, file: new Blob([await readFile(absolute)]) };
      }),
  );
}
