import { readFile, writeFile } from 'node:fs/promises';
import { BASE_DIMENSION } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ImageFolder } from '../testing/image-folder.js';
import type { JournalRecord } from './base-descriptors.js';
import { DescriptorJournal } from './descriptor-journal.js';

describe('the journal of base descriptors', () => {
  let folder: ImageFolder;
  let file: string;
  let whole: Buffer;
  const random = seededRandom('journal');
  // Images 4 and 9 could not be read.
  const records = [0, 1, 2, 3, 5, 6, 7, 8, 10].map((index) => ({
    index,
    base: Float32Array.from({ length: BASE_DIMENSION }, () => random.normal()),
  }));

  beforeAll(async () => {
    folder = await ImageFolder.create();
    file = folder.path('home/descriptors.bin');
    expect(await goOn()).toEqual([]);
    whole = await readFile(file);
  });
  afterAll(() => folder.remove());

  /** Reads what is there, appends what is missing. */
  async function goOn(): Promise<JournalRecord[]> {
    const journal = await DescriptorJournal.open(file);
    const found: JournalRecord[] = [];
    for (let record = await journal.next(); record; record = await journal.next()) found.push(record);
    for (const record of records.slice(found.length)) await journal.append(record);
    await journal.close();
    return found;
  }

  it('gives back what was written', async () => {
    expect(await goOn()).toEqual(records);
    expect(await readFile(file)).toEqual(whole);
  });

  it('wherever a crash cut it or changed a byte, gives a true part and is whole again afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ max: 1, min: 0, noNaN: true }), fc.boolean(), async (share, cut) => {
        const at = Math.floor(share * (whole.length - 1));
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 64;
        await writeFile(file, cut ? whole.subarray(0, at) : damaged);
        const found = await goOn();
        expect(found).toEqual(records.slice(0, found.length));
        expect(found.length).toBe(Math.max(0, Math.floor((at - 11) / 476)));
        expect(await readFile(file)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('of another base descriptor is begun anew', async () => {
    await writeFile(file, Buffer.concat([Buffer.from('base/0 117\n'), whole.subarray(11)]));
    expect(await goOn()).toEqual([]);
    expect(await readFile(file)).toEqual(whole);
  });
});
