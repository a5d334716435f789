import { mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeDemo } from '@edgelore/client';

/** Names that would tell something about the people in the pictures. */
export const telling = { folder: 'Kita Sonnenschein 2026', file: 'anna-schmidt-passport.jpg' } as const;

export const IMAGES = 48;

/** A temporary folder for one spec; `remove` deletes it. */
export interface Workshop {
  readonly root: string;
  path(...parts: string[]): string;
  remove(): Promise<void>;
}

export async function openWorkshop(): Promise<Workshop> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'edgelore-e2e-')));
  return {
    root,
    path: (...parts) => path.join(root, ...parts),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Drawn pictures in a folder whose name tells something, one of them with a telling name of its own. */
export async function drawFaces(workshop: Workshop): Promise<string> {
  const folder = workshop.path(telling.folder);
  await writeDemo({ folder, domain: 'drawn-portraits', count: IMAGES, maxSide: 160 });
  await rename(path.join(folder, 'images/0000.jpg'), path.join(folder, 'images', telling.file));
  const annotations = path.join(folder, 'annotations.json');
  const text = await readFile(annotations, 'utf8');
  await writeFile(annotations, text.replace('images/0000.jpg', `images/${telling.file}`));
  return folder;
}
