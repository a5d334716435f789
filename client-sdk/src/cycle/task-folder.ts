import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Description } from '@edgelore/descriptors';
import type { TrainingBudget } from '@edgelore/detection';
import { z } from 'zod';
import { mapConcurrent } from '../dataset/concurrency.js';
import type { Dataset } from '../dataset/dataset.js';
import { unreadable } from '../dataset/image-header.js';
import { DescriptorJournal } from '../describe/descriptor-journal.js';
import { ClientError } from '../errors/client.error.js';
import { writeWhole } from '../files/write-whole.js';
import type { Limits } from '../platform/platform-client.js';
import { PrivacyBook } from '../privacy/privacy-book.js';

const MEMORY = 'task.json';
const READS_AT_ONCE = 8;
const READ_BYTES = 1 << 20;
const KNOWN_BY = 16;

const stored = z.object({
  clientKey: z.string(),
  name: z.string().optional(),
  /** Counts the times that the owner wished for new recommendations. */
  round: z.number().int().default(1),
  description: z.custom<Description>((value) => typeof value === 'object' && value !== null).optional(),
  /** The noise on the description; none when left out. */
  protection: z.object({ epsilon: z.number(), delta: z.number(), sigma: z.number() }).optional(),
});

type Memory = z.infer<typeof stored>;

interface Fingerprint {
  readonly id: string;
  readonly pictures: readonly string[];
}

/**
 * What this machine remembers of one dataset: its key at the platform, its description and its training runs. A dataset
 * that was described keeps its description, so that repeating a command sends the same and gives nothing new away; a
 * dataset whose images or boxes changed is another task.
 */
export class TaskFolder {
  readonly folder: string;
  readonly #home: string;
  /** The beginning of the SHA-256 of each image file, enough to know it again. */
  readonly #pictures: readonly string[];
  #memory: Memory;

  private constructor(home: string, { id, pictures }: Fingerprint, memory: Memory) {
    this.folder = folderOf(home, id);
    this.#home = home;
    this.#pictures = pictures.map((hash) => hash.slice(0, KNOWN_BY));
    this.#memory = memory;
  }

  /** @throws ClientError DISK_FULL, NOT_WRITABLE; RUN_DAMAGED when what it remembers cannot be read; IMAGE_UNREADABLE. */
  static async open(home: string, dataset: Dataset): Promise<TaskFolder> {
    const print = await fingerprint(dataset);
    const folder = folderOf(home, print.id);
    const file = path.join(folder, MEMORY);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) {
      const task = new TaskFolder(home, print, { clientKey: randomUUID(), round: 1 });
      await task.#keep({});
      return task;
    }
    const memory = stored.safeParse(jsonOf(text));
    if (!memory.success) {
      throw new ClientError('RUN_DAMAGED', {
        file,
        problem: 'is not what this command wrote',
        remedy: `Remove ${folder} to begin this dataset anew`,
      });
    }
    return new TaskFolder(home, print, memory.data);
  }

  /** The task's name between this machine and the platform. */
  get clientKey(): string {
    return this.#memory.clientKey;
  }

  get description(): Description | undefined {
    return this.#memory.description;
  }

  /** The noise on the description and what it keeps. */
  get protection(): Memory['protection'] {
    return this.#memory.protection;
  }

  /** What the pictures of this dataset have given away. */
  privacy(): Promise<PrivacyBook> {
    return PrivacyBook.open(this.#home, this.#pictures);
  }

  /**
   * Writes a release to the privacy ledger, before it is made.
   * @throws ClientError PRIVACY_SPENT.
   */
  async charge(what: string, mu: number): Promise<PrivacyBook> {
    const book = await this.privacy();
    return book.charge({ what, at: new Date().toISOString(), mu }, this.clientKey);
  }

  /** Writes once that something leaves without noise. @throws ClientError PRIVACY_SPENT where pictures of it left with noise before. */
  async chargeUnprotected(what: string): Promise<void> {
    const book = await this.privacy();
    if (book.hasUnprotected(this.clientKey, what)) return;
    await book.charge({ what, at: new Date().toISOString(), mu: null }, this.clientKey);
  }

  /** What keeps the base descriptors of the images. They never leave this machine. */
  readonly openJournal = (): Promise<DescriptorJournal> =>
    DescriptorJournal.open(path.join(this.folder, 'descriptors.bin'));

  /** The task's name for people: the first one given stays, since the platform takes a task once. */
  async nameOnce(wished: string | undefined): Promise<string> {
    const name = this.#memory.name ?? wished ?? 'faces';
    if (this.#memory.name === undefined) await this.#keep({ name });
    return name;
  }

  /** The name of a question for recommendations. */
  recommendationKey({ maxMacs, maxBytes }: Limits): string {
    const { clientKey, round } = this.#memory;
    return [clientKey, round, maxMacs ?? 'any', maxBytes ?? 'any'].join('/');
  }

  remember(description: Description, protection?: Memory['protection']): Promise<void> {
    return this.#keep({ description, protection });
  }

  /** From now on this is another task: without a description, under another key. */
  forget(): Promise<void> {
    return this.#keep({ clientKey: randomUUID(), round: 1, description: undefined, protection: undefined });
  }

  /** From now on questions are new ones, answered by what the platform knows then. */
  beginRound(): Promise<void> {
    return this.#keep({ round: this.#memory.round + 1 });
  }

  async #keep(change: Partial<Memory>): Promise<void> {
    const memory = { ...this.#memory, ...change };
    await writeWhole(path.join(this.folder, MEMORY), JSON.stringify(memory));
    this.#memory = memory;
  }

  /** Another configuration, budget, seed or trainer is another run. */
  runFolder(configurationId: string, budget: TrainingBudget, seed: number, trainer?: { readonly id: string }): string {
    const length = 'steps' in budget ? `${budget.steps}-steps` : `${budget.seconds}-s`;
    const by = trainer === undefined ? '' : `-by-${trainer.id}`;
    return path.join(this.folder, 'runs', `${configurationId}-${length}-seed-${seed}${by}`);
  }
}

/**
 * Where the dataset lies, its annotations and every byte of its images. Times and inode numbers would be read faster, but a backup, a copy or a
 * container changes them where no image changed, and the owner's runs would be lost; parts of a file would miss a retouched bitmap. Reading all
 * takes a fraction of what opening the dataset takes: for 10,000 images of 300 kB 5 seconds beside 6 for their headers (2 cores, files in memory).
 */
async function fingerprint({ root, items }: Dataset): Promise<Fingerprint> {
  const pictures = await mapConcurrent(items, READS_AT_ONCE, ({ file }) => contentHash(root, file));
  const hash = createHash('sha256').update(`${root}\n`);
  for (const [at, { file, width, height, boxes, ignore, group }] of items.entries())
    hash.update(`${JSON.stringify([file, width, height, boxes, ignore, group, pictures[at]])}\n`);
  return { id: hash.digest('hex').slice(0, 16), pictures };
}

function folderOf(home: string, id: string): string {
  return path.join(home, 'tasks', id);
}

async function contentHash(root: string, file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path.join(root, file), { highWaterMark: READ_BYTES }))
      hash.update(chunk);
  } catch (error) {
    throw unreadable(file, error);
  }
  return hash.digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
