import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** A temporary folder for one test; `remove` deletes it. */
export class ImageFolder {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<ImageFolder> {
    return new ImageFolder(await realpath(await mkdtemp(path.join(tmpdir(), 'edgelore-spec-'))));
  }

  path(file: string): string {
    return path.join(this.root, file);
  }

  async text(file: string, content: string): Promise<void> {
    await mkdir(path.dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), content);
  }

  json(file: string, content: unknown): Promise<void> {
    return this.text(file, JSON.stringify(content, null, 1));
  }

  /** A plain picture of one colour; the extension chooses the file format. */
  async image(file: string, width = 40, height = 30, colour = '#808080'): Promise<void> {
    await mkdir(path.dirname(this.path(file)), { recursive: true });
    await sharp({ create: { width, height, channels: 3, background: colour } }).toFile(this.path(file));
  }

  async images(files: readonly string[]): Promise<void> {
    for (const file of files) await this.image(file);
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
