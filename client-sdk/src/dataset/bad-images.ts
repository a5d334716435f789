import { ClientError } from '../errors/client.error.js';
import { type ProblemKind, ProblemLog, type ProblemSummary } from './problems.js';

/** Above this share of unusable images the folder itself is wrong or damaged, and going on would hide it. */
export const toleratedBadShare = 0.1;

const kinds: Partial<Record<string, ProblemKind>> = {
  IMAGE_UNREADABLE: 'image-unreadable',
  IMAGE_TOO_LARGE: 'image-too-large',
  IMAGE_MISSING: 'image-missing',
};

/** Skips single unusable images with a count, and stops when more than a tenth of the images are unusable. */
export class BadImages {
  readonly #total: number;
  readonly #log: ProblemLog;
  #count = 0;

  constructor(total: number, log = new ProblemLog()) {
    this.#total = total;
    this.#log = log;
  }

  get count(): number {
    return this.#count;
  }

  summary(): ProblemSummary[] {
    return this.#log.summary();
  }

  /**
   * Notes a failed image.
   *
   * @throws the error itself when it is not about one image, ClientError TOO_MANY_BAD_IMAGES above the tolerated share.
   */
  skip(error: unknown): void {
    const kind = error instanceof ClientError ? kinds[error.code] : undefined;
    if (!(error instanceof ClientError) || kind === undefined) throw error;
    this.#count += 1;
    this.#log.add(kind, error.message);
    // One bad image in a handful is above the share and still no reason to stop, unless nothing else is left.
    if (this.#count <= this.#total * toleratedBadShare || (this.#count === 1 && this.#total > 1)) return;
    throw new ClientError('TOO_MANY_BAD_IMAGES', {
      file: error.file,
      problem: `${this.#count} of ${this.#total} images cannot be used, more than a tenth; the last one: ${error.message}`,
      remedy: 'Repair or remove these images, or check that the annotations belong to this folder',
      cause: error,
    });
  }
}
