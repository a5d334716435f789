import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { charged, type Guarantee, type PrivacyEntry, type PrivacyLedger, parseLedger } from '@edgelore/privacy';
import { z } from 'zod';
import { ClientError, systemCode } from '../errors/client.error.js';
import { writeWhole } from '../files/write-whole.js';
import { withoutPrivacyErrors } from './privacy-failure.js';

/** What may leave about any one picture in its lifetime, until the owner says otherwise. */
export const DEFAULT_CAP: Guarantee = { epsilon: 4, delta: 1e-5 };

const CAP = 'cap.json';

const guarantee = z.object({ epsilon: z.number().positive(), delta: z.number().gt(0).lt(1) });
const release = z.object({
  what: z.string().min(1),
  at: z.iso.datetime(),
  mu: z.number().positive().nullable(),
  /** The task at the platform that it is about. */
  task: z.string(),
  /** Hashes of the image files that it says something about. */
  pictures: z.array(z.string()),
});

interface Release extends z.infer<typeof release> {
  /** Name of its file. */
  readonly file: string;
}

/**
 * The privacy ledger of one dataset, in the owner's home. A release is one file, so that two commands never lose one another's. Releases count for every
 * dataset that shares a picture with them: a folder that was renamed, or grew by a few pictures, does not begin anew.
 */
export class PrivacyBook {
  private constructor(
    private readonly folder: string,
    private readonly pictures: readonly string[],
    private readonly cap: Guarantee,
    private readonly releases: readonly Release[],
  ) {}

  /** @throws ClientError RUN_DAMAGED naming a file that cannot be read. */
  static async open(home: string, pictures: readonly string[]): Promise<PrivacyBook> {
    const folder = path.join(home, 'privacy');
    const files = await filesIn(folder);
    const cap = (await read(path.join(folder, CAP), guarantee)) ?? DEFAULT_CAP;
    const own = new Set(pictures);
    const releases: Release[] = [];
    for (const file of files.filter((name) => name.endsWith('.json') && name !== CAP)) {
      const one = await read(path.join(folder, file), release);
      if (one?.pictures.some((picture) => own.has(picture))) releases.push({ ...one, file });
    }
    releases.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    return new PrivacyBook(folder, pictures, cap, releases);
  }

  get ledger(): PrivacyLedger {
    return this.ledgerOf(this.releases);
  }

  /** Whether such a release of the task, without noise, is on record. */
  hasUnprotected(task: string, what: string): boolean {
    return this.releases.some((one) => one.task === task && one.what === what && one.mu === null);
  }

  /**
   * Records a release before it is made.
   * @throws ClientError PRIVACY_SPENT, with nothing recorded, when the cap would be passed or noise is missing where earlier releases had it.
   */
  async charge(entry: PrivacyEntry, task: string): Promise<PrivacyBook> {
    withoutPrivacyErrors(this.folder, () => charged(this.ledger, entry));
    const file = `${randomUUID()}.json`;
    const stored: z.infer<typeof release> = { ...entry, task, pictures: [...this.pictures] };
    await writeWhole(path.join(this.folder, file), JSON.stringify(stored));
    // Another command may have charged meanwhile: then both see both, and rather refuse both than allow both.
    const book = await PrivacyBook.open(path.dirname(this.folder), this.pictures);
    try {
      const others = book.ledgerOf(book.releases.filter((one) => one.file !== file));
      withoutPrivacyErrors(this.folder, () => charged(others, entry));
    } catch (error) {
      await rm(path.join(this.folder, file), { force: true });
      throw error;
    }
    return book;
  }

  /** From now on everything on this machine may cost so much. @throws ClientError INVALID_GUARANTEE. */
  async limit(cap: Guarantee): Promise<PrivacyBook> {
    withoutPrivacyErrors(this.folder, () => parseLedger({ cap, entries: [] }));
    await writeWhole(path.join(this.folder, CAP), JSON.stringify(cap));
    return new PrivacyBook(this.folder, this.pictures, cap, this.releases);
  }

  private ledgerOf(releases: readonly Release[]): PrivacyLedger {
    return { cap: this.cap, entries: releases.map(({ what, at, mu }) => ({ what, at, mu })) };
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw damaged(folder, error);
  }
}

/** Undefined where there is no such file, also where another command took its refused release back meanwhile. */
async function read<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw damaged(file, error);
  }
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) throw damaged(file);
  return parsed.data;
}

function damaged(file: string, cause?: unknown): ClientError {
  return new ClientError('RUN_DAMAGED', {
    file,
    problem: 'cannot be read as what this command wrote, so what was spent of the privacy of a dataset is not known',
    remedy: 'Put it back from a backup',
    cause,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
