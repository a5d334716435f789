import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Description } from '@edgelore/descriptors';
import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.js';
import { ClientError } from '../errors/client.error.js';
import { writeWhole } from '../files/write-whole.js';

const stored = z.object({
  clientKey: z.string(),
  description: z.custom<Description>((value) => typeof value === 'object' && value !== null).optional(),
});

/**
 * What this machine remembers of one dataset: its key at the platform, its description and its training runs. A dataset
 * that was described keeps its description, so that repeating a command sends the same and gives nothing new away; a
 * dataset whose files or boxes changed is another task.
 */
export class TaskFolder {
  readonly folder: string;
  readonly clientKey: string;
  #description: Description | undefined;

  private constructor(folder: string, memory: z.infer<typeof stored>) {
    this.folder = folder;
    this.clientKey = memory.clientKey;
    this.#description = memory.description;
  }

  /** @throws ClientError DISK_FULL, NOT_WRITABLE; RUN_DAMAGED when what it remembers cannot be read. */
  static async open(home: string, dataset: Dataset): Promise<TaskFolder> {
    const folder = path.join(home, 'tasks', fingerprint(dataset));
    const file = path.join(folder, 'task.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) {
      const memory = { clientKey: randomUUID() };
      await writeWhole(file, JSON.stringify(memory));
      return new TaskFolder(folder, memory);
    }
    const memory = stored.safeParse(jsonOf(text));
    if (!memory.success) {
      throw new ClientError('RUN_DAMAGED', {
        file,
        problem: 'is not what this command wrote',
        remedy: `Remove ${folder} to begin this dataset anew`,
      });
    }
    return new TaskFolder(folder, memory.data);
  }

  get description(): Description | undefined {
    return this.#description;
  }

  async remember(description: Description): Promise<void> {
    await writeWhole(path.join(this.folder, 'task.json'), JSON.stringify({ clientKey: this.clientKey, description }));
    this.#description = description;
  }

  runFolder(configurationId: string, budget: string): string {
    return path.join(this.folder, 'runs', `${configurationId}-${budget}`);
  }
}

function fingerprint(dataset: Dataset): string {
  const hash = createHash('sha256').update(`${dataset.root}\n`);
  for (const { file, width, height, boxes } of dataset.items)
    hash.update(`${JSON.stringify([file, width, height, boxes])}\n`);
  return hash.digest('hex').slice(0, 16);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
